// What the page has seen, moment by moment: 15 minutes, and no more of them than there are seconds.

const keepSeconds = 15 * 60;
const keepMoments = keepSeconds + 60;

/** @typedef {Partial<Record<string, number | null>>} Moment */

export class History {
  /** Epoch seconds. @type {number[]} */
  times = [];
  /** @type {Moment[]} */
  moments = [];

  /** @param {number} time epoch seconds @param {Moment} moment empty where nothing is known: lines break there */
  add(time, moment) {
    // A clock that was set back would draw over what is there.
    if (time < this.times[this.times.length - 1]) this.clear();
    this.times.push(time);
    this.moments.push(moment);
    let old = Math.max(0, this.times.length - keepMoments);
    while (this.times[old] < time - keepSeconds) old++;
    this.times.splice(0, old);
    this.moments.splice(0, old);
  }

  clear() {
    this.times.length = 0;
    this.moments.length = 0;
  }

  /** Where the last `seconds` begin. @param {number} seconds */
  #from(seconds) {
    const since = (this.times[this.times.length - 1] ?? 0) - seconds;
    // One more, so that a line comes in from the edge.
    return Math.max(0, this.times.findIndex((time) => time >= since) - 1);
  }

  /**
   * Times, then a column for each key, as uPlot takes them.
   * @param {number} seconds
   * @param {string[]} keys
   * @returns {(number | null)[][]}
   */
  columns(seconds, keys) {
    const from = this.#from(seconds);
    const moments = this.moments.slice(from);
    return [this.times.slice(from), ...keys.map((key) => moments.map((moment) => moment[key] ?? null))];
  }
}
