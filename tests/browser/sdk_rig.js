// What the SDK's browser tests share: one server and one Chromium for a file, one viewer and one device for a test.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { launch } from './browser.js';
import { makePages, pages } from './sdk_pages.js';
import { Screen } from './sdk_screen.js';
import { Server } from './server.js';
import { until } from './until.js';

export const within = { timeout: 40_000 };
export const server = new Server(pages);
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').BrowserContext} */
export let context;
export let user = '';
let viewers = 0;

before(
  async () => {
    makePages();
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
  user = `sdk-${++viewers}`;
  context = await browser.newContext();
  context.setDefaultTimeout(15_000);
});
afterEach(() => context.close());

/** @param {number} actual @param {number} expected @param {string} what */
export function near(actual, expected, what) {
  assert.ok(Math.abs(actual - expected) <= 1, `${what}: ${actual}, and should be within 1 s of ${expected}`);
}

/** Waits until the server knows this place. @param {number} seconds @param {number} [episode] */
export function stored(seconds, episode) {
  return until(`the server knows ${seconds} for ${user}`, 10_000, async () => {
    const answer = await server.resume(user, episode);
    return answer.known && Math.abs(answer.position - seconds) <= 1 ? answer : null;
  });
}

/** @param {Record<string, string>} [query] @param {string} [page] */
export const open = (query = {}, page) => Screen.open(context, server.url, { user, device: 'tv', ...query }, page);

/** Where this viewer was on another device. @param {number} position @param {object} [rest] */
export async function watchedElsewhere(position, rest = {}) {
  const about = { userId: user, showId: 789, episodeId: 12, duration: 120, deviceId: 'other', sessionId: 'o1' };
  const body = JSON.stringify({ ...about, position, ...rest });
  const headers = { 'content-type': 'application/json' };
  assert.ok((await fetch(`${server.url}/v1/progress`, { method: 'POST', headers, body })).ok);
}
