// What the SDK uses of its surroundings, in one place: found by looking, so that a TV without some of it still works,
// and replaceable, so that tests have a clock and a network of their own.

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
  locks?: { request(name: string, options: object, run: (lock: unknown) => Promise<void> | void): Promise<unknown> };
  /** As in browsers. */
  WebSocket?: new (url: string, protocol: string) => WebSocket;
}

declare const globalThis: unknown;

const root: any = typeof self == 'object' ? self : typeof globalThis == 'object' ? globalThis : {};

// Looking can throw: a page in a sandboxed frame may not even ask for its storage.
function look<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch (_) {
    return undefined;
  }
}

/** The surroundings as they are here, with some of them replaced. */
export function platformWith(parts: Partial<Platform> = {}): Platform {
  const found: Platform = {
    now: look(() => root.performance.now()) === undefined ? Date.now : () => root.performance.now(),
    date: () => Date.now(),
    random: Math.random,
    setTimeout: (run, ms) => root.setTimeout(run, ms),
    clearTimeout: (timer) => root.clearTimeout(timer),
  };
  const fetch = look(() => root.fetch);
  if (fetch) found.fetch = (url, init) => fetch.call(root, url, init);
  found.keepalive = look(() => 'keepalive' in root.Request.prototype) || false;
  const navigator = root.navigator;
  if (navigator && navigator.sendBeacon) found.sendBeacon = (url, body) => navigator.sendBeacon(url, body);
  found.origin = look(() => root.location.origin);
  found.indexedDB = look(() => root.indexedDB);
  found.localStorage = look(() => root.localStorage);
  found.locks = look(() => navigator.locks);
  found.WebSocket = look(() => root.WebSocket);
  return Object.assign(found, parts);
}

/** A name that nobody else has: 20 characters. */
export function randomId(platform: Platform): string {
  const bytes = look(() => root.crypto.getRandomValues(new Uint8Array(20)));
  let id = '';
  for (let at = 0; at < 20; at++) id += (bytes ? bytes[at] % 36 : Math.floor(platform.random() * 36)).toString(36);
  return id;
}
