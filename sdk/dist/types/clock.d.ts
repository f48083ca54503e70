import type { Platform } from './platform.js';
/** A moment: on the monotonic clock, and in server time if that was known by then. */
export interface Stamp {
    mono: number;
    server?: number;
}
export interface Clock {
    stamp(): Stamp;
    /** A moment as an update tells it. */
    time(stamp: Stamp): {
        timestamp: number;
        clock?: 'server';
    };
    /** An answer says what time it is. `sent`: when it was asked, on the monotonic clock. */
    learn(serverTime: string | undefined, sent: number): void;
}
export declare function createClock(platform: Platform): Clock;
