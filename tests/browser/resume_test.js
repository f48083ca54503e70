// The promise, with a real browser, a real video and a real server: where one device stops, the other starts.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { join } from 'node:path';
import { Demo, launch } from './browser.js';
import { artifacts, makeDemo, Server } from './server.js';
import { until } from './until.js';

const within = { timeout: 40_000 };
let latest = 0;
const jump = 18 * 60 + 40;

const server = new Server();
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Demo} */
let demo;
let user = '';
let viewers = 0;

before(
  async () => {
    mkdirSync(artifacts, { recursive: true });
    makeDemo();
    await server.start();
    browser = await launch();
    latest = Date.now() + 165_000;
  },
  { timeout: 120_000 },
);

after(
  async () => {
    await browser?.close();
    await server.remove();
  },
  { timeout: 30_000 },
);

beforeEach(async () => {
  assert.ok(Date.now() < latest, 'all of it together takes too long');
  user = `viewer-${++viewers}`;
  demo = await Demo.open(browser, server.url, user);
});

afterEach(() => demo.leave());

/** @param {number} actual @param {number} expected @param {string} what */
function near(actual, expected, what) {
  assert.ok(Math.abs(actual - expected) <= 1, `${what}: ${actual}, and should be within 1 s of ${expected}`);
}

/** Waits until the server knows this place. @param {number} seconds */
function stored(seconds) {
  return until(`the server knows ${seconds} for ${user}`, 10_000, async () => {
    const answer = await server.resume(user);
    return answer.known && Math.abs(answer.position - seconds) <= 1 ? answer : null;
  });
}

/** What the devices of the page say from now on. @returns {any[]} grows */
function listen() {
  /** @type {any[]} */
  const said = [];
  demo.page.on('request', (request) => {
    if (!request.url().endsWith('/v1/progress')) return;
    const body = request.postDataJSON();
    said.push(...(body.updates ?? [body]));
  });
  return said;
}

/** A TV at 18:40 and some seconds, as the demo's button brings it there. @param {number} [seconds] */
async function tvAfterJump(seconds = 2) {
  const tv = demo.device('tv');
  await tv.play();
  await demo.page.click('.jump:enabled');
  await tv.playOnTo(jump + seconds);
  return tv;
}

test('the phone starts at the second where the TV was closed', within, async () => {
  const said = listen();
  const tv = await tvAfterJump(1);
  const earlier = await tv.video();
  await tv.playOnTo(jump + 4);
  const later = await tv.video();
  assert.equal(later.error, 0);
  assert.ok(later.readyState >= 3, `the TV has what it needs to play: readyState ${later.readyState}`);
  assert.ok(
    later.frames >= earlier.frames + 10,
    `the TV decodes 5 frames a second: ${earlier.frames}, ${later.frames}`,
  );

  const lastHeartbeat = said.at(-1);
  const closedAt = await tv.close();
  assert.ok(closedAt > lastHeartbeat.position + 2, 'only the last update can say where the TV was closed');
  const answer = await stored(closedAt);
  assert.equal(answer.deviceId, 'tv');
  await until('the TV’s last update is seen', 5000, () => said.at(-1).state === 'stopped');

  const phone = demo.device('phone');
  const first = await phone.play();
  near(first.currentTime, closedAt, 'the phone’s currentTime when it plays');
  near(first.mediaTime, closedAt, 'the phone’s first frame');
  const drawn = [first.mediaTime, first.mediaTime + 0.4].map(Math.floor); // it may have been read two frames later
  assert.ok(drawn.includes(first.second), `the frame of ${first.mediaTime} shows ${first.second}`);
  await demo.page.screenshot({ path: join(artifacts, 'phone-opened.png') });
  await phone.playOnTo(closedAt + 2);
  const playing = await phone.video();
  assert.ok(playing.frames >= 5, `the phone decodes: ${playing.frames} frames`);
});

test('a phone that starts where the TV was rewound to, not at the furthest place', within, async () => {
  const tv = await tvAfterJump();
  await tv.dragTo(300);
  const closedAt = await tv.close();
  assert.ok(closedAt < 400, `the TV was closed at ${closedAt}`);
  await stored(closedAt);
  near((await demo.device('phone').play()).currentTime, closedAt, 'the phone');
});

test('a TV that was left paused does not undo what the phone played after it', within, async () => {
  const tv = await tvAfterJump();
  await tv.pause();
  await stored((await tv.video()).position);
  const phone = demo.device('phone');
  await phone.play();
  await phone.dragTo(1200);
  const closedAt = await phone.close();
  await stored(closedAt);
  const said = listen();
  await tv.close();
  await until('the TV’s last update is answered', 5000, () => said.some((update) => update.state === 'stopped'));
  near((await demo.device('phone').play()).currentTime, closedAt, 'the phone');
});

test('a start that fails says nothing and overwrites nothing', within, async () => {
  const closedAt = await (await tvAfterJump()).close();
  await stored(closedAt);
  await demo.page.route('**/media/*', (route) => route.fulfill({ status: 404 }));
  const said = listen();
  const phone = demo.device('phone');
  await phone.open();
  await until('the video fails', 10_000, async () => (await phone.video()).error !== 0);
  await phone.close();
  assert.deepEqual(said, []);
  await demo.page.unroute('**/media/*');
  near((await demo.device('phone').play()).currentTime, closedAt, 'the phone, with a video');
});

test('a start without the resume point is provisional and overwrites nothing', within, async () => {
  const closedAt = await (await tvAfterJump()).close();
  await stored(closedAt);
  await demo.page.route('**/resume?*', (route) => route.abort());
  const said = listen();
  const phone = demo.device('phone');
  near((await phone.play()).currentTime, 0, 'the phone, that was told nothing');
  await phone.playOnTo(7); // longer than a start takes to count that knew the resume point
  await phone.close();
  await until('the phone’s last update is sent', 5000, () => said.some((update) => update.state === 'stopped'));
  assert.deepEqual(
    said.filter((update) => !update.provisional),
    [],
  );
  const answer = await server.resume(user);
  near(answer.startAt ?? 0, closedAt, `the server, that answers ${JSON.stringify(answer)}`);
  await demo.page.unroute('**/resume?*');
  near((await demo.device('phone').play()).currentTime, closedAt, 'the phone, that was told');
});

test('a server that was stopped and started again in between still knows', within, async () => {
  const closedAt = await (await tvAfterJump()).close();
  await stored(closedAt);
  await server.stop();
  await server.start();
  near((await demo.device('phone').play()).currentTime, closedAt, 'the phone');
});

test('a server that goes away does not stop the video, and hears where it is when it is back', within, async () => {
  const tv = await tvAfterJump();
  const before = await tv.video();
  await server.stop();
  await tv.playOnTo(before.position + 5);
  const gone = (await tv.video()).position;
  await server.start();
  const answer = await until('the TV’s place arrives', 20_000, async () => {
    const { known, position } = await server.resume(user);
    return known && position > gone ? position : 0;
  });
  assert.ok((await tv.video()).position > answer - 0.1, 'the TV plays on');
});

test('a TV closed while the server is away says so at its next start', within, async () => {
  const tv = await tvAfterJump();
  await server.stop();
  const closedAt = await tv.close();
  await server.start();
  near((await tv.play()).currentTime, closedAt, 'the TV');
  await stored(closedAt);
});

test('a tab that goes elsewhere has said where it was', within, async () => {
  await demo.visit(`${server.url}/demo/player.html?device=phone&user=${user}`);
  await until('the phone plays', 15_000, () => demo.page.evaluate(() => window.firstPlay?.second !== undefined));
  await demo.page.locator('input[type=range]').fill('900');
  await demo.page.waitForFunction(() => document.querySelector('video').currentTime > 903);
  await demo.page.evaluate(() => {
    const note = () => localStorage.setItem('left', `${document.querySelector('video').currentTime}`);
    window.addEventListener('pagehide', note);
  });
  await demo.visit(`${server.url}/demo/index.html?user=${user}`);
  const left = Number(await demo.page.evaluate(() => localStorage.getItem('left')));
  assert.ok(left > 903);
  await stored(left);
  near((await demo.device('tv').play()).currentTime, left, 'the TV');
});

test('a browser without keepalive sends the last update as a beacon', within, async () => {
  await demo.leave();
  demo = await Demo.open(browser, server.url, user, { before: () => delete Request.prototype.keepalive });
  const types = [];
  demo.page.on('request', (request) => {
    if (request.url().endsWith('/v1/progress')) types.push(request.headers()['content-type']);
  });
  const closedAt = await (await tvAfterJump(3)).close();
  await stored(closedAt);
  near((await demo.device('phone').play()).currentTime, closedAt, 'the phone');
  assert.ok(
    types.some((type) => type.startsWith('text/plain')),
    `sent as ${types}`,
  );
});

test('starting over forgets the viewer, also what the devices kept or still send', within, async () => {
  await tvAfterJump();
  await demo.page.click('.forget');
  await until('the page says so', 10_000, () => demo.page.locator('.log li', { hasText: 'Forgotten' }).count());
  near((await demo.device('tv').play()).currentTime, 0, 'the TV');
});

test('the page fits a phone’s screen, and is light or dark as the viewer has it', within, async () => {
  const { page } = demo;
  await page.setViewportSize({ width: 375, height: 740 });
  await demo.device('tv').play();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 375, `as wide as ${width}`);
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme });
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const bright = Number(ground.match(/\d+/)?.[0]) > 128;
    assert.equal(bright, colorScheme === 'light', ground);
    await page.screenshot({ path: join(artifacts, `small-${colorScheme}.png`), fullPage: true });
  }
});
