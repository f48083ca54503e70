// `live` over a real socket.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { live } from '../src/index.js';
import type { Live, LiveMessage, LiveState } from '../src/index.js';
import { SocketServer } from './socket_server.js';

const platform = { WebSocket: WebSocket as any, random: () => 0.01 };
let server: SocketServer;
let messages: LiveMessage[];
let states: LiveState[];
let open: Live[];

beforeEach(async () => {
  server = new SocketServer();
  [messages, states, open] = [[], [], []];
  await server.start();
});
afterEach(async () => {
  for (const one of open) one.close();
  await server.stop();
});

function listen(options = {}) {
  const made = live({
    url: server.url,
    userId: 12345,
    platform,
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    ...options,
  });
  open.push(made);
  return made;
}
const until = (count: number) => vi.waitFor(() => expect(messages.length).toBe(count), 5000);

test('a snapshot, then changes', async () => {
  server.items = [{ episodeId: 12, position: 1122 }];
  listen();
  await until(1);
  expect(messages[0]).toMatchObject({ type: 'snapshot', userId: 12345, items: server.items });
  server.tell(12345, { type: 'progress', episodeId: 12, position: 1130 });
  server.tell(999, { type: 'progress', episodeId: 12, position: 1 });
  server.tell(12345, { type: 'mark', episodeId: 12, mark: 'watched' });
  await until(3);
  expect(messages.map(({ type }) => type)).toEqual(['snapshot', 'progress', 'mark']);
  expect(states).toEqual(['connecting', 'open']);
});

test('a server that stops and comes back: a snapshot again', async () => {
  listen();
  await until(1);
  await server.stop();
  server.items = [{ episodeId: 12, position: 1400 }];
  await server.start();
  await until(2);
  expect(messages[1]).toMatchObject({ type: 'snapshot', items: server.items });
});

test('a refused token is asked for anew', async () => {
  server.token = 'new';
  listen({ token: (refused: boolean) => (refused ? 'new' : 'old') });
  await until(1);
  expect(server.hellos.map(({ token }) => token)).toEqual(['old', 'new']);
});

test('a reader that was too slow comes back', async () => {
  listen();
  await until(1);
  server.drop(4413);
  await until(2);
});

test('awake again while it is open, it asks for the state once more', async () => {
  const made = listen();
  await until(1);
  made.wake();
  await until(2);
});

test('closed, it stays closed', async () => {
  const made = listen();
  await until(1);
  made.close();
  server.tell(12345, { type: 'progress' });
  await vi.waitFor(() => expect(server['readers'].size).toBe(0));
  expect(messages.length).toBe(1);
  expect(states.at(-1)).toBe('closed');
});
