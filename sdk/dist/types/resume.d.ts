import type { Item, ResumePoint } from './api.js';
import type { Connection } from './types.js';
/**
 * Asks where a viewer stopped.
 * @param options whose, and of what
 * @param timeout milliseconds
 * @returns undefined where the server could not say: that is not 0
 */
export declare function resume(options: Connection & Item, timeout?: number): Promise<ResumePoint | undefined>;
