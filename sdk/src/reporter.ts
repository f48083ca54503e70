// The headless core: from what a player does, to updates that are worth sending.

import { createClock } from './clock.js';
import { openLive } from './live.js';
import { createOutbox } from './outbox.js';
import { platformWith, randomId, type Platform } from './platform.js';
import { watchRemote } from './remote.js';
import { advance, move, newSession, provisional } from './session.js';
import { createTransport, tokenFrom, within } from './transport.js';
import type { Item, Progress, ResumePoint, State, Update } from './api.js';
import type { Live, LiveState, Reporter, ReporterOptions, Start } from './types.js';

const startMs = 2000;
// As long as this after the page came back into view, it is just visible again.
const justVisibleMs = 10000;

const thousandths = (seconds: number) => Math.round(seconds * 1000) / 1000;

function deviceName(platform: Platform): string {
  const key = 'playhead.device';
  let name = randomId(platform);
  try {
    const storage = platform.localStorage!;
    name = storage.getItem(key) || name;
    storage.setItem(key, name);
  } catch (_) {
    // Without storage it is another device at each start.
  }
  return name;
}

/** Begins to report for one player. It asks at once where to start (`ready`). */
export function createReporter(options: ReporterOptions): Reporter {
  const platform = platformWith(options.platform);
  const clock = createClock(platform);
  const tokens = tokenFrom(options);
  const transport = createTransport(options, platform, clock, tokens);
  const deviceId = options.deviceId || deviceName(platform);
  const event = options.onEvent || (() => {});
  const ids: string[] = []; // of this reporter's own sessions
  let item: Item = options;
  let session = begin();
  let ready: Promise<Start>;
  let intervalMs = 10000;
  let said = 0;
  let suspended = false;
  let detached = false;
  let askedAgain = false;
  let visibleAt = -Infinity;
  let connection: Live | undefined;
  let connected: LiveState | undefined;

  const outbox = createOutbox(options, platform, clock, transport, {
    event,
    error(error) {
      if (error.code === 'missing-counter') askAgain();
      if (options.onError) options.onError(error);
    },
    acked(ack) {
      intervalMs = Math.min(Math.max(Number(ack.nextInSeconds) || 10, 1), 300) * 1000;
      if (session.start && !session.start.asked) askAgain();
    },
  });

  const remote = watchRemote(platform, {
    idle: () => !suspended && (session.state !== 'playing' || platform.now() - visibleAt < justVisibleMs),
    position: () => session.position,
    mine: (id) => ids.indexOf(id as string) >= 0,
    ask: (found) => options.onRemoteProgress && options.onRemoteProgress(found),
    accept: (position) => options.seekTo && options.seekTo(position),
  });

  function begin() {
    const id = randomId(platform);
    ids.push(id);
    return newSession(id, clock.stamp());
  }

  const isItem = ({ showId, episodeId }: { showId?: unknown; episodeId?: unknown }) =>
    `${episodeId}` === `${item.episodeId}` &&
    `${showId == null ? '' : showId}` === `${item.showId == null ? '' : item.showId}`;

  function note(progress: Partial<Progress>) {
    if (session.start && progress.position !== undefined && isItem(progress)) remote.note(progress as Progress);
  }

  // What the server would have said at the start, or says while there are no live changes.
  async function ask() {
    const mine = session;
    const point = (await transport.resume(item, 10000)).body;
    if (!point || mine !== session) return;
    if (mine.counter === undefined && point.counter !== undefined) mine.counter = point.counter + 1;
    if (point.known) note(point);
  }

  function askAgain() {
    if (!askedAgain) ask();
    askedAgain = true;
  }

  function open(next: Item): Promise<Start> {
    item = next;
    const mine = session;
    const ms = options.startTimeout || startMs;
    askedAgain = false;
    remote.reset();
    // What this device still had to say comes first, so that the answer knows it.
    const asking = within(platform, ms / 2, outbox.drain())
      .catch(() => {})
      .then(() => transport.resume(next, ms));
    return (ready = within(platform, ms, asking).then((reply) => {
      const point: ResumePoint | undefined = reply && reply.body;
      const asked = !!point && (point.known || !point.stale);
      const own = !asked && outbox.latest(next);
      const start: Start = { asked, position: (point && point.startAt) || (own ? own.position : 0), point };
      mine.start = start;
      if (point && point.counter !== undefined) mine.counter = point.counter + 1;
      event({ type: 'start', start });
      if (mine === session) {
        remote.seen(point && point.updatedAt);
        if (!asked && options.onError) {
          options.onError({
            code: 'start-unknown',
            message: `Where to start could not be asked: ${(reply && reply.failure) || `no answer within ${ms} ms`}`,
          });
        }
        follow();
      }
      return start;
    }));
  }

  function follow() {
    if (connection || detached || options.follow === false || !options.onRemoteProgress) return;
    connection = openLive(
      {
        ...options,
        onMessage(message) {
          event({ type: 'change', message });
          if (message.type === 'snapshot') (message.items || []).forEach(note);
          else if (message.type === 'progress') note(message);
        },
        onState(state) {
          connected = state;
          event({ type: 'live', state });
        },
      },
      platform,
      tokens,
      clock.learn,
    );
  }

  function say(state: State, seek?: boolean, last?: boolean | 'written') {
    const { showId, episodeId, creditsAt, nextEpisodeId, live } = item;
    const length = options.duration && options.duration();
    session.state = state;
    said = platform.now();
    const update: Update = {
      userId: options.userId,
      showId,
      episodeId,
      position: thousandths(session.position),
      duration: length && length > 0 && length < Infinity ? thousandths(length) : undefined,
      creditsAt,
      nextEpisodeId,
      live: live || length === Infinity || undefined,
      ...clock.time(session.at),
      deviceId,
      sessionId: session.id,
      seq: ++session.seq,
      state,
      seek: seek || undefined,
      provisional: provisional(session),
      playedSeconds: thousandths(session.played),
      counter: session.counter,
    };
    outbox.put(update, session.at, last);
  }

  const over = () => session.state === 'stopped' || session.state === 'ended';
  const deaf = (position: number) => suspended || detached || !(position >= 0);

  // The same item once more, on the same player: after its end, or back from the browser's page cache.
  function renew() {
    const { counter, position } = session;
    session = begin();
    session.counter = counter;
    session.position = position;
    session.start = { asked: true, position: 0 };
  }

  function stop(last: boolean) {
    if (session.state && !over()) say('stopped', false, last);
  }

  function wake() {
    outbox.wake();
    if (connection) connection.wake();
  }

  open(options);
  return {
    get sessionId() {
      return session.id;
    },
    get ready() {
      return ready;
    },
    playing(position) {
      if (deaf(position)) return;
      if (over()) renew();
      if (!advance(session, position, clock)) return;
      if (session.state !== 'playing' || platform.now() - said >= intervalMs) say('playing');
      else outbox.tick();
    },
    paused(position) {
      if (deaf(position) || !session.begun || over()) return;
      advance(session, position, clock);
      if (session.state !== 'paused') say('paused');
      remote.check();
    },
    seeked(position) {
      if (deaf(position)) return;
      if (over()) renew();
      // Also right after the first frame, before it was seen to move: then the first update is no mistake either.
      if (session.first !== undefined) session.sought = true;
      move(session, position, clock);
      if (session.begun) say(session.state!, true);
    },
    moved(position) {
      if (!deaf(position)) move(session, position, clock);
    },
    rateChanged(position) {
      if (deaf(position) || session.state !== 'playing') return;
      advance(session, position, clock);
      say('playing');
    },
    ended(position) {
      if (deaf(position) || !session.begun || over()) return;
      advance(session, position, clock);
      say('ended');
    },
    reloaded() {
      session.begun = false;
      session.first = undefined;
    },
    setItem(next) {
      stop(false);
      session = begin();
      return open(next);
    },
    suspend() {
      if (session.state === 'playing') say('paused');
      suspended = true;
    },
    resume() {
      suspended = false;
      this.reloaded();
    },
    hidden() {
      if (session.state === 'playing' && !suspended) say('playing', false, 'written');
    },
    visible() {
      visibleAt = platform.now();
      if (session.state === 'playing' && !suspended) say('playing');
      wake();
      if (connection && connected !== 'open') ask();
      remote.check();
    },
    online: wake,
    stop: () => stop(true),
    detach() {
      stop(true);
      detached = true;
      if (connection) connection.close();
    },
  };
}
