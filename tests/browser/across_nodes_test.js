// The demo's devices against a cluster that runs already: TV and PHONE are the addresses of two of its nodes.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launch, noteFirstPlay } from './browser.js';
import { until } from './until.js';

const { TV = '', PHONE = '' } = process.env;
const within = { timeout: 60_000 };
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').BrowserContext[]} */
let contexts = [];
let user = '';
let viewers = 0;

before(
  async () => {
    assert.ok(TV && PHONE && TV !== PHONE, 'TV and PHONE name two nodes, such as http://127.77.1.31:1842');
    browser = await launch();
  },
  { timeout: 60_000 },
);
after(() => browser?.close(), { timeout: 30_000 });
beforeEach(() => {
  user = `across-${Date.now()}-${++viewers}`;
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
});

/** A device of its own, with a storage of its own, on the page of its node. @param {'tv' | 'phone'} device */
async function open(device) {
  const context = await browser.newContext();
  contexts.push(context);
  context.setDefaultTimeout(20_000);
  await context.addInitScript(noteFirstPlay);
  const page = await context.newPage();
  const answer = await page.goto(`${device === 'tv' ? TV : PHONE}/demo/player.html?device=${device}&user=${user}`);
  assert.ok(answer?.ok(), `the page answers ${answer?.status()}`);
  await page.waitForFunction(() => window.firstPlay?.second !== undefined);
  return page;
}

/** @param {import('playwright-core').Page} page */
const at = (page) => page.evaluate(() => document.querySelector('video').currentTime);

/** @param {import('playwright-core').Page} page @param {number} seconds */
async function dragTo(page, seconds) {
  await page.locator('input[type=range]').fill(`${seconds}`);
  await until(`it plays at ${seconds}`, 20_000, async () => (await at(page)) >= seconds);
}

/** @param {import('playwright-core').Page} page @param {number} seconds */
const playOnTo = (page, seconds) =>
  until(`it has played on to ${seconds}`, 30_000, async () => (await at(page)) >= seconds);

test('the phone on one node starts at the second where the TV was closed on another', within, async () => {
  const tv = await open('tv');
  await dragTo(tv, 1120);
  await playOnTo(tv, 1122);
  const closedAt = await at(tv);
  await tv.goto('about:blank'); // as a viewer leaves: pagehide, and nothing waits
  const phone = await open('phone');
  const { currentTime, second } = await phone.evaluate(() => window.firstPlay);
  assert.ok(Math.abs(currentTime - closedAt) <= 1, `the phone starts at ${currentTime}, the TV was closed at ${closedAt}`);
  assert.ok(Math.abs(second - closedAt) <= 1.5, `its first frame shows ${second}`);
});

test('a phone that is paused on one node is asked at once when the TV moves on at another', within, async () => {
  const phone = await open('phone');
  await playOnTo(phone, 2);
  await phone.click('.toggle');
  const tv = await open('tv');
  await dragTo(tv, 600);
  const question = await phone.locator('.playhead-question button').first().innerText();
  assert.match(question, /^Continue at 10:0\d\?$/);
});

test('the console of a node says that it is one of a cluster, and draws what waits there', within, async () => {
  const context = await browser.newContext();
  contexts.push(context);
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`${error}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const answer = await page.goto(`${PHONE}/console`);
  assert.equal(answer?.status(), 200);
  await until('it says what it is', 20_000, async () =>
    /One node of a cluster, region dc1/.test(await page.locator('.mode').innerText()),
  );
  await until('it draws what waits in Kafka', 20_000, async () =>
    /Not all stored\s*[\d.,]+/.test(await page.locator('main').innerText()),
  );
  assert.deepEqual(complaints, []);
});
