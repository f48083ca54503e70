import { type Platform } from './platform.js';
import { type Tokens } from './transport.js';
import type { Live, LiveOptions } from './types.js';
/** As `live`, with what a reporter has already. `onTime` hears the server's clock. */
export declare function openLive(options: LiveOptions, platform: Platform, tokens: Tokens, onTime: (serverTime: string | undefined, sent: number) => void): Live;
/**
 * Listens for what a viewer's devices do, for pages without a player: a home page's row that moves while the TV plays.
 * Connects again by itself until it is closed.
 */
export declare function live(options: LiveOptions): Live;
