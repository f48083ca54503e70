// The two devices on the page: each a document of its own in a frame, so that closing one is what closing a player is;
// and the switches below them.

import { clock, find, names, watched } from './common.js';

/** @typedef {import('./common.js').Device} Device */
/** @typedef {import('./surroundings.js').Switches} Switches */

export const devices = /** @type {Device[]} */ (Object.keys(names));

/** @param {Device} device */
const figure = (device) => find(`[data-device='${device}']`);

export class Stage {
  /** @type {Record<Device, Switches & {pausedAt: number}>} */
  state = { tv: { network: true, clock: 0, pausedAt: 0 }, phone: { network: true, clock: 0, pausedAt: 0 } };
  /** Which of them play, or did and are paused. @type {Set<Device>} */
  #begun = new Set();

  /** @param {(device: Device, what: 'on' | 'off' | 'network' | 'clock') => void} changed */
  constructor(changed) {
    for (const device of devices) {
      const at = figure(device);
      find('.power', at).addEventListener('click', () => {
        const on = !this.frame(device);
        if (on) this.open(device);
        else this.close(device);
        changed(device, on ? 'on' : 'off');
      });
      find('.network', at).addEventListener('change', ({ target }) => {
        this.#switch(device, { network: /** @type {HTMLInputElement} */ (target).checked });
        changed(device, 'network');
      });
      find('.clock', at).addEventListener('change', ({ target }) => {
        this.#switch(device, { clock: Number(/** @type {HTMLSelectElement} */ (target).value) });
        changed(device, 'clock');
      });
      find('.leave', at).addEventListener('click', () => {
        this.#tell(device, { pause: this.state[device].pausedAt === 0 });
      });
      this.#draw(device);
    }
    setInterval(() => devices.forEach((device) => this.#draw(device)), 1000);
  }

  /** @param {Device} device */
  frame(device) {
    return /** @type {HTMLIFrameElement | null} */ (figure(device).querySelector('iframe'));
  }

  /** @param {Device} device */
  url(device) {
    const { userId, showId, episodeId } = watched(location.search);
    const { network, clock: wrong } = this.state[device];
    const query = { device, user: `${userId}`, show: `${showId}`, episode: `${episodeId}` };
    return `player.html?${new URLSearchParams({ ...query, network: network ? 'on' : 'off', clock: `${wrong}` })}`;
  }

  /** @param {Device} device */
  open(device) {
    const player = document.createElement('iframe');
    player.src = this.url(device);
    player.title = names[device];
    player.allow = 'autoplay; fullscreen';
    find('.screen', figure(device)).append(player);
    this.#draw(device);
  }

  /** @param {Device} device */
  close(device) {
    this.frame(device)?.remove(); // the document in it gets its pagehide and sends its last update
    this.#begun.delete(device);
    this.state[device].pausedAt = 0;
    this.#draw(device);
  }

  /** @param {Device} device @param {number} seconds */
  jump(device, seconds) {
    this.#tell(device, { jumpTo: seconds });
  }

  /** What its player told. @param {Device} device @param {string} event */
  heard(device, event) {
    if (!this.frame(device)) return; // its last words
    if (event === 'playing') this.#begun.add(device);
    if (event === 'playing' || event === 'play') this.state[device].pausedAt = 0;
    if (event === 'pause') this.state[device].pausedAt = Date.now();
    this.#draw(device);
  }

  /** @param {Device} device @param {Partial<Switches>} switches */
  #switch(device, switches) {
    Object.assign(this.state[device], switches);
    this.#tell(device, { switches });
    this.#draw(device);
  }

  /** @param {Device} device @param {object} message */
  #tell(device, message) {
    this.frame(device)?.contentWindow?.postMessage(message, location.origin);
  }

  /** @param {Device} device */
  #draw(device) {
    const at = figure(device);
    const on = this.frame(device) !== null;
    const { network, clock: wrong, pausedAt } = this.state[device];
    const power = find('.power', at);
    power.textContent = (on ? power.dataset.on : power.dataset.off) ?? '';
    at.classList.toggle('on', on);
    at.classList.toggle('cut', !network);
    at.classList.toggle('wrong', wrong !== 0);
    const leave = find('.leave', at);
    leave.toggleAttribute('disabled', !this.#begun.has(device));
    leave.textContent = pausedAt
      ? `Paused for ${clock((Date.now() - pausedAt) / 1000)} · play on`
      : 'Pause and leave it';
    if (device === 'tv') find('.jump').toggleAttribute('disabled', !this.#begun.has('tv') || pausedAt > 0);
  }
}
