// Time, network, devices and a server that tests have in hand: nothing here waits for a real clock.

import { IDBFactory } from 'fake-indexeddb';
import type { Platform } from '../src/platform.js';
import type { PlayheadError, PlayheadEvent, Reporter, ReporterOptions } from '../src/index.js';
import { createReporter } from '../src/reporter.js';
import { ask, stamp, type Erasure, type Heartbeat, type Stamped } from './model.js';

/** Lets everything that is ready run: promises, and fake-indexeddb's steps. */
export async function settle() {
  for (let step = 0; step < 16; step++) await new Promise((resolve) => setImmediate(resolve));
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** What was asked of the server. */
export interface Asked {
  path: string;
  body?: any;
  authorization?: string;
  keepalive?: boolean;
  at: number;
}

export class FakeServer {
  asked: Asked[] = [];
  stored: Stamped[] = [];
  erasures: Erasure[] = [];
  nextInSeconds = 10;
  ordering = 'timestamp';
  /** Answers instead of the usual, while it gives something. */
  instead: (asked: Asked) => Answer | 'silence' | undefined = () => undefined;

  constructor(private readonly time: () => number) {}

  answer(asked: Asked): Answer | 'silence' {
    this.asked.push(asked);
    const other = this.instead(asked);
    if (other) return other;
    if (asked.path.endsWith('/v1/progress')) {
      const updates: Heartbeat[] = asked.body.updates ?? [asked.body];
      for (const update of updates) {
        this.stored.push(stamp({ sentAt: asked.body.sentAt, ...update }, this.time(), this.ordering));
      }
      return { status: 202, body: this.ack(updates.length) };
    }
    const query = new URL(asked.path, 'http://server').searchParams;
    return { status: 200, body: this.resume(query.get('showId') ?? undefined, query.get('episodeId') ?? undefined) };
  }

  ack(accepted: number, rejected: object[] = []) {
    const serverTime = new Date(this.time()).toISOString();
    return { accepted, rejected, durability: 'disk', serverTime, nextInSeconds: this.nextInSeconds };
  }

  resume(showId?: unknown, episodeId?: unknown) {
    const found = ask(this.stored, this.erasures, showId, episodeId);
    const counter = Math.max(0, ...this.stored.map((update) => update.counter));
    const rest = { userId: 'u', stale: false, ...(this.ordering === 'counter' ? { counter } : {}) };
    return found.known
      ? { ...found, updatedAt: new Date(found.updatedAt).toISOString(), ...rest }
      : { ...found, ...rest };
  }

  get updates(): Heartbeat[] {
    return this.stored.map(({ heartbeat }) => heartbeat);
  }

  get posts(): Asked[] {
    return this.asked.filter(({ path }) => path.endsWith('/v1/progress'));
  }
}

interface Timer {
  at: number;
  run: () => void;
}

export class World {
  /** True time, in epoch milliseconds. */
  time = 1_750_000_000_000;
  timers: Timer[] = [];
  server = new FakeServer(() => this.time);

  /** Lets so much time pass, with all that happens in it. */
  async pass(ms: number) {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers.splice(this.timers.indexOf(next), 1);
      this.time = Math.max(this.time, next.at - 0.4); // browsers' timers may come a little early
      next.run();
      await settle();
    }
    this.time = end;
  }
}

class FakeStorage {
  map = new Map<string, string>();
  get length() {
    return this.map.size;
  }
  key = (at: number) => [...this.map.keys()][at] ?? null;
  getItem = (key: string) => this.map.get(key) ?? null;
  setItem = (key: string, value: string) => void this.map.set(key, value);
  removeItem = (key: string) => void this.map.delete(key);
}

/** What a page finds, with what a test does to it. */
export interface Page extends Partial<Platform> {
  /** Milliseconds that its monotonic clock stood still, while the device slept. */
  slept: number;
  /** It is gone: nothing in it runs any more. */
  ended: boolean;
  /** Its timers don't come. */
  throttled: boolean;
}

/** A device with its own clock, storage and network. */
export class Device {
  /** By how much its clock is wrong, in milliseconds. */
  clockError = 0;
  online = true;
  latency = 20;
  chance = 0.5;
  storage = new FakeStorage();
  indexedDB: IDBFactory | undefined = new IDBFactory();
  beacons: string[] = [];
  private held = new Set<string>();

  constructor(
    readonly world: World,
    readonly name = 'tv',
  ) {}

  /** What a page that is opened now finds. */
  page(parts: Partial<Platform> = {}): Page {
    const { world } = this;
    const began = world.time;
    const page: Page = {
      slept: 0,
      ended: false,
      throttled: false,
      now: () => world.time - began - page.slept + 5,
      date: () => world.time + this.clockError,
      random: () => this.chance,
      setTimeout: (run: () => void, ms: number) => {
        const timer = { at: world.time + ms, run: () => page.ended || page.throttled || run() };
        world.timers.push(timer);
        return timer;
      },
      clearTimeout: (timer: Timer) => {
        if (world.timers.includes(timer)) world.timers.splice(world.timers.indexOf(timer), 1);
      },
      fetch: (path: string, init: any) => this.fetch(page, path, init),
      keepalive: true,
      sendBeacon: (path: string, body: string) => {
        this.beacons.push(body);
        if (this.online) world.server.answer({ path, body: JSON.parse(body), at: world.time });
        return true;
      },
      indexedDB: this.indexedDB,
      localStorage: this.storage as unknown as Storage,
      locks: {
        request: async (name: string, _: object, run: (lock: unknown) => Promise<void> | void) => {
          if (this.held.has(name)) return run(null);
          this.held.add(name);
          try {
            return await run({ name });
          } finally {
            this.held.delete(name);
          }
        },
      },
      WebSocket: undefined,
      origin: 'http://server',
      ...parts,
    };
    return page;
  }

  private fetch(page: { ended: boolean }, path: string, init: any): Promise<any> {
    const { world } = this;
    return new Promise((resolve, reject) => {
      const later = (ms: number, run: () => void) => world.timers.push({ at: world.time + ms, run });
      if (!this.online) return later(1, () => reject(new TypeError('Failed to fetch')));
      later(this.latency / 2, () => {
        const asked: Asked = {
          path,
          at: world.time,
          keepalive: init.keepalive,
          authorization: init.headers.authorization,
        };
        if (init.body) asked.body = JSON.parse(init.body);
        if (page.ended && !init.keepalive) return;
        const answer = world.server.answer(asked);
        if (answer === 'silence') return;
        later(this.latency / 2, () => {
          if (page.ended) return;
          resolve({
            ok: answer.status < 300,
            status: answer.status,
            headers: { get: (name: string) => answer.headers?.[name] ?? null },
            json: async () => {
              if (answer.body === undefined) throw new SyntaxError('no JSON');
              return answer.body;
            },
          });
        });
      });
    });
  }
}

/** A player of one page: time passes, and it tells its reporter what a player tells. */
export class Player {
  errors: PlayheadError[] = [];
  events: PlayheadEvent[] = [];
  position = 0;
  rate = 1;
  reporter: Reporter;
  page: Page;

  constructor(
    readonly device: Device,
    options: Partial<ReporterOptions> = {},
  ) {
    this.page = device.page(options.platform);
    this.reporter = createReporter({
      userId: 'u',
      showId: 789,
      episodeId: 12,
      deviceId: device.name,
      duration: () => 2700,
      onError: (error) => this.errors.push(error),
      onEvent: (event) => this.events.push(event),
      ...options,
      platform: this.page,
    });
  }

  /** Starts where the reporter says. */
  async start() {
    await this.device.world.pass(3000);
    this.position = (await this.reporter.ready).position;
    return this.position;
  }

  /** Plays for so many seconds, telling its time four times a second. */
  async play(seconds: number) {
    this.reporter.playing(this.position);
    for (let quarter = 0; quarter < seconds * 4; quarter++) {
      await this.device.world.pass(250);
      this.position += 0.25 * this.rate;
      this.reporter.playing(this.position);
    }
    await settle();
  }

  async seek(to: number) {
    this.position = to;
    this.reporter.seeked(to);
    await this.device.world.pass(100);
  }

  async pause() {
    this.reporter.paused(this.position);
    await this.device.world.pass(100);
  }

  /** The page goes: its last words, and then nothing of it runs. */
  async close() {
    this.reporter.stop();
    this.page.ended = true;
    await this.device.world.pass(1000);
  }

  /** The power goes. */
  die() {
    this.page.ended = true;
  }
}
