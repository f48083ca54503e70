// Makes the picture of the console again: docs/images/console.png. It takes two minutes and a half, since the charts have
// to fill.

import { setTimeout as wait } from 'node:timers/promises';
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.js';
import { bench, follow, followBySocket } from './console_load.js';
import { Server } from './server.js';

const picture = fileURLToPath(new URL('../../docs/images/console.png', import.meta.url));

const server = new Server('');
let browser;
/** @type {(() => unknown)[]} */
const ends = [];
try {
  await server.start();
  browser = await launch();
  const players = ['--body', 'full', '--connections', '128', '--duration', '300'];
  ends.push(bench(server, 'mixed', '--rate', '600', '--users', '6200', '--read-rate', '250', ...players));
  await followBySocket(server, browser, 40);
  await wait(15_000);
  const context = await browser.newContext({ viewport: { width: 1280, height: 1200 }, colorScheme: 'dark' });
  const page = await context.newPage();
  await page.goto(`${server.url}/console/`);
  await page.getByLabel('2 min', { exact: true }).check();
  for (let step = 0; step < 12; step++) {
    ends.push(await follow(server, 3 + (step % 3), (i) => `${100 * (step + 1) + i}`));
    // An evening in two minutes: more and more who play, then fewer.
    const more = 150 + Math.round(450 * Math.sin((Math.PI * step) / 11));
    const some = ['--rate', `${more}`, '--first-user', `${10_000 * (step + 1)}`, '--users', `${more * 4}`];
    const stop = bench(server, 'updates', ...some, ...players);
    await wait(10_000);
    await stop();
  }
  const last = await page.locator('.panel').nth(3).boundingBox();
  if (!last) throw new Error('the page has no charts');
  mkdirSync(dirname(picture), { recursive: true });
  await page.screenshot({ path: picture, clip: { x: 0, y: 0, width: 1280, height: last.y + last.height + 16 } });
  console.log(`${picture}: ${Math.ceil(statSync(picture).size / 1024)} kB`);
} finally {
  for (const end of ends) await end();
  await browser?.close();
  await server.remove();
}
