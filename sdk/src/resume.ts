// The question without a player: for a detail page's button that says "Continue at 18:42".

import { createClock } from './clock.js';
import { platformWith } from './platform.js';
import { createTransport, tokenFrom } from './transport.js';
import type { Item, ResumePoint } from './api.js';
import type { Connection } from './types.js';

/**
 * Asks where a viewer stopped.
 * @param options whose, and of what
 * @param timeout milliseconds
 * @returns undefined where the server could not say: that is not 0
 */
export async function resume(options: Connection & Item, timeout = 10000): Promise<ResumePoint | undefined> {
  const platform = platformWith(options.platform);
  const transport = createTransport(options, platform, createClock(platform), tokenFrom(options));
  return (await transport.resume(options, timeout)).body;
}
