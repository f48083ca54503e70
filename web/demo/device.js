// One device of the demo: a video with its controls, and the SDK. `?device=tv` or `?device=phone`. It tells the page
// around it, if there is one, what was said and answered, and does what that page asks for.

import { clock, moment, watched } from './common.js';
import { attach } from './playhead.js';
import { Surroundings } from './surroundings.js';

const query = new URLSearchParams(location.search);
const device = query.get('device') === 'phone' ? 'phone' : 'tv';

/** @template {Element} T @param {string} selector @param {new () => T} type @returns {T} */
function find(selector, type) {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
  return found;
}
const video = find('video', HTMLVideoElement);
const notice = find('.notice', HTMLParagraphElement);
const toggle = find('.toggle', HTMLButtonElement);
const slider = find('input', HTMLInputElement);
const time = find('output', HTMLOutputElement);
const status = find('.time', HTMLElement);
const offline = find('.offline', HTMLElement);

/** @param {string} event @param {any} [detail] */
function tell(event, detail) {
  if (parent !== window) parent.postMessage({ device, event, detail, at: moment() }, location.origin);
}

/** @param {string} text @param {number} seconds how long it stays */
function note(text, seconds) {
  notice.textContent = text;
  setTimeout(() => {
    if (notice.textContent === text) notice.textContent = '';
  }, seconds * 1000);
}

function draw() {
  const length = Number.isFinite(video.duration) ? video.duration : 0;
  if (length > 0) slider.max = `${Math.floor(length)}`;
  slider.value = `${Math.floor(video.currentTime)}`;
  slider.style.setProperty('--done', `${length > 0 ? (100 * video.currentTime) / length : 0}%`);
  slider.setAttribute('aria-valuetext', clock(video.currentTime));
  time.textContent = clock(video.currentTime);
  toggle.dataset.shows = video.paused ? 'play' : 'pause';
  toggle.setAttribute('aria-label', video.paused ? 'Play' : 'Pause');
}

const surroundings = new Surroundings(device, {
  network: query.get('network') !== 'off',
  clock: Number(query.get('clock')) || 0,
});

function drawStatus() {
  const now = new Date(surroundings.date());
  const right = surroundings.switches.clock === 0;
  const words = now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
  status.textContent = right ? words : `${now.toLocaleDateString([], { weekday: 'short' })} ${words}`;
  status.classList.toggle('wrong', !right);
  offline.hidden = surroundings.switches.network;
}
setInterval(drawStatus, 1000);
drawStatus();

for (const event of ['timeupdate', 'play', 'pause', 'seeking', 'durationchange']) video.addEventListener(event, draw);
toggle.addEventListener('click', () => (video.paused ? video.play() : video.pause()));
slider.addEventListener('input', () => (video.currentTime = Number(slider.value)));
for (const event of ['play', 'pause'])
  video.addEventListener(event, () => tell(event, { position: video.currentTime }));

// A jump before the first frame is none of the viewer's.
video.addEventListener('playing', () => (slider.disabled = false), { once: true });
video.addEventListener('playing', () => tell('playing', { position: video.currentTime }));
video.addEventListener('error', () => {
  notice.textContent = 'This video can’t be played.';
  tell('broken');
});
window.addEventListener('message', ({ source, origin, data }) => {
  if (source !== parent || origin !== location.origin) return;
  if (typeof data?.jumpTo === 'number' && !slider.disabled) video.currentTime = data.jumpTo;
  if (data?.pause !== undefined) data.pause ? video.pause() : video.play();
  if (data?.switches) surroundings.set(data.switches);
  drawStatus();
});

draw();
const attached = attach(video, {
  ...watched(location.search),
  deviceId: device,
  platform: surroundings.platform,
  onEvent: (event) => tell(event.type, event),
});
const start = await attached.ready;
video.play().catch(() => {}); // muted, so only a video that is broken or gone
if (!video.error) {
  if (!start.asked) note('Playhead did not answer, so this is a guess.', 6);
  else if (start.position) note(`Continuing at ${clock(start.position)}`, 4);
}
