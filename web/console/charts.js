// A chart and a sparkline, on uPlot: https://github.com/leeoniya/uPlot

import { clock } from './words.js';

/** @typedef {import('./panels.js').Panel} Panel */
/** @typedef {import('./panels.js').Tile} Tile */
/** @typedef {import('./history.js').History} History */

/** A script of its own, since it comes as no module. @type {any} */
const uPlot = /** @type {any} */ (globalThis).uPlot;

const font = '12px system-ui, sans-serif';
const sparkPoints = 120;

/** @param {string} tag @param {string} [className] @param {string} [text] */
export function make(tag, className = '', text = '') {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** What a colour of the style sheet comes to now: canvases know no variables. @param {Element} within @param {string} className */
function colour(within, className) {
  const probe = make('i', className);
  within.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** @param {string} rgb @param {number} opacity */
const thin = (rgb, opacity) => rgb.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);

/** From 0, and with room above; never flat, so that a line of zeros lies at the bottom. @param {any} _ @param {number} __ @param {number} max */
const upwards = (_, __, max) => [0, max > 0 ? max * 1.12 : 1];

/** One after another, where the eye does not expect a shape. */
const solid = (/** @type {import('./panels.js').Series} */ series, /** @type {string} */ stroke) => ({
  label: series.label,
  scale: series.right ? 'right' : 'left',
  stroke,
  width: 1.75,
  fill: series.fill ? thin(stroke, 0.13) : undefined,
  dash: series.dash ? [5, 4] : undefined,
  points: { show: false },
});

export class Chart {
  /** @type {any} */
  #plot = null;
  #panel;
  #box;
  /** @type {HTMLElement[]} */
  #values = [];
  #width = 0;
  /** @type {any[]} */
  #data = [];
  #range = [0, 1];

  /** @param {Panel} panel */
  constructor(panel) {
    this.#panel = panel;
    this.element = make('section', 'panel');
    this.element.dataset.panel = panel.id;
    const title = make('h2', '', panel.title);
    title.id = `title-${panel.id}`;
    this.element.setAttribute('aria-labelledby', title.id);
    const legend = make('dl', 'legend');
    for (const { key, label, tone, dash } of panel.series) {
      const entry = make('div');
      entry.dataset.series = key;
      const name = make('dt', '', label);
      name.prepend(make('i', `swatch tone-${tone}${dash ? ' dashed' : ''}`));
      const value = make('dd', '', '–');
      this.#values.push(value);
      entry.append(name, value);
      legend.append(entry);
    }
    this.#box = make('div', 'plot');
    this.#box.setAttribute('role', 'img');
    this.#box.setAttribute('aria-label', `${panel.title} over time; the latest values stand above.`);
    this.element.append(title, legend, this.#box, make('p', 'about', panel.about));
    new ResizeObserver(() => this.#resize()).observe(this.#box);
  }

  #resize() {
    const width = Math.floor(this.#box.clientWidth);
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    if (this.#plot) this.#plot.setSize({ width, height: this.#box.clientHeight });
    else this.restyle();
  }

  /** With the colours that are in force now. */
  restyle() {
    this.#plot?.destroy();
    this.#plot = null;
    if (this.#width === 0) return;
    const grid = { stroke: colour(this.#box, 'grid-colour'), width: 1 };
    const axis = { stroke: colour(this.#box, 'quiet-colour'), font, ticks: { show: false } };
    const { series, axis: forms } = this.#panel;
    const side = (/** @type {number} */ which) => ({
      ...axis,
      scale: which ? 'right' : 'left',
      side: which ? 1 : 3,
      size: 54,
      space: 34,
      grid: which ? { show: false } : grid,
      values: (/** @type {any} */ _, /** @type {number[]} */ ticks) => ticks.map((tick) => forms[which](tick)),
    });
    const lines = series.map((one) => solid(one, colour(this.#box, `tone-${one.tone}`)));
    this.#plot = new uPlot(
      {
        width: this.#width,
        height: this.#box.clientHeight,
        legend: { show: false },
        padding: [8, forms.length > 1 ? 0 : 28, 0, 0],
        cursor: { sync: { key: 'console' }, drag: { x: false, y: false }, points: { size: 7 } },
        scales: { x: { time: true, range: () => this.#range }, left: { range: upwards }, right: { range: upwards } },
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 70,
            size: 26,
            values: (/** @type {any} */ _, /** @type {number[]} */ ticks) => {
              const seconds = ticks.some((tick) => tick % 60 !== 0);
              return ticks.map((tick) => clock(tick, seconds));
            },
          },
          ...forms.map((_, which) => side(which)),
        ],
        series: [{}, ...lines],
        hooks: { setCursor: [() => this.#say()] },
      },
      this.#data,
      this.#box,
    );
  }

  /** @param {History} history @param {number} seconds how much of it */
  draw(history, seconds) {
    const { times } = history;
    const end = times[times.length - 1] ?? 0;
    this.#range = [end - seconds, end];
    this.#data = history.columns(seconds, this.#panel.series.map(({ key }) => key));
    this.#plot?.setData(this.#data);
    this.#say();
  }

  /** The legend: at the cursor, else the latest. */
  #say() {
    const last = (this.#data[0]?.length ?? 0) - 1;
    const at = this.#plot?.cursor.idx ?? last;
    this.element.classList.toggle('pointed', at !== last);
    this.#panel.series.forEach(({ form }, i) => {
      const text = form(this.#data[i + 1]?.[at] ?? null);
      if (this.#values[i].textContent !== text) this.#values[i].textContent = text;
    });
  }
}

/** The last minutes of a tile's figure as a line: drawn by hand, since there is nothing but the line. */
export class Sparkline {
  #line;
  #area;

  constructor() {
    const of = (/** @type {string} */ name) => document.createElementNS('http://www.w3.org/2000/svg', name);
    this.element = of('svg');
    this.element.setAttribute('viewBox', '0 0 120 32');
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('aria-hidden', 'true');
    this.#area = of('path');
    this.#area.setAttribute('class', 'area');
    this.#line = of('path');
    this.#line.setAttribute('class', 'line');
    this.element.append(this.#area, this.#line);
  }

  /** @param {(number | null)[][]} columns times and values @param {number} seconds */
  draw([times, values], seconds) {
    const end = times[times.length - 1] ?? 0;
    const top = Math.max(1e-9, ...values.map((value) => value ?? 0)) * 1.08;
    const step = Math.max(1, Math.floor(values.length / sparkPoints));
    let line = '';
    let area = '';
    let begun = '';
    let x = '';
    values.forEach((value, i) => {
      // The newest is always among them.
      if (value !== null && (values.length - 1 - i) % step !== 0) return;
      if (value === null) {
        if (begun) area += `L${x} 32Z`;
        begun = '';
        return;
      }
      x = Math.max(0, 120 - ((end - /** @type {number} */ (times[i])) / seconds) * 120).toFixed(1);
      const place = `${x} ${(31 - (value / top) * 29).toFixed(1)}`;
      line += `${begun ? 'L' : 'M'}${place}`;
      area += begun ? `L${place}` : `M${x} 32L${place}`;
      begun = place;
    });
    if (begun) area += `L${x} 32Z`;
    this.#line.setAttribute('d', line);
    this.#area.setAttribute('d', area);
  }
}
