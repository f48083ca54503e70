import type { Attached, AttachOptions } from './types.js';
/**
 * Keeps a viewer's place on a media element: starts it where any device stopped, reports, survives offline and close,
 * and asks when another device has moved on.
 */
export declare function attach(video: HTMLMediaElement, options: AttachOptions): Attached;
