/** The surroundings. What a platform lacks is absent, and the SDK does without. */
export interface Platform {
    /** Milliseconds that only ever grow, whatever happens to the device's clock. */
    now(): number;
    /** The device's clock, in epoch milliseconds. */
    date(): number;
    /** From 0 to 1. */
    random(): number;
    /** As in browsers. */
    setTimeout(run: () => void, ms: number): any;
    /** As in browsers. */
    clearTimeout(timer: any): void;
    /** As in browsers. */
    fetch?: (url: string, init: any) => Promise<any>;
    /** Whether a `fetch` with `keepalive` outlives its page. */
    keepalive?: boolean;
    /** The page's own origin, for addresses that name none. */
    origin?: string;
    /** As in browsers, bound. */
    sendBeacon?: (url: string, body: string) => boolean;
    /** As in browsers. */
    indexedDB?: IDBFactory;
    /** As in browsers. */
    localStorage?: Storage;
    /** Web Locks. */
    locks?: {
        request(name: string, options: object, run: (lock: unknown) => Promise<void> | void): Promise<unknown>;
    };
    /** As in browsers. */
    WebSocket?: new (url: string, protocol: string) => WebSocket;
}
/** The surroundings as they are here, with some of them replaced. */
export declare function platformWith(parts?: Partial<Platform>): Platform;
/** A name that nobody else has: 20 characters. */
export declare function randomId(platform: Platform): string;
