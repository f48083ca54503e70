// What is sent while it plays, and when.

import { beforeEach, expect, test } from 'vitest';
import { Device, Player, World } from './world.js';

let world: World;
let tv: Device;
beforeEach(() => {
  world = new World();
  tv = new Device(world);
});

const states = () => world.server.updates.map(({ state }) => state);

test('the server says how often', async () => {
  const player = new Player(tv);
  await player.start();
  await player.play(60);
  const times = world.server.posts.map(({ at }) => at);
  const gaps = times.slice(1).map((at, index) => at - times[index]!);
  expect(gaps).toEqual([10_000, 10_000, 10_000, 10_000, 10_000]);
  world.server.nextInSeconds = 30;
  await player.play(100);
  const later = world.server.posts.map(({ at }) => at).slice(7);
  expect(later.slice(1).map((at, index) => at - later[index]!)).toEqual([30_000, 30_000]);
});

test('an interval that makes no sense is bounded', async () => {
  world.server.nextInSeconds = -4;
  const player = new Player(tv);
  await player.start();
  await player.play(10);
  expect(world.server.posts.length).toBeLessThanOrEqual(11);
});

test('no timer is needed: a throttled page reports by its player’s time', async () => {
  const player = new Player(tv);
  await player.start();
  player.page.throttled = true;
  await player.play(30);
  expect(world.server.posts.length).toBe(3);
});

test('a heartbeat has all that a good player sends', async () => {
  const player = new Player(tv, { creditsAt: 2610, nextEpisodeId: 13 });
  await player.start();
  await player.play(12);
  const last = world.server.updates.at(-1)!;
  expect(last).toMatchObject({
    userId: 'u',
    showId: 789,
    episodeId: 12,
    duration: 2700,
    creditsAt: 2610,
    nextEpisodeId: 13,
    deviceId: 'tv',
    sessionId: player.reporter.sessionId,
    seq: 2,
    state: 'playing',
    clock: 'server',
    provisional: false,
  });
  expect(last.position).toBeCloseTo(10.25, 3);
  expect(last.playedSeconds).toBeCloseTo(10.25, 3);
});

test('pause, seek, a new rate and the end are said at once', async () => {
  const player = new Player(tv);
  await player.start();
  await player.play(2);
  await player.pause();
  await player.play(1);
  await player.seek(600);
  player.reporter.rateChanged(600);
  await world.pass(100);
  await player.play(1);
  player.reporter.ended(player.position);
  await world.pass(100);
  expect(states()).toEqual(['playing', 'paused', 'playing', 'playing', 'playing', 'ended']);
  expect(world.server.updates[3]).toMatchObject({ position: 600, seek: true });
  expect(world.server.updates[4]!.seek).toBeUndefined();
});

test('while paused it says nothing', async () => {
  const player = new Player(tv);
  await player.start();
  await player.play(2);
  await player.pause();
  const before = world.server.posts.length;
  player.reporter.paused(player.position);
  await world.pass(3_600_000);
  expect(world.server.posts.length).toBe(before);
});

test('one request is in flight, and what comes meanwhile is said once, after it', async () => {
  tv.latency = 4000;
  const player = new Player(tv);
  await player.start();
  await world.pass(4000);
  await player.play(1);
  for (const position of [100, 200, 300, 400]) player.reporter.seeked(position);
  await world.pass(2000);
  expect(world.server.posts.length).toBe(1);
  await world.pass(20_000);
  expect(world.server.updates.map(({ position }) => position)).toEqual([0.25, 400]);
});

test('a jump right after the first frame counts from the first update on', async () => {
  const player = new Player(tv);
  await player.start();
  player.reporter.playing(0);
  await player.seek(1120);
  expect(world.server.updates).toEqual([]);
  await player.play(2);
  await player.pause();
  expect(world.server.updates.length).toBeGreaterThan(0);
  expect(world.server.updates.every(({ provisional, position = 0 }) => !provisional && position >= 1120)).toBe(true);
});

test('a player that begins elsewhere by itself has not jumped', async () => {
  const player = new Player(tv);
  await player.start();
  await player.seek(600); // before anything played
  await player.play(2);
  await player.pause();
  expect(world.server.updates.every(({ provisional }) => provisional)).toBe(true);
});

test('playedSeconds are seconds of the item: twice as many at twice the speed, none for a jump', async () => {
  const player = new Player(tv);
  await player.start();
  player.rate = 2;
  await player.play(10);
  await player.seek(1000);
  player.rate = 1;
  await player.play(10);
  await player.pause();
  expect(world.server.updates.at(-1)!.playedSeconds).toBeCloseTo(30, 1);
});

test('a hidden page says where it is, and keeps it until it is answered', async () => {
  const player = new Player(tv);
  await player.start();
  await player.play(3);
  player.reporter.hidden();
  const written = () => [...tv.storage.map.keys()].filter((key) => key.startsWith('playhead.last.'));
  expect(written().length).toBe(1);
  await world.pass(100);
  expect(world.server.updates.at(-1)).toMatchObject({ state: 'playing', position: 3 });
  expect(written()).toEqual([]);
  player.reporter.visible();
  await world.pass(100);
  expect(world.server.updates.length).toBe(3);
});

test('suspended, it says nothing until it resumes, and counts on from there', async () => {
  const player = new Player(tv);
  await player.start();
  await player.play(20);
  player.reporter.suspend();
  await world.pass(100);
  expect(world.server.updates.at(-1)).toMatchObject({ state: 'paused', position: 20 });
  const before = world.server.updates.length;
  for (let second = 0; second < 30; second++) {
    player.reporter.playing(second); // the advertisement, on the same player
    await world.pass(1000);
  }
  player.reporter.seeked(3);
  player.reporter.paused(4);
  player.reporter.hidden();
  await world.pass(100);
  expect(world.server.updates.length).toBe(before);
  player.reporter.resume();
  await player.play(2);
  expect(world.server.updates.at(-1)).toMatchObject({ state: 'playing', provisional: false });
  expect(world.server.updates.at(-1)!.position).toBeGreaterThan(20);
});

test('a channel without an end is counted and has no position to come back to', async () => {
  const player = new Player(tv, { duration: () => Infinity });
  await player.start();
  await player.play(12);
  expect(world.server.updates.at(-1)).toMatchObject({ live: true });
  expect(world.server.resume(789, 12).known).toBe(false);
});
