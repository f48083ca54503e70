// The last words of a page, and of an item.

import { beforeEach, expect, test } from 'vitest';
import { Device, Player, World } from './world.js';

let world: World;
let tv: Device;
beforeEach(() => {
  world = new World();
  tv = new Device(world);
});
const written = () => [...tv.storage.map.keys()].filter((key) => key.startsWith('playhead.last.'));
const playing = async (seconds: number, options = {}) => {
  const player = new Player(tv, options);
  await player.start();
  await player.play(seconds);
  return player;
};

test('a page that closes says where, by a request that outlives it, made before the page is gone', async () => {
  const player = await playing(13);
  const before = world.timers.length;
  player.reporter.stop();
  expect(world.timers.length).toBeGreaterThan(before); // it left at once: a page that closes waits for nothing
  player.page.ended = true;
  await world.pass(1000);
  expect(world.server.posts.at(-1)).toMatchObject({ keepalive: true, body: { state: 'stopped', position: 13 } });
});

test('what the close could not send, the next start sends first, and forgets', async () => {
  const player = await playing(13);
  tv.online = false;
  await player.close();
  expect(written().length).toBe(1);
  tv.online = true;
  const next = new Player(tv);
  expect(await next.start()).toBe(13);
  expect(world.server.updates.at(-1)).toMatchObject({ state: 'stopped', position: 13 });
  expect(written()).toEqual([]);
});

test('a last update that was heard is sent once more, and does no harm', async () => {
  const player = await playing(13);
  await player.close();
  const phone = new Player(new Device(world, 'phone'));
  await phone.start();
  await phone.play(30);
  await phone.close();
  const again = new Player(tv);
  expect(await again.start()).toBe(43);
  expect(written()).toEqual([]);
});

test('an update that was in flight goes with the last one', async () => {
  const player = await playing(13);
  world.server.instead = () => 'silence';
  await player.seek(700);
  world.server.instead = () => undefined;
  await player.close();
  expect(world.server.updates.slice(-2).map(({ state, seek }) => [state, seek])).toEqual([
    ['playing', true],
    ['stopped', undefined],
  ]);
});

test('without keepalive it is a beacon, with the token inside', async () => {
  const player = await playing(13, { platform: { keepalive: false }, token: () => 'secret' });
  await player.close();
  expect(JSON.parse(tv.beacons.at(-1)!)).toMatchObject({ state: 'stopped', token: 'secret' });
  expect(world.server.resume(789, 12)).toMatchObject({ position: 13 });
});

test('where a keepalive request is refused, a beacon goes', async () => {
  const player = await playing(13);
  tv.online = false;
  player.reporter.stop();
  await world.pass(100);
  expect(tv.beacons.length).toBe(1);
});

test('with none of fetch, beacons and storage nothing breaks', async () => {
  const nothing = {
    fetch: undefined,
    sendBeacon: undefined,
    localStorage: undefined,
    indexedDB: undefined,
    locks: undefined,
  };
  const player = await playing(13, { platform: nothing });
  await player.pause();
  player.reporter.hidden();
  player.reporter.visible();
  await player.close();
  expect(player.errors.map(({ code }) => code)).toContain('start-unknown');
});

test('stopped is said once, and after the end not at all', async () => {
  const player = await playing(13);
  player.reporter.stop();
  player.reporter.hidden();
  player.reporter.stop();
  await world.pass(100);
  expect(world.server.updates.filter(({ state }) => state === 'stopped').length).toBe(1);
  const other = await playing(10);
  other.reporter.ended(2700);
  await world.pass(100);
  other.reporter.stop();
  await world.pass(100);
  expect(world.server.updates.at(-1)!.state).toBe('ended');
});

test('a page that comes back from the browser’s cache is a new session of the same item', async () => {
  const player = await playing(13);
  const first = player.reporter.sessionId;
  player.reporter.stop();
  await world.pass(100);
  await player.play(8);
  await player.pause();
  expect(player.reporter.sessionId).not.toBe(first);
  const last = world.server.updates.at(-1)!;
  expect(last).toMatchObject({ sessionId: player.reporter.sessionId, state: 'paused', provisional: false });
  expect(last.playedSeconds).toBeLessThan(9);
});

test('the next episode on the same player: the old one stops where it was, the new one is a session of its own', async () => {
  const player = await playing(13);
  const first = player.reporter.sessionId;
  const ready = player.reporter.setItem({ showId: 789, episodeId: 13 });
  await world.pass(200);
  expect((await ready).position).toBe(0);
  player.position = 0;
  await player.play(7);
  const [stopped, begun] = world.server.updates.slice(-2);
  expect(stopped).toMatchObject({ sessionId: first, episodeId: 12, state: 'stopped', position: 13 });
  expect(begun).toMatchObject({ episodeId: 13, state: 'playing', seq: 1 });
  expect(begun!.sessionId).not.toBe(first);
});

test('detached, it says its last word and nothing after', async () => {
  const player = await playing(13);
  player.reporter.detach();
  await player.play(30);
  player.reporter.seeked(3);
  expect(world.server.updates.at(-1)).toMatchObject({ state: 'stopped', position: 13 });
});
