// What other devices do, as it happens: a WebSocket that comes back by itself. Each time it starts with a snapshot, so
// nothing has to be remembered over an interruption.

import { platformWith, type Platform } from './platform.js';
import { baseOf, tokenFrom, type Tokens } from './transport.js';
import type { LiveMessage } from './api.js';
import type { Live, LiveOptions, LiveState } from './types.js';

const connectMs = 10000;
const longestWait = 60000;
// A connection that lasted this long was a good one: the next may come soon.
const steadyMs = 10000;

/** As `live`, with what a reporter has already. `onTime` hears the server's clock. */
export function openLive(
  options: LiveOptions,
  platform: Platform,
  tokens: Tokens,
  onTime: (serverTime: string | undefined, sent: number) => void,
): Live {
  const Socket = platform.WebSocket;
  let socket: WebSocket | undefined;
  let timer: any;
  let failures = 0;
  let refused = false;
  let closed = false;
  let opened = false;
  const tell = (state: LiveState) => options.onState && options.onState(state);
  const after = (ms: number, run: () => void) => {
    platform.clearTimeout(timer);
    timer = platform.setTimeout(run, ms);
  };
  const say = (message: object) => socket!.send(JSON.stringify(message));
  const subscribe = () => say({ type: 'subscribe', ref: 1, userId: options.userId });

  function lost(mine: WebSocket | undefined, code: number, since: number) {
    if (mine !== socket || closed) return;
    socket = undefined;
    opened = false;
    refused = code === 4401;
    if (platform.now() - since > steadyMs) failures = 0;
    // Too many connections: not soon.
    const most = code === 4429 ? longestWait : Math.min(longestWait, 2000 * 2 ** Math.min(failures++, 5));
    tell('waiting');
    after(platform.random() * most, connect);
  }

  async function connect() {
    tell('connecting');
    const since = platform.now();
    let sent = since;
    let mine: WebSocket | undefined;
    try {
      const token = await tokens.get(refused);
      if (closed || socket) return;
      const base = baseOf(options);
      const url = (/^https?:/.test(base) ? base : platform.origin + base).replace(/^http/, 'ws');
      mine = socket = new Socket!(url + '/v1/socket', 'playhead.v1');
      // Closing waits for the other side, which may be gone: what counts is that we gave up.
      const giveUp = () => {
        mine!.close();
        lost(mine, 0, since);
      };
      after(connectMs, giveUp);
      mine.onopen = () => {
        sent = platform.now();
        say({ type: 'hello', token });
      };
      mine.onclose = ({ code }) => lost(mine, code, since);
      mine.onmessage = ({ data }) => {
        if (mine !== socket || closed) return;
        platform.clearTimeout(timer); // it lives
        const message: LiveMessage & { serverTime?: string } = JSON.parse(data);
        if (message.type === 'welcome') {
          onTime(message.serverTime, sent);
          opened = true;
          tell('open');
          subscribe();
        } else options.onMessage(message);
      };
    } catch (_) {
      lost(mine, 0, since);
    }
  }

  if (Socket) connect();
  else tell('unavailable');
  return {
    wake() {
      if (!Socket || closed) return;
      if (opened) {
        // It may have died unnoticed while the device slept: an answer shows that it lives.
        const mine = socket;
        after(connectMs, () => {
          mine!.close();
          lost(mine, 0, platform.now());
        });
        subscribe();
      } else if (!socket) after(platform.random() * 1000, connect);
    },
    close() {
      closed = true;
      platform.clearTimeout(timer);
      if (socket) socket.close();
      tell('closed');
    },
  };
}

/**
 * Listens for what a viewer's devices do, for pages without a player: a home page's row that moves while the TV plays.
 * Connects again by itself until it is closed.
 */
export function live(options: LiveOptions): Live {
  return openLive(options, platformWith(options.platform), tokenFrom(options), () => {});
}
