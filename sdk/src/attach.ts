// A media element's events, as what the core wants to know. It works on the element alone, so that whatever feeds it
// (hls.js, video.js, shaka-player, the browser) needs no change.

import { showQuestion } from './prompt.js';
import { createReporter } from './reporter.js';
import type { Item } from './api.js';
import type { Attached, AttachOptions, Start } from './types.js';

// What moves less than this is a player's nudge over a gap and no viewer.
const nudgeSeconds = 1;

/**
 * Keeps a viewer's place on a media element: starts it where any device stopped, reports, survives offline and close,
 * and asks when another device has moved on.
 */
export function attach(video: HTMLMediaElement, options: AttachOptions): Attached {
  const { position: given } = options;
  const undo: (() => void)[] = [];
  let playing = false; // what is open has begun to play
  let played = ''; // its source
  let fresh = true; // what is open now is the item's own
  let ours = false; // the seek under way is a program's
  let touched = false; // the viewer went somewhere
  let turn = 0;
  let advertising = false;
  let last = 0;
  let unask = () => {};

  const here = () => {
    const at = given ? given() : video.currentTime;
    if ((at === null) !== advertising) {
      advertising = at === null;
      if (advertising) reporter.suspend();
      else reporter.resume();
    }
    return at === null ? NaN : at;
  };
  const length = () => (options.duration ? options.duration() : video.duration);

  function seekTo(seconds: number) {
    if (options.seekTo) options.seekTo(seconds);
    else video.currentTime = seconds;
  }

  const reporter = createReporter({
    onRemoteProgress(remote) {
      unask();
      const question = options.question || (({ positionText }) => `Continue at ${positionText}?`);
      unask = showQuestion(video, question(remote), remote);
    },
    ...options,
    duration: length,
    seekTo,
  });

  function on(target: EventTarget, types: string, run: (event: Event) => void) {
    for (const type of types.split(' ')) {
      target.addEventListener(type, run);
      undo.push(() => target.removeEventListener(type, run));
    }
  }

  let place: (() => void) | undefined; // puts the item where it starts, once there is something to put

  function begin(ready: Promise<Start>) {
    const mine = ++turn;
    touched = false;
    place = undefined;
    ready.then(({ position }) => {
      if (mine !== turn || options.autoResume === false || !position) return;
      place = () => {
        place = undefined;
        if (touched) return;
        if (position > length()! - 1) {
          const message = `It should start at ${position} s, which is past the end of what is open, so it starts at its beginning.`;
          if (options.onError) options.onError({ code: 'start-past-end', message });
          return;
        }
        ours = true;
        seekTo(position);
      };
      if (fresh && video.readyState > 0) place();
    });
  }
  begin(reporter.ready);

  on(video, 'loadedmetadata', () => place && place());
  on(video, 'emptied', () => {
    playing = false;
    fresh = true;
    ours = false;
    reporter.reloaded();
  });
  on(video, 'playing', () => {
    if (place) place();
    playing = true;
    played = video.currentSrc;
    last = video.currentTime;
    unask();
    reporter.playing(here());
  });
  on(video, 'timeupdate', () => {
    if (!playing || video.paused || video.seeking || video.error) return;
    last = video.currentTime;
    reporter.playing(here());
  });
  on(video, 'seeking', () => {
    if (playing && !ours && Math.abs(video.currentTime - last) > nudgeSeconds) touched = true;
  });
  on(video, 'seeked', () => {
    const nudge = ours || !playing || Math.abs(video.currentTime - last) <= nudgeSeconds;
    ours = false;
    last = video.currentTime;
    if (nudge) reporter.moved(here());
    else reporter.seeked(here());
  });
  // At the end, `ended` follows and says more.
  on(video, 'pause', () => playing && !video.ended && reporter.paused(here()));
  on(video, 'ended', () => playing && reporter.ended(here()));
  on(video, 'ratechange', () => playing && reporter.rateChanged(here()));

  function look() {
    if (playing && !video.paused && !video.seeking && !video.error) reporter.playing(here());
  }
  on(document, 'visibilitychange', () => {
    look();
    if (document.visibilityState === 'hidden') reporter.hidden();
    else reporter.visible();
  });
  on(window, 'online', () => reporter.online());
  on(window, 'pagehide', () => {
    look();
    reporter.stop();
  });

  return {
    get sessionId() {
      return reporter.sessionId;
    },
    get ready() {
      return reporter.ready;
    },
    setItem(item: Item) {
      // The next episode's source may be there already, be on its way, or come later.
      fresh = video.readyState === 0 || video.currentSrc !== played;
      const ready = reporter.setItem(item);
      begin(ready);
      return ready;
    },
    suspend: () => reporter.suspend(),
    resume: () => reporter.resume(),
    detach() {
      look();
      turn++;
      unask();
      for (const off of undo) off();
      reporter.detach();
    },
  };
}
