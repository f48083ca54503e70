import type { Ack, Id, Item, LiveMessage, Progress, ResumePoint, Update } from './api.js';
import type { Platform } from './platform.js';
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
