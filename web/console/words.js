// How figures are written.

/** @typedef {(value: number | null | undefined) => string} Form */

export const none = '–';
/** Between a figure and its unit, so that they stay on one line. */
export const gap = '\u00a0';

/** @param {(value: number) => string} write @returns {Form} */
const known = (write) => (value) =>
  value === null || value === undefined || !Number.isFinite(value) ? none : write(value);

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** @param {number} value three digits, and no more zeros behind the point than say something */
const three = (value) => `${Number(value.toPrecision(3))}`;

/** 1234567 as 1.23 M, 12345 as 12,345. */
export const whole = known((value) => (value >= 1e6 ? `${three(value / 1e6)}${gap}M` : grouped.format(value)));

/** As whole(), with a tenth where it counts. */
export const rate = known((value) =>
  value > 0 && value < 9.95 ? `${Math.round(value * 10) / 10}` : whole(Math.round(value)),
);

/** For an axis: 12000 as 12 k. */
export const short = known((value) => {
  if (value >= 1e6) return `${three(value / 1e6)}${gap}M`;
  if (value >= 10_000) return `${three(value / 1e3)}${gap}k`;
  return value >= 1000 ? grouped.format(value) : `${three(value)}`;
});

export const bytes = known((value) => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${three(value / 1000 ** step)}${gap}${units[step]}`;
});

/** Milliseconds in. */
export const milliseconds = known((value) => (value < 999.5 ? `${three(value)}${gap}ms` : `${three(value / 1000)}${gap}s`));

/** Seconds as a person says them: the two greatest units. @param {number} seconds */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  /** @type {[number, string][]} */
  const units = [
    [Math.floor(whole / 86400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** @param {number} epochSeconds @param {boolean} seconds whether to say them */
export function clock(epochSeconds, seconds) {
  const text = new Date(epochSeconds * 1000).toTimeString();
  return text.slice(0, seconds ? 8 : 5);
}
