/** The services that most parts of a window share. */
import type { Clock } from '../base/clock';
import type { Log } from '../base/log';
import type { FileSystem } from './file-system';

export interface WindowContext {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly log: Log;
  /** The extension's global storage folder, shared by all windows. */
  readonly directory: string;
  /** A random id of this process; safe in a file name, and never reused. */
  readonly owner: string;
}
