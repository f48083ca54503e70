// The log: what the devices said and were answered, in words.

import { clock, find, names } from './common.js';

/** @typedef {import('./common.js').Device} Device */

const longest = 60;

/** @param {Device | undefined} device @param {string} said @param {string} [tone] plain, answer or trouble */
export function write(device, said, tone = 'plain') {
  const line = document.createElement('li');
  line.className = tone;
  const when = document.createElement('time');
  when.textContent = new Date().toLocaleTimeString([], { hour12: false });
  const who = document.createElement('b');
  who.textContent = device ? names[device] : '';
  const text = document.createElement('span');
  text.textContent = said;
  line.append(when, who, text);
  const log = find('.log ol');
  log.prepend(line);
  while (log.children.length > longest) log.lastElementChild?.remove();
}

/** @type {Record<string, string>} */
const kept = { disk: 'safe on disk', replicated: 'safe on several servers', local: 'safe on one server’s disk' };

/** @param {any[]} updates */
function sent(updates) {
  const { state, position, seek, provisional } = updates[updates.length - 1];
  const how = seek ? ', after a jump' : provisional ? ', too early to count' : '';
  const last = state === 'stopped' ? ' as it closed' : '';
  const more = updates.length > 1 ? `, with ${updates.length - 1} that waited` : '';
  return `said${last}: ${state} at ${clock(position)}${how}${more}`;
}

/** From what a device tells to a line and its tone. @type {Record<string, (detail: any) => [string, string?]>} */
export const words = {
  start: ({ start }) =>
    !start.asked
      ? [`could not ask where to start: starts at ${clock(start.position)}`, 'trouble']
      : start.point.known
        ? [`asked where to start, and was told ${clock(start.position)}`, 'answer']
        : ['asked where to start, and was told that nothing is stored', 'answer'],
  sent: ({ updates }) => [sent(updates)],
  ack: ({ ack }) => [`was answered: ${kept[ack.durability] ?? 'kept'}, next in ${ack.nextInSeconds} s`, 'answer'],
  failed: ({ waitMs, queued }) => [
    `was not answered; keeps ${queued === 1 ? 'that' : `${queued} updates`} and tries again in ${Math.ceil(waitMs / 1000)} s`,
    'trouble',
  ],
  broken: () => ['can’t play this video, so says nothing', 'trouble'],
};
