// An update as the SDK makes them, with what a test wants different.

import type { Update } from '../src/index.js';

export const made = (rest: Partial<Update>): Update => ({
  userId: 'u',
  showId: 789,
  episodeId: 12,
  position: 60,
  timestamp: 0,
  deviceId: 'phone',
  sessionId: 's',
  seq: 1,
  state: 'playing',
  provisional: false,
  playedSeconds: 60,
  ...rest,
});
