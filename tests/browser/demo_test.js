// What the demo shows beside the promise itself: the other device follows at once, the switches, and why it came so.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Demo, launch } from './browser.js';
import { makeDemo, Server } from './server.js';
import { until } from './until.js';

const within = { timeout: 40_000 };
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
    makeDemo();
    await server.start();
    browser = await launch();
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
  user = `demo-${++viewers}`;
  demo = await Demo.open(browser, server.url, user);
});
afterEach(() => demo.leave());

/** @param {string} selector */
const text = (selector) => demo.page.locator(selector).innerText();
/** @param {string} selector @param {RegExp} wanted */
async function says(selector, wanted) {
  let said = '';
  await until(
    () => `${selector} says ${wanted}; it says “${said}”`,
    10_000,
    async () => wanted.test((said = await text(selector))),
  );
}

async function tvAfterJump() {
  const tv = demo.device('tv');
  await tv.play();
  await demo.page.click('.jump:enabled');
  await tv.playOnTo(jump + 2);
  return tv;
}

test(
  'the phone’s home screen follows the TV at once, and the page says after how many milliseconds',
  within,
  async () => {
    await says('.way', /live/);
    assert.match(await text('.home .nothing'), /Nothing/);
    await tvAfterJump();
    await says('.card-place', /18:4\d/);
    await says('.badge', /On the TV now/);
    await says('.delay', /^\d+(\.\d)?$/);
    await says('.delay-of', /until the phone knew what the TV said/);
    await says('.why', /The latest wins, and that is the TV/);
  },
);

test(
  'a TV without network plays on, nobody hears of it, and what it kept arrives with the network',
  within,
  async () => {
    await tvAfterJump();
    await demo.page.locator('.tv .network').uncheck();
    const tv = demo.device('tv');
    await tv.dragTo(300);
    const closedAt = await tv.close();
    await says('.log', /was not answered/);
    assert.ok((await server.resume(user)).position > 1000);
    await demo.device('phone').play();
    assert.ok((await server.resume(user)).position > 1000, 'the phone has a storage of its own');
    await demo.device('phone').close();
    await demo.page.locator('.tv .network').check();
    await tv.play();
    await until(
      'what the TV kept arrives',
      10_000,
      async () => Math.abs((await server.resume(user)).position - closedAt) < 2,
    );
  },
);

test('a wrong clock makes no difference, and the page says so', within, async () => {
  await demo.page.locator('.tv .clock').selectOption({ label: 'a day slow' });
  const tv = await tvAfterJump();
  const closedAt = await tv.close();
  await says('.why', /closed there.* 24 hours slow, which makes no difference/);
  assert.ok(Math.abs((await server.resume(user)).position - closedAt) < 1);
});

test('a TV left paused that is turned off last does not win, and the page says why', within, async () => {
  const tv = await tvAfterJump();
  await demo.page.click('.tv .leave');
  await says('.tv .leave', /Paused for/);
  const phone = demo.device('phone');
  await phone.play();
  await phone.dragTo(1200);
  await phone.close();
  await says('.point', /^20:0/);
  await tv.close();
  await says('.why', /The TV was last at 18:4\d .* before the phone was at 20:0\d\. The later one wins/);
});

test('a start by mistake does not count, and the page says so', within, async () => {
  const closedAt = await (await tvAfterJump()).close();
  const phone = demo.device('phone');
  await phone.play();
  await phone.playOnTo(closedAt + 1.5);
  await phone.close();
  await says('.why', /doesn’t count yet/);
});

test('where there is no live connection, the page asks instead', within, async () => {
  await demo.leave();
  demo = await Demo.open(browser, server.url, user, {
    before: () => {
      window.WebSocket = class {
        constructor() {
          throw new Error('none here');
        }
      };
    },
  });
  await says('.way', /asked every 2 s/);
  await tvAfterJump();
  await says('.card-place', /18:4\d/);
});
