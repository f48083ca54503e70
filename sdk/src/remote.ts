// When to ask the viewer whether to go where another device is: only while paused or just visible again, not more often
// than every 15 s, once for each session over there. Never a jump by itself.

import type { Platform } from './platform.js';
import type { Progress } from './api.js';
import type { Remote } from './types.js';

export interface RemoteWatch {
  /** The server says where the item is. */
  note(progress: Progress): void;
  /** What the server said up to then, this player started from. */
  seen(updatedAt: string | undefined): void;
  /** The player was paused, or the page is seen again. */
  check(): void;
  /** Another item. */
  reset(): void;
}

export interface RemoteHost {
  /** Whether the viewer may be asked now. */
  idle(): boolean;
  position(): number;
  mine(sessionId: unknown): boolean;
  ask(remote: Remote): void;
  accept(position: number): void;
}

const betweenMs = 15000;
// Closer than this is the same place.
const nearSeconds = 3;

export function watchRemote(platform: Platform, host: RemoteHost): RemoteWatch {
  let latest: Progress | undefined;
  let seenAt = 0;
  let askedAt = -Infinity;
  let asked: unknown[] = [];
  let timer: any;
  const session = ({ sessionId, deviceId }: Progress) => sessionId || deviceId || '';

  function check() {
    const remote = latest;
    if (!remote || asked.indexOf(session(remote)) >= 0 || !host.idle()) return;
    if (Math.abs(remote.position - host.position()) < nearSeconds) return;
    const wait = askedAt + betweenMs - platform.now();
    platform.clearTimeout(timer);
    if (wait > 1) {
      timer = platform.setTimeout(check, wait);
      return;
    }
    askedAt = platform.now();
    asked.push(session(remote));
    host.ask(
      Object.assign({}, remote, {
        // It may have played on while the viewer thought about it.
        accept: () => host.accept((latest && session(latest) === session(remote) ? latest : remote).position),
      }),
    );
  }

  return {
    check,
    note(progress) {
      if (host.mine(progress.sessionId))
        latest = undefined; // this player was the last again
      else if (!progress.provisional && !progress.finished && Date.parse(progress.updatedAt) > seenAt) {
        latest = progress;
        check();
      }
    },
    seen(updatedAt) {
      seenAt = Date.parse(updatedAt as string) || 0;
    },
    reset() {
      platform.clearTimeout(timer);
      latest = undefined;
      seenAt = 0;
      asked = [];
    },
  };
}
