// What the page and its devices share: who watches what, and how times are written.

/** @typedef {string | number} Id */
/** @typedef {'tv' | 'phone'} Device */

/** @type {Record<Device, string>} */
export const names = { tv: 'TV', phone: 'Phone' };

/** In the middle of a sentence. @param {string | null | undefined} device */
export const nameOf = (device) =>
  device === 'phone' ? 'phone' : (names[/** @type {Device} */ (device)] ?? device ?? 'other device');

/** @param {string} text @returns {Id} a number where it is one, so that it comes back as it was sent */
function plainId(text) {
  const number = Number(text);
  return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number) ? number : text;
}

/** @param {string} search a page's query: `user`, `show` and `episode`, each with a default */
export function watched(search) {
  const query = new URLSearchParams(search);
  return {
    userId: plainId(query.get('user') || '12345'),
    showId: plainId(query.get('show') || '789'),
    episodeId: plainId(query.get('episode') || '12'),
  };
}

/** @param {number} seconds @returns {string} 1122.4 as 18:42 */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** @param {number} ms @returns {string} how long that is, as one says it */
export function span(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'a moment';
  if (seconds === 1) return 'a second';
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement} */
export function find(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}

/** The same clock in all documents of this browser: milliseconds, not touched by the switches. */
export const moment = () => performance.timeOrigin + performance.now();
