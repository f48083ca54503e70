// Sends updates: one request in flight, what waits goes as a batch, what can't be sent is kept and tried again after a
// time that grows and is drawn by lot, so that a fleet doesn't come back in step.

import type { Clock, Stamp } from './clock.js';
import type { Platform } from './platform.js';
import { limit, openLastWords, openQueue, replaces, surplus } from './queue.js';
import { baseOf, type Reply, type Transport } from './transport.js';
import type { Ack, Item, Update } from './api.js';
import type { PlayheadError, PlayheadEvent, ReporterOptions } from './types.js';

export interface Outbox {
  /** `at`: the moment that the update tells, where its time is not fixed yet. */
  put(update: Update, at: Stamp, last?: boolean | 'written'): void;
  /** Brings what earlier pages left behind on its way. Resolves once it was tried. */
  drain(): Promise<unknown>;
  /** The network may be back, or the page is seen again. */
  wake(): void;
  /** Is it time to try again? Asked by whoever has a clock that no browser slows down: the player. */
  tick(): void;
  /** What this device would still say of an item. */
  latest(item: Item): Update | undefined;
}

interface Entry {
  update: Update;
  at?: Stamp;
  kept?: Promise<number | undefined>;
  written?: string | undefined;
}

// In one request: some 40 kB, so that a page that goes away may still send it.
const together = 100;
const longestWait = 60000;

export interface OutboxEvents {
  acked(ack: Ack): void;
  error(error: PlayheadError): void;
  event(event: PlayheadEvent): void;
}

export function createOutbox(
  options: ReporterOptions,
  platform: Platform,
  clock: Clock,
  transport: Transport,
  events: OutboxEvents,
): Outbox {
  const url = baseOf(options);
  const queue = openQueue(platform);
  const words = openLastWords(platform);
  const mine = (kept: { url: string; update: Update }) =>
    kept.url === url && `${kept.update.userId}` === `${options.userId}`;
  let pending: Entry[] = [];
  let busy: Entry[] = [];
  let size = together;
  let failures = 0;
  let due = 0; // on the monotonic clock
  let timer: any;
  let tried: (() => void)[] = [];
  let cleared: Promise<unknown> = Promise.resolve();

  function remove(entries: Entry[]) {
    pending = pending.filter((entry) => entries.indexOf(entry) < 0);
    for (const entry of entries) {
      const gone = entry.kept && entry.kept.then((key) => key !== undefined && queue.remove(key));
      if (gone) cleared = cleared.then(() => gone);
      if (entry.written) words.remove(entry.written);
    }
  }

  // Its time in the server's clock as soon as that is known.
  function settled({ update, at }: Entry): Update {
    return Object.assign(update, at && !update.clock && clock.time(at));
  }

  function settle(batch: Entry[], reply: Reply) {
    let failure = reply.failure;
    let done: Entry[] = [];
    if (reply.body) {
      const ack: Ack = reply.body;
      done = batch;
      for (const { index, code, detail, retry } of ack.rejected || []) {
        if (retry) {
          done = done.filter((entry) => entry !== batch[index]);
          failure = detail;
        } else events.error({ code, message: detail });
      }
      size = together;
      events.event({ type: 'ack', ack, updates: batch.map((entry) => entry.update) });
      events.acked(ack);
    } else if (reply.refused) {
      events.error(reply.refused);
      // One of a batch may have been what was refused: singly, it is the only one that goes.
      if (!failure) {
        if (batch.length > 1) size = 1;
        else done = batch;
      }
    }
    remove(done);
    if (failure) {
      for (const entry of pending) {
        if (!entry.kept && !entry.written) entry.kept = queue.add({ url, update: settled(entry) });
      }
      const least = reply.after || 0;
      const waitMs = least + platform.random() * Math.min(longestWait, 1000 * 2 ** Math.min(failures++, 6));
      due = platform.now() + waitMs;
      platform.clearTimeout(timer);
      timer = platform.setTimeout(flush, waitMs); // not tick: a browser's timer may come a little early
      events.event({ type: 'failed', reason: failure, waitMs, queued: pending.length });
    } else if (failures) {
      failures = 0;
      drain(); // other tabs may have left something meanwhile
    }
    for (const resolve of tried.splice(0)) resolve();
  }

  function flush() {
    if (busy.length || !pending.length) return;
    const batch = (busy = pending.slice(0, size));
    due = Infinity;
    platform.clearTimeout(timer);
    const updates = batch.map(settled);
    events.event({ type: 'sent', updates });
    transport.send(updates).then((reply) => {
      busy = [];
      due = 0;
      settle(batch, reply);
      tick();
    });
  }

  function tick() {
    if (platform.now() >= due) flush();
  }

  function push(entry: Entry) {
    const last = pending[pending.length - 1];
    if (last && busy.indexOf(last) < 0 && replaces(last.update, entry.update)) remove([last]);
    pending.push(entry);
    if (pending.length > limit) {
      const given = surplus(
        pending.map((one) => one.update),
        limit,
      );
      remove(pending.filter((one) => given.indexOf(one.update) >= 0));
      events.error({ code: 'dropped', message: 'Too much waits to be sent, so the oldest was given up.' });
    }
  }

  function drain(): Promise<unknown> {
    const load = async () => {
      const known = (update: Update) =>
        pending.some((one) => one.update.sessionId === update.sessionId && one.update.seq === update.seq);
      const found: Entry[] = [];
      await cleared;
      for (const [key, kept] of await queue.all()) {
        if (mine(kept) && !known(kept.update)) found.push({ update: kept.update, kept: Promise.resolve(key) });
      }
      for (const [written, kept] of words.all()) {
        if (mine(kept) && !known(kept.update)) found.push({ update: kept.update, written });
      }
      if (!found.length) return;
      pending = found.concat(pending);
      return new Promise<void>((resolve) => {
        tried.push(resolve);
        tick();
      });
    };
    // One tab at a time; the other would only send the same again.
    const lock = (held: unknown) => (held ? load() : undefined);
    return platform.locks ? platform.locks.request(`playhead ${url}`, { ifAvailable: true }, lock).catch(load) : load();
  }

  return {
    drain,
    tick,
    put(update, at, last) {
      const entry: Entry = { update, at };
      push(entry);
      if (last) {
        settled(entry);
        entry.written = words.write({ url, update });
      }
      if (last !== true) {
        if (failures) entry.kept = queue.add({ url, update: settled(entry) });
        return tick();
      }
      // Also what is in flight or waits for another try: its answer may never be heard. The newest first, as far as
      // there is room.
      const batch = pending.slice(-together);
      for (const one of batch) {
        if (!one.kept && !one.written) one.written = words.write({ url, update: settled(one) });
      }
      const updates = batch.map(settled);
      events.event({ type: 'sent', updates });
      transport.sendLast(updates).then((reply) => {
        if (reply.body) settle(batch, reply);
      });
    },
    wake() {
      // Not all devices of a house at the same moment.
      if (failures && due < Infinity && pending.length) {
        platform.clearTimeout(timer);
        const soon = platform.random() * 1000;
        due = Math.min(due, platform.now() + soon);
        timer = platform.setTimeout(flush, soon);
      }
    },
    latest({ showId, episodeId }) {
      const found = pending.filter(
        ({ update }) =>
          `${update.episodeId}` === `${episodeId}` && `${update.showId}` === `${showId}` && !update.provisional,
      );
      return found.length ? found[found.length - 1]!.update : undefined;
    },
  };
}
