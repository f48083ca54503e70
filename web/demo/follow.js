// What the phone's home screen knows while its player is closed: live by the SDK, or by asking every two seconds where
// the server has no live connection.

import { live, resume } from './playhead.js';

/** @typedef {import('../../sdk/src/api.ts').Progress} Progress */

const pollMs = 2000;
// So many attempts without a connection, and it asks instead; it goes on trying.
const patience = 2;

/**
 * @param {{userId: any, showId: any, episodeId: any}} what
 * @param {(progress: Progress | null) => void} onProgress null: nothing is known
 * @param {(way: 'live' | 'asking' | 'away') => void} onWay
 * @param {Partial<import('../../sdk/src/platform.ts').Platform>} platform
 */
export function follow(what, onProgress, onWay, platform) {
  let failed = 0;
  let polling = 0;
  const is = (/** @type {any} */ item) =>
    `${item.showId ?? ''}` === `${what.showId}` && `${item.episodeId}` === `${what.episodeId}`;

  async function ask() {
    const answer = await resume({ ...what, platform }, 3000);
    if (!polling) return;
    onWay(answer ? 'asking' : 'away');
    if (answer) onProgress(answer.known ? /** @type {Progress} */ (answer) : null);
  }

  function poll(/** @type {boolean} */ on) {
    if (on && !polling) {
      polling = setInterval(ask, pollMs);
      ask();
    } else if (!on) {
      clearInterval(polling);
      polling = 0;
    }
  }

  return live({
    userId: what.userId,
    platform,
    onMessage(message) {
      if (message.type === 'snapshot') onProgress(message.items?.find(is) ?? null);
      else if (message.type === 'removed') {
        if (message.episodeId === undefined || is(message)) onProgress(null);
      } else if ((message.type === 'progress' || message.type === 'mark') && is(message)) {
        onProgress(/** @type {Progress} */ (message));
      }
    },
    onState(state) {
      if (state === 'open') {
        failed = 0;
        poll(false);
        onWay('live');
      } else if (state === 'waiting' && ++failed >= patience) poll(true);
      else if (state === 'unavailable') poll(true);
    },
  });
}
