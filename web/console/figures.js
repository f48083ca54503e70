// From two answers of /metrics to what happened between them.

/** @typedef {import('./exposition.js').Snapshot} Snapshot */
/** @typedef {import('./exposition.js').Buckets} Buckets */
/** @typedef {import('./exposition.js').Match} Match */

/** A counter that is lower than before began anew at 0. @param {number} before @param {number} now */
export const increase = (before, now) => (now >= before ? now - before : now);

/** What a histogram has counted between two answers. @param {Buckets} before @param {Buckets} now @returns {Buckets} */
export function between(before, now) {
  const anew = [...before].some(([bound, count]) => (now.get(bound) ?? 0) < count);
  return new Map([...now].map(([bound, count]) => [bound, anew ? count : count - (before.get(bound) ?? 0)]));
}

/** Of histograms with the same bounds, or empty ones. @param {Buckets[]} all @returns {Buckets} */
export function together(...all) {
  /** @type {Buckets} */
  const sum = new Map();
  for (const one of all) for (const [bound, count] of one) sum.set(bound, (sum.get(bound) ?? 0) + count);
  return sum;
}

/**
 * As Prometheus' histogram_quantile: within its bucket a value is taken to lie anywhere, and beyond the last bound it is
 * that bound.
 * @param {number} q from 0 to 1
 * @param {Buckets} buckets
 * @returns {number | null} null: nothing was counted
 */
export function quantile(q, buckets) {
  const bounds = [...buckets.keys()].sort((a, b) => a - b);
  const all = bounds.length ? /** @type {number} */ (buckets.get(bounds[bounds.length - 1])) : 0;
  if (!(all > 0)) return null;
  const rank = q * all;
  let below = 0;
  let floor = 0;
  for (const bound of bounds) {
    const count = /** @type {number} */ (buckets.get(bound));
    if (count >= rank && count > below) {
      return bound === Infinity ? floor : floor + ((bound - floor) * (rank - below)) / (count - below);
    }
    below = count;
    floor = bound;
  }
  return floor;
}

/** A request that asks where someone is; the others that GET stay open. @type {Match} */
const isRead = ({ method, route = '' }) =>
  method === 'GET' && route.startsWith('/v1/') && route !== '/v1/socket' && !route.endsWith('/events');
/** @type {Match} */
const isUpdate = ({ method, route }) => method === 'POST' && route === '/v1/progress';
/** @param {string} kind @returns {Match} */
const ofKind = (kind) => (labels) => labels.kind === kind;

/** What the page asks /metrics for. */
export const names = [
  'playhead_node_info',
  'process_start_time_seconds',
  'playhead_sessions',
  'playhead_sessions_watching',
  'playhead_updates_accepted_total',
  'playhead_updates_rejected_total',
  'playhead_updates_applied_total',
  'playhead_updates_changed_total',
  'playhead_refused_total',
  'playhead_http_request_seconds',
  'playhead_http_connections',
  'playhead_socket_ack_seconds',
  'playhead_commit_seconds',
  'playhead_commit_updates',
  'playhead_commit_queue_bytes',
  'playhead_push_connections',
  'playhead_push_events_total',
  'playhead_push_followed_users',
  'playhead_view_bytes',
  'playhead_view_items',
  'playhead_store_item_writes_total',
  'playhead_store_flushes_total',
  'playhead_store_flush_seconds_total',
  'playhead_log_next_offset',
  'playhead_checkpoint_offset',
  'playhead_replay_records',
  'playhead_consumer_lag_records',
  'playhead_spool_records',
  'playhead_partitions_owned',
  'playhead_next_interval_seconds',
];

/** What is so at this moment. @param {Snapshot} now */
function gauges(now) {
  const next = now.gauge('playhead_log_next_offset');
  const checkpoint = now.gauge('playhead_checkpoint_offset');
  return {
    watching: now.gauge('playhead_sessions_watching'),
    sessions: now.gauge('playhead_sessions'),
    sockets: now.gauge('playhead_push_connections', ofKind('websocket')),
    streams: now.gauge('playhead_push_connections', ofKind('sse')),
    connections: now.gauge('playhead_push_connections'),
    followed: now.gauge('playhead_push_followed_users'),
    viewBytes: now.gauge('playhead_view_bytes'),
    viewItems: now.gauge('playhead_view_items'),
    queueBytes: now.gauge('playhead_commit_queue_bytes'),
    // A node of a cluster says how much a new owner would read again.
    behind: next !== null && checkpoint !== null ? next - checkpoint : now.gauge('playhead_replay_records'),
    lag: now.gauge('playhead_consumer_lag_records'),
    spool: now.gauge('playhead_spool_records'),
    interval: now.gauge('playhead_next_interval_seconds'),
    acceptedInAll: now.gauge('playhead_updates_accepted_total'),
  };
}

/** What happened since then. @param {Snapshot} before @param {Snapshot} now */
function changes(before, now) {
  const seconds = (now.at - before.at) / 1000;
  /** @param {string} name */
  const more = (name) => increase(before.count(name), now.count(name));
  /** @param {string} name */
  const rate = (name) => more(name) / seconds;
  /** @param {string} name @param {Match} [match] */
  const counted = (name, match) => between(before.buckets(name, match), now.buckets(name, match));
  /** @param {number} q @param {Buckets} buckets of seconds */
  const ms = (q, buckets) => {
    const found = quantile(q, buckets);
    return found === null ? null : found * 1000;
  };
  const acks = together(
    counted('playhead_http_request_seconds', isUpdate),
    counted('playhead_socket_ack_seconds'),
  );
  const reads = counted('playhead_http_request_seconds', isRead);
  const commits = counted('playhead_commit_seconds');
  const batches = counted('playhead_commit_updates');
  const records = more('playhead_commit_updates_count');
  const flushes = more('playhead_store_flushes_total');
  const applied = more('playhead_updates_applied_total');
  return {
    accepted: rate('playhead_updates_accepted_total'),
    refused: rate('playhead_updates_rejected_total') + rate('playhead_refused_total'),
    unchanged: Math.max(0, applied - more('playhead_updates_changed_total')) / seconds,
    ack50: ms(0.5, acks),
    ack90: ms(0.9, acks),
    ack99: ms(0.99, acks),
    reads: (reads.get(Infinity) ?? 0) / seconds,
    read99: ms(0.99, reads),
    batch: records > 0 ? more('playhead_commit_updates_sum') / records : null,
    batch99: quantile(0.99, batches),
    commits: (commits.get(Infinity) ?? 0) / seconds,
    commit50: ms(0.5, commits),
    commit99: ms(0.99, commits),
    events: rate('playhead_push_events_total'),
    writes: rate('playhead_store_item_writes_total'),
    flush: flushes > 0 ? (1000 * more('playhead_store_flush_seconds_total')) / flushes : null,
  };
}

/** @typedef {ReturnType<typeof gauges> & Partial<ReturnType<typeof changes>>} Figures */

/**
 * @param {Snapshot | null} before null, or of a process that is no more: then there is nothing to compare with
 * @param {Snapshot} now
 * @returns {Figures}
 */
export function figures(before, now) {
  const began = 'process_start_time_seconds';
  const same = before !== null && now.at > before.at && before.gauge(began) === now.gauge(began);
  return { ...gauges(now), ...(same ? changes(before, now) : {}) };
}
