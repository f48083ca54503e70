// Where a session starts, and from when on what it says may move the resume point.

import { beforeEach, expect, test } from 'vitest';
import { resume } from '../src/resume.js';
import { Device, Player, World } from './world.js';

let world: World;
let tv: Device;
let phone: Device;
beforeEach(() => {
  world = new World();
  tv = new Device(world);
  phone = new Device(world, 'phone');
});

/** The TV was closed at so many seconds. */
async function stored(at: number) {
  const player = new Player(tv);
  await player.start();
  await player.play(6);
  await player.seek(at);
  await player.close();
}
const place = () => (world.server.resume(789, 12) as { position?: number }).position;

test('it starts where the other device stopped', async () => {
  await stored(1122);
  const player = new Player(phone);
  expect(await player.start()).toBe(1122);
  expect((await player.reporter.ready).asked).toBe(true);
});

test('a finished episode starts over', async () => {
  await stored(2650);
  expect(await new Player(phone).start()).toBe(0);
});

test('nothing counts before five seconds were really played', async () => {
  await stored(1122);
  world.server.nextInSeconds = 1;
  const player = new Player(phone);
  await player.start();
  await player.play(4);
  expect(world.server.updates.at(-1)).toMatchObject({ deviceId: 'phone', provisional: true });
  expect(place()).toBe(1122);
  await player.play(4);
  expect(world.server.updates.at(-1)).toMatchObject({ provisional: false });
  expect(place()).toBeGreaterThan(1125);
});

test('a viewer who goes somewhere means it, also to the beginning', async () => {
  await stored(1122);
  const player = new Player(phone);
  await player.start();
  await player.play(1);
  await player.seek(0);
  expect(place()).toBe(0);
});

test('a start that stalls or fails says nothing', async () => {
  await stored(1122);
  const before = world.server.updates.length;
  const player = new Player(phone);
  await player.start();
  for (let second = 0; second < 60; second++) {
    player.reporter.playing(0);
    await world.pass(1000);
  }
  player.reporter.paused(0);
  player.reporter.hidden();
  await player.close();
  expect(world.server.updates.length).toBe(before);
});

test('a start that could not ask says so, and counts after two minutes only', async () => {
  await stored(1122);
  world.server.instead = ({ path }) =>
    path.includes('/resume')
      ? { status: 503, body: { code: 'state-unknown', detail: 'The store is away.' } }
      : undefined;
  const player = new Player(phone);
  expect(await player.start()).toBe(0);
  expect(await player.reporter.ready).toMatchObject({ asked: false, position: 0 });
  expect(player.errors[0]).toMatchObject({ code: 'start-unknown' });
  expect(player.errors[0]!.message).toContain('The store is away.');
  await player.play(110);
  await player.pause();
  expect(place()).toBe(1122);
  await player.play(20);
  await player.pause();
  expect(place()).toBe(130);
});

test('an answer that may be stale and knows nothing is no answer', async () => {
  world.server.instead = ({ path }) =>
    path.includes('/resume') ? { status: 200, body: { known: false, userId: 'u', stale: true } } : undefined;
  const player = new Player(phone);
  await player.start();
  expect((await player.reporter.ready).asked).toBe(false);
});

test('a start is never held up for longer than it was told to be', async () => {
  world.server.instead = () => 'silence';
  const player = new Player(phone, { startTimeout: 500 });
  const began = world.time;
  let at = 0;
  player.reporter.ready.then(() => (at = world.time));
  await world.pass(3000);
  expect(Math.round(at - began)).toBe(500);
});

test('a player that is not where it should start has not started there: two minutes again', async () => {
  await stored(1122);
  const player = new Player(phone);
  await player.start();
  player.position = 0; // the seek did not take
  await player.play(100);
  await player.pause();
  expect(place()).toBe(1122);
});

test('loaded again in the middle, it carries on where it was, and elsewhere it has to prove itself', async () => {
  const player = new Player(phone);
  await player.start();
  await player.play(60);
  player.reporter.reloaded();
  await player.play(10);
  await player.pause();
  expect(place()).toBe(70);
  player.reporter.reloaded();
  player.position = 0;
  await player.play(30);
  await player.pause();
  expect(place()).toBe(70);
});

test('loaded again while paused, it was there when it was paused', async () => {
  const player = new Player(tv);
  await player.start();
  await player.play(30);
  await player.pause();
  const other = new Player(phone);
  await other.start();
  await other.play(40);
  await other.close();
  player.reporter.reloaded();
  player.reporter.playing(30); // it stalls there
  await player.close();
  expect(place()).toBe(70);
});

test('a jump by a program is no jump of the viewer', async () => {
  await stored(1122);
  const player = new Player(phone);
  await player.start();
  await player.play(2);
  player.reporter.moved(1124.3);
  player.position = 1124.3;
  await player.play(1);
  await player.pause();
  expect(world.server.updates.at(-1)).toMatchObject({ provisional: true });
  expect(place()).toBe(1122);
});

test('a TV left paused does not undo what the phone played after it', async () => {
  const player = new Player(tv);
  await player.start();
  await player.play(30);
  await player.pause();
  const other = new Player(phone);
  await other.start();
  await other.play(40);
  await other.close();
  await world.pass(3_600_000);
  await player.close();
  expect(place()).toBe(70);
});

test('resume() asks without a player', async () => {
  await stored(1122);
  const asked = resume({ userId: 'u', showId: 789, episodeId: 12, url: 'http://server/', platform: phone.page() });
  await world.pass(100);
  expect(await asked).toMatchObject({ known: true, startAt: 1122 });
  expect(world.server.asked.at(-1)!.path).toBe('http://server/v1/users/u/resume?episodeId=12&showId=789');
  phone.online = false;
  const lost = resume({ userId: 'u', episodeId: 12, platform: phone.page() });
  await world.pass(100);
  expect(await lost).toBeUndefined();
});
