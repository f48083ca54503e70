/**
 * Playhead's player SDK: keeps a viewer's place in any web player.
 * @packageDocumentation
 */

export { attach } from './attach.js';
export { live } from './live.js';
export { createReporter } from './reporter.js';
export { resume } from './resume.js';
export type { Platform } from './platform.js';
export type {
  Ack,
  Attached,
  AttachOptions,
  Connection,
  Id,
  Item,
  Live,
  LiveMessage,
  LiveOptions,
  LiveSession,
  LiveState,
  PlayheadError,
  PlayheadEvent,
  Progress,
  Rejected,
  Remote,
  Reporter,
  ReporterOptions,
  ResumePoint,
  Start,
  State,
  Token,
  Update,
} from './types.js';
