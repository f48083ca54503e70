// Builds dist: build.js [FOLDER]. The ES module, the script for TVs (ES2015, global `playhead`) and the declarations.
// dist is committed, so that whoever installs the folder, or serves the demo, needs no tools.

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(process.argv[2] ?? join(sdk, 'dist'));

rmSync(out, { recursive: true, force: true });
const common = {
  absWorkingDir: sdk,
  entryPoints: ['src/index.ts'],
  bundle: true,
  minify: true,
  legalComments: 'none',
  banner: { js: '// Playhead, Apache-2.0. Built from sdk/src by `npm run build`.' },
};
await build({ ...common, format: 'esm', target: 'es2020', outfile: join(out, 'playhead.js') });
await build({
  ...common,
  format: 'iife',
  globalName: 'playhead',
  target: 'es2015',
  outfile: join(out, 'playhead.es2015.js'),
});
execFileSync(
  process.execPath,
  [join(sdk, 'node_modules/typescript/bin/tsc'), '-p', sdk, '--outDir', join(out, 'types')],
  {
    stdio: 'inherit',
  },
);
