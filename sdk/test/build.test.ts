// What is delivered: its size, the language it is written in, what it needs, and that it is documented.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { parse } from 'acorn';
import { expect, test } from 'vitest';
// @ts-expect-error it has no types
import { stale, undocumented } from '../tools/check.js';
import { Device, World } from './world.js';

const file = (name: string) => new URL(`../${name}`, import.meta.url).pathname;
const text = (name: string) => readFileSync(file(name), 'utf8');

test('the module is at most 8 kB gzipped', () => {
  expect(gzipSync(text('dist/playhead.js'), { level: 9 }).length).toBeLessThanOrEqual(8000);
});

test('dist is built from these sources', () => expect(stale()).toEqual([]), 120_000);

test('it needs no other package at run time', () => {
  const { dependencies, peerDependencies } = JSON.parse(text('package.json'));
  expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
  const { body } = parse(text('dist/playhead.js'), { ecmaVersion: 2022, sourceType: 'module' }) as any;
  expect(body.filter(({ type }: any) => type === 'ImportDeclaration')).toEqual([]);
});

test('the script is ES2015, which the module is not', () => {
  parse(text('dist/playhead.es2015.js'), { ecmaVersion: 2015 });
  expect(() => parse(text('dist/playhead.js'), { ecmaVersion: 2015, sourceType: 'module' })).toThrow();
});

/** The script on a device that has nothing but the language of 2015, timers and what is given. */
function onTv(given: object) {
  const context = createContext({ setTimeout, clearTimeout, ...given });
  runInContext(
    'globalThis.self = globalThis; delete globalThis.WebAssembly; delete globalThis.SharedArrayBuffer',
    context,
  );
  // Later additions to the language's library, which a TV of 2016 does not have.
  runInContext(
    `delete Array.prototype.includes; delete Array.prototype.flat; delete Array.prototype.flatMap; delete Array.prototype.at;
     delete String.prototype.padStart; delete String.prototype.padEnd; delete String.prototype.replaceAll;
     delete Object.values; delete Object.entries; delete Object.fromEntries; delete Object.hasOwn;
     delete Promise.prototype.finally; delete Promise.allSettled; delete Promise.any; delete globalThis.queueMicrotask;`,
    context,
  );
  runInContext(text('dist/playhead.es2015.js').replace(/^[^\n]*\n/, ''), context);
  return context as any;
}

test('the script runs on a TV without fetch, keepalive, IndexedDB, WebSocket, Web Locks and storage', async () => {
  const context = onTv({});
  const errors = runInContext(
    `var errors = [];
     var reporter = playhead.createReporter({ userId: 'u', episodeId: 1, startTimeout: 20, onRemoteProgress() {},
                                              onError: (error) => errors.push(error.code) });
     errors`,
    context,
  );
  const start = await runInContext('reporter.ready', context);
  expect(start).toMatchObject({ asked: false, position: 0 });
  runInContext(
    'reporter.playing(1); reporter.playing(1.2); reporter.seeked(60); reporter.hidden(); reporter.stop(); reporter.detach()',
    context,
  );
  expect([...errors]).toEqual(['start-unknown']);
});

test('the script reports where there is no more than fetch', async () => {
  const world = new World();
  const { fetch } = new Device(world).page();
  const context = onTv({ fetch });
  runInContext(
    `var reporter = playhead.createReporter({ userId: 'u', episodeId: 1, startTimeout: 20 });
     reporter.playing(1); reporter.playing(1.2); reporter.seeked(60);`,
    context,
  );
  for (let step = 0; step < 5; step++) await world.pass(100);
  expect(world.server.updates.at(-1)).toMatchObject({ position: 60, seek: true });
  runInContext('reporter.detach()', context);
});

test('every public name is documented', () => expect(undocumented(file('src/index.ts'))).toEqual([]), 120_000);

test('and one that is not would be found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-sdk-'));
  try {
    writeFileSync(
      join(folder, 'index.ts'),
      '/** Said. */\nexport interface A {\n/** Said. */\nb: 1;\nc: 2;\n}\nexport const d = 1;\n',
    );
    expect(undocumented(join(folder, 'index.ts')).map((line: string) => line.replace(/^.*: /, ''))).toEqual([
      'A.c is not documented',
      'd is not documented',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);

test('a page that gets its types from the package compiles, in the five lines of the README', () => {
  const [, lines] = /```ts\n([^]*?)```/.exec(text('README.md'))!;
  expect(lines!.trim().split('\n').length).toBeLessThanOrEqual(5);
  const folder = mkdtempSync(join(tmpdir(), 'playhead-sdk-'));
  try {
    const code = `declare const video: HTMLVideoElement;\n${lines!.replace("'@playhead/sdk'", `'${file('dist/types/index.js')}'`)}`;
    writeFileSync(join(folder, 'page.ts'), code);
    const tsc = file('node_modules/typescript/bin/tsc');
    const args = [
      tsc,
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      'esnext',
      '--typeRoots',
      folder,
      join(folder, 'page.ts'),
    ];
    const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([stdout, status]).toEqual(['', 0]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
