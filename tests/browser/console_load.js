// Load that the console has something to show of: viewers who play, follow and ask, through the same doors as players.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

const program = process.env.PLAYHEAD ?? new URL('../../build/release/playhead', import.meta.url).pathname;

/** So many sessions that play, each with an update of its own every `everyMs`. */
export class Viewers {
  #server;
  #count;
  #timer;
  #position = 600;
  sent = 0;
  accepted = 0;

  /** @param {import('./server.js').Server} server @param {number} count @param {number} everyMs */
  constructor(server, count, everyMs) {
    this.#server = server;
    this.#count = count;
    this.#timer = setInterval(() => this.#beat(), everyMs);
  }

  async #beat() {
    const position = ++this.#position;
    const all = Array.from({ length: this.#count }, (_, i) => {
      const ids = { userId: `viewer-${i}`, showId: 789, episodeId: 12, sessionId: `session-${i}`, deviceId: 'tv' };
      return this.#post({ ...ids, position, duration: 2700, state: 'playing' });
    });
    await Promise.all(all);
  }

  /** @param {unknown} update */
  async #post(update) {
    this.sent++;
    const options = { method: 'POST', body: JSON.stringify(update), headers: { 'Content-Type': 'application/json' } };
    // A server that is gone is what some tests are about.
    const answer = await fetch(`${this.#server.url}/v1/progress`, options).catch(() => null);
    if (answer?.status === 202) this.accepted++;
    await answer?.arrayBuffer();
  }

  stop() {
    clearInterval(this.#timer);
  }
}

/**
 * Follows so many users by server-sent events.
 * @param {import('./server.js').Server} server
 * @param {number} count
 * @param {(i: number) => string} [user]
 * @returns {Promise<() => void>} ends them
 */
export async function follow(server, count, user = (i) => `viewer-${i}`) {
  const end = new AbortController();
  const streams = Array.from({ length: count }, (_, i) =>
    fetch(`${server.url}/v1/users/${user(i)}/events`, { signal: end.signal }),
  );
  for (const stream of await Promise.all(streams)) {
    // Read on, or the server takes it for slow.
    void (async () => {
      for await (const _ of stream.body ?? []);
    })().catch(() => {});
  }
  return () => end.abort();
}

/**
 * The same by so many WebSockets.
 * @param {import('./server.js').Server} server
 * @param {import('playwright-core').Browser} browser
 * @param {number} count
 */
export async function followBySocket(server, browser, count) {
  const page = await browser.newPage();
  // Any page of the server's own: from others a browser may not connect.
  await page.goto(`${server.url}/healthz`);
  await page.evaluate((count) => {
    for (let userId = 0; userId < count; userId++) {
      const socket = new WebSocket('/v1/socket', 'playhead.v1');
      socket.onopen = () => {
        for (const message of [{ type: 'hello' }, { type: 'subscribe', userId }]) socket.send(JSON.stringify(message));
      };
    }
  }, count);
}

/**
 * The program's own load generator.
 * @param {import('./server.js').Server} server
 * @param {string[]} flags
 * @returns {() => Promise<void>} ends it
 */
export function bench(server, ...flags) {
  const child = spawn(program, ['bench', ...flags, '--quiet', '--target', new URL(server.url).host], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
}
