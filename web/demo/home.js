// The phone's home screen: one card that moves while something plays elsewhere.

import { clock, find, nameOf } from './common.js';

// So long after the last that was heard, nobody says that it still plays.
const silenceMs = 35_000;

export class Home {
  /** @type {any} */
  #progress = null;
  #heardAt = 0;

  /** @param {() => void} open the viewer takes the card */
  constructor(open) {
    find('.home .card').addEventListener('click', open);
    setInterval(() => this.#draw(), 250);
  }

  /** @param {any} progress null: nothing is known */
  show(progress) {
    const same = progress && this.#progress?.updatedAt === progress.updatedAt;
    if (!same) this.#heardAt = Date.now();
    this.#progress = progress;
    this.#draw();
  }

  #draw() {
    const card = /** @type {HTMLButtonElement} */ (find('.home .card'));
    const progress = this.#progress;
    card.hidden = !progress;
    find('.home .nothing').hidden = !!progress;
    if (!progress) return;
    const heard = Date.now() - this.#heardAt;
    const playing = progress.state === 'playing' && heard < silenceMs;
    // Between two heartbeats it moves on as the player does; only on the screen.
    const at = Math.min(progress.startAt + (playing ? heard / 1000 : 0), progress.duration ?? Infinity);
    find('.card-place', card).textContent = progress.finished ? 'Seen to the end' : `Continue at ${clock(at)}`;
    const badge = find('.badge', card);
    badge.textContent = playing
      ? `On the ${nameOf(progress.deviceId)} now`
      : `Left on the ${nameOf(progress.deviceId)}`;
    badge.classList.toggle('now', playing);
    find('.bar span', card).style.width = `${progress.duration ? (100 * at) / progress.duration : 0}%`;
  }
}
