// The server's time, learned from its answers and carried on by the monotonic clock: a device whose own clock is wrong,
// or jumps, says the right times all the same.

import type { Platform } from './platform.js';

/** A moment: on the monotonic clock, and in server time if that was known by then. */
export interface Stamp {
  mono: number;
  server?: number;
}

export interface Clock {
  stamp(): Stamp;
  /** A moment as an update tells it. */
  time(stamp: Stamp): { timestamp: number; clock?: 'server' };
  /** An answer says what time it is. `sent`: when it was asked, on the monotonic clock. */
  learn(serverTime: string | undefined, sent: number): void;
}

// Milliseconds by which two samples may disagree before the older one counts as overtaken: by a device that slept, whose
// monotonic clock may have stood still meanwhile.
const slack = 50;

export function createClock(platform: Platform): Clock {
  let offset: number | undefined; // server time less monotonic time
  let best = 0; // the round trip of the sample that `offset` is from
  return {
    stamp() {
      const mono = platform.now();
      // Fixed now and not when it is sent: a sleep in between moves the offset.
      return offset === undefined ? { mono } : { mono, server: mono + offset };
    },
    time(stamp) {
      const server = stamp.server !== undefined ? stamp.server : offset === undefined ? offset : stamp.mono + offset;
      return server === undefined
        ? { timestamp: Math.round(platform.date() - platform.now() + stamp.mono) }
        : { timestamp: Math.round(server), clock: 'server' };
    },
    learn(serverTime, sent) {
      const received = platform.now();
      const server = Date.parse(serverTime as string);
      if (!(server > 0)) return;
      // The server looked at its clock between the two, so the offset lies between these.
      const least = server - received;
      const most = server - sent;
      const trip = received - sent;
      if (offset === undefined || trip <= best || offset < least - slack || offset > most + slack) {
        offset = (least + most) / 2;
        best = trip;
      }
    },
  };
}
