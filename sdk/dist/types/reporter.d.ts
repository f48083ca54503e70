import type { Reporter, ReporterOptions } from './types.js';
/** Begins to report for one player. It asks at once where to start (`ready`). */
export declare function createReporter(options: ReporterOptions): Reporter;
