/** The agent tools over a store that saves nothing, for tests in plain Node. */
import { RequestedJobs } from '../../../src/automation/jobs/requested-jobs';
import type { AgentToolName } from '../../../src/automation/tools/agent-tool-names';
import { AgentTools } from '../../../src/automation/tools/agent-tools';
import type { Job } from '../../../src/cloud/api/job';
import type { Profile } from '../../../src/credentials/profiles/profile';
import { DurationHistory } from '../../../src/jobs/model/duration-history';
import type { JobKey, JobReference } from '../../../src/jobs/model/job-reference';
import type { ProjectReference } from '../../../src/jobs/model/project';
import { JobStore } from '../../../src/jobs/store/job-store';
import { JobWaiter } from '../../../src/jobs/waiting/job-waiter';
import { FakeClock } from '../fake-clock';
import { EventEmitter } from '../fake-vscode';
import { MemoryLog, noFiles, reference } from '../samples';
import type { ToolJson } from './tool-json';

/** A token that a test cancels. */
export class FakeToken {
  isCancellationRequested = false;
  private readonly cancellations = new EventEmitter<unknown>();
  readonly onCancellationRequested = this.cancellations.event;

  cancel(): void {
    this.isCancellationRequested = true;
    this.cancellations.fire(undefined);
  }
}

export class AgentToolsFixture {
  readonly clock = new FakeClock();
  readonly log = new MemoryLog();
  readonly store = new JobStore(noFiles, this.log);
  readonly durations = new DurationHistory();
  readonly waiter = new JobWaiter({ store: this.store, clock: this.clock, log: this.log });
  /** What was polled again because a person or a program requested it. */
  readonly retried: JobKey[] = [];
  profiles: readonly Profile[] = [profileAt(reference, { name: 'Production' })];
  isPaused = false;
  readonly tools: AgentTools;

  constructor() {
    const { store, clock, log, durations, waiter } = this;
    const credentials = {
      all: () => this.profiles,
      profileOf: ({ endpoint, projectId }: ProjectReference) =>
        this.profiles.find((profile) => profile.endpoint === endpoint && profile.projectId === projectId),
    };
    const isPaused = () => this.isPaused;
    const pause = {
      get isPaused() {
        return isPaused();
      },
    };
    const engine = { retry: (keys: Iterable<JobKey>) => void this.retried.push(...keys) };
    const ready = Promise.resolve();
    const requested = new RequestedJobs({ store, clock, credentials, engine, pause, ready });
    this.tools = new AgentTools({ store, clock, log, durations, waiter, credentials, pause, ready }, requested);
  }

  async track(job?: Job, place: Partial<JobReference> = {}): Promise<JobKey> {
    const key = await this.store.track({ ...reference, ...place }, this.clock.now());
    if (job !== undefined) this.store.applyResponse(key, { job }, this.clock.now());
    return key;
  }

  /** @returns the JSON text of the result */
  async text(tool: AgentToolName, input: unknown, token = new FakeToken()): Promise<string> {
    const { content } = await this.tools.invoke(tool, input, token);
    return (content[0] as { readonly value: string }).value;
  }

  async json(tool: AgentToolName, input: unknown, token = new FakeToken()): Promise<ToolJson> {
    return JSON.parse(await this.text(tool, input, token)) as ToolJson;
  }
}

export function profileAt(place: ProjectReference, fields: Partial<Profile> = {}): Profile {
  const { endpoint, projectId } = place;
  return { id: projectId, endpoint, projectId, source: { kind: 'stored' }, keyChangedAt: 0, ...fields };
}
