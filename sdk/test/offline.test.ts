// What can't be sent is kept, and sent when it can be.

import { beforeEach, expect, test } from 'vitest';
import { limit, openQueue } from '../src/queue.js';
import { platformWith } from '../src/platform.js';
import type { Update } from '../src/index.js';
import { made } from './made.js';
import { Device, Player, settle, World } from './world.js';

let world: World;
let phone: Device;
beforeEach(() => {
  world = new World();
  phone = new Device(world, 'phone');
});

const kept = () => openQueue(platformWith(phone.page())).all();
const failures = (player: Player) => player.events.filter(({ type }) => type === 'failed');
const playing = async (seconds: number, options = {}) => {
  const player = new Player(phone, options);
  await player.start();
  await player.play(seconds);
  return player;
};

test('offline and back: one batch says what was missed, with the times when it was', async () => {
  const player = await playing(20);
  phone.online = false;
  await player.play(300);
  await player.seek(1000);
  await player.play(60);
  const left = world.time;
  await player.pause();
  await world.pass(60_000);
  const before = world.server.posts.length;
  phone.online = true;
  player.reporter.online();
  await world.pass(2000);
  const batch = world.server.posts.slice(before);
  expect(batch.length).toBe(1);
  // The heartbeats of one run replace each other; what was before the jump is still told.
  expect(batch[0]!.body.updates.map(({ state, seek }: Update) => (seek ? 'seek' : state))).toEqual([
    'playing',
    'paused',
  ]);
  expect(Math.abs(world.server.stored.at(-1)!.time - left)).toBeLessThan(400);
  expect(world.server.resume(789, 12)).toMatchObject({ position: 1060 });
  await settle();
  expect(await kept()).toEqual([]);
});

test('a reload while offline: the next page sends what waits before it asks where to start', async () => {
  const player = await playing(20);
  phone.online = false;
  await player.play(100);
  player.die();
  phone.online = true;
  const next = new Player(phone);
  expect(await next.start()).toBeGreaterThan(100);
  expect(world.server.updates.at(-1)!.position).toBeGreaterThan(100);
  await settle();
  expect(await kept()).toEqual([]);
});

test('still offline after a reload: it starts where this device was, and says that it could not ask', async () => {
  const player = await playing(20);
  phone.online = false;
  await player.play(100);
  player.die();
  const next = new Player(phone);
  expect(await next.start()).toBeGreaterThan(100);
  expect((await next.reporter.ready).asked).toBe(false);
  expect(next.errors.map(({ code }) => code)).toContain('start-unknown');
});

test('without IndexedDB it is kept in memory, and a close writes it down', async () => {
  phone.indexedDB = undefined;
  const player = await playing(20);
  phone.online = false;
  await player.play(100);
  await player.close();
  phone.online = true;
  const next = new Player(phone);
  expect(await next.start()).toBe(120);
});

test('another viewer of the device, or another server, does not send what is not theirs', async () => {
  const player = await playing(20);
  phone.online = false;
  await player.play(100);
  player.die();
  phone.online = true;
  const sent = world.server.posts.length;
  await new Player(phone, { userId: 'someone else' }).start();
  await new Player(phone, { url: 'http://another' }).start();
  expect(world.server.posts.length).toBe(sent);
  expect((await kept()).length).toBe(1);
});

test('two tabs: both are heard, and what a closed one left behind is sent by the other', async () => {
  const one = await playing(10);
  const two = new Player(phone, { episodeId: 13 });
  await two.start();
  await two.play(10);
  phone.online = false;
  await one.play(50);
  await two.play(50);
  two.die();
  phone.online = true;
  one.reporter.online();
  await world.pass(5000);
  expect(world.server.resume(789, 12).known && world.server.resume(789, 13).known).toBe(true);
  expect(Number((world.server.resume(789, 12) as any).position)).toBeGreaterThan(45);
  expect(Number((world.server.resume(789, 13) as any).position)).toBeGreaterThan(45);
  await settle();
  expect(await kept()).toEqual([]);
});

test('tries again after a time that grows, drawn by lot, and no sooner', async () => {
  phone.chance = 1;
  const player = await playing(10);
  phone.online = false;
  await player.pause();
  await world.pass(600_000);
  const waits = failures(player).map((event: any) => event.waitMs);
  expect(waits.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(failures(player).length).toBeLessThan(20);
  phone.chance = 0.25;
  await world.pass(200_000);
  expect((failures(player).at(-1) as any).waitMs).toBe(15_000);
});

test('Retry-After is respected, also when the network comes back', async () => {
  const player = await playing(10);
  world.server.instead = ({ path }) =>
    path.endsWith('/v1/progress')
      ? { status: 429, body: { code: 'overloaded', detail: 'Busy.' }, headers: { 'retry-after': '30' } }
      : undefined;
  await player.pause();
  const before = world.server.posts.length;
  await world.pass(29_000);
  expect(world.server.posts.length).toBe(before);
  world.server.instead = () => undefined;
  await world.pass(3000);
  expect(world.server.updates.at(-1)!.state).toBe('paused');
  player.reporter.detach();
});

test('a 401 asks for a new token and keeps what waits', async () => {
  let valid = 'first';
  const asked: boolean[] = [];
  const player = new Player(phone, {
    token: async (refused) => {
      asked.push(refused);
      return refused ? valid : 'first';
    },
  });
  world.server.instead = ({ authorization }) =>
    authorization === `Bearer ${valid}`
      ? undefined
      : { status: 401, body: { code: 'token-expired', detail: 'The token has expired.' } };
  await player.start();
  await player.play(12);
  expect(asked).toEqual([false]);
  valid = 'second';
  await player.play(10);
  expect(asked).toEqual([false, true]);
  expect(world.server.updates.at(-1)!.position).toBeGreaterThan(19);
  expect(player.errors).toEqual([]);
  // And where no new one helps, it says so and keeps on.
  valid = 'none that it has';
  const token = player.errors.length;
  world.server.instead = () => ({ status: 401, body: { code: 'token-expired', detail: 'The token has expired.' } });
  await player.play(20);
  expect(player.errors.length).toBeGreaterThan(token);
  world.server.instead = () => undefined;
  await player.play(60);
  expect(world.server.updates.at(-1)!.position).toBeGreaterThan(80);
});

test('a batch’s results count one by one', async () => {
  const player = await playing(10);
  phone.online = false;
  await player.seek(600);
  await player.play(20);
  await player.seek(900);
  await player.play(20);
  await player.pause();
  phone.online = true;
  let first = true;
  world.server.instead = ({ body }) => {
    if (!body?.updates || !first) return undefined;
    first = false;
    const rejected = [
      { index: 0, code: 'invalid-position', detail: 'No.', retry: false },
      { index: 1, code: 'overloaded', detail: 'Later.', retry: true },
    ];
    return { status: 202, body: world.server.ack(body.updates.length - 2, rejected) };
  };
  player.reporter.online();
  await world.pass(70_000);
  expect(player.errors.map(({ code }) => code)).toEqual(['invalid-position']);
  const [, again] = world.server.posts.slice(-2);
  expect([again!.body].flat().length).toBe(1);
  await settle();
  expect(await kept()).toEqual([]);
});

test('what is refused for good is dropped and told; a batch that is refused is sent one by one', async () => {
  const player = await playing(10);
  phone.online = false;
  await player.seek(600);
  await player.play(20);
  await player.seek(900);
  await player.pause();
  phone.online = true;
  world.server.instead = ({ body }) =>
    body && (body.updates || body.position === 620)
      ? { status: 400, body: { code: 'invalid-position', detail: 'No.' } }
      : undefined;
  player.reporter.online();
  await world.pass(20_000);
  expect(world.server.updates.at(-1)).toMatchObject({ state: 'paused', position: 900 });
  expect(player.errors.filter(({ code }) => code === 'invalid-position').length).toBeGreaterThan(0);
  await settle();
  expect(await kept()).toEqual([]);
});

test('an answer that is not Playhead’s is none: a proxy’s page loses nothing', async () => {
  const player = await playing(10);
  world.server.instead = () => ({ status: 404 });
  await player.play(15);
  world.server.instead = () => ({ status: 200, body: { hello: 'hotel guest' } });
  await player.play(15);
  world.server.instead = () => undefined;
  await player.play(40);
  expect(world.server.updates.at(-1)!.position).toBeGreaterThan(60);
  expect(player.errors).toEqual([]);
});

test('a server that never answers is given up on after 10 s, and tried again', async () => {
  const player = await playing(5);
  world.server.instead = () => 'silence';
  await player.pause();
  await world.pass(12_000);
  expect(failures(player).length).toBe(1);
  world.server.instead = () => undefined;
  await world.pass(12_000);
  expect(world.server.updates.at(-1)!.state).toBe('paused');
});

test('what waits stays within its bound, in memory and on disk', async () => {
  const queue = openQueue(platformWith(phone.page()));
  for (let episode = 0; episode < limit; episode++) {
    await queue.add({
      url: '',
      update: made({ sessionId: `s${episode}`, episodeId: 100 + episode, timestamp: world.time }),
    });
  }
  phone.online = false;
  const player = await playing(10);
  await player.seek(900);
  await player.pause();
  await settle();
  expect(player.errors.some(({ code }) => code === 'dropped')).toBe(true);
  expect((await kept()).length).toBeLessThanOrEqual(limit);
  phone.online = true;
  player.reporter.online();
  await world.pass(60_000);
  expect(world.server.updates.length).toBeGreaterThanOrEqual(limit);
  expect(world.server.resume(789, 99 + limit).known).toBe(true);
  expect(world.server.resume(789, 12)).toMatchObject({ position: 900 });
  expect(Math.max(...world.server.posts.map(({ body }) => JSON.stringify(body).length))).toBeLessThan(60_000);
});
