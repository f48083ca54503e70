/**
 * Playhead's player SDK: keeps a viewer's place in any web player.
 * @packageDocumentation
 */

export { attach } from './attach.js';
export { live } from './live.js';
export { createReporter } from './reporter.js';
export { resume } from './resume.js';
export type { Platform } from './platform.js';
export type { Ack, Id, Item, LiveMessage, LiveSession, Progress, Rejected, ResumePoint, State, Update } from './api.js';
export type {
  Attached,
  AttachOptions,
  Connection,
  Live,
  LiveOptions,
  LiveState,
  PlayheadError,
  PlayheadEvent,
  Remote,
  Reporter,
  ReporterOptions,
  Start,
  Token,
} from './types.js';
