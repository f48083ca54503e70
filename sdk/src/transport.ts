// Requests to Playhead: the token, time-outs, and what an answer means for whoever sent.

import type { Clock } from './clock.js';
import type { Platform } from './platform.js';
import type { Ack, Item, ResumePoint, Update } from './api.js';
import type { Connection, PlayheadError } from './types.js';

/** What became of a request. */
export interface Reply {
  /** The answer's body, where all is well. */
  body?: any;
  /** Asking the same again will never help. */
  refused?: PlayheadError;
  /** Why there is nothing, and worth another try. */
  failure?: string;
  /** Milliseconds that the server wants to be left alone. */
  after?: number;
}

export interface Transport {
  send(updates: Update[]): Promise<Reply & { body?: Ack }>;
  /** As the page goes: by a request that outlives it, as far as there is one. */
  sendLast(updates: Update[]): Promise<Reply & { body?: Ack }>;
  resume(item: Item, timeout: number): Promise<Reply & { body?: ResumePoint }>;
}

const timeout = 10000;
// What a browser lets outlive a page, all of it together, is 64 kB.
const outliving = 60000;

/** Asks the token's provider, and remembers what it said until that is refused. */
export function tokenFrom({ token }: Connection) {
  let known = typeof token == 'function' ? undefined : token;
  return {
    now: () => known,
    async get(refused: boolean): Promise<string | undefined> {
      if (typeof token == 'function' && (refused || known === undefined)) known = await token(refused);
      return known;
    },
  };
}

export type Tokens = ReturnType<typeof tokenFrom>;

export const baseOf = ({ url }: Connection) => (url || '').replace(/\/$/, '');

/** Settles as `work` does, or as undefined after so many milliseconds. */
export function within<T>(platform: Platform, ms: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = platform.setTimeout(() => resolve(undefined), ms);
    const end = () => platform.clearTimeout(timer);
    work.then(resolve, reject).then(end, end);
  });
}

export function createTransport(connection: Connection, platform: Platform, clock: Clock, tokens: Tokens): Transport {
  const base = baseOf(connection);

  async function once(path: string, body: string | undefined, refused: boolean): Promise<Reply> {
    const init: any = { headers: {} };
    // Without waiting where that can be: a page that goes away has only this moment.
    let token = tokens.now();
    if (refused || (token === undefined && connection.token)) token = await tokens.get(refused);
    if (token) init.headers.authorization = `Bearer ${token}`;
    if (body) {
      init.method = 'POST';
      init.headers['content-type'] = 'application/json';
      init.body = body;
      init.keepalive = body.length < outliving;
    }
    const sent = platform.now();
    const answer = await platform.fetch!(base + path, init);
    // An answer without JSON is not Playhead's: a proxy's page, say, or a hotel's.
    const said = await answer.json().catch(() => ({}));
    if (answer.ok && (said.accepted !== undefined || said.known !== undefined)) {
      clock.learn(said.serverTime, sent);
      return { body: said };
    }
    const { status } = answer;
    const error = {
      code: said.code || 'unauthorized',
      message: said.detail || `The server answered ${status}.`,
      status,
    };
    if (status === 401) return { failure: error.message, refused: error };
    if (said.code && status >= 400 && status < 500 && status !== 408 && status !== 429) return { refused: error };
    return { failure: error.message, after: (Number(answer.headers.get('retry-after')) || 0) * 1000 };
  }

  async function request(path: string, body: string | undefined, ms: number): Promise<Reply> {
    try {
      const work = once(path, body, false).then((reply) =>
        // Once more with a new token; the second 401 is left for later.
        reply.failure && reply.refused && typeof connection.token == 'function' ? once(path, body, true) : reply,
      );
      return (await within(platform, ms, work)) || { failure: `No answer within ${ms / 1000} s.` };
    } catch (error) {
      return { failure: `${error}` };
    }
  }

  function bodyOf(updates: Update[], extra?: object): string {
    // Times of the device need its word on what time it is now; those of the server don't.
    const sentAt = updates.every((update) => update.clock) ? undefined : platform.date();
    return JSON.stringify(Object.assign({ sentAt }, updates.length === 1 ? updates[0] : { updates }, extra));
  }

  return {
    send: (updates) => request('/v1/progress', bodyOf(updates), timeout),
    async sendLast(updates) {
      const token = tokens.now();
      // A beacon can't carry the token in a header.
      const beacon = () =>
        platform.sendBeacon &&
        platform.sendBeacon(`${base}/v1/progress`, bodyOf(updates, token ? { token } : undefined));
      if (!platform.fetch || !platform.keepalive) {
        beacon();
        return { failure: 'A beacon has no answer.' };
      }
      const reply = await request('/v1/progress', bodyOf(updates), timeout);
      if (reply.failure) beacon();
      return reply;
    },
    resume({ showId, episodeId }, ms) {
      const id = encodeURIComponent;
      const query = `episodeId=${id(episodeId)}` + (showId === undefined ? '' : `&showId=${id(showId)}`);
      return request(`/v1/users/${id(connection.userId)}/resume?${query}`, undefined, ms);
    },
  };
}
