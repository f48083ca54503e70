// One device of the demo: a player with its controls. `?device=tv` or `?device=phone`. It tells the page around it, if
// there is one, what was sent and answered, and jumps where that page says.

import { clock, watched } from './common.js';
import { Player } from './player.js';

const device = new URLSearchParams(location.search).get('device') === 'phone' ? 'phone' : 'tv';
const { user, show, episode } = watched(location.search);

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

/** @param {string} event @param {any} [detail] */
function tell(event, detail) {
  if (parent !== window) parent.postMessage({ device, event, detail }, location.origin);
}

/** @param {string} text @param {number} [seconds] how long it stays; for good where absent */
function note(text, seconds) {
  notice.textContent = text;
  if (seconds === undefined) return;
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

for (const event of ['timeupdate', 'play', 'pause', 'seeking', 'durationchange']) video.addEventListener(event, draw);
toggle.addEventListener('click', () => (video.paused ? video.play() : video.pause()));
slider.addEventListener('input', () => (video.currentTime = Number(slider.value)));

// A seek before the first frame would get in the way of the one to the resume point.
video.addEventListener(
  'playing',
  () => {
    slider.disabled = false;
    tell('playing', { position: video.currentTime });
  },
  { once: true },
);
window.addEventListener('message', ({ source, origin, data }) => {
  if (source === parent && origin === location.origin && typeof data?.jumpTo === 'number' && !slider.disabled) {
    video.currentTime = data.jumpTo;
  }
});
video.addEventListener('error', () => {
  note('This video can’t be played.');
  tell('broken');
});

draw();
const player = new Player(video, { userId: user, showId: show, episodeId: episode, deviceId: device, on: tell });
const resume = await player.start();
if (!video.error) {
  if (resume === null) note('Playhead did not answer, so this starts at the beginning.', 6);
  else if (resume.startAt) note(`Continuing at ${clock(resume.startAt)}`, 4);
}
