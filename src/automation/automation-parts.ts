/** What tasks, agent tools and the exported API need of the window. */
import type { CredentialManager } from '../credentials/credential-manager';
import type { DurationHistory } from '../jobs/model/duration-history';
import type { PollEngine } from '../jobs/polling/poll-engine';
import type { PollingPause } from '../jobs/polling/polling-pause';
import type { JobStore } from '../jobs/store/job-store';
import type { JobWaiter } from '../jobs/waiting/job-waiter';
import type { WindowContext } from '../storage/window-context';

export interface AutomationParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly engine: PollEngine;
  readonly pause: PollingPause;
  readonly durations: DurationHistory;
  readonly waiter: JobWaiter;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
}
