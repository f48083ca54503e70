// When the viewer is asked whether to go where another device is.

import { beforeEach, expect, test } from 'vitest';
import type { Remote } from '../src/index.js';
import { Device, Player, settle, World } from './world.js';

/** The server's side of a connection, in the test's hand. */
class Socket {
  static all: Socket[] = [];
  static get last() {
    return Socket.all.at(-1)!;
  }
  sent: any[] = [];
  closed = false;
  onopen = () => {};
  onmessage = (_: { data: string }) => {};
  onclose = (_: { code: number }) => {};
  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    Socket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  tell(message: object) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  welcome() {
    this.onopen();
    this.tell({ type: 'welcome', serverTime: new Date(world.time).toISOString(), nextInSeconds: 10 });
  }
}

let world: World;
let asked: Remote[];
let sought: number[];
let player: Player;

beforeEach(async () => {
  world = new World();
  Socket.all = [];
  asked = [];
  sought = [];
  player = new Player(new Device(world, 'phone'), {
    platform: { WebSocket: Socket as any },
    onRemoteProgress: (remote) => asked.push(remote),
    seekTo: (seconds) => sought.push(seconds),
  });
  await player.start();
  Socket.last.welcome();
});

const change = (position: number, rest: object = {}) => ({
  type: 'progress',
  userId: 'u',
  showId: 789,
  episodeId: 12,
  position,
  positionText: '28:40',
  startAt: position,
  finished: false,
  updatedAt: new Date(world.time).toISOString(),
  deviceId: 'tv',
  sessionId: 'tv-1',
  ...rest,
});

test('it subscribes with its token, for its user', () => {
  expect(Socket.last.url).toBe('ws://server/v1/socket');
  expect(Socket.last.protocol).toBe('playhead.v1');
  expect(Socket.last.sent).toMatchObject([{ type: 'hello' }, { type: 'subscribe', userId: 'u' }]);
});

test('while it plays nobody asks; paused, it asks where the other device is', async () => {
  await player.play(10);
  Socket.last.tell(change(1720));
  expect(asked).toEqual([]);
  await player.pause();
  expect(asked.map(({ position, positionText, deviceId }) => [position, positionText, deviceId])).toEqual([
    [1720, '28:40', 'tv'],
  ]);
  expect(sought).toEqual([]); // never a jump by itself
});

test('accepting goes to where the other device is by then', async () => {
  await player.play(10);
  await player.pause();
  Socket.last.tell(change(1720));
  Socket.last.tell(change(1730));
  asked[0]!.accept();
  expect(sought).toEqual([1730]);
});

test('just visible again, it asks too; a while later it does not', async () => {
  await player.play(10);
  player.reporter.visible();
  Socket.last.tell(change(1720));
  expect(asked.length).toBe(1);
  await player.play(20);
  Socket.last.tell(change(1800, { sessionId: 'tv-2' }));
  expect(asked.length).toBe(1);
});

test('once for each session over there, and not more often than every 15 s', async () => {
  await player.play(10);
  await player.pause();
  Socket.last.tell(change(1720));
  Socket.last.tell(change(1730));
  Socket.last.tell(change(300, { sessionId: 'tablet-1', deviceId: 'tablet' }));
  expect(asked.length).toBe(1);
  await world.pass(14_000);
  expect(asked.length).toBe(1);
  await world.pass(2000);
  expect(asked.map(({ sessionId }) => sessionId)).toEqual(['tv-1', 'tablet-1']);
  await world.pass(60_000);
  Socket.last.tell(change(1750));
  expect(asked.length).toBe(2);
});

test('its own echo, the same place, another item, what is provisional or finished: no question', async () => {
  await player.play(10);
  await player.pause();
  Socket.last.tell(change(10, { sessionId: player.reporter.sessionId }));
  Socket.last.tell(change(11));
  Socket.last.tell(change(1720, { episodeId: 13 }));
  Socket.last.tell(change(1720, { showId: 790 }));
  Socket.last.tell(change(1720, { provisional: true }));
  Socket.last.tell(change(2690, { finished: true }));
  Socket.last.tell({ type: 'something new' });
  expect(asked).toEqual([]);
});

test('what it started from is no news; what came since is', async () => {
  const tv = new Player(new Device(world));
  await tv.start();
  await tv.play(20);
  await tv.close();
  const { updatedAt } = world.server.resume(789, 12) as any;
  const phone = new Player(new Device(world, 'phone'), {
    platform: { WebSocket: Socket as any },
    onRemoteProgress: (remote) => asked.push(remote),
  });
  await phone.start();
  Socket.last.welcome();
  Socket.last.tell({ type: 'snapshot', userId: 'u', items: [change(900, { updatedAt })], sessions: [] });
  expect(asked).toEqual([]);
  Socket.last.tell({ type: 'snapshot', userId: 'u', items: [change(900)], sessions: [] });
  expect(asked.length).toBe(1);
});

test('a start that could not ask is told when the server can say', async () => {
  const tv = new Player(new Device(world));
  await tv.start();
  await tv.play(20);
  await tv.seek(1720);
  await tv.close();
  world.server.instead = ({ path }) =>
    path.includes('/resume') ? { status: 503, body: { code: 'state-unknown' } } : undefined;
  const phone = new Player(new Device(world, 'phone'), {
    platform: { WebSocket: Socket as any },
    onRemoteProgress: (remote) => asked.push(remote),
  });
  await phone.start();
  world.server.instead = () => undefined;
  await phone.play(3);
  expect(asked).toEqual([]);
  await phone.pause();
  expect(asked.map(({ position }) => position)).toEqual([1720]);
});

test('where there is no connection, a page that is seen again asks the server', async () => {
  await player.play(10);
  Socket.last.onclose({ code: 1006 });
  const tv = new Player(new Device(world));
  await tv.start();
  await tv.play(20);
  await tv.seek(1720);
  player.reporter.visible();
  await world.pass(100);
  expect(asked.map(({ position }) => position)).toEqual([1720]);
});

test('it comes back by itself, later each time, and at once when the page is seen', async () => {
  Socket.last.onclose({ code: 1001 });
  const count = () => Socket.all.length;
  expect(count()).toBe(1);
  await world.pass(1100);
  expect(count()).toBe(2);
  Socket.last.onclose({ code: 1006 });
  await world.pass(1900);
  expect(count()).toBe(2);
  await world.pass(200);
  expect(count()).toBe(3);
  for (let round = 0; round < 5; round++) {
    Socket.last.onclose({ code: 1006 });
    await world.pass(60_000);
  }
  Socket.last.onclose({ code: 1006 });
  const before = count();
  await world.pass(20_000);
  expect(count()).toBe(before);
  player.reporter.online();
  await world.pass(1000);
  expect(count()).toBe(before + 1);
});

test('a connection that died unnoticed is found out when the page is seen again', async () => {
  player.reporter.visible();
  await world.pass(11_000);
  expect(Socket.all[0]!.closed).toBe(true);
  await world.pass(5000);
  expect(Socket.all.length).toBe(2);
  Socket.last.welcome();
  player.reporter.visible();
  Socket.last.tell({ type: 'snapshot', userId: 'u', items: [], sessions: [] });
  await world.pass(30_000);
  expect(Socket.all.length).toBe(2);
});

test('a refused token is asked for anew', async () => {
  const refused: boolean[] = [];
  const phone = new Player(new Device(world, 'phone'), {
    platform: { WebSocket: Socket as any },
    onRemoteProgress: () => {},
    token: (was) => {
      refused.push(was);
      return was ? 'new' : 'old';
    },
  });
  await phone.start();
  Socket.last.onopen();
  expect(Socket.last.sent[0]).toEqual({ type: 'hello', token: 'old' });
  Socket.last.onclose({ code: 4401 });
  await world.pass(3000);
  Socket.last.onopen();
  expect(Socket.last.sent[0]).toEqual({ type: 'hello', token: 'new' });
  expect(refused).toEqual([false, true]);
});

test('detached, it hangs up; without WebSocket it does without', async () => {
  player.reporter.detach();
  expect(Socket.last.closed).toBe(true);
  const other = new Player(new Device(world, 'phone'), { onRemoteProgress: () => {} });
  await other.start();
  await settle();
  expect(other.events).toContainEqual({ type: 'live', state: 'unavailable' });
});
