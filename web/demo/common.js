// What the page and its devices share: who watches what, and how times are written.

/** @typedef {string | number} Id */

/** @param {string} text @returns {Id} a number where it is one, so that it comes back as it was sent */
function plainId(text) {
  const number = Number(text);
  return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number) ? number : text;
}

/** @param {string} search a page's query: `user`, `show` and `episode`, each with a default */
export function watched(search) {
  const query = new URLSearchParams(search);
  return {
    user: plainId(query.get('user') || '12345'),
    show: plainId(query.get('show') || '789'),
    episode: plainId(query.get('episode') || '12'),
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

/** The address of one viewer's things. @param {ReturnType<typeof watched>} what @param {string} [rest] */
export function viewerUrl({ user }, rest = '') {
  return `/v1/users/${encodeURIComponent(user)}${rest}`;
}
