// Lays out build/sdk-pages, what the SDK's browser tests open: a bare page, the SDK as it is committed, three players
// from their packages, and a clip made once, as a file, as HLS and as DASH.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
export const pages = join(root, 'build/sdk-pages');

const files = {
  'page.html': 'tests/browser/pages/page.html',
  'page.js': 'tests/browser/pages/page.js',
  'tv.html': 'tests/browser/pages/tv.html',
  'playhead.js': 'sdk/dist/playhead.js',
  'playhead.es2015.js': 'sdk/dist/playhead.es2015.js',
  'hls.js': 'tests/browser/node_modules/hls.js/dist/hls.min.js',
  'video.js': 'tests/browser/node_modules/video.js/dist/video.min.js',
  'shaka.js': 'tests/browser/node_modules/shaka-player/dist/shaka-player.compiled.js',
};

/** @param {string[]} args */
function ffmpeg(...args) {
  const made = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: 'inherit' });
  if (made.status !== 0) throw new Error('ffmpeg could not make the tests’ clip (Debian: apt-get install ffmpeg)');
}

/** Two minutes that change every frame, with a key frame every two seconds. */
export function makePages() {
  const media = join(pages, 'media');
  mkdirSync(media, { recursive: true });
  for (const [name, from] of Object.entries(files)) copyFileSync(join(root, from), join(pages, name));
  const clip = join(media, 'clip.mp4');
  if (existsSync(join(media, 'done.mpd'))) return;
  const encoding = '-c:v libx264 -preset ultrafast -g 20 -keyint_min 20 -sc_threshold 0 -pix_fmt yuv420p'.split(' ');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=160x90:rate=10:duration=120', ...encoding, '-movflags', '+faststart', clip);
  ffmpeg('-i', clip, ...'-c copy -f hls -hls_time 4 -hls_playlist_type vod'.split(' '), join(media, 'clip.m3u8'));
  ffmpeg('-i', clip, ...'-c copy -f dash -seg_duration 4'.split(' '), join(media, 'clip.mpd'));
  copyFileSync(join(media, 'clip.mpd'), join(media, 'done.mpd'));
}
