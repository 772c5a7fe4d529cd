/** What the parts of one window have in common, and what tells this window from the others. */
import type { Clock } from '../jobs/clock';
import type { FileSystem } from '../jobs/file-system';
import type { ExtensionLog } from '../ui/extension-log';

export interface Shared {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly owner: string;
  /** The folder that holds what outlasts the session. */
  readonly directory: string;
  readonly log: ExtensionLog;
}
