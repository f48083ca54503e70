// What the demo's switches take from a device: its way to Playhead, and the right time; and a storage of its own, since
// two devices in one browser would share one. The SDK is given these instead of the browser's. The episode itself plays
// on, as one that was downloaded.

/** @typedef {{network: boolean, clock: number}} Switches `clock`: by how many milliseconds it is wrong */

/** @param {string} owner @returns {any} as much of Storage as the SDK uses */
function storageOf(owner) {
  const prefix = `${owner} `;
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return {
    get length() {
      return keys().length;
    },
    key: (/** @type {number} */ at) => keys()[at]?.slice(prefix.length) ?? null,
    getItem: (/** @type {string} */ key) => localStorage.getItem(prefix + key),
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => localStorage.setItem(prefix + key, value),
    removeItem: (/** @type {string} */ key) => localStorage.removeItem(prefix + key),
  };
}

export class Surroundings {
  /** @type {Set<WebSocket>} */
  #sockets = new Set();
  #owner;

  /** @param {string} owner @param {Switches} switches */
  constructor(owner, switches) {
    this.#owner = owner;
    this.switches = switches;
  }

  /** @param {Partial<Switches>} switches */
  set(switches) {
    const was = this.switches;
    this.switches = { ...was, ...switches };
    if (!this.switches.network) for (const socket of this.#sockets) socket.close();
    if (this.switches.network && !was.network) window.dispatchEvent(new Event('online'));
  }

  /** What the device believes the time to be, in epoch milliseconds. */
  date() {
    return Date.now() + this.switches.clock;
  }

  /** For the SDK's `platform`. */
  get platform() {
    const on = () => this.switches.network;
    const owner = this.#owner;
    const sockets = this.#sockets;
    return {
      date: () => this.date(),
      fetch: (/** @type {string} */ url, /** @type {RequestInit} */ init) =>
        on() ? fetch(url, init) : Promise.reject(new TypeError('The network is off.')),
      sendBeacon: (/** @type {string} */ url, /** @type {string} */ body) => on() && navigator.sendBeacon(url, body),
      WebSocket: class extends WebSocket {
        /** @param {string} url @param {string} protocol */
        constructor(url, protocol) {
          if (!on()) throw new Error('The network is off.');
          super(url, protocol);
          sockets.add(this);
          this.addEventListener('close', () => sockets.delete(this));
        }
      },
      localStorage: storageOf(owner),
      indexedDB: /** @type {any} */ ({
        open: (/** @type {string} */ name, /** @type {number} */ version) =>
          indexedDB.open(`${owner} ${name}`, version),
      }),
      locks: /** @type {any} */ (
        navigator.locks && {
          request: (/** @type {string} */ name, /** @type {any} */ options, /** @type {any} */ run) =>
            navigator.locks.request(`${owner} ${name}`, options, run),
        }
      ),
    };
  }
}
