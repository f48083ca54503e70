// The newest update that nobody acknowledged, in the device's storage: so that what was said while the server was away
// arrives at the next start. Nobody hears the answer to a player's last update, so that one is mostly sent twice, which
// does no harm.

/** @typedef {{sessionId: string, seq: number, provisional: boolean} & Record<string, unknown>} Update */

export class Kept {
  #name;

  /** @param {...(string | number | undefined)} of whose it is: user, show, episode, device */
  constructor(...of) {
    this.#name = `playhead ${JSON.stringify(of.map((id) => `${id ?? ''}`))}`;
  }

  /** @returns {Update | null} */
  get() {
    try {
      return JSON.parse(localStorage.getItem(this.#name) ?? 'null');
    } catch {
      return null; // no storage here, or not ours
    }
  }

  /** @param {Update} update */
  put(update) {
    const kept = this.get();
    if (kept && update.provisional && !kept.provisional) return; // mustn't push out one that counts
    try {
      localStorage.setItem(this.#name, JSON.stringify(update));
    } catch {
      // no storage, or none left: it will only not be sent again
    }
  }

  /** This update is done with, and so are those before it. @param {Update} update */
  drop(update) {
    const kept = this.get();
    if (kept?.sessionId === update.sessionId && kept.seq <= update.seq) localStorage.removeItem(this.#name);
  }
}
