// The demo's page: the two devices, what Playhead would tell any device now, why, and how long it took until the other
// one knew.

import { find, moment, nameOf, names, span, watched } from './common.js';
import { follow } from './follow.js';
import { Home } from './home.js';
import { resume } from './playhead.js';
import { devices, Stage } from './stage.js';
import { Surroundings } from './surroundings.js';
import { why } from './why.js';
import { words, write } from './words.js';

/** @typedef {import('./common.js').Device} Device */

const what = watched(location.search);
const userUrl = `/v1/users/${encodeURIComponent(what.userId)}`;
const jumpTo = 18 * 60 + 40;

// The devices.

const stage = new Stage((device, changed) => {
  if (changed === 'on' || changed === 'off') step(device === 'tv' ? (changed === 'on' ? 'tv' : 'off') : 'phone');
  if (changed === 'network') {
    const { network } = stage.state[device];
    write(device, network ? 'has its network back' : 'has lost its network', network ? 'plain' : 'trouble');
    if (device === 'phone') {
      pocket.set({ network });
      if (network) following.wake();
    }
  }
  if (changed === 'clock') {
    const wrong = stage.state[device].clock;
    write(
      device,
      wrong ? `believes that it is ${span(Math.abs(wrong))} ${wrong < 0 ? 'earlier' : 'later'}` : 'has the right time',
    );
  }
  askSoon();
});

find('.jump').addEventListener('click', () => {
  stage.jump('tv', jumpTo);
  step('jump');
});

// What the phone knows with its player closed.

const pocket = new Surroundings('pocket', { network: true, clock: 0 });
const home = new Home(() => find("[data-device='phone'] .power").click());
const ways = {
  live: 'live connection',
  asking: 'no live connection: asked every 2 s',
  away: 'no way to Playhead',
};
const following = follow(
  what,
  (progress) => {
    home.show(progress);
    if (progress) arrived('phone', progress);
    askSoon();
  },
  (way) => (find('.way').textContent = ways[way]),
  pocket.platform,
);

// How long from one device's update leaving to another's knowing of it: both clocks are this browser's.

/** @type {Map<string, number>} */
const left = new Map();

/** @param {Device} device @param {any} progress */
function arrived(device, progress) {
  const key = `${progress.sessionId} ${progress.position}`;
  const sent = left.get(key);
  if (sent === undefined || progress.deviceId === device) return;
  left.delete(key);
  const ms = Math.max(0, moment() - sent);
  find('.delay').textContent = ms < 9.95 ? ms.toFixed(1) : `${Math.round(ms)}`;
  find('.delay-of').textContent = `ms until the ${nameOf(device)} knew what the ${nameOf(progress.deviceId)} said`;
  const link = find('.link');
  link.dataset.to = device;
  link.classList.remove('pulse');
  void link.offsetWidth; // so that the same animation starts again
  link.classList.add('pulse');
}

// The steps: each is ticked when it is done, and the next one's button stands out.

const steps = ['tv', 'jump', 'off', 'phone'];
let next = 0;

/** @param {string} [done] */
function step(done) {
  if (done === steps[next]) next++;
  else if (done === 'off') next = 0;
  for (const line of document.querySelectorAll('[data-step]')) {
    const place = steps.indexOf(line.getAttribute('data-step') ?? '');
    line.classList.toggle('done', place < next);
    line.setAttribute('aria-current', place === next ? 'step' : 'false');
  }
  document.body.dataset.next = steps[next] ?? '';
}
step();

// What Playhead answers now: asked after everything that happens.

let asking = 0;
/** The last that a device had acknowledged, until it is put in words. @type {any} */
let unexplained;
let attempts = 0;

function askSoon() {
  clearTimeout(asking);
  asking = setTimeout(ask, 150);
}

async function ask() {
  const answer = await resume(what, 3000);
  find('.known').classList.toggle('away', answer === undefined);
  find('.point').textContent = answer ? (answer.known ? (answer.positionText ?? '') : '0:00') : '–';
  find('.from').textContent = !answer
    ? 'Playhead does not answer just now. What is playing goes on playing.'
    : answer.known
      ? `from the ${nameOf(answer.deviceId)}, ${ago(answer.updatedAt ?? '')}`
      : 'Nothing watched yet.';
  if (!answer?.known) find('.why').textContent = '';
  if (!answer || !unexplained) return;
  const device = /** @type {Device} */ (unexplained.deviceId);
  const found = why(unexplained, answer, stage.state[device]?.clock ?? 0);
  if (found) {
    find('.why').textContent = found.text;
    find('.why').classList.toggle('lost', !found.won);
  } else if (++attempts < 10) return askSoon(); // it may be on its way
  unexplained = undefined;
  attempts = 0;
}

/** @param {string} when */
function ago(when) {
  const ms = Math.max(0, Date.now() - Date.parse(when));
  return ms < 2000 ? 'just now' : `${span(ms)} ago`;
}

setInterval(ask, 5000);
ask();

find('.answer').setAttribute('href', `${userUrl}/resume?showId=${what.showId}&episodeId=${what.episodeId}`);
find('.alone').setAttribute('href', stage.url('phone'));

find('.forget').addEventListener('click', async () => {
  for (const device of devices) stage.close(device);
  // Erasing the viewer and not just the item: it also holds against updates that are still on their way.
  const answer = await fetch(userUrl, { method: 'DELETE' }).catch(() => undefined);
  write(undefined, answer?.ok ? 'Forgotten. The episode starts at 0:00 again.' : 'It could not be forgotten just now.');
  next = 0;
  step();
  askSoon();
});

// What the devices tell.

window.addEventListener('message', ({ origin, data }) => {
  const device = /** @type {Device} */ (data?.device);
  if (origin !== location.origin || !Object.hasOwn(names, device)) return;
  const { event, detail, at } = data;
  stage.heard(device, event);
  if (event === 'change' && detail.message.type === 'progress') arrived(device, detail.message);
  if (event === 'sent') {
    if (left.size > 100) left.clear();
    for (const { sessionId, position } of detail.updates) left.set(`${sessionId} ${position}`, at);
  }
  const update = detail?.updates?.[detail.updates.length - 1];
  // Nobody will hear the answer to a device's last words.
  if (event === 'ack' || (event === 'sent' && update.state === 'stopped' && stage.state[device].network)) {
    unexplained = update;
    attempts = 0;
  }
  if (!Object.hasOwn(words, event)) return;
  const [said, tone] = words[event](detail);
  write(device, said, tone);
  askSoon();
});
