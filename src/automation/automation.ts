/** Tasks, agent tools and the exported API, in a separate file of the package (see scripts/build.mjs) that is read on first use. */
import type { Pseudoterminal } from 'vscode';
import type { TrackedJob } from '../jobs/model/tracked-job';
import { JobApi } from './api/job-api';
import type { AutomationParts } from './automation-parts';
import { RequestedJobs } from './jobs/requested-jobs';
import { readJobFile } from './tasks/job-file-reader';
import { notifyOutside } from './tasks/outside-notice';
import type { WaitTaskProvider } from './tasks/task-provider';
import { WaitTerminal } from './tasks/wait-terminal';
import { AgentTools } from './tools/agent-tools';

export class Automation {
  readonly requested: RequestedJobs;
  readonly agentTools: AgentTools;
  readonly api: JobApi;

  constructor(readonly parts: AutomationParts) {
    this.requested = new RequestedJobs(parts);
    this.agentTools = new AgentTools(parts, this.requested);
    this.api = new JobApi(parts, this.requested);
  }

  /** @returns the terminal of a task that starts */
  waitTerminal(definition: unknown): Pseudoterminal {
    return new WaitTerminal({ ...this.parts, requested: this.requested, readFile: readJobFile }, definition);
  }

  notifyOutside(provider: WaitTaskProvider, tracked: TrackedJob): Promise<void> {
    return notifyOutside(provider, tracked, this.parts.log);
  }
}
