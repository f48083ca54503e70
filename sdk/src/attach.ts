// A media element's events, as what the core wants to know. It works on the element alone, so that whatever feeds it
// (hls.js, video.js, shaka-player, the browser) needs no change.

import { showQuestion } from './prompt.js';
import { createReporter } from './reporter.js';
import type { Item } from './api.js';
import type { Attached, AttachOptions, Start } from './types.js';

// What moves less than this is a player's nudge over a gap and no viewer.
const nudgeSeconds = 1;
// This close to where it should start is there.
const nearSeconds = 2;
const mostTries = 4;

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
  let target: number | undefined; // where the item starts, until it is there
  let tries = 0;
  let ours = false; // a program's seek is under way …
  let jumping = false; // … or the viewer's
  let turn = 0;
  let suspended = false; // by the page
  let advertising = false; // by `position`
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

  // Where it is, unless it is nowhere: on its way, broken, or standing still. A browser tells the new time before it says
  // that a jump has ended.
  function look() {
    if (!playing || jumping || video.paused || video.seeking || video.error) return;
    last = video.currentTime;
    const at = here();
    if (ours) reporter.moved(at);
    ours = false;
    place();
    if (ours) return;
    if (!advertising && !suspended) target = undefined;
    reporter.playing(at);
  }

  // Puts the item where it starts, once there is something to put, and again where a player begins by going to 0.
  function place() {
    if (target === undefined || suspended || !fresh || !video.readyState) return;
    const position = target;
    if (position > length()! - 1) {
      target = undefined;
      const message = `It should start at ${position} s, which is past the end of what is open, so it starts at its beginning.`;
      if (options.onError) options.onError({ code: 'start-past-end', message });
    } else if (Math.abs(here() - position) > nearSeconds) {
      if (++tries > mostTries) return;
      ours = true;
      seekTo(position);
    }
  }

  function begin(ready: Promise<Start>) {
    const mine = ++turn;
    target = undefined;
    tries = 0;
    ready.then(({ position }) => {
      if (mine !== turn || options.autoResume === false || !position) return;
      target = position;
      place();
    });
  }
  begin(reporter.ready);

  on(video, 'loadedmetadata canplay', () => place());
  on(video, 'emptied', () => {
    playing = ours = jumping = false;
    fresh = true;
    reporter.reloaded();
  });
  on(video, 'playing', () => {
    fresh = true; // something else on the same source, at the latest
    playing = true;
    played = video.currentSrc;
    unask();
    look();
  });
  on(video, 'timeupdate', () => look());
  on(video, 'seeking', () => {
    if (playing && !ours && Math.abs(video.currentTime - last) > nudgeSeconds) {
      jumping = true;
      target = undefined; // they know where they want to be
    }
  });
  on(video, 'seeked', () => {
    last = video.currentTime;
    if (jumping) reporter.seeked(here());
    else reporter.moved(here());
    ours = jumping = false;
  });
  // At the end, `ended` follows and says more.
  on(video, 'pause', () => playing && !video.ended && reporter.paused(here()));
  on(video, 'ended', () => playing && reporter.ended(here()));
  on(video, 'ratechange', () => playing && reporter.rateChanged(here()));

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
    suspend() {
      suspended = true;
      reporter.suspend();
    },
    resume() {
      suspended = false;
      reporter.resume();
      place();
    },
    detach() {
      look();
      turn++;
      target = undefined;
      unask();
      for (const off of undo) off();
      reporter.detach();
    },
  };
}
