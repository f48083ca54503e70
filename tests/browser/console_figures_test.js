// What the console computes from two answers of /metrics.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Snapshot } from '../../web/console/exposition.js';
import { between, figures, increase, quantile, together } from '../../web/console/figures.js';
import { History } from '../../web/console/history.js';
import { bytes, gap, milliseconds, none, rate, short, span, whole } from '../../web/console/words.js';

/** @param {Record<string, number>} counts by upper bound, cumulative */
const buckets = (counts) => new Map(Object.entries(counts).map(([bound, count]) => [Number(bound), count]));

const hundred = buckets({ 1: 50, 2: 90, 5: 99, Infinity: 100 });

test('a percentile lies inside its bucket, as Prometheus has it', () => {
  assert.equal(quantile(0.5, hundred), 1);
  assert.equal(quantile(0.25, hundred), 0.5);
  assert.equal(quantile(0.9, hundred), 2);
  assert.equal(quantile(0.945, hundred), 3.5);
  assert.equal(quantile(0.99, hundred), 5);
});

test('what is beyond the last bound is that bound, and of nothing there is no percentile', () => {
  assert.equal(quantile(0.999, hundred), 5);
  assert.equal(quantile(1, buckets({ 1: 0, Infinity: 3 })), 1);
  assert.equal(quantile(0.5, buckets({ 1: 0, 2: 0, Infinity: 0 })), null);
  assert.equal(quantile(0.5, new Map()), null);
});

test('empty buckets before and between hold no percentile', () => {
  assert.equal(quantile(0, buckets({ 1: 0, 2: 0, 5: 10, Infinity: 10 })), 2);
  assert.equal(quantile(0.5, buckets({ 1: 0, 2: 0, 5: 10, Infinity: 10 })), 3.5);
  assert.equal(quantile(0.75, buckets({ 1: 10, 2: 10, 5: 20, Infinity: 20 })), 3.5);
});

test('a counter that is lower than before began anew', () => {
  assert.equal(increase(10, 25), 15);
  assert.equal(increase(10, 10), 0);
  assert.equal(increase(1000, 25), 25);
});

test('a histogram counts between two answers, and from 0 when it began anew', () => {
  const later = buckets({ 1: 60, 2: 100, 5: 120, Infinity: 130 });
  assert.deepEqual([...between(hundred, later).values()], [10, 10, 21, 30]);
  assert.deepEqual([...between(new Map(), later).values()], [60, 100, 120, 130]);
  const anew = buckets({ 1: 51, 2: 52, 5: 53, Infinity: 54 });
  assert.deepEqual([...between(hundred, anew).values()], [51, 52, 53, 54]);
});

test('histograms of the same bounds are one', () => {
  assert.deepEqual(together(buckets({ 1: 1, Infinity: 2 }), new Map(), buckets({ 1: 3, Infinity: 5 })), buckets({ 1: 4, Infinity: 7 }));
});

test('the text of /metrics is read with labels, escapes and infinities', () => {
  const text = [
    '# HELP a_total Text with {braces="and"} 5',
    'a_total{route="/v1/{user}",class="2xx"} 3',
    'a_total{route="say \\"hi\\", \\\\o/",class="4xx"} 4',
    'h_bucket{le="0.5"} 1',
    'h_bucket{le="+Inf"} 2',
    'plain 1.5e3',
    'gone NaN',
    '',
  ].join('\n');
  const snapshot = new Snapshot(text, 0);
  assert.equal(snapshot.count('a_total'), 7);
  assert.equal(snapshot.count('a_total', ({ route }) => route === '/v1/{user}'), 3);
  assert.equal(snapshot.all('a_total')[1].labels.route, 'say "hi", \\o/');
  assert.deepEqual(snapshot.buckets('h'), buckets({ 0.5: 1, Infinity: 2 }));
  assert.equal(snapshot.gauge('plain'), 1500);
  assert.equal(snapshot.gauge('absent'), null);
  assert.equal(snapshot.count('absent'), 0);
});

/** @param {number} began @param {number} at @param {Record<string, number>} [counts] */
function answer(began, at, counts = {}) {
  const lines = Object.entries({ process_start_time_seconds: began, ...counts });
  return new Snapshot(lines.map(([name, value]) => `${name} ${value}`).join('\n'), at);
}

test('rates are of the time that really passed between two answers', () => {
  const first = answer(1, 1000, { playhead_updates_accepted_total: 100, playhead_refused_total: 1 });
  const second = answer(1, 3500, { playhead_updates_accepted_total: 600, playhead_refused_total: 6 });
  const { accepted, refused, ack99, batch } = figures(first, second);
  assert.equal(accepted, 200);
  assert.equal(refused, 2);
  assert.equal(ack99, null, 'none was acknowledged, so there is no percentile');
  assert.equal(batch, null);
});

test('acks by HTTP and by WebSocket count together, of this interval alone', () => {
  const route = 'method="POST",route="/v1/progress"';
  /** @param {number} at @param {number[]} http @param {number[]} socket up to 1 ms, up to 10 ms, all */
  const acks = (at, http, socket) =>
    answer(1, at, {
      [`playhead_http_request_seconds_bucket{${route},le="0.001"}`]: http[0],
      [`playhead_http_request_seconds_bucket{${route},le="0.01"}`]: http[1],
      [`playhead_http_request_seconds_bucket{${route},le="+Inf"}`]: http[2],
      'playhead_http_request_seconds_bucket{method="GET",route="/metrics",le="+Inf"}': 1000,
      'playhead_socket_ack_seconds_bucket{le="0.001"}': socket[0],
      'playhead_socket_ack_seconds_bucket{le="0.01"}': socket[1],
      'playhead_socket_ack_seconds_bucket{le="+Inf"}': socket[2],
    });
  const { ack50, ack99, reads } = figures(acks(0, [9e6, 9e6, 9e6], [0, 0, 0]), acks(1000, [9e6 + 50, 9e6 + 50, 9e6 + 50], [0, 50, 50]));
  assert.equal(ack50, 1);
  assert.ok(ack99 !== null && ack99 !== undefined && Math.abs(ack99 - 9.82) < 1e-9, `${ack99}`);
  assert.equal(reads, 0, '/metrics is no read');
});

test('after a restart there are gauges, and no rates until the next answer', () => {
  const before = answer(1, 1000, { playhead_updates_accepted_total: 100 });
  const after = answer(2, 2000, { playhead_updates_accepted_total: 5000, playhead_sessions: 7 });
  assert.equal(figures(before, after).accepted, undefined);
  assert.equal(figures(before, after).sessions, 7);
  assert.equal(figures(null, after).accepted, undefined);
});

test('history keeps 15 minutes, and breaks where nothing was known', () => {
  const history = new History();
  for (let second = 0; second < 2000; second++) history.add(1000 + second, second === 1990 ? {} : { a: second });
  assert.ok(history.times.length <= 15 * 60 + 2, `${history.times.length}`);
  const [times, values] = history.columns(120, ['a']);
  assert.equal(times.length, 122);
  assert.equal(values[values.length - 1], 1999);
  assert.equal(values[values.length - 10], null);
  history.add(500, { a: 1 });
  assert.deepEqual(history.columns(120, ['a']), [[500], [1]], 'a clock that was set back');
});

test('figures are written for a person, with units that stay beside them', () => {
  assert.deepEqual([whole(12345), whole(1234567), whole(null), whole(NaN)], ['12,345', `1.23${gap}M`, none, none]);
  assert.deepEqual([rate(0), rate(0.25), rate(9.96), rate(1234.4)], ['0', '0.3', '10', '1,234']);
  assert.deepEqual([short(12000), short(6000), short(0.25)], [`12${gap}k`, '6,000', '0.25']);
  assert.deepEqual([bytes(0), bytes(1500), bytes(2.07e6)], [`0${gap}B`, `1.5${gap}kB`, `2.07${gap}MB`]);
  assert.deepEqual([milliseconds(0.4567), milliseconds(1500)], [`0.457${gap}ms`, `1.5${gap}s`]);
  assert.deepEqual([span(0.4), span(12), span(3600), span(273_912)], ['0 s', '12 s', '1 h', '3 d 4 h']);
});
