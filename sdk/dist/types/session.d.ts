import type { Clock, Stamp } from './clock.js';
import type { State } from './api.js';
import type { Start } from './types.js';
export interface Session {
    readonly id: string;
    /** What was said last; absent before the first update. */
    state?: State;
    start?: Start;
    counter?: number;
    seq: number;
    position: number;
    /** When the viewer was last there by playing or seeking. */
    at: Stamp;
    played: number;
    sought: boolean;
    /** It plays, and its position was seen to move: a start that fails or stalls never comes this far. */
    begun: boolean;
    /** Where the present run of playing was first seen. */
    first?: number;
    lost: boolean;
}
export declare function newSession(id: string, at: Stamp): Session;
/**
 * It plays and is here.
 * @returns whether it moved, and by that is known to play
 */
export declare function advance(session: Session, position: number, clock: Clock): boolean;
/** Put somewhere: by the viewer, or by a program. */
export declare function move(session: Session, position: number, clock: Clock): void;
/** Whether what it says must not move the resume point yet. */
export declare function provisional({ sought, played, start, lost, first }: Session): boolean;
