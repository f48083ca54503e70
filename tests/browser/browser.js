// A real Chromium with a fresh profile, and the demo's page and devices as a viewer uses them.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { until } from './until.js';

export async function launch() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing (Debian: apt-get install chromium)`);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

// Runs in every document before its own scripts: notes what only the document itself can see, the very frame that a
// video first played.
export function noteFirstPlay() {
  window.addEventListener(
    'playing',
    ({ target }) => {
      if (!(target instanceof HTMLVideoElement) || window.firstPlay) return;
      window.firstPlay = { currentTime: target.currentTime };
      target.requestVideoFrameCallback((_, { mediaTime }) => {
        const canvas = new OffscreenCanvas(640, 360);
        const drawing = canvas.getContext('2d');
        drawing.drawImage(target, 0, 0, 640, 360);
        const lit = (bit) => drawing.getImageData(430 - 20 * bit, 334, 1, 1).data[1] > 128; // see web/make-video.sh
        let second = 0;
        for (let bit = 0; bit < 11; bit++) second += lit(bit) ? 2 ** bit : 0;
        Object.assign(window.firstPlay, { mediaTime, second });
      });
    },
    { capture: true },
  );
}

/** The demo's page for one viewer. */
export class Demo {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
  }

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {string} server
   * @param {string} user
   * @param {import('playwright-core').BrowserContextOptions & {before?: () => void}} [options]
   *   `before` runs in every document first
   */
  static async open(browser, server, user, { before, ...options } = {}) {
    const context = await browser.newContext(options);
    await context.addInitScript(noteFirstPlay);
    if (before) await context.addInitScript(before);
    context.setDefaultTimeout(15_000);
    const demo = new Demo(await context.newPage());
    await demo.visit(`${server}/demo/index.html?user=${user}`);
    return demo;
  }

  /** @param {string} url */
  async visit(url) {
    const answer = await this.page.goto(url);
    if (!answer?.ok()) throw new Error(`${url} answered ${answer?.status()}`);
  }

  async leave() {
    await this.page.context().close();
  }

  /** @param {'tv' | 'phone'} name */
  device(name) {
    return new Device(this.page, name);
  }
}

export class Device {
  #page;
  #name;

  /** @param {import('playwright-core').Page} page @param {'tv' | 'phone'} name */
  constructor(page, name) {
    this.#page = page;
    this.#name = name;
  }

  async frame() {
    const element = await this.#page.waitForSelector(`[data-device='${this.#name}'] iframe`, { state: 'attached' });
    const frame = await element.contentFrame();
    if (!frame) throw new Error(`${this.#name} has no document`);
    return frame;
  }

  /** Presses the device's button, and waits for no more than its document. */
  async open() {
    await this.#page.click(`[data-device='${this.#name}'] .power`);
    await (await this.frame()).waitForSelector('video');
  }

  /** Opens it and waits for the first frame: where it started, and which second that frame shows. */
  async play() {
    await this.open();
    const frame = await this.frame();
    await frame.waitForFunction(() => window.firstPlay?.second !== undefined, undefined);
    return frame.evaluate(() => window.firstPlay);
  }

  /** Closes it. @returns {Promise<number>} where its video was at that moment */
  close() {
    return this.#page.evaluate((name) => {
      const device = document.querySelector(`[data-device='${name}']`);
      const at = device.querySelector('iframe').contentDocument.querySelector('video').currentTime;
      device.querySelector('.power').click();
      return at;
    }, this.#name);
  }

  /** As a viewer drags the position. @param {number} seconds */
  async dragTo(seconds) {
    const frame = await this.frame();
    await frame.locator('input[type=range]').fill(`${seconds}`);
    await until(`${this.#name} plays at ${seconds}`, 10_000, async () => {
      const { position, seeking } = await this.video();
      return !seeking && position >= seconds && position < seconds + 10;
    });
  }

  async pause() {
    await (await this.frame()).click('.toggle');
  }

  async video() {
    return (await this.frame()).evaluate(() => {
      const video = document.querySelector('video');
      return {
        position: video.currentTime,
        readyState: video.readyState,
        seeking: video.seeking,
        frames: video.getVideoPlaybackQuality().totalVideoFrames,
        error: video.error?.code ?? 0,
      };
    });
  }

  /** Waits until it has played on to there. @param {number} seconds */
  async playOnTo(seconds) {
    await until(
      `${this.#name} has played on to ${seconds}`,
      30_000,
      async () => (await this.video()).position >= seconds,
    );
  }

  async screenshot(path) {
    await this.#page.locator(`[data-device='${this.#name}'] .case`).screenshot({ path });
  }
}
