import type { Platform } from './platform.js';
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
/** Where a session starts, and whether the server could be asked. */
export interface Start {
    /** Seconds. */
    position: number;
    /** False where the server did not say: then `position` is what this device still had to send, or 0. */
    asked: boolean;
    /** What the server answered. */
    point?: ResumePoint;
}
/** Another device moved on in what this player has open. */
export interface Remote extends Progress {
    /** Go there: as if the viewer had dragged the position to where the other device is by then. */
    accept(): void;
}
/** What went wrong. Nothing is thrown at a player: playback goes on, and the SDK tries again where that can help. */
export interface PlayheadError {
    /**
     * Stable, for programs: `unauthorized`, `start-unknown` (where to start could not be asked),
     * `start-past-end`, `dropped` (the queue is full) or the server's own code of a refusal.
     */
    code: string;
    /** For a person: what is wrong and what follows. */
    message: string;
    /** The answer's status, if there was an answer. */
    status?: number;
}
/** What the SDK tells whoever wants to watch it at work (`onEvent`), for a log or a demo. */
export type PlayheadEvent = {
    type: 'start';
    start: Start;
} | {
    type: 'sent';
    updates: Update[];
} | {
    type: 'ack';
    ack: Ack;
    updates: Update[];
} | {
    type: 'failed';
    reason: string;
    waitMs: number;
    queued: number;
} | {
    type: 'live';
    state: LiveState;
} | {
    type: 'change';
    message: LiveMessage;
};
/** A token, or where to get one: called with true when the last one was refused. */
export type Token = string | ((refused: boolean) => string | Promise<string>);
/** Whom to talk to, and for whom. */
export interface Connection {
    /** Where Playhead is: `https://playhead.example`, or a path; empty for the page's own origin. */
    url?: string;
    /** Whose history it is: a profile, not an account. */
    userId: Id;
    /** Sent as a bearer token. */
    token?: Token;
    /** Replaces parts of what the browser gives, for tests and for places that are no browser. */
    platform?: Partial<Platform>;
}
/** What `createReporter` wants to know. */
export interface ReporterOptions extends Connection, Item {
    /** A name for the device; made up and kept in the browser's storage where absent. */
    deviceId?: string;
    /** Milliseconds that a start waits for where to start; 2000 where absent. */
    startTimeout?: number;
    /** The item's length in seconds, where it is known. */
    duration?: () => number | undefined;
    /** False: don't listen for what other devices do. */
    follow?: boolean;
    /**
     * Another device has moved on: ask the viewer, and call `accept` if they want to go there. Called only while
     * paused or just visible again, not more often than every 15 s, and once for each session of the other device.
     */
    onRemoteProgress?: (remote: Remote) => void;
    /** Takes the player to a position after `accept`. */
    seekTo?: (seconds: number) => void;
    /** What went wrong. */
    onError?: (error: PlayheadError) => void;
    /** What happens, for whoever wants to watch. */
    onEvent?: (event: PlayheadEvent) => void;
}
/** What `attach` wants to know, besides. */
export interface AttachOptions extends ReporterOptions {
    /**
     * Where the viewer is in the item, in seconds, where that is not `currentTime`: with advertisements stitched into
     * the stream. Null while one of them plays.
     */
    position?: () => number | null;
    /** False: report only, and leave it to the page where playback starts. */
    autoResume?: boolean;
    /** The words of the question that is shown where there is no `onRemoteProgress`. */
    question?: (remote: Remote) => string;
}
/**
 * Reports what one player does. Tell it what happens, in seconds of the item; it decides what is worth sending. No
 * method throws or waits.
 */
export interface Reporter {
    /** Of the item that is open now. */
    readonly sessionId: string;
    /** Where to start: resolved within `startTimeout`, never rejected. `setItem` replaces it. */
    readonly ready: Promise<Start>;
    /** It plays and is here. Call it as often as the player tells: heartbeats are made of these calls. */
    playing(position: number): void;
    /** The viewer paused it here. */
    paused(position: number): void;
    /** The viewer went here. */
    seeked(position: number): void;
    /** The player was put here by a program: to the resume point, or over a gap. */
    moved(position: number): void;
    /** It plays faster or slower from here on. */
    rateChanged(position: number): void;
    /** It was played to its end. */
    ended(position: number): void;
    /** What is open is torn down or loaded again: what follows is a start, from where it was. */
    reloaded(): void;
    /** Something else is opened on the same player. @returns where to start */
    setItem(item: Item): Promise<Start>;
    /** Someone else renders now (an advertisement, a preview, a cast receiver): say nothing until `resume`. */
    suspend(): void;
    /** This player renders the item again. */
    resume(): void;
    /** The page is hidden and may be ended without another word. */
    hidden(): void;
    /** The page is seen again. */
    visible(): void;
    /** The network is back. */
    online(): void;
    /** The last update, by a request that outlives the page. Playing on begins a new session. */
    stop(): void;
    /** `stop`, and nothing any more. */
    detach(): void;
}
/** What `attach` gives. */
export interface Attached extends Pick<Reporter, 'sessionId' | 'ready' | 'setItem' | 'suspend' | 'resume' | 'detach'> {
}
/** How the connection for live changes is. */
export type LiveState = 'connecting' | 'open' | 'waiting' | 'unavailable' | 'closed';
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
/** What `live` wants to know. */
export interface LiveOptions extends Connection {
    /** Called for each message of the server about the user, the snapshot at the start included. */
    onMessage: (message: LiveMessage) => void;
    /** Called when the connection changes. */
    onState?: (state: LiveState) => void;
}
/** A connection for live changes. */
export interface Live {
    /** Now would be a good time: the page is seen again, or the network is back. */
    wake(): void;
    /** Ends it. */
    close(): void;
}
