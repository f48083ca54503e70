// Makes the README's picture of the demo again: docs/images/demo.png.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Demo, launch } from './browser.js';
import { makeDemo, Server } from './server.js';

const picture = fileURLToPath(new URL('../../docs/images/demo.png', import.meta.url));

makeDemo();
const server = new Server();
let browser;
try {
  await server.start();
  browser = await launch();
  const demo = await Demo.open(browser, server.url, '12345', { viewport: { width: 1180, height: 1090 } });
  const tv = demo.device('tv');
  await tv.play();
  await demo.page.click('.jump:enabled');
  await tv.playOnTo(18 * 60 + 42.3);
  await tv.close();
  const phone = demo.device('phone');
  await phone.play();
  await demo.page.waitForFunction(() => document.querySelector('.point')?.textContent === '18:42');
  mkdirSync(dirname(picture), { recursive: true });
  await demo.page.screenshot({ path: picture });
  console.log(`${picture}: ${Math.ceil(statSync(picture).size / 1024)} kB`);
} finally {
  await browser?.close();
  await server.remove();
}
