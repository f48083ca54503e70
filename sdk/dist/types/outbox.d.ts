import type { Clock, Stamp } from './clock.js';
import type { Platform } from './platform.js';
import { type Transport } from './transport.js';
import type { Ack, Item, Update } from './api.js';
import type { PlayheadError, PlayheadEvent, ReporterOptions } from './types.js';
export interface Outbox {
    /** `at`: the moment that the update tells, where its time is not fixed yet. */
    put(update: Update, at: Stamp, last?: boolean | 'written'): void;
    /** Brings what earlier pages left behind on its way. Resolves once it was tried. */
    drain(): Promise<unknown>;
    /** The network may be back, or the page is seen again. */
    wake(): void;
    /** Is it time to try again? Asked by whoever has a clock that no browser slows down: the player. */
    tick(): void;
    /** What this device would still say of an item. */
    latest(item: Item): Update | undefined;
}
export interface OutboxEvents {
    acked(ack: Ack): void;
    error(error: PlayheadError): void;
    event(event: PlayheadEvent): void;
}
export declare function createOutbox(options: ReporterOptions, platform: Platform, clock: Clock, transport: Transport, events: OutboxEvents): Outbox;
