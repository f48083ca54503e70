// The SDK in a real Chromium, against a real server: closing, losing the network, wrong clocks, two tabs, an old TV.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { context, near, open, server, stored, user, watchedElsewhere, within } from './sdk_rig.js';
import { until } from './until.js';

test('close by pagehide: the server knows where, and the next page starts there', within, async () => {
  const tv = await open();
  await tv.playOnTo(1);
  await tv.dragTo(60);
  await tv.playOnTo(63);
  const left = await tv.leave();
  const answer = await stored(left);
  assert.equal(answer.state, 'stopped');
  const phone = await open({ device: 'phone' });
  near(await phone.startedAt(), left, 'the phone starts');
  await phone.playOnTo(left + 1);
  near((await phone.said()).events.find(({ type }) => type === 'sent').updates[0].position, left, 'its first update');
});

test('offline and back: it plays on, and then says what was missed', within, async () => {
  const tv = await open();
  await tv.playOnTo(2);
  await tv.loaded();
  await context.setOffline(true);
  await tv.dragTo(50);
  const paused = await tv.pause();
  await until('it waits', 10_000, async () => (await tv.said()).events.some(({ type }) => type === 'failed'));
  assert.ok((await server.resume(user)).position < 10);
  await context.setOffline(false);
  const answer = await stored(paused);
  assert.equal(answer.state, 'paused');
  assert.deepEqual((await tv.said()).errors, []);
});

test('a wrong clock has no effect', within, async () => {
  await context.addInitScript(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - 40 * 86_400_000;
  });
  await watchedElsewhere(20);
  const tv = await open();
  near(await tv.startedAt(), 20, 'it starts');
  await tv.playOnTo(21);
  await tv.dragTo(70);
  const paused = await tv.pause();
  const answer = await stored(paused);
  assert.equal(answer.deviceId, 'tv');
  await until('the server’s time is learned', 5000, () => tv.sent.some(({ clock }) => clock === 'server'));
  assert.ok(Math.abs(Date.parse(answer.updatedAt) - Date.now()) < 20_000, answer.updatedAt);
});

test('two tabs: both are heard, and what a closed one left behind is sent by the other', within, async () => {
  const one = await open();
  const two = await open({ episode: '13' });
  await Promise.all([one.playOnTo(1), two.playOnTo(1), one.loaded(), two.loaded()]);
  await context.setOffline(true);
  await two.page.bringToFront();
  await two.dragTo(80);
  const second = await two.pause();
  await until('it waits', 10_000, async () => (await two.said()).events.some(({ type }) => type === 'failed'));
  await two.page.close();
  await one.page.bringToFront();
  await one.dragTo(40);
  const first = await one.pause();
  await until('it waits', 10_000, async () => (await one.said()).events.some(({ type }) => type === 'failed'));
  await context.setOffline(false);
  await stored(first, 12);
  await stored(second, 13);
});

test('reload with a queue: what waits is sent before the page asks where to start', within, async () => {
  const tv = await open();
  await tv.playOnTo(1);
  await tv.page.route('**/v1/**', (route) => route.abort());
  await tv.dragTo(90);
  const paused = await tv.pause();
  await until('it waits', 10_000, async () => (await tv.said()).events.some(({ type }) => type === 'failed'));
  await tv.page.unroute('**/v1/**');
  await tv.page.reload();
  near(await tv.startedAt(), paused, 'the page starts');
  await stored(paused);
});

test('a server that restarts while it plays hears where it is', within, async () => {
  const tv = await open();
  await tv.playOnTo(2);
  await server.stop();
  await tv.dragTo(30);
  const gone = (await tv.video()).at;
  await server.start();
  const answer = await until('its place arrives', 20_000, async () => {
    const { known, position } = await server.resume(user);
    return known && position >= 30 ? position : 0;
  });
  assert.ok(answer >= 30 && (await tv.video()).at > gone, 'and plays on');
});

test('an old TV: the ES2015 script without IndexedDB, WebSocket, Web Locks and keepalive', within, async () => {
  await watchedElsewhere(61);
  const tv = await open({}, 'tv.html');
  near(await tv.startedAt(), 61, 'it starts');
  await tv.playOnTo(62);
  await tv.dragTo(80);
  await tv.playOnTo(82);
  await stored(await tv.leave());
});
