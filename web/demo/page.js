// The demo's page: opens and closes the two devices, each a document of its own in a frame, so that closing one is what
// closing a player is. What they say and are answered is put in words below.

import { clock, viewerUrl, watched } from './common.js';

const what = watched(location.search);
const item = new URLSearchParams({ showId: `${what.show}`, episodeId: `${what.episode}` });
const resumeUrl = viewerUrl(what, `/resume?${item}`);
const jumpTo = 18 * 60 + 40;
const longestLog = 40;

const names = { tv: 'TV', phone: 'Phone' };
/** @typedef {keyof typeof names} Device */

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement} */
function find(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}

// The devices.

/** @param {Device} device */
function frame(device) {
  return /** @type {HTMLIFrameElement | null} */ (document.querySelector(`[data-device='${device}'] iframe`));
}

/** @param {Device} device */
function playerUrl(device) {
  const { user, show, episode } = what;
  return `player.html?${new URLSearchParams({ device, user: `${user}`, show: `${show}`, episode: `${episode}` })}`;
}

/** @param {Device} device */
function open(device) {
  const player = document.createElement('iframe');
  player.src = playerUrl(device);
  player.title = names[device];
  player.allow = 'autoplay; fullscreen';
  find(`[data-device='${device}'] .screen`).append(player);
}

/** @param {Device} device */
function close(device) {
  frame(device)?.remove(); // the document in it gets its pagehide and sends its last update
}

/** @param {Device} device */
function showPower(device) {
  const button = find(`[data-device='${device}'] .power`);
  button.textContent = (frame(device) ? button.dataset.on : button.dataset.off) ?? '';
  if (device === 'tv') find('.jump').toggleAttribute('disabled', !playing.has('tv'));
}

/** @type {Set<string>} */
const playing = new Set();

for (const device of /** @type {Device[]} */ (Object.keys(names))) {
  find(`[data-device='${device}'] .power`).addEventListener('click', () => {
    playing.delete(device);
    if (frame(device)) close(device);
    else open(device);
    showPower(device);
    step(device === 'tv' ? (frame('tv') ? 'tv' : 'off') : 'phone');
    askSoon();
  });
  showPower(device);
}

find('.jump').addEventListener('click', () => {
  frame('tv')?.contentWindow?.postMessage({ jumpTo }, location.origin);
  step('jump');
});

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

function askSoon() {
  clearTimeout(asking);
  asking = setTimeout(ask, 150);
}

async function ask() {
  let answer;
  try {
    const response = await fetch(resumeUrl, { signal: AbortSignal.timeout(3000) });
    answer = response.ok ? await response.json() : undefined;
  } catch {
    answer = undefined;
  }
  const { point, from } = inWords(answer);
  find('.known').classList.toggle('away', answer === undefined);
  find('.point').textContent = point;
  find('.from').textContent = from;
}

/** @param {any} answer of the server; undefined where there was none */
function inWords(answer) {
  if (answer === undefined) {
    return { point: '–', from: 'Playhead does not answer just now. What is playing goes on playing.' };
  }
  if (!answer.known) return { point: '0:00', from: 'Nothing watched yet.' };
  const device = names[/** @type {Device} */ (answer.deviceId)] ?? answer.deviceId ?? 'last device';
  return { point: answer.positionText, from: `from the ${device}, ${ago(answer.updatedAt)}` };
}

/** @param {string} when */
function ago(when) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(when)) / 1000));
  if (seconds < 60) return seconds < 2 ? 'just now' : `${seconds} seconds ago`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes ago` : new Date(when).toLocaleString();
}

setInterval(ask, 5000);
ask();

find('.answer').setAttribute('href', resumeUrl);
find('.alone').setAttribute('href', playerUrl('phone'));

find('.forget').addEventListener('click', async () => {
  for (const device of /** @type {Device[]} */ (Object.keys(names))) {
    if (frame(device)) close(device);
    playing.delete(device);
    showPower(device);
  }
  // Erasing the viewer and not just the item: it also holds against updates that are still on their way.
  const answer = await fetch(viewerUrl(what), { method: 'DELETE' }).catch(() => undefined);
  write(undefined, answer?.ok ? 'Forgotten. The episode starts at 0:00 again.' : 'It could not be forgotten just now.');
  for (const screen of document.querySelectorAll('.screen')) screen.removeAttribute('data-left');
  next = 0;
  step();
  askSoon();
});

// The log.

/** @param {Device | undefined} device @param {string} said @param {string} [tone] */
function write(device, said, tone = 'plain') {
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
  while (log.children.length > longestLog) log.lastElementChild?.remove();
}

const kept = {
  disk: 'safe on disk',
  replicated: 'safe on several servers',
  local: 'safe on one server’s disk',
};

/** @type {Record<string, (detail: any) => [string, string?]>} */
const words = {
  resume: (answer) =>
    answer === null
      ? ['asked where to start, and was not answered: starts at 0:00', 'trouble']
      : answer.known
        ? [`asked where to start, and was told ${clock(answer.startAt)}`, 'answer']
        : ['asked where to start, and was told that nothing is stored', 'answer'],
  sent: (update) => {
    const how = update.seek ? ', after a jump' : update.provisional ? ', too early to count' : '';
    const last = update.state === 'stopped' ? ' as it closed' : '';
    return [`said${last}: ${update.state} at ${clock(update.position)}${how}`];
  },
  ack: ({ durability, nextInSeconds }) => [
    `was answered: ${kept[/** @type {keyof typeof kept} */ (durability)] ?? 'kept'}, next in ${nextInSeconds} s`,
    'answer',
  ],
  failed: ({ wait }) => [`was not answered; plays on and tries again in ${Math.ceil(wait)} s`, 'trouble'],
  broken: () => ['can’t play this video, so says nothing', 'trouble'],
};

window.addEventListener('message', ({ origin, data }) => {
  const device = /** @type {Device} */ (data?.device);
  if (origin !== location.origin || !Object.hasOwn(names, device)) return;
  if (data.event === 'playing') {
    if (frame(device)) playing.add(device);
    showPower(device);
  }
  if (data.event === 'sent') {
    find(`[data-device='${device}'] .screen`).dataset.left = `left at ${clock(data.detail.position)}`;
  }
  if (!Object.hasOwn(words, data.event)) return;
  const [said, tone] = words[data.event](data.detail);
  write(device, said, tone);
  askSoon();
});
