// What goes over the wire, with the names of Playhead's API (docs/openapi.yaml, docs/protocol.md).

/** An id as the API takes it: text, or an integer up to 2^53−1. `12` and `'12'` are the same id. */
export type Id = string | number;

/** What is watched. */
export interface Item {
  /** The episode, film or clip. */
  episodeId: Id;
  /** The show that the episode belongs to; episode 12 of one show is not episode 12 of another. */
  showId?: Id;
  /** Where the credits begin, in seconds: from there on it counts as finished. */
  creditsAt?: number;
  /** The episode that follows; it becomes the next card once this one is finished. */
  nextEpisodeId?: Id;
  /**
   * A channel without a resume point: it is counted as watched now, and no position is stored. What has no end counts as
   * one anyway.
   */
  live?: boolean;
}

/** What a player is doing. */
export type State = 'playing' | 'paused' | 'stopped' | 'ended';

/** One update, as it is sent to `POST /v1/progress`. Positions and durations are seconds. */
export interface Update extends Item {
  /** Whose history it is. */
  userId: Id;
  /** Where the player is. */
  position: number;
  /** The length of what plays, where it is known. */
  duration?: number;
  /** When the viewer was last at this position by playing or seeking, in epoch milliseconds. */
  timestamp: number;
  /** `server` where `timestamp` is the server's time already; absent where it is the device's. */
  clock?: 'server';
  /** The device's clock when this was sent; lets the server correct a `timestamp` of the device. */
  sentAt?: number;
  /** The device, the same from one start to the next. */
  deviceId: string;
  /** One item played on one device. */
  sessionId: string;
  /** Counts the session's updates. */
  seq: number;
  /** What the player was doing. */
  state: State;
  /** The viewer went here on purpose. */
  seek?: boolean;
  /** Too early to move the resume point. */
  provisional: boolean;
  /** Seconds of the item that this session has really played. */
  playedSeconds: number;
  /** With the server's `ordering = "counter"`: one more than the resume answer gave. */
  counter?: number;
}

/** The server's answer to updates that are now durable. */
export interface Ack {
  /** How many updates were taken. */
  accepted: number;
  /** Those that were not, by their place in what was sent. */
  rejected: Rejected[];
  /** Where they are safe: `disk`, `replicated` or `local`; more may come. */
  durability: string;
  /** RFC 3339, UTC. */
  serverTime: string;
  /** How long to wait before the next heartbeat. */
  nextInSeconds: number;
}

/** An update of a batch that was not taken. */
export interface Rejected {
  /** Its place in what was sent, from 0. */
  index: number;
  /** Stable, for programs. */
  code: string;
  /** For a person. */
  detail: string;
  /** Whether sending it again can help. */
  retry: boolean;
}

/** An item as the server knows it: what `resume` answers, and what live changes carry. */
export interface Progress {
  /** The show, if it has one. */
  showId?: Id | null;
  /** The episode. */
  episodeId: Id;
  /** What was stored, in seconds. */
  position: number;
  /** The same as people write it: `18:42`. */
  positionText: string;
  /** Where to start, in seconds: 0 for what is finished. */
  startAt: number;
  /** Seconds, if it is known. */
  duration?: number | null;
  /** Seen to the end, or marked as watched, as the last act. */
  finished: boolean;
  /** When the viewer was there: RFC 3339, UTC. */
  updatedAt: string;
  /** The device that was there. */
  deviceId?: string | null;
  /** The session that was there. */
  sessionId?: string | null;
  /** What that player was doing. */
  state?: State;
  /** Only a position that may not stand is known. */
  provisional?: boolean;
}

/** The answer to where a viewer stopped. Nothing stored is an answer too: `known` is false then. */
export interface ResumePoint extends Partial<Progress> {
  /** Whether there is anything stored. */
  known: boolean;
  /** Something newer may be known elsewhere. */
  stale: boolean;
  /** With the server's `ordering = "counter"`. */
  counter?: number;
}

/** What the server tells of a user: `type` says what; more types may come. */
export interface LiveMessage extends Partial<Progress> {
  /** `snapshot`, `progress`, `mark`, `removed`, `session-started`, `session-ended`. */
  type: string;
  /** Whose. */
  userId?: Id;
  /** Of a `snapshot`: the newest items. */
  items?: Progress[];
  /** Of a `snapshot`: what plays now. */
  sessions?: LiveSession[];
  /** Of a `mark`. */
  mark?: 'watched' | 'unwatched';
  /** Opaque. */
  version?: string;
  /** Of a session's start or end: when. */
  at?: string;
}

/** What plays now somewhere. */
export interface LiveSession {
  /** Which session. */
  sessionId?: string | null;
  /** On which device. */
  deviceId?: string | null;
  /** What. */
  showId?: Id | null;
  /** What. */
  episodeId: Id;
  /** Where, in seconds. */
  position: number;
  /** Playing or paused. */
  state: State;
  /** RFC 3339, UTC. */
  updatedAt: string;
}
