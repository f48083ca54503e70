import type { Platform } from './platform.js';
import type { Update } from './api.js';
/** An update with what finds it again in the storage. */
export interface Kept {
    url: string;
    update: Update;
}
export interface Queue {
    /** @returns what `remove` wants; undefined where it could not be kept */
    add(kept: Kept): Promise<number | undefined>;
    /** With the keys, oldest first. */
    all(): Promise<[number, Kept][]>;
    remove(key: number): Promise<unknown>;
}
/** Updates kept at most: a day offline is a few dozen, since a session's heartbeats replace each other. */
export declare const limit = 300;
/** Whether `next` says all that `last` said, so that `last` need not be sent: the same session just played on. */
export declare function replaces(last: Update, next: Update): boolean;
/**
 * What to give up of a queue that is too long: first what the same item has something newer of, then the oldest.
 * @returns as many as are too many, of `updates`, which are in the order of their making
 */
export declare function surplus(updates: Update[], most: number): Update[];
export declare function openQueue({ indexedDB }: Platform): Queue;
/** Last words: written at once, for the next start to find. */
export interface LastWords {
    /** @returns what `remove` wants; undefined where it could not be written */
    write(kept: Kept): string | undefined;
    all(): [string, Kept][];
    remove(key: string): void;
}
export declare function openLastWords({ localStorage }: Platform): LastWords;
