// Keeps a viewer's place with Playhead: asks where to start, says every few seconds where the video is, and says it
// once more when the page goes away.
//
// Only the newest place matters, so there is no list of unsent updates: one request is on its way at a time, and what
// happens meanwhile goes into the next. Playback never waits for the network, except for `askForMs` before its start.

import { Kept } from './kept.js';

const askForMs = 2_000;
const sendForMs = 5_000;
const longestWaitSeconds = 300;

// Until a session has really played this long, or the viewer has sought, its updates are `provisional`: they don't
// replace what is stored. Longer where it did not start from the stored place, which could not be asked for or reached.
const provisionalSeconds = 5;
const provisionalSecondsWhenLost = 120;

/** @typedef {{known: boolean, position?: number, positionText?: string, startAt?: number, deviceId?: string}} Resume */
/** @typedef {{accepted: number, durability: string, serverTime: string, nextInSeconds: number}} Ack */
/** @typedef {'playing' | 'paused' | 'stopped' | 'ended'} State */
/** @typedef {string | number} Id */

/**
 * @typedef {object} Options
 * @property {string} [server] Where Playhead is; by default where the page is from.
 * @property {Id} userId
 * @property {Id} [showId]
 * @property {Id} episodeId
 * @property {string} deviceId The same whenever this device plays.
 * @property {(event: 'resume' | 'sent' | 'ack' | 'failed', detail: any) => void} [on] Told what is sent and answered.
 */

export class Player {
  #video;
  #options;
  #on;
  #kept;
  #sessionId = randomId();
  #seq = 0;

  #startAt = 0;
  #lost = true; // not playing from the stored place
  #begun = false; // has played since the resume answer; nothing is said before

  #position = 0; // where the viewer last was by playing or seeking, and when
  #positionAt = 0;
  #played = 0;
  #sought = false; // a seek that no acknowledged update has carried yet
  #everSought = false;

  /** @type {State | null} */
  #said = null; // the state of the newest update
  #sending = false;
  #sendAgain = false;
  #failures = 0;
  #timer = 0;

  /** @param {HTMLVideoElement} video @param {Options} options */
  constructor(video, options) {
    this.#video = video;
    this.#options = options;
    this.#on = options.on ?? (() => {});
    this.#kept = new Kept(options.userId, options.showId, options.episodeId, options.deviceId);
  }

  /**
   * Asks for the resume point, seeks there and plays. Where it can't be had in time the video starts at 0.
   * @returns {Promise<Resume | null>} what was answered; null where nothing was
   */
  async start() {
    const inTime = AbortSignal.timeout(askForMs);
    await this.#sendKept(inTime);
    const resume = await this.#ask(inTime);
    this.#on('resume', resume);
    this.#lost = resume === null;
    this.#startAt = resume?.startAt ?? 0;
    if (this.#startAt > 0) this.#video.currentTime = this.#startAt;
    this.#listen();
    this.#video.play().catch(() => {}); // not allowed without a click, or no video: the page's controls are there
    return resume;
  }

  #listen() {
    const video = this.#video;
    video.addEventListener('playing', () => {
      if (!this.#begun) {
        this.#begun = true;
        this.#position = video.currentTime;
        this.#positionAt = Date.now();
        if (video.currentTime < this.#startAt - 2) this.#lost = true; // the seek did not take
      }
      if (this.#said !== 'playing') this.#say(); // after a stall or a seek it is no news
    });
    video.addEventListener('timeupdate', () => {
      if (!video.paused) this.#look();
    });
    video.addEventListener('pause', () => {
      this.#look();
      if (!video.ended) this.#say();
    });
    video.addEventListener('ended', () => {
      this.#look();
      this.#say();
    });
    video.addEventListener('seeking', () => {
      if (!this.#begun) return; // our own, to the resume point
      this.#position = video.currentTime; // where it goes to
      this.#positionAt = Date.now();
      this.#sought = this.#everSought = true;
    });
    video.addEventListener('seeked', () => this.#say());
    // Where a phone's system ends a page in the background, being hidden is the last that the page hears.
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.#say();
    });
    window.addEventListener('pagehide', () => this.#stop());
    window.addEventListener('pageshow', () => {
      if (this.#said !== 'stopped') return;
      this.#said = null; // back from the browser's page cache
      this.#say();
    });
  }

  // Notes where the video is, unless it is nowhere: broken, unloaded, or on its way to another place.
  #look() {
    const video = this.#video;
    if (!this.#begun || video.error || video.seeking || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const step = video.currentTime - this.#position;
    if (step === 0) return; // standing still is not being here now
    if (step > 0 && step < 5) this.#played += step;
    this.#position = video.currentTime;
    this.#positionAt = Date.now();
  }

  // The last update, by a request that outlives the page.
  #stop() {
    clearTimeout(this.#timer);
    if (!this.#begun) return;
    if (!this.#video.paused) this.#look();
    const update = this.#update('stopped');
    const url = this.#url('/v1/progress');
    const body = JSON.stringify(update);
    const beacon = () => navigator.sendBeacon(url, body); // as text/plain, which the server reads as JSON
    this.#kept.put(update);
    this.#on('sent', update);
    if ('keepalive' in Request.prototype) fetch(url, post(body)).catch(beacon);
    else beacon();
  }

  /** @param {State} state */
  #update(state) {
    const { userId, showId, episodeId, deviceId } = this.#options;
    const { duration } = this.#video;
    this.#said = state;
    const longEnough = this.#lost ? provisionalSecondsWhenLost : provisionalSeconds;
    return {
      userId,
      showId,
      episodeId,
      position: roundToMs(this.#position),
      duration: Number.isFinite(duration) ? roundToMs(duration) : undefined,
      timestamp: this.#positionAt,
      sentAt: Date.now(),
      deviceId,
      sessionId: this.#sessionId,
      seq: ++this.#seq,
      state,
      seek: this.#sought || undefined,
      playedSeconds: roundToMs(this.#played),
      provisional: !this.#everSought && this.#played < longEnough,
    };
  }

  // Says where the video is: at once, or after what is being sent.
  async #say() {
    if (!this.#begun || this.#said === 'stopped') return; // the page is hidden once more after its pagehide
    if (this.#sending) {
      this.#sendAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#sending = true;
    this.#sendAgain = false;
    const wait = await this.#send();
    this.#sending = false;
    if (this.#sendAgain) this.#say();
    else if (this.#said !== 'ended' || this.#failures > 0) this.#timer = setTimeout(() => this.#say(), wait * 1000);
  }

  /** @returns {Promise<number>} seconds until the next update */
  async #send() {
    const { paused, ended } = this.#video;
    if (!paused) this.#look();
    const update = this.#update(ended ? 'ended' : paused ? 'paused' : 'playing');
    this.#sought = false;
    this.#kept.put(update);
    this.#on('sent', update);
    let reason;
    let least = 0;
    try {
      const answer = await fetch(
        this.#url('/v1/progress'),
        post(JSON.stringify(update), AbortSignal.timeout(sendForMs)),
      );
      if (answer.ok) {
        const ack = /** @type {Ack} */ (await answer.json());
        this.#kept.drop(update);
        this.#failures = 0;
        this.#on('ack', ack);
        return bounded(ack.nextInSeconds, 1, longestWaitSeconds);
      }
      reason = `${answer.status}`;
      least = bounded(Number(answer.headers.get('retry-after')), 0, longestWaitSeconds);
    } catch (error) {
      reason = String(error);
    }
    // 1, 2, 4, 8 and then about 16 seconds, each up to half longer, so that a fleet doesn't come back at once.
    const wait = Math.max(least, 2 ** Math.min(this.#failures++, 4) * (1 + Math.random() / 2));
    this.#sought ||= update.seek === true;
    this.#on('failed', { reason, wait });
    return wait;
  }

  /** @param {AbortSignal} inTime @returns {Promise<Resume | null>} */
  async #ask(inTime) {
    const { userId, showId, episodeId } = this.#options;
    const query = new URLSearchParams({ episodeId: `${episodeId}` });
    if (showId !== undefined) query.set('showId', `${showId}`);
    try {
      const answer = await fetch(this.#url(`/v1/users/${encodeURIComponent(userId)}/resume?${query}`), {
        signal: inTime,
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /** @param {AbortSignal} inTime */
  async #sendKept(inTime) {
    const update = this.#kept.get();
    if (update === null) return;
    const body = JSON.stringify({ ...update, sentAt: Date.now() });
    const answer = await fetch(this.#url('/v1/progress'), post(body, inTime)).catch(() => null);
    // Refused for good (400) is done with too; only where the server could not take it is it worth another try.
    if (answer?.ok || answer?.status === 400) this.#kept.drop(update);
  }

  /** @param {string} path */
  #url(path) {
    return `${this.#options.server ?? ''}${path}`;
  }
}

/** @param {string} body @param {AbortSignal} [signal] @returns {RequestInit} */
function post(body, signal) {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body, keepalive: true, signal };
}

/** @param {number} seconds */
function roundToMs(seconds) {
  return Math.round(seconds * 1000) / 1000;
}

/** @param {number} value @param {number} least @param {number} most */
function bounded(value, least, most) {
  return Math.min(Math.max(Number.isFinite(value) ? value : 0, least), most);
}

// crypto.randomUUID is there only on https and localhost; a phone on the same network has neither.
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
