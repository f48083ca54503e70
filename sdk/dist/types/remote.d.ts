import type { Platform } from './platform.js';
import type { Progress } from './api.js';
import type { Remote } from './types.js';
export interface RemoteWatch {
    /** The server says where the item is. */
    note(progress: Progress): void;
    /** What the server said up to then, this player started from. */
    seen(updatedAt: string | undefined): void;
    /** The player was paused, or the page is seen again. */
    check(): void;
    /** Another item. */
    reset(): void;
}
export interface RemoteHost {
    /** Whether the viewer may be asked now. */
    idle(): boolean;
    position(): number;
    mine(sessionId: unknown): boolean;
    ask(remote: Remote): void;
    accept(position: number): void;
}
export declare function watchRemote(platform: Platform, host: RemoteHost): RemoteWatch;
