// The golden vectors of tests/vectors against the model that the other tests' fake server is made of.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ask, finished, stamp, started, type Heartbeat } from './model.js';

function cases(name: string): any[] {
  const file = new URL(`../../tests/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).cases;
}

function only(object: object, ...known: string[]) {
  for (const key of Object.keys(object)) expect(known).toContain(key); // a case read in part only would seem to hold
}

const fields = ['userId', 'showId', 'episodeId', 'position', 'timestamp', 'sentAt', 'clock', 'duration', 'creditsAt'];
function heartbeat(object: Heartbeat) {
  only(object, ...fields, 'seq', 'state', 'seek', 'provisional', 'counter', 'mark', 'live');
  return object;
}

describe('stamping', () => {
  test.each(cases('stamping').map((one) => [one.name, one]))('%s', (_, one) => {
    only(one, 'name', 'why', 'ordering', 'receivedAt', 'heartbeat', 'expect');
    only(one.expect, 'time', 'seq', 'counter', 'eligible', 'finished', 'position');
    const got = stamp(heartbeat(one.heartbeat), one.receivedAt, one.ordering);
    const { time, seq, counter, eligible, position } = got;
    expect({ time, seq, counter, eligible, finished: got.finished, position }).toEqual({
      seq: 0,
      counter: 0,
      ...one.expect,
    });
  });
});

describe('started and finished', () => {
  test.each(cases('started_finished').map((one) => [one.name, one]))('%s', (_, one) => {
    only(one, 'name', 'why', 'position', 'duration', 'creditsAt', 'expect');
    expect(started(one.position, one.duration)).toBe(one.expect.started);
    expect(finished(one.position, one.duration, one.creditsAt)).toBe(one.expect.finished);
  });
});

describe('merge', () => {
  test.each(cases('merge').map((one) => [one.name, one]))('%s', (_, one) => {
    only(one, 'name', 'why', 'ordering', 'updates', 'asks');
    const erasures = one.updates
      .filter((update: any) => update.erase)
      .map(({ erase }: any) => ({ counter: 0, ...erase }));
    const updates = one.updates
      .filter((update: any) => update.heartbeat)
      .map((update: any) => stamp(heartbeat(update.heartbeat), update.receivedAt, one.ordering));
    // Any order, each one twice.
    for (const all of [updates, [...updates].reverse(), [...updates, ...updates]]) {
      for (const { showId, episodeId, expect: answer } of one.asks) {
        const got: any = { provisional: false, ...ask(all, erasures, showId, episodeId) };
        for (const key of Object.keys(got)) if (!(key in answer) && !got[key]) delete got[key];
        delete got.positionText;
        expect(got).toEqual(answer);
      }
    }
  });
});
