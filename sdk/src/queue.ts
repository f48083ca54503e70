// What could not be sent yet, kept over reloads: in IndexedDB, and what a closing page has no time to put there in
// localStorage. Without either it is kept in memory only, by whoever sends (outbox.ts). Nothing here ever fails aloud.

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
export const limit = 300;

/** Whether `next` says all that `last` said, so that `last` need not be sent: the same session just played on. */
export function replaces(last: Update, next: Update): boolean {
  return (
    last.sessionId === next.sessionId &&
    last.state !== 'ended' &&
    last.state !== 'stopped' &&
    // Who jumps away from the credits has seen the episode all the same.
    (!next.seek || !!last.seek) &&
    (last.provisional || !next.provisional)
  );
}

const itemOf = ({ userId, showId, episodeId }: Update) => JSON.stringify([`${userId}`, `${showId}`, `${episodeId}`]);

/**
 * What to give up of a queue that is too long: first what the same item has something newer of, then the oldest.
 * @returns as many as are too many, of `updates`, which are in the order of their making
 */
export function surplus(updates: Update[], most: number): Update[] {
  const newest: Record<string, Update> = {};
  for (const update of updates) {
    const item = itemOf(update);
    const known = newest[item];
    if (!known || known.provisional || !update.provisional) newest[item] = update;
  }
  const spare = updates.filter((update) => newest[itemOf(update)] !== update);
  const rest = updates.filter((update) => newest[itemOf(update)] === update);
  return spare.concat(rest).slice(0, Math.max(0, updates.length - most));
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const name = 'updates';

export function openQueue({ indexedDB }: Platform): Queue {
  let opened: Promise<IDBDatabase> | undefined;
  async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
    if (!opened) {
      const request = indexedDB!.open('playhead', 1);
      request.onupgradeneeded = () => request.result.createObjectStore(name, { autoIncrement: true });
      opened = done(request);
    }
    return (await opened).transaction(name, mode).objectStore(name);
  }
  async function all(): Promise<[number, Kept][]> {
    try {
      const from = await store('readonly');
      const [keys, values] = await Promise.all([done(from.getAllKeys()), done(from.getAll())]);
      return keys.map((key, at) => [key as number, values[at]]);
    } catch (_) {
      return [];
    }
  }
  const remove = (key: number) =>
    store('readwrite')
      .then((from) => done(from.delete(key)))
      .catch(() => {});
  return {
    all,
    remove,
    async add(kept) {
      try {
        const key = (await done((await store('readwrite')).add(kept))) as number;
        if ((await done((await store('readonly')).count())) > limit) {
          const entries = await all();
          const given = surplus(
            entries.map((entry) => entry[1].update),
            limit,
          );
          for (const [old, { update }] of entries) if (given.indexOf(update) >= 0) remove(old);
        }
        return key;
      } catch (_) {
        return undefined;
      }
    },
  };
}

const prefix = 'playhead.last.';

/** Last words: written at once, for the next start to find. */
export interface LastWords {
  /** @returns what `remove` wants; undefined where it could not be written */
  write(kept: Kept): string | undefined;
  all(): [string, Kept][];
  remove(key: string): void;
}

export function openLastWords({ localStorage }: Platform): LastWords {
  const keys = () => {
    const found: string[] = [];
    for (let at = 0; at < localStorage!.length; at++) {
      const key = localStorage!.key(at)!;
      if (key.indexOf(prefix) === 0) found.push(key);
    }
    return found;
  };
  return {
    write(kept) {
      try {
        const key = prefix + kept.update.sessionId + '.' + kept.update.seq;
        // Those of other viewers who never come back: an update is some 400 bytes, an origin has 5 MB.
        for (const old of keys().slice(limit)) localStorage!.removeItem(old);
        localStorage!.setItem(key, JSON.stringify(kept));
        return key;
      } catch (_) {
        return undefined;
      }
    },
    all() {
      const found: [string, Kept][] = [];
      try {
        for (const key of keys()) found.push([key, JSON.parse(localStorage!.getItem(key)!)]);
      } catch (_) {
        // No storage here, or not ours.
      }
      return found;
    },
    remove(key) {
      try {
        localStorage!.removeItem(key);
      } catch (_) {
        // It will be sent once more, which does no harm.
      }
    },
  };
}
