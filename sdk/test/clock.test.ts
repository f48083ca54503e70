// Server time on every update, whatever the device's own clock says.

import { beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../src/clock.js';
import { platformWith } from '../src/platform.js';
import { Device, Player, World } from './world.js';

let world: World;
beforeEach(() => {
  world = new World();
});

describe('the clock', () => {
  let mono = 0;
  let date = 0;
  const make = () => createClock(platformWith({ now: () => mono, date: () => date }));
  const answered = (clock: ReturnType<typeof make>, sent: number, received: number, server: number) => {
    mono = received;
    clock.learn(new Date(server).toISOString(), sent);
  };
  const now = (clock: ReturnType<typeof make>) => clock.time(clock.stamp()).timestamp;

  test('tells the device’s time until it knows better, by how long ago it was', () => {
    const clock = make();
    [mono, date] = [1000, 5_000_000];
    const stamp = clock.stamp();
    [mono, date] = [3000, 9_000_000]; // the device's clock has jumped
    expect(clock.time(stamp)).toEqual({ timestamp: 8_998_000 });
  });

  test('keeps the sample with the smallest round trip', () => {
    const clock = make();
    answered(clock, 0, 2000, 1_000_001_900);
    answered(clock, 2000, 2020, 1_000_002_010);
    expect(now(clock)).toBe(1_000_002_020);
    answered(clock, 3000, 4000, 1_000_003_990); // slow, and no contradiction
    expect(now(clock)).toBe(1_000_004_000);
  });

  test('moments from before it knew are told in server time too', () => {
    const clock = make();
    mono = 100;
    const stamp = clock.stamp();
    answered(clock, 200, 200, 1_000_000_200);
    expect(clock.time(stamp)).toEqual({ timestamp: 1_000_000_100, clock: 'server' });
  });

  test('a sample that contradicts the best one replaces it: the device slept', () => {
    const clock = make();
    answered(clock, 0, 10, 1_000_000_005);
    const before = clock.stamp();
    answered(clock, 100, 400, 1_003_600_300);
    expect(Math.abs(now(clock) - 1_003_600_400)).toBeLessThanOrEqual(150);
    expect(clock.time(before).timestamp).toBe(1_000_000_010); // what was noted before the sleep stays where it was
  });

  test('it follows a server whose clock was set back', () => {
    const clock = make();
    answered(clock, 0, 10, 1_003_600_005);
    answered(clock, 100, 400, 1_000_000_300);
    expect(Math.abs(now(clock) - 1_000_000_400)).toBeLessThanOrEqual(150);
  });

  test('an answer without a time teaches nothing', () => {
    const clock = make();
    for (const time of [undefined, 'soon', '']) clock.learn(time, 0);
    expect(clock.time(clock.stamp()).clock).toBeUndefined();
  });
});

const hour = 3_600_000;
for (const [name, error] of [
  ['a day behind', -24 * hour],
  ['an hour ahead', hour],
  ['at the epoch', -1_750_000_000_000],
] as const) {
  test(`a clock ${name} has no effect`, async () => {
    const tv = new Device(world);
    tv.clockError = error;
    const player = new Player(tv);
    await player.start();
    await player.play(30);
    const paused = world.time;
    await player.pause();
    for (const [index, { time, heartbeat }] of world.server.stored.entries()) {
      if (index > 0) expect(heartbeat.clock).toBe('server');
      expect(Math.abs(time - (index > 0 ? paused : time))).toBeLessThan(31_000);
    }
    expect(Math.abs(world.server.stored.at(-1)!.time - paused)).toBeLessThan(50);
  });
}

test('a clock that jumps while it plays has no effect', async () => {
  const tv = new Device(world);
  const player = new Player(tv);
  await player.start();
  await player.play(15);
  tv.clockError = -400 * 24 * hour;
  await player.play(15);
  await player.pause();
  expect(Math.abs(world.server.stored.at(-1)!.time - world.time)).toBeLessThan(400);
});

test('a TV that slept while paused and is closed an hour later does not beat what the phone played', async () => {
  const tv = new Device(world);
  const player = new Player(tv);
  await player.start();
  await player.play(30);
  await player.pause();
  const phone = new Player(new Device(world, 'phone'));
  expect(await phone.start()).toBe(30);
  await phone.play(20);
  await phone.close();
  player.page.slept = hour;
  await world.pass(hour);
  await player.close();
  expect(world.server.updates.at(-1)).toMatchObject({ state: 'stopped', deviceId: 'tv', position: 30 });
  expect(world.server.resume(789, 12)).toMatchObject({ position: 50, deviceId: 'phone' });
});

test('a TV woken by the viewer is believed again with its next answer', async () => {
  const tv = new Device(world);
  const player = new Player(tv);
  await player.start();
  await player.play(30);
  player.page.slept += hour;
  await world.pass(hour);
  await player.play(25);
  await player.pause();
  expect(Math.abs(world.server.stored.at(-1)!.time - world.time)).toBeLessThan(400);
});

test('counters: a session writes one more than it was told, and one that was told nothing learns it', async () => {
  world.server.ordering = 'counter';
  const tv = new Player(new Device(world));
  await tv.start();
  await tv.play(20);
  await tv.close();
  expect(new Set(world.server.updates.map(({ counter }) => counter))).toEqual(new Set([1]));
  const phone = new Device(world, 'phone');
  world.server.instead = ({ path }) =>
    path.includes('/resume') ? { status: 503, body: { code: 'state-unknown' } } : undefined;
  const player = new Player(phone);
  await player.start();
  world.server.instead = ({ body }) =>
    body && body.counter === undefined
      ? { status: 400, body: { code: 'missing-counter', detail: 'A counter is missing.' } }
      : undefined;
  await player.play(30);
  expect(world.server.updates.at(-1)).toMatchObject({ deviceId: 'phone', counter: 2 });
});
