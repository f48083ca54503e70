// Asks the server once a second, goes on asking when it does not answer, and says which of the two it is.

import { Snapshot } from './exposition.js';
import { figures, names } from './figures.js';

const everyMs = 1000;
// Longer than any answer takes that still says something about now.
const patienceMs = 4000;

const metricsUrl = `../metrics?${new URLSearchParams(names.map((name) => ['name[]', name]))}`;

/**
 * @typedef {object} Answer
 * @property {import('./figures.js').Figures} figures
 * @property {{ version?: string, mode?: string, node?: string, region?: string }} node
 * @property {number | null} upSeconds how long the process has been running, by the server's own clock
 * @property {number | null} partitions
 * @property {{ ready: boolean, troubles: [string, string][] }} readiness
 */

/** @param {AbortSignal} signal @returns {Promise<Answer['readiness']>} */
async function readiness(signal) {
  const { ready, ...parts } = await (await fetch('../readyz', { signal, cache: 'no-store' })).json();
  /** @type {[string, string][]} */
  const all = Object.entries(parts);
  return { ready, troubles: all.filter(([, said]) => said !== 'ok') };
}

/**
 * @param {(answer: Answer) => void} onAnswer
 * @param {(sinceMs: number | null) => void} onSilence for how long there has been no answer; null: never one. Called
 *   about once a second while it lasts.
 */
export function watch(onAnswer, onSilence) {
  /** @type {Snapshot | null} */
  let before = null;
  /** @type {number | null} */
  let answeredAt = null;

  /** @returns {Promise<Answer>} */
  async function ask() {
    const at = performance.now();
    const signal = AbortSignal.timeout(patienceMs);
    const asking = readiness(signal);
    asking.catch(() => {}); // awaited below, unless what comes before it fails
    const answer = await fetch(metricsUrl, { signal, cache: 'no-store' });
    if (!answer.ok) throw new Error(`/metrics answered ${answer.status}`);
    // The counts are of some moment between the question and the answer.
    const now = new Snapshot(await answer.text(), (at + performance.now()) / 2);
    const ready = await asking;
    const said = figures(before, now);
    before = now;
    answeredAt = performance.now();
    const began = now.gauge('process_start_time_seconds');
    const date = Date.parse(answer.headers.get('Date') ?? '');
    return {
      figures: said,
      node: now.labels('playhead_node_info'),
      upSeconds: began === null || Number.isNaN(date) ? null : Math.max(0, date / 1000 - began),
      partitions: now.gauge('playhead_partitions_owned'),
      readiness: ready,
    };
  }

  const silent = () => onSilence(answeredAt === null ? null : performance.now() - answeredAt);

  async function turn() {
    const begun = performance.now();
    // Who waits for an answer hears of the silence before it is given up.
    const waiting = setInterval(silent, everyMs + 500);
    const answer = await ask().catch(() => null);
    clearInterval(waiting);
    if (answer) onAnswer(answer);
    else silent();
    setTimeout(turn, Math.max(0, everyMs - (performance.now() - begun)));
  }
  turn();
}
