/** What the parts of one window have in common, and what tells this window from the others. */
import type { Clock } from '../base/clock';
import type { FileSystem } from '../storage/file-system';
import type { ExtensionLog } from '../ui/editor/extension-log';

export interface Shared {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly owner: string;
  /** The folder that holds what outlasts the session. */
  readonly directory: string;
  readonly log: ExtensionLog;
}
