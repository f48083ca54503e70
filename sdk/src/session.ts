// One item played on one device: where it is, since when, and whether that may move the resume point yet.

import type { Clock, Stamp } from './clock.js';
import type { State } from './api.js';
import type { Start } from './types.js';

// design: a session counts once it has really played this many seconds of the item, or sought …
const provisionalSeconds = 5;
// … and one that started without knowing where, or not where it should have, after these.
const provisionalSecondsWhenLost = 120;
// A start this close to where it should be is there: players start at a key frame.
const nearSeconds = 3;

export interface Session {
  readonly id: string;
  /** What was said last; absent before the first update. */
  state?: State;
  start?: Start;
  counter?: number;
  seq: number;
  position: number;
  /** When the viewer was last there by playing or seeking. */
  at: Stamp;
  played: number;
  sought: boolean;
  /** It plays, and its position was seen to move: a start that fails or stalls never comes this far. */
  begun: boolean;
  /** Where the present run of playing was first seen. */
  first?: number;
  lost: boolean;
}

export function newSession(id: string, at: Stamp): Session {
  return { id, at, seq: 0, position: 0, played: 0, sought: false, begun: false, lost: false };
}

/**
 * It plays and is here.
 * @returns whether it moved, and by that is known to play
 */
export function advance(session: Session, position: number, clock: Clock): boolean {
  const now = clock.stamp();
  if (!session.begun) {
    const { first } = session;
    if (first === undefined || position <= first) {
      session.first = position;
      session.at = session.state ? session.at : now;
      return false;
    }
    session.begun = true;
    // Loaded again, and not where it was.
    if (session.state && Math.abs(first - session.position) > nearSeconds) {
      session.lost = true;
      session.played = 0;
      session.sought = false;
    }
    session.position = first;
    if (session.state) session.at = now;
  }
  const step = position - session.position;
  if (step === 0) return false;
  // At most four times as fast as time itself, and a second for what is rounded: more is a jump that nobody told of.
  if (step > 0 && step <= ((now.mono - session.at.mono) / 1000) * 4 + 1) session.played += step;
  session.position = position;
  session.at = now;
  return true;
}

/** Put somewhere: by the viewer, or by a program. */
export function move(session: Session, position: number, clock: Clock) {
  // A nudge over a gap changes nothing about where it started.
  if (!session.begun || Math.abs(position - session.position) > nearSeconds) session.first = position;
  if (session.begun) {
    session.position = position;
    session.at = clock.stamp();
  }
}

/** Whether what it says must not move the resume point yet. */
export function provisional({ sought, played, start, lost, first }: Session): boolean {
  if (sought) return false;
  const point = start && start.point;
  const astray =
    lost || !start || !start.asked || (point && point.known && Math.abs(first! - start.position) > nearSeconds);
  return played < (astray ? provisionalSecondsWhenLost : provisionalSeconds);
}
