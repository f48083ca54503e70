// What may be left out of what waits.

import { expect, test } from 'vitest';
import { replaces, surplus } from '../src/queue.js';
import { made } from './made.js';

test('only what says all that the last one said replaces it', () => {
  const last = made({});
  expect(replaces(last, made({ position: 70 }))).toBe(true);
  expect(replaces(last, made({ position: 70, state: 'paused' }))).toBe(true);
  expect(replaces(last, made({ sessionId: 'another' }))).toBe(false);
  expect(replaces(last, made({ seek: true }))).toBe(false);
  expect(replaces(made({ seek: true }), made({ seek: true }))).toBe(true);
  expect(replaces(last, made({ provisional: true }))).toBe(false);
  expect(replaces(made({ state: 'ended' }), made({}))).toBe(false);
});

test('a queue that is full keeps the newest of each item, then the newest items', () => {
  const updates = [
    made({ seq: 1, episodeId: 1 }),
    made({ seq: 2, episodeId: 2 }),
    made({ seq: 3, episodeId: 1, position: 90 }),
    made({ seq: 4, episodeId: 1, position: 2, provisional: true }),
    made({ seq: 5, episodeId: 3 }),
  ];
  const given = (most: number) => surplus(updates, most).map(({ seq }) => seq);
  expect(given(5)).toEqual([]);
  expect(given(3)).toEqual([1, 4]);
  expect(given(2)).toEqual([1, 4, 2]);
});
