// A page with the SDK on a video, as a viewer uses it and a test looks at it.

import { until } from './until.js';

export class Screen {
  /** What it sent to the server. @type {any[]} */
  sent = [];

  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/progress')) this.sent.push(request.postDataJSON());
    });
  }

  /**
   * @param {import('playwright-core').BrowserContext} context
   * @param {string} server
   * @param {Record<string, string>} query
   * @param {string} [name]
   */
  static async open(context, server, query, name = 'page.html') {
    const screen = new Screen(await context.newPage());
    // Not until its load event, which waits for the video.
    const answer = await screen.page.goto(`${server}/demo/${name}?${new URLSearchParams(query)}`, {
      waitUntil: 'commit',
    });
    if (!answer?.ok()) throw new Error(`${name} answered ${answer?.status()}`);
    return screen;
  }

  video() {
    return this.page.evaluate(() => {
      const video = document.querySelector('video');
      return { at: video.currentTime, paused: video.paused, seeking: video.seeking, error: video.error?.code };
    });
  }

  /** Waits until it has played on to there. @param {number} seconds */
  async playOnTo(seconds) {
    await until(`it has played on to ${seconds}`, 20_000, async () => {
      const { at, seeking } = await this.video();
      return !seeking && at >= seconds;
    });
  }

  /** Waits until all of the clip is there. */
  async loaded() {
    await this.page.waitForFunction(() => {
      const { buffered } = document.querySelector('video');
      return buffered.length === 1 && buffered.end(0) > 119;
    });
  }

  /** Where it was when it began to play. */
  async startedAt() {
    await this.page.waitForFunction(() => window.attached);
    return this.page.evaluate(() => window.attached.ready.then((start) => start.position));
  }

  /** As a viewer drags the position. @param {number} seconds */
  async dragTo(seconds) {
    await this.page.evaluate((to) => (document.querySelector('video').currentTime = to), seconds);
    await this.playOnTo(seconds);
  }

  async pause() {
    await this.page.evaluate(() => document.querySelector('video').pause());
    return (await this.video()).at;
  }

  play() {
    return this.page.evaluate(() => void document.querySelector('video').play());
  }

  /** Goes elsewhere, and says where its video was at that moment. */
  async leave() {
    await this.page.evaluate(() => {
      const note = () => localStorage.setItem('left', `${document.querySelector('video').currentTime}`);
      window.addEventListener('pagehide', note);
    });
    await this.page.goto(new URL('/healthz', this.page.url()).href);
    return Number(await this.page.evaluate(() => localStorage.getItem('left')));
  }

  /** What the SDK told the page. */
  said() {
    return this.page.evaluate(() => JSON.parse(JSON.stringify(window.said)));
  }
}
