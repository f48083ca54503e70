import type { Remote } from './types.js';
/** Shows it beside the video, inside what may be full screen. @returns takes it away */
export declare function showQuestion(video: HTMLMediaElement, text: string, remote: Remote): () => void;
