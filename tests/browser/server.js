// A real `playhead serve` with a data folder of its own, that a test can stop and start again on the same port.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const artifacts = join(root, 'build/browser');

const program = process.env.PLAYHEAD ?? join(root, 'build/release/playhead');
const web = join(root, 'build/demo');

/** Lays out the demo page, and makes its video where it isn't there yet. */
export function makeDemo() {
  const made = spawnSync(join(root, 'web/build'), [web], { stdio: 'inherit' });
  if (made.status !== 0) throw new Error('web/build failed');
}

export class Server {
  #data = mkdtempSync(join(tmpdir(), 'playhead-browser-'));
  #port = 0;
  /** @type {import('node:child_process').ChildProcess | null} */
  #process = null;
  #web;

  /** @param {string} [folder] what it serves below /demo/; '' for nothing */
  constructor(folder = web) {
    this.#web = folder;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start() {
    this.#port ||= await freePort();
    const listen = `127.0.0.1:${this.#port}`;
    const pages = this.#web ? ['--web-root', this.#web] : [];
    const child = spawn(program, ['serve', '--listen', listen, '--data', this.#data, ...pages], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('error', (error) => (output += error.message));
    await until(`${program} is ready`, 20_000, async () => {
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`${program} ended: ${output}`);
      return (await fetch(`${this.url}/readyz`).catch(() => null))?.ok;
    });
  }

  async stop() {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const tooLong = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const [code] = await ended;
    clearTimeout(tooLong);
    if (code !== 0) throw new Error(`${program} did not stop in good order: ${code ?? 'killed'}`);
  }

  /** As a power cut does. */
  async kill() {
    const child = this.#process;
    this.#process = null;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async remove() {
    await this.stop();
    rmSync(this.#data, { recursive: true, force: true });
  }

  /** What any device of this viewer would be told now. @param {string} user @param {number} [episode] */
  async resume(user, episode = 12) {
    const answer = await fetch(`${this.url}/v1/users/${user}/resume?showId=789&episodeId=${episode}`);
    if (!answer.ok) throw new Error(`resume answered ${answer.status}`);
    return answer.json();
  }
}

/** @returns {Promise<number>} a port of the loopback that was free just now */
async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (listener.address());
  listener.close();
  await once(listener, 'close');
  return port;
}
