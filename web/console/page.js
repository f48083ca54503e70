// The operator's page: what this node does now, and did in the last quarter of an hour.

import { Chart, Sparkline, make } from './charts.js';
import { History } from './history.js';
import { panels, tiles } from './panels.js';
import { themes } from './theme.js';
import { watch } from './watch.js';
import { gap, none, span } from './words.js';

/** @typedef {import('./watch.js').Answer} Answer */

/** @param {string} selector @returns {HTMLElement} */
function find(selector) {
  const found = document.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}

const history = new History();
let minutes = 5;
/** @type {Chart[]} */
let charts = [];
let clustered = false;

// The tiles.

const shownTiles = tiles.map((tile) => {
  const element = make('section', `tile tone-${tile.tone}`);
  element.dataset.tile = tile.id;
  const title = make('h2', '', tile.title);
  title.id = `tile-${tile.id}`;
  element.setAttribute('aria-labelledby', title.id);
  const figure = make('p', 'figure');
  const value = make('b', '', none);
  figure.append(value, ' ', make('span', 'unit', tile.unit));
  const below = make('p', 'below', ' ');
  const spark = new Sparkline();
  element.append(title, figure, below, spark.element);
  find('.tiles').append(element);
  return { ...tile, value, below, say: tile.below, spark };
});

function drawTiles() {
  const latest = history.moments[history.moments.length - 1] ?? {};
  for (const { key, form, value, below, say, spark } of shownTiles) {
    const [figure, ...unit] = form(latest[key]).split(gap);
    value.replaceChildren(figure, ...(unit.length ? [make('small', '', gap + unit[0])] : []));
    below.textContent = 'watching' in latest ? say(latest) : none;
    spark.draw(history.columns(minutes * 60, [key]), minutes * 60);
  }
}

// The charts.

/** @param {boolean} inCluster */
function lay(inCluster) {
  clustered = inCluster;
  charts = panels(inCluster).map((panel) => new Chart(panel));
  find('.charts').replaceChildren(...charts.map(({ element }) => element));
}

function draw() {
  drawTiles();
  for (const chart of charts) chart.draw(history, minutes * 60);
}

// The head: who this is, and whether it is well.

/** @param {'ready' | 'unready' | 'silent' | 'waiting'} kind @param {string} text @param {string} [notice] */
function state(kind, text, notice = '') {
  document.body.dataset.state = kind;
  // Only when it changes: it is read out.
  if (find('.state').textContent !== text) find('.state').textContent = text;
  find('.notice').textContent = notice;
  find('.notice').hidden = !notice;
}

/** @param {Answer} answer */
function showHead({ node, upSeconds, partitions, readiness }) {
  const name = node.node ?? location.host;
  find('.node').textContent = name;
  document.title = `${name} – Playhead`;
  find('.version').textContent = node.version ?? none;
  find('.uptime').textContent = upSeconds === null ? none : span(upSeconds);
  const inCluster = node.mode === 'cluster';
  find('.mode').textContent = inCluster ? `One node of a cluster, region ${node.region}` : 'One machine';
  find('.scope').hidden = !inCluster;
  find('.partitions').textContent = `${partitions ?? 0}`;
  if (inCluster !== clustered) lay(inCluster);
  const troubles = readiness.troubles.map(([part, said]) => `${part}: ${said}`);
  if (readiness.ready) state('ready', 'Ready');
  else state('unready', 'Not ready', troubles.join('\n'));
}

/** @param {number | null} sinceMs */
function showSilence(sinceMs) {
  const since = sinceMs === null ? '' : ` since ${span(sinceMs / 1000)}`;
  // The pill is read out once; how long it lasts is for the eye.
  state('silent', 'No answer', `${location.host} gives no answer${since}. The page goes on asking each second.`);
}

for (const choice of document.querySelectorAll('input[name=range]')) {
  choice.addEventListener('change', () => {
    minutes = Number(/** @type {HTMLInputElement} */ (choice).value);
    draw();
  });
}

lay(false);
state('waiting', 'Connecting');
themes(/** @type {HTMLButtonElement} */ (find('.theme')), () => {
  for (const chart of charts) chart.restyle();
});

watch(
  (answer) => {
    showHead(answer);
    history.add(Date.now() / 1000, answer.figures);
    draw();
  },
  (sinceMs) => {
    showSilence(sinceMs);
    if (sinceMs !== null) history.add(Date.now() / 1000, {});
    draw();
  },
);
