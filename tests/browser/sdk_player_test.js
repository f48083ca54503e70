// The SDK in a real Chromium on what people play with: the next episode, three players, advertisements, a question.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { context, near, open, server, stored, user, watchedElsewhere, within } from './sdk_rig.js';
import { until } from './until.js';

test('the next episode on the same element', within, async () => {
  await watchedElsewhere(45, { episodeId: 13 });
  const tv = await open();
  await tv.playOnTo(2);
  const before = (await tv.video()).at;
  await tv.page.evaluate(() => {
    const video = document.querySelector('video');
    window.attached.setItem({ showId: 789, episodeId: 13 });
    video.src = 'media/clip.mp4?13';
    video.play();
  });
  await tv.playOnTo(45);
  near((await tv.video()).at, 45, 'the next episode starts');
  await tv.playOnTo(46); // a session that never moved says nothing
  const paused = await tv.pause();
  await until('said', 10_000, () =>
    tv.sent.flatMap((body) => body.updates ?? body).some(({ state }) => state === 'paused'),
  );
  const updates = tv.sent.flatMap((body) => body.updates ?? body);
  const old = updates.filter(({ episodeId }) => episodeId === 12);
  assert.equal(old.at(-1).state, 'stopped');
  assert.ok(
    old.at(-1).position >= before - 0.5 && old.at(-1).position < 20,
    `the old one stopped at ${old.at(-1).position}`,
  );
  assert.ok(updates.filter(({ episodeId }) => episodeId === 13).every(({ position }) => position > 44));
  assert.equal((await server.resume(user, 13)).known, true);
  assert.ok(paused >= 45);
});

test('the source may change before the item does', within, async () => {
  await watchedElsewhere(45, { episodeId: 13 });
  const tv = await open();
  await tv.playOnTo(2);
  await tv.page.evaluate(async () => {
    const video = document.querySelector('video');
    video.src = 'media/clip.mp4?13';
    await new Promise((resolve) => video.addEventListener('loadedmetadata', resolve, { once: true }));
    window.attached.setItem({ showId: 789, episodeId: 13 });
    video.play();
  });
  await tv.playOnTo(45);
  assert.ok((await server.resume(user)).position < 20, 'the first episode is where it was left');
});

for (const player of ['hls', 'videojs', 'shaka']) {
  test(`${player} plays with it unchanged`, within, async () => {
    await watchedElsewhere(61);
    const tv = await open({ with: player });
    near(await tv.startedAt(), 61, 'it starts');
    await tv.playOnTo(62);
    near((await tv.said()).events.find(({ type }) => type === 'sent').updates[0].position, 61, 'the first update');
    await tv.dragTo(30);
    await tv.playOnTo(32);
    const left = await tv.leave();
    const answer = await stored(left);
    assert.equal(answer.deviceId, 'tv');
    assert.ok(
      tv.sent.flatMap((body) => body.updates ?? body).some(({ seek }) => seek),
      'the jump was said',
    );
  });
}

test('a start that fails, or stalls, says nothing and overwrites nothing', within, async () => {
  await watchedElsewhere(61);
  const broken = await open({ src: 'media/nothing.mp4' });
  await until('it fails', 10_000, async () => (await broken.video()).error);
  await broken.leave();
  await context.route('**/media/*', () => {}); // never answered
  const stalled = await open();
  await stalled.page.waitForFunction(() => window.attached && !document.querySelector('video').paused);
  await stalled.leave();
  assert.deepEqual([...broken.sent, ...stalled.sent], []);
  assert.equal((await server.resume(user)).position, 61);
});

test(
  'it asks when another device has moved on and this one is paused, and goes there when told to',
  within,
  async () => {
    const tv = await open();
    await tv.playOnTo(2);
    await watchedElsewhere(100);
    await tv.playOnTo(3);
    assert.equal(await tv.page.locator('.playhead-question').count(), 0, 'nobody asks while it plays');
    await tv.pause();
    const button = tv.page.getByRole('button', { name: 'Continue at 1:40?' });
    await button.waitFor();
    assert.ok((await tv.video()).at < 30, 'it does not jump by itself');
    await button.click();
    await tv.play();
    await tv.playOnTo(100);
    await until('that counts as a jump', 10_000, () => tv.sent.some(({ seek, position }) => seek && position >= 100));
    assert.equal(await tv.page.locator('.playhead-question').count(), 0);
  },
);

test('suspended for an advertisement on the same element, it keeps the item’s place', within, async () => {
  const tv = await open();
  await tv.playOnTo(1);
  await tv.dragTo(40);
  await tv.playOnTo(42);
  await tv.page.evaluate(async () => {
    const video = document.querySelector('video');
    window.attached.suspend();
    window.back = video.currentTime;
    video.src = 'media/clip.mp4?advertisement';
    await video.play();
  });
  await tv.playOnTo(2);
  await until('it said so', 5000, () => tv.sent.at(-1)?.state === 'paused');
  const before = tv.sent.length;
  await tv.dragTo(110);
  assert.equal(tv.sent.length, before);
  await tv.page.evaluate(async () => {
    const video = document.querySelector('video');
    video.src = 'media/clip.mp4';
    video.currentTime = window.back;
    window.attached.resume();
    await video.play();
  });
  await tv.playOnTo(44);
  const paused = await tv.pause();
  await stored(paused);
  for (const { position, provisional } of tv.sent.slice(before)) {
    assert.ok(position > 40 && position < 60 && !provisional, `${position} ${provisional ? 'provisional' : ''}`);
  }
});

test('stitched advertisements: what counts is where the viewer is in the item', within, async () => {
  const tv = await open({ wait: 'no', device: 'other' });
  await tv.page.waitForFunction(() => window.attached);
  await tv.page.evaluate(async (userId) => {
    window.attached.detach();
    const video = document.querySelector('video');
    const { attach } = await import('./playhead.js');
    // An advertisement from 10 to 20.
    const position = () =>
      video.currentTime < 10 ? video.currentTime : video.currentTime < 20 ? null : video.currentTime - 10;
    window.attached = attach(video, {
      userId,
      showId: 789,
      episodeId: 14,
      deviceId: 'tv',
      position,
      duration: () => 110,
    });
    video.currentTime = 6;
    await video.play();
  }, user);
  await tv.playOnTo(7);
  await tv.dragTo(12);
  await until('suspended', 5000, () => tv.sent.some(({ episodeId, state }) => episodeId === 14 && state === 'paused'));
  await tv.dragTo(30);
  const paused = await tv.pause();
  await stored(paused - 10, 14);
});
