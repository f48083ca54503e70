// What a page of a tester does: `?user=` and `?with=` (file, hls, videojs or shaka), `?device=`, `?wait=no` to play
// without waiting for where to start. What the SDK says is kept in `window.said`.

import { attach } from './playhead.js';

const query = new URLSearchParams(location.search);
const video = document.querySelector('video');
window.said = { errors: [], events: [] };

function script(name) {
  return new Promise((resolve, reject) => {
    const element = document.createElement('script');
    element.src = name;
    element.onload = resolve;
    element.onerror = reject;
    document.head.append(element);
  });
}

const sources = {
  async file() {
    video.src = query.get('src') ?? 'media/clip.mp4';
  },
  async hls() {
    await script('hls.js');
    window.player = new Hls();
    window.player.loadSource('media/clip.m3u8');
    window.player.attachMedia(video);
  },
  async videojs() {
    await script('video.js');
    window.player = videojs(video, { sources: [{ src: 'media/clip.m3u8', type: 'application/x-mpegURL' }] });
    await new Promise((resolve) => window.player.ready(resolve));
  },
  async shaka() {
    await script('shaka.js');
    shaka.polyfill.installAll();
    window.player = new shaka.Player();
    await window.player.attach(video);
    window.player.load('media/clip.mpd');
  },
};

await sources[query.get('with') ?? 'file']();
window.element = document.querySelector('video'); // video.js may have put one of its own there
window.attached = attach(window.element, {
  userId: query.get('user'),
  showId: 789,
  episodeId: Number(query.get('episode') ?? 12),
  deviceId: query.get('device') ?? undefined,
  onError: (error) => window.said.errors.push(error),
  onEvent: (event) => window.said.events.push(event),
});
if (query.get('wait') !== 'no') await window.attached.ready;
window.element.play();
