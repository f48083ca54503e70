// The server's rules in small, for the fake server of these tests; vectors.test.ts holds it against tests/vectors, as
// the server itself is held.

export interface Heartbeat {
  userId: string | number;
  showId?: string | number;
  episodeId: string | number;
  position?: number;
  timestamp?: number;
  sentAt?: number;
  clock?: string;
  duration?: number | null;
  creditsAt?: number | null;
  nextEpisodeId?: string | number;
  deviceId?: string;
  sessionId?: string;
  seq?: number;
  state?: string;
  seek?: boolean;
  provisional?: boolean;
  playedSeconds?: number;
  counter?: number;
  mark?: string;
  live?: boolean;
}

export interface Stamped {
  heartbeat: Heartbeat;
  counter: number;
  time: number;
  seq: number;
  eligible: boolean;
  finished: boolean;
  position?: number;
}

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

export function started(position: number, duration?: number | null) {
  return position >= 120 || (!!duration && position * 100 >= duration * 3);
}

export function finished(position: number, duration?: number | null, creditsAt?: number | null) {
  if (creditsAt && (!duration || (creditsAt * 2 >= duration && creditsAt < duration))) return position >= creditsAt;
  if (!duration) return false;
  return duration < 1800 ? position * 100 >= duration * 90 : position >= duration - 180;
}

export function stamp(heartbeat: Heartbeat, receivedAt: number, ordering = 'timestamp'): Stamped {
  const { timestamp, sentAt, clock, duration, mark, live } = heartbeat;
  let time = timestamp ?? receivedAt;
  if (timestamp !== undefined && sentAt !== undefined && clock !== 'server') {
    time += clamp(sentAt, receivedAt - 10_000, receivedAt) - sentAt;
  }
  const position = heartbeat.position === undefined ? undefined : Math.min(heartbeat.position, duration || Infinity);
  const counts = !mark && !live && position !== undefined;
  const eligible =
    counts && (heartbeat.provisional === undefined ? !!heartbeat.seek || position >= 5 : !heartbeat.provisional);
  const ended = heartbeat.state === 'ended' && !duration;
  return {
    heartbeat,
    counter: ordering === 'counter' ? (heartbeat.counter ?? 0) : 0,
    time: clamp(time, 0, receivedAt),
    seq: heartbeat.seq ?? 0,
    eligible,
    finished: eligible && (ended || finished(position, duration, heartbeat.creditsAt)),
    position,
  };
}

export interface Erasure {
  at: number;
  counter: number;
}

const later = (a: Stamped, b: { counter: number; time: number; seq?: number }) =>
  a.counter - b.counter || a.time - b.time || a.seq - (b.seq ?? 0);
const newest = (updates: Stamped[]) =>
  updates.reduce<Stamped | undefined>((a, b) => (a && later(a, b) >= 0 ? a : b), undefined);
const text = (id: unknown) => (id === undefined || id === null ? '' : `${id}`);

function itemOf(all: Stamped[]) {
  const removed = newest(all.filter(({ heartbeat }) => heartbeat.mark === 'removed'));
  const updates = removed ? all.filter((update) => later(update, removed) > 0) : all;
  const positions = updates.filter(
    ({ heartbeat, position }) => !heartbeat.mark && !heartbeat.live && position !== undefined,
  );
  const resume = newest(positions.filter(({ eligible }) => eligible));
  const provisional = newest(positions.filter(({ eligible }) => !eligible));
  const mark = newest(updates.filter(({ heartbeat }) => !!heartbeat.mark));
  const known = resume ?? mark ?? provisional;
  if (!known) return undefined;
  const place = resume ?? (mark ? undefined : provisional);
  const about = newest(positions.filter(({ eligible, heartbeat }) => eligible && heartbeat.duration));
  const credits = newest(positions.filter(({ eligible, heartbeat }) => eligible && heartbeat.creditsAt));
  const duration = about?.heartbeat.duration ?? undefined;
  const position = place?.position ?? 0;
  const marked = mark && (!resume || later(mark, resume) > 0) ? mark : undefined;
  const seen = marked
    ? marked.heartbeat.mark === 'watched'
    : !!resume && (resume.finished || finished(position, duration, credits?.heartbeat.creditsAt));
  return {
    version: resume ?? known,
    answer: {
      known: true,
      showId: known.heartbeat.showId,
      episodeId: known.heartbeat.episodeId,
      position,
      positionText: `${Math.floor(position / 60)}:${`${Math.floor(position % 60)}`.padStart(2, '0')}`,
      startAt: marked || seen ? 0 : position,
      duration,
      finished: seen,
      provisional: !resume && !mark,
      updatedAt: (marked ?? known).time,
      deviceId: known.heartbeat.deviceId,
      sessionId: known.heartbeat.sessionId,
      state: known.heartbeat.state,
    },
  };
}

/** What `GET …/resume` answers, with `updatedAt` in epoch milliseconds. */
export function ask(all: Stamped[], erasures: Erasure[], showId?: unknown, episodeId?: unknown) {
  const kept = all.filter((update) =>
    erasures.every(({ at, counter }) => update.counter > counter || (update.counter === counter && update.time > at)),
  );
  const items = new Map<string, Stamped[]>();
  for (const update of kept) {
    const { heartbeat } = update;
    if (showId !== undefined && text(heartbeat.showId) !== text(showId)) continue;
    if (episodeId !== undefined && text(heartbeat.episodeId) !== text(episodeId)) continue;
    const key = JSON.stringify([text(heartbeat.showId), text(heartbeat.episodeId)]);
    items.set(key, [...(items.get(key) ?? []), update]);
  }
  const known = [...items.values()].map(itemOf).filter((item) => item !== undefined);
  const real = known.filter(({ answer }) => !answer.provisional);
  const best = (real.length ? real : known).reduce<(typeof known)[0] | undefined>(
    (a, b) => (a && later(a.version, b.version) >= 0 ? a : b),
    undefined,
  );
  return best ? best.answer : ({ known: false } as const);
}
