import type { Clock } from './clock.js';
import type { Platform } from './platform.js';
import type { Ack, Item, ResumePoint, Update } from './api.js';
import type { Connection, PlayheadError } from './types.js';
/** What became of a request. */
export interface Reply {
    /** The answer's body, where all is well. */
    body?: any;
    /** Asking the same again will never help. */
    refused?: PlayheadError;
    /** Why there is nothing, and worth another try. */
    failure?: string;
    /** Milliseconds that the server wants to be left alone. */
    after?: number;
}
export interface Transport {
    send(updates: Update[]): Promise<Reply & {
        body?: Ack;
    }>;
    /** As the page goes: by a request that outlives it, as far as there is one. */
    sendLast(updates: Update[]): Promise<Reply & {
        body?: Ack;
    }>;
    resume(item: Item, timeout: number): Promise<Reply & {
        body?: ResumePoint;
    }>;
}
/** Asks the token's provider, and remembers what it said until that is refused. */
export declare function tokenFrom({ token }: Connection): {
    now: () => string | undefined;
    get(refused: boolean): Promise<string | undefined>;
};
export type Tokens = ReturnType<typeof tokenFrom>;
export declare const baseOf: ({ url }: Connection) => string;
/** Settles as `work` does, or as undefined after so many milliseconds. */
export declare function within<T>(platform: Platform, ms: number, work: Promise<T>): Promise<T | undefined>;
export declare function createTransport(connection: Connection, platform: Platform, clock: Clock, tokens: Tokens): Transport;
