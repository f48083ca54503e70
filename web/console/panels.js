// What the page shows: the tiles, the charts, and what each of them means in a line.

import { bytes, gap, milliseconds, none, rate, short, whole } from './words.js';

/** @typedef {import('./words.js').Form} Form */
/** @typedef {import('./history.js').Moment} Moment */
/**
 * @typedef {object} Series
 * @property {string} key of the figures
 * @property {string} label
 * @property {number} tone which of the page's colours
 * @property {Form} form
 * @property {boolean} [right] by the axis on the right
 * @property {boolean} [fill]
 * @property {boolean} [dash]
 */
/**
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} title
 * @property {string} about
 * @property {Form[]} axis how the axes are written, left and right
 * @property {Series[]} series
 */
/**
 * @typedef {object} Tile
 * @property {string} id
 * @property {string} title
 * @property {string} key of the figures
 * @property {number} tone
 * @property {Form} form
 * @property {string} unit
 * @property {(moment: Moment) => string} below
 */

/** @type {Tile[]} */
export const tiles = [
  {
    id: 'watching',
    title: 'Playing now',
    key: 'watching',
    tone: 1,
    form: whole,
    unit: 'sessions',
    below: ({ sessions }) => `${whole(sessions)} with those paused`,
  },
  {
    id: 'accepted',
    title: 'Updates',
    key: 'accepted',
    tone: 2,
    form: rate,
    unit: 'a second',
    below: ({ interval }) =>
      interval ? `players come every ${Math.round(interval * 10) / 10}${gap}s` : none,
  },
  {
    id: 'ack',
    title: 'Acknowledged in',
    key: 'ack99',
    tone: 3,
    form: milliseconds,
    unit: 'p99',
    below: ({ ack50 }) => `half of them in ${milliseconds(ack50)}`,
  },
  {
    id: 'push',
    title: 'Push connections',
    key: 'connections',
    tone: 4,
    form: whole,
    unit: 'open',
    below: ({ sockets, streams }) => `${whole(sockets)} WebSockets, ${whole(streams)} event streams`,
  },
];

/** @type {Panel} */
const waitsHere = {
  id: 'waits',
  title: 'What waits',
  about: 'Updates in memory for the next commit, and records of the log that the store does not have yet. A restart replays those.',
  axis: [bytes, short],
  series: [
    { key: 'queueBytes', label: 'Commit queue', tone: 3, form: bytes, fill: true },
    { key: 'behind', label: 'Records not in the store', tone: 4, form: whole, right: true },
  ],
};

/** @type {Panel} */
const waitsInCluster = {
  id: 'waits',
  title: 'What waits',
  about:
    'Records in Kafka that this node has not applied yet, applied ones that a new owner would read again, and what is ' +
    'spooled here while Kafka is away.',
  axis: [short],
  series: [
    { key: 'lag', label: 'Not applied', tone: 3, form: whole, fill: true },
    { key: 'behind', label: 'Not all stored', tone: 4, form: whole },
    { key: 'spool', label: 'Spooled', tone: 2, form: whole, dash: true },
  ],
};

/** @type {Panel[]} */
const common = [
  {
    id: 'updates',
    title: 'Updates a second',
    about:
      'Accepted: durable. Refused: something in them is wrong, or there was no room. No news: duplicates, and older than what is known.',
    axis: [short],
    series: [
      { key: 'accepted', label: 'Accepted', tone: 2, form: rate, fill: true },
      { key: 'unchanged', label: 'No news', tone: 4, form: rate },
      { key: 'refused', label: 'Refused', tone: 5, form: rate },
    ],
  },
  {
    id: 'latency',
    title: 'Time to the ack',
    about:
      'From the arrival of an update to its answer, by HTTP and WebSocket, in each second by itself. The disk’s sync is most of it.',
    axis: [milliseconds],
    series: [
      { key: 'ack99', label: 'p99', tone: 5, form: milliseconds },
      { key: 'ack90', label: 'p90', tone: 3, form: milliseconds },
      { key: 'ack50', label: 'p50', tone: 2, form: milliseconds, fill: true },
    ],
  },
  {
    id: 'batch',
    title: 'Commit batch',
    about:
      'Updates that one sync to disk carries, and how many syncs there are. It grows by itself as more arrive at a time.',
    axis: [short, short],
    series: [
      { key: 'batch', label: 'Mean', tone: 2, form: rate, fill: true },
      { key: 'batch99', label: 'p99', tone: 3, form: rate },
      { key: 'commits', label: 'Commits a second', tone: 4, form: rate, right: true, dash: true },
    ],
  },
  {
    id: 'commit',
    title: 'Time of a commit',
    about: 'Append and sync of one record of the log. When this climbs, the disk is slow, and acks are with it.',
    axis: [milliseconds],
    series: [
      { key: 'commit99', label: 'p99', tone: 5, form: milliseconds },
      { key: 'commit50', label: 'p50', tone: 2, form: milliseconds, fill: true },
    ],
  },
  {
    id: 'push',
    title: 'Push',
    about: 'WebSockets and event streams that are open, and the changes told to them each second.',
    axis: [short, short],
    series: [
      { key: 'connections', label: 'Connections', tone: 4, form: whole, fill: true },
      { key: 'events', label: 'Events a second', tone: 1, form: rate, right: true },
    ],
  },
  {
    id: 'reads',
    title: 'Reads',
    about: 'Resume points, lists and sessions asked for each second, and the time that 99 of 100 were answered in.',
    axis: [short, milliseconds],
    series: [
      { key: 'reads', label: 'Reads a second', tone: 1, form: rate, fill: true },
      { key: 'read99', label: 'p99', tone: 5, form: milliseconds, right: true },
    ],
  },
  {
    id: 'view',
    title: 'View',
    about:
      'Items in memory that the store does not have yet, and the memory they take. It is flushed early when it is full.',
    axis: [short, bytes],
    series: [
      { key: 'viewItems', label: 'Items', tone: 1, form: whole, fill: true },
      { key: 'viewBytes', label: 'Memory', tone: 4, form: bytes, right: true, dash: true },
    ],
  },
  {
    id: 'flush',
    title: 'Flush',
    about:
      'Items written from the view to the store each second, and the mean time of a flush. Of what plays, one write stands for many updates.',
    axis: [short, milliseconds],
    series: [
      { key: 'writes', label: 'Items a second', tone: 2, form: rate, fill: true },
      { key: 'flush', label: 'Time of a flush', tone: 5, form: milliseconds, right: true },
    ],
  },
];

/** @param {boolean} clustered */
export const panels = (clustered) => [...common, clustered ? waitsInCluster : waitsHere];
