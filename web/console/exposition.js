// Reads what /metrics says: Prometheus' text format, version 0.0.4.

/** @typedef {{ labels: Record<string, string>, value: number }} Sample */
/** @typedef {(labels: Record<string, string>) => boolean} Match */
/** Upper bound of a bucket (Infinity for the last) to how many values were not greater. @typedef {Map<number, number>} Buckets */

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const labelPair = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** @param {string} text */
function number(text) {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

/** @param {string} text */
function labelsOf(text) {
  /** @type {Record<string, string>} */
  const labels = {};
  for (const [, name, value] of text.matchAll(labelPair)) {
    labels[name] = value.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
  }
  return labels;
}

/** One answer of /metrics. What it does not have counts as 0 where it is a count, and as not known where it is a gauge. */
export class Snapshot {
  /** @type {Map<string, Sample[]>} */
  #samples = new Map();

  /** @param {string} text @param {number} at when it was asked for, in milliseconds of a clock that only goes forward */
  constructor(text, at) {
    this.at = at;
    for (const line of text.split('\n')) {
      const found = sampleLine.exec(line);
      if (!found) continue;
      const [, name, labels, value] = found;
      const known = this.#samples.get(name) ?? [];
      known.push({ labels: labels ? labelsOf(labels) : {}, value: number(value) });
      this.#samples.set(name, known);
    }
  }

  /** @param {string} name @param {Match} [match] @returns {Sample[]} */
  all(name, match = () => true) {
    return (this.#samples.get(name) ?? []).filter(({ labels }) => match(labels));
  }

  /** The sum over all labels that match. @param {string} name @param {Match} [match] @returns {number | null} null: not there */
  gauge(name, match) {
    const found = this.all(name, match);
    return found.length ? found.reduce((sum, { value }) => sum + value, 0) : null;
  }

  /** @param {string} name @param {Match} [match] */
  count(name, match) {
    return this.gauge(name, match) ?? 0;
  }

  /** A histogram's buckets, summed over all labels that match. @param {string} name @param {Match} [match] @returns {Buckets} */
  buckets(name, match) {
    /** @type {Buckets} */
    const buckets = new Map();
    for (const { labels, value } of this.all(`${name}_bucket`, match)) {
      const bound = number(labels.le ?? 'NaN');
      buckets.set(bound, (buckets.get(bound) ?? 0) + value);
    }
    return buckets;
  }

  /** @param {string} name @returns {Record<string, string>} */
  labels(name) {
    return this.all(name)[0]?.labels ?? {};
  }
}
