// The operator's page in a real browser, on a real server under a load whose size is known.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './browser.js';
import { follow, Viewers } from './console_load.js';
import { Server } from './server.js';
import { until } from './until.js';

const within = { timeout: 60_000 };
const playing = 25;
const followed = 3;
const server = new Server('');
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Viewers} */
let viewers;
/** What the browser complained of: the Content-Security-Policy among others. @type {string[]} */
let complaints = [];
/** Where else the page asked for something. @type {string[]} */
let strangers = [];

before(
  async () => {
    await server.start();
    browser = await launch();
    viewers = new Viewers(server, playing, 500);
  },
  { timeout: 60_000 },
);
after(
  async () => {
    viewers?.stop();
    await browser?.close();
    await server.remove();
  },
  { timeout: 30_000 },
);
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** @param {import('playwright-core').BrowserContextOptions} [options] */
async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  complaints = [];
  strangers = [];
  page.on('pageerror', (error) => complaints.push(`${error.stack}`));
  page.on('console', (message) => {
    // A server that is away is what some tests are about.
    if (message.type() === 'error' && !/ERR_CONNECTION_REFUSED/.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) strangers.push(request.url());
  });
  const answer = await page.goto(`${server.url}/console`);
  assert.equal(answer?.status(), 200);
  return page;
}

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page @param {string} selector @returns {Promise<string>} */
const text = async (page, selector) => (await page.locator(selector).innerText()).trim();
/** A figure as a number; NaN while there is none. @param {Page} page @param {string} selector */
const figure = async (page, selector) => Number.parseFloat((await text(page, selector)).replace(/,/g, ''));
/** @param {Page} page @param {string} panel @param {string} series */
const now = (page, panel, series) => figure(page, `[data-panel=${panel}] [data-series=${series}] dd`);
/** @param {Page} page @param {string} tile */
const tile = (page, tile) => figure(page, `[data-tile=${tile}] b`);
/** @param {Page} page @param {string} wanted */
const state = (page, wanted) => page.waitForSelector(`body[data-state=${wanted}]`);

/** How many pixels of a panel's chart are of its first series' colour. @param {Page} page @param {string} panel */
const drawn = (page, panel) =>
  page.evaluate((panel) => {
    const within = `[data-panel=${panel}]`;
    const colour = getComputedStyle(document.querySelector(`${within} .swatch`)).color.match(/\d+/g).map(Number);
    const canvas = document.querySelector(`${within} canvas`);
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] > 200 && colour.every((part, k) => Math.abs(data[i + k] - part) < 24)) found++;
    }
    return found;
  }, panel);

test('what the page says is what was sent', within, async () => {
  const unfollow = await follow(server, followed);
  try {
    const page = await open();
    await state(page, 'ready');
    await page.getByLabel('2 min', { exact: true }).check();
    assert.equal(await text(page, '.state'), 'Ready');
    assert.equal(await text(page, '.node'), new URL(server.url).host);
    assert.match(await text(page, '.version'), /^\d+\.\d+\.\d+$/);
    assert.match(await text(page, '.uptime'), /^\d+ (s|min)/);
    await until('all who play are there', 15_000, async () => (await tile(page, 'watching')) === playing);
    assert.equal(await tile(page, 'push'), followed);

    // Over some seconds: what the page saw a second, against what was acknowledged a second.
    await until('there are rates', 10_000, async () => (await now(page, 'updates', 'accepted')) > 0);
    const [began, before] = [performance.now(), viewers.accepted];
    let seen = 0;
    let looks = 0;
    while (performance.now() - began < 6_000) {
      await page.waitForTimeout(500);
      seen += await now(page, 'updates', 'accepted');
      looks++;
    }
    const sent = (viewers.accepted - before) / ((performance.now() - began) / 1000);
    assert.ok(Math.abs(seen / looks - sent) < 0.3 * sent, `${seen / looks} a second on the page, ${sent} sent`);

    assert.equal(await now(page, 'updates', 'refused'), 0);
    const [p50, p99] = [await now(page, 'latency', 'ack50'), await now(page, 'latency', 'ack99')];
    assert.ok(p50 > 0 && p99 > 0, `${p50} ${p99}`);
    const mean = await now(page, 'batch', 'batch');
    assert.ok(mean >= 1 && mean <= playing, `${mean} updates a commit`);
    assert.ok((await now(page, 'push', 'events')) > 0);
    const items = await now(page, 'view', 'viewItems');
    assert.ok(items > 0 && items <= playing, `${items} items: some are flushed as the others play`);
    for (const panel of ['updates', 'latency', 'view']) {
      assert.ok((await drawn(page, panel)) > 5, `nothing is drawn of ${panel}`);
    }
    assert.deepEqual([complaints, strangers], [[], []]);
  } finally {
    unfollow();
  }
});

test('what is refused shows at once', within, async () => {
  const page = await open();
  await until('there are rates', 10_000, async () => (await now(page, 'updates', 'accepted')) > 0);
  const spoil = setInterval(() => {
    fetch(`${server.url}/v1/progress`, { method: 'POST', body: '{"userId":1,"position":-1}' }).catch(() => {});
  }, 50);
  try {
    await until('refusals', 10_000, async () => (await now(page, 'updates', 'refused')) > 5);
  } finally {
    clearInterval(spoil);
  }
  await until('no more of them', 10_000, async () => (await now(page, 'updates', 'refused')) === 0);
});

test('a server that is gone is said to be gone, and the page goes on when it is back', within, async () => {
  const page = await open();
  await until('there are rates', 10_000, async () => (await now(page, 'updates', 'accepted')) > 0);
  assert.ok(await page.locator('.notice').isHidden());
  await server.kill();
  await state(page, 'silent');
  assert.equal(await text(page, '.state'), 'No answer');
  await until('it says for how long', 10_000, async () => /since [3-9] s/.test(await text(page, '.notice')));
  assert.equal(await text(page, '[data-tile=accepted] b'), '–', 'what was so is not so now');
  await server.start();
  await state(page, 'ready');
  assert.ok(await page.locator('.notice').isHidden());
  assert.match(await text(page, '.uptime'), /^\d s$/, 'a new process');
  await until('rates again', 10_000, async () => (await now(page, 'updates', 'accepted')) > 0);
  // The counters began anew: no rate is negative, and none is the whole count at once.
  assert.ok((await now(page, 'updates', 'accepted')) < playing * 6);
  assert.deepEqual(complaints, []);
});

test('light and dark: as the system says, until one chooses', within, async () => {
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    const page = await open({ colorScheme });
    await state(page, 'ready');
    await page.getByLabel('2 min', { exact: true }).check();
    await until('something is drawn', 10_000, async () => (await drawn(page, 'updates')) > 5);
    /** @returns {Promise<number>} */
    const brightness = () =>
      page.evaluate(() => Number(getComputedStyle(document.body).backgroundColor.match(/\d+/)?.[0]));
    assert.equal((await brightness()) > 128, colorScheme === 'light');
    await page.click('.theme');
    assert.equal((await brightness()) > 128, colorScheme === 'dark', 'the button switches');
    assert.ok((await drawn(page, 'updates')) > 5, 'the charts take the other colours');
    await page.reload();
    await state(page, 'ready');
    assert.equal((await brightness()) > 128, colorScheme === 'dark', 'and it stays so');
    await page.context().close();
  }
});

test('on a phone nothing is cut off, and fingers find the buttons', within, async () => {
  const page = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await state(page, 'ready');
  await until('there are rates', 10_000, async () => (await now(page, 'updates', 'accepted')) > 0);
  const sizes = await page.evaluate(() => {
    const box = (/** @type {Element} */ element) => element.getBoundingClientRect();
    const panels = [...document.querySelectorAll('.panel')].map(box);
    return {
      page: document.documentElement.scrollWidth,
      columns: new Set(panels.map(({ left }) => Math.round(left))).size,
      outside: [...document.querySelectorAll('main *, header *')].filter((e) => box(e).right > innerWidth + 1).length,
      touch: Math.min(...[...document.querySelectorAll('.range label, .theme')].map((e) => box(e).height)),
    };
  });
  assert.deepEqual({ page: sizes.page, columns: sizes.columns, outside: sizes.outside }, { page: 390, columns: 1, outside: 0 });
  assert.ok(sizes.touch >= 36, `${sizes.touch} px`);
  await page.locator('.range label').last().tap();
  assert.ok(await page.locator('.range input').last().isChecked());
});
