/**
 * Looks again and again until something is so, and says what was not when it takes too long.
 * @template T
 * @param {string | (() => string)} what
 * @param {number} milliseconds
 * @param {() => Promise<T> | T} check truthy when it is so; what it throws ends the wait
 * @returns {Promise<T>} what the check found
 */
export async function until(what, milliseconds, check) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${milliseconds} ms: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
