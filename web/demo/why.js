// The rule, in words: what became of an update, from what was said and what Playhead answers after it.

import { clock, nameOf, span } from './common.js';

/** @typedef {import('../../sdk/src/api.ts').Update} Update */
/** @typedef {import('../../sdk/src/api.ts').ResumePoint} ResumePoint */

/**
 * @param {Update} update the last that a device said
 * @param {ResumePoint} answer where any device would start now
 * @param {number} clockError of the device, in milliseconds
 * @returns {{won: boolean, text: string} | undefined} undefined where the answer doesn't know the update yet
 */
export function why(update, answer, clockError) {
  const who = nameOf(update.deviceId);
  const at = clock(update.position);
  const clocks =
    clockError && update.clock === 'server'
      ? ` Its own clock is ${span(Math.abs(clockError))} ${clockError < 0 ? 'slow' : 'fast'}, which makes no difference: it goes by Playhead’s.`
      : '';
  const mine = answer.sessionId === update.sessionId;
  if (mine && !answer.provisional) {
    const how = update.seek ? 'jumped there' : update.state === 'stopped' ? 'closed there' : `is ${update.state} there`;
    return { won: true, text: `The latest wins, and that is the ${who}, which ${how}, at ${at}.${clocks}` };
  }
  const known = answer.known && !answer.provisional;
  const stays = known ? `${answer.positionText} from the ${nameOf(answer.deviceId)} stays` : 'nothing better is known';
  if (update.provisional) {
    const seconds = Math.floor(update.playedSeconds);
    const little = seconds ? `only ${seconds} s` : 'less than a second';
    const text = `The ${who} at ${at} doesn’t count yet: it has played ${little}, and a start may be a mistake.`;
    return { won: false, text: `${text} Until then ${stays}.` };
  }
  const later = Date.parse(answer.updatedAt ?? '') - update.timestamp;
  if (known && later > 0) {
    const other = `the ${nameOf(answer.deviceId)} was at ${answer.positionText}`;
    const text = `The ${who} was last at ${at} ${span(later)} before ${other}.`;
    return { won: false, text: `${text} The later one wins, so ${stays}.${clocks}` };
  }
  return undefined;
}
