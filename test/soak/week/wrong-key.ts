/**
 * Windows that share a key which the service refuses: they are reloaded, the polling one is killed, a person refreshes.
 * All of that must make one refused request, because five lock the key.
 */
import { CredentialManager } from '../../../src/credentials/credential-manager';
import { CredentialReader } from '../../../src/credentials/credential-reader';
import { KeySources } from '../../../src/credentials/sources/key-sources';
import { KeyHash } from '../../../src/credentials/secrets/key-hash';
import { KeyTrials } from '../../../src/credentials/refusals/key-trials';
import { ProfileFile } from '../../../src/credentials/profiles/profile-file';
import { ProfileStore } from '../../../src/credentials/profile-store';
import { Refusals } from '../../../src/credentials/refusals/refusals';
import { CloudJobSource } from '../../../src/credentials/cloud-job-source';
import { Vault } from '../../../src/credentials/secrets/vault';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import { ElbClient } from '../../../src/cloud/api/elb-client';
import type { HttpResponse, HttpTransport } from '../../../src/cloud/http/transport';
import { ENDPOINT, planJobs, PROJECTS } from './job-plans';
import { Ledger } from './ledger';
import { Machine, Process } from './machine';
import { SeededRandom } from '../../support/seeded-random';
import { DiskOfProcess, SharedDisk } from './shared-disk';
import { sharedOf, SoakWindow, type WindowParts } from './soak-window';
import { arrival } from './troubled-cloud';
import { SECOND, HOUR, MINUTE } from '../../../src/base/time-units';

export interface WrongKeyResult {
  readonly seed: number;
  /** Refused requests until the person chose "Try again". */
  readonly refused: number;
  /** Refused requests from then until the person entered another key. */
  readonly refusedAgain: number;
  readonly maxIn10Minutes: number;
  /** Refused requests whose window was closed or killed before it could save the refusal. */
  readonly unsavedRefusals: number;
  /** Jobs whose state is known in the end, with a valid key. */
  readonly known: number;
  readonly jobs: number;
  /** The errors in the windows' logs. */
  readonly errors: readonly string[];
}

export interface WrongKeyOptions {
  readonly seed: number;
  /** The service responds within this time. */
  readonly maxResponseMs: number;
  /** Time after the jobs were tracked in which no window is closed or killed. */
  readonly undisturbedMs: number;
}

const WINDOWS = 3;
const RELOADS = 10;
const JOBS = 40;
const DAYS = 1;
/** The person signs in and tracks the jobs after all windows are open. */
const SIGN_IN_AT_MS = 5 * SECOND;
const TRACK_AT_MS = 10 * SECOND;
/** A window that lives this long after a refusal has saved it for all windows. */
const SAVE_REFUSAL_MS = 3 * SECOND;
const TRY_AGAIN_AT_MS = 2 * HOUR;
const CHANGE_KEY_AT_MS = 3 * HOUR;
const END_AT_MS = 4 * HOUR;
const KEY = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'wrong' };
const OTHER_KEY = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'right' };

export function tryWrongKey(options: WrongKeyOptions): Promise<WrongKeyResult> {
  return new WrongKey(options).run();
}

interface OpenWindow {
  readonly window: SoakWindow;
  readonly credentials: CredentialManager;
}

export class WrongKey {
  private readonly machine = new Machine(Date.UTC(2026, 0, 1));
  private readonly random: SeededRandom;
  private readonly disk: SharedDisk;
  private readonly secrets = new SharedSecrets();
  private readonly ledger: Ledger;
  private readonly errors: string[] = [];
  private windows: OpenWindow[] = [];
  private opened = 0;
  /** When each refused request was sent, by true time. */
  private readonly refusedAt: number[] = [];
  private savedRefusals = 0;

  constructor(private readonly options: WrongKeyOptions) {
    this.random = new SeededRandom(options.seed);
    this.disk = new SharedDisk(this.random.fork());
    this.ledger = new Ledger(planJobs({ beginning: 0, days: DAYS, jobs: JOBS }, this.random.fork()));
  }

  async run(): Promise<WrongKeyResult> {
    const { machine, random, ledger, errors, options } = this;
    for (let count = 0; count < WINDOWS; count += 1)
      machine.at(random.between(0, SECOND), () => {
        this.open();
      });
    machine.at(SIGN_IN_AT_MS, () => {
      this.signIn(KEY);
    });
    for (const key of ledger.jobs.keys()) {
      // Repeated, because some windows close before they saved the job.
      for (const at of [TRACK_AT_MS, 2 * MINUTE, TRY_AGAIN_AT_MS]) {
        machine.at(at + random.between(0, SECOND), () => {
          this.any?.window.track(key);
        });
      }
    }
    const disturbed = TRACK_AT_MS + options.undisturbedMs;
    machine.at(disturbed + random.logBetween(20, 30 * SECOND), () => {
      this.killPoller();
    });
    for (let count = 0; count < RELOADS; count += 1) {
      machine.at(disturbed + random.logBetween(20, HOUR), () => {
        this.reload();
      });
    }
    this.planPerson();
    await machine.run(TRY_AGAIN_AT_MS);
    const refused = this.refusedAt.length;
    const { savedRefusals } = this;
    this.tryAgain();
    await machine.run(CHANGE_KEY_AT_MS);
    const refusedAgain = this.refusedAt.length - refused;
    this.signIn(OTHER_KEY);
    await machine.run(END_AT_MS);
    const known = [...(this.windows[0]?.window.store.all().values() ?? [])].filter(({ job }) => job !== undefined);
    const { seed } = options;
    return {
      seed,
      refused,
      refusedAgain,
      maxIn10Minutes: mostIn10Minutes(this.refusedAt),
      unsavedRefusals: refused - savedRefusals,
      known: known.length,
      jobs: JOBS,
      errors,
    };
  }

  private get any(): OpenWindow | undefined {
    return this.windows.length === 0 ? undefined : this.random.pick(this.windows);
  }

  private planPerson(): void {
    const { machine, random } = this;
    for (let at = TRACK_AT_MS; at < CHANGE_KEY_AT_MS; at += random.between(0, 4 * MINUTE)) {
      machine.at(at, () => {
        const window = this.any?.window;
        if (!machine.isAwake || window === undefined) return;
        if (random.chance(0.5)) window.refresh();
        else window.focus();
      });
    }
    for (const wrongBy of [HOUR, -HOUR, 0]) {
      machine.at(random.between(0, CHANGE_KEY_AT_MS), () => {
        machine.setClockWrongBy(wrongBy);
      });
    }
    const sleep = random.between(TRACK_AT_MS, HOUR);
    machine.at(sleep, () => {
      machine.sleep();
    });
    machine.at(sleep + random.between(MINUTE, HOUR), () => {
      machine.wake();
    });
  }

  private open(): void {
    this.opened += 1;
    const process = new Process(this.machine, `window-${this.opened}`);
    const files = new DiskOfProcess(this.disk, process);
    const onError = (line: string) => {
      this.errors.push(`${process.name}: ${line}`);
    };
    const shared = sharedOf({ process, files, onError });
    const secrets = this.secrets.seenBy(process);
    const keyHash = new KeyHash({ ...shared, secrets });
    const vault = new Vault(secrets);
    const sources = new KeySources({ ...shared, environment: () => ({}), home: '/home' });
    const reader = new CredentialReader({ vault, sources, clock: process });
    const refusals = new Refusals(shared);
    const profiles = new ProfileStore({
      ...{ ...shared, vault, reader, keyHash, refusals },
      profileFile: new ProfileFile({ ...shared, onQuarantine: onError }),
      watchFile: () => ({ dispose: () => undefined }),
    });
    const credentials = new CredentialManager({ ...shared, profiles, reader, keyHash, refusals });
    const sourceOf: WindowParts['sourceOf'] = (_, budgetNamed) =>
      new CloudJobSource({
        client: new ElbClient(new CloudApi(this.transportOf(process), () => process.now())),
        credentials,
        keyHash,
        trials: new KeyTrials(shared),
        budgetNamed,
        clock: process,
      });
    const { ledger, random } = this;
    const window = new SoakWindow({
      process,
      files,
      ledger,
      random: random.fork(),
      limit: 100,
      sourceOf,
      onStatus: () => undefined,
      onError,
    });
    credentials.onDidChange(() => {
      window.resume();
    });
    secrets.onDidChange(() => {
      void credentials.profiles.reload();
      window.resume();
    });
    void credentials.profiles.open();
    this.windows.push({ window, credentials });
  }

  /** The editor closes the window, and opens it again a moment later. */
  private reload(): void {
    const closing = this.any;
    if (!this.machine.isAwake || closing === undefined) return;
    this.windows = this.windows.filter((each) => each !== closing);
    closing.window.close();
    closing.credentials.dispose();
    closing.credentials.profiles.dispose();
    this.machine.after(this.random.between(0, 2 * SECOND), () => {
      closing.window.process.kill();
    });
    this.machine.after(this.random.between(0, 3 * SECOND), () => {
      this.open();
    });
  }

  private killPoller(): void {
    const isPoller = ({ window }: OpenWindow) =>
      PROJECTS.some((projectId) => window.isPolling({ endpoint: ENDPOINT, projectId }));
    const killed = this.windows.find(isPoller) ?? this.any;
    if (killed === undefined) return;
    this.windows = this.windows.filter((each) => each !== killed);
    killed.window.process.kill();
    this.machine.after(MINUTE, () => {
      this.open();
    });
  }

  private signIn(key: typeof KEY): void {
    const { credentials } = this.windows[0] ?? {};
    const add = async () => {
      for (const projectId of PROJECTS)
        await credentials?.profiles.add({ endpoint: ENDPOINT, projectId, source: { kind: 'stored' }, credential: key });
    };
    add().catch((cause: unknown) => {
      this.errors.push(`Signing in failed: ${String(cause)}`);
    });
  }

  private tryAgain(): void {
    const { credentials } = this.any ?? {};
    const [profile] = credentials?.all() ?? [];
    if (credentials === undefined || profile === undefined) this.errors.push('There are no credentials to try again.');
    else void credentials.tryAgain(profile);
  }

  /** The service, which refuses every key until the person changes it. */
  private transportOf(owner: Process): HttpTransport {
    return async ({ url, signal }) => {
      const isRefused = this.machine.trueMs < CHANGE_KEY_AT_MS;
      if (isRefused) this.refusedAt.push(this.machine.trueMs);
      const isAnswered = await arrival(owner, this.random.logBetween(20, this.options.maxResponseMs), signal);
      if (!isAnswered) return { ok: false, error: { kind: 'cancelled' } };
      if (!isRefused) return { ok: true, value: this.answerTo(url) };
      owner.schedule(SAVE_REFUSAL_MS, () => {
        this.savedRefusals += 1;
      });
      return { ok: true, value: REFUSAL };
    };
  }

  private answerTo(url: string): HttpResponse {
    const [, projectId, id] = /v3\/(\w+)\/elb\/jobs\/?([\w-]*)/.exec(url) ?? [];
    const ofProject = this.ledger.records.filter(({ plan }) => plan.reference.projectId === projectId);
    const all = ofProject.map(({ plan }) => ({ job_id: plan.reference.jobId, status: 'COMPLETE' }));
    const body = id === '' ? { jobs: all } : { job: { job_id: id, status: 'COMPLETE' } };
    return { status: 200, headers: {}, body: JSON.stringify(body) };
  }
}

function mostIn10Minutes(instants: readonly number[]): number {
  return Math.max(0, ...instants.map((from) => instants.filter((at) => at >= from && at < from + 10 * MINUTE).length));
}

const REFUSAL: HttpResponse = {
  status: 401,
  headers: {},
  body: JSON.stringify({
    error_code: 'APIGW.0301',
    error_msg: 'Incorrect IAM authentication information: verify aksk signature fail',
    request_id: 'r',
  }),
};

/** The editor's secret storage, shared by all windows, with change events. */
class SharedSecrets {
  private readonly values = new Map<string, string>();
  private readonly listeners = new Map<Process, () => void>();

  seenBy(owner: Process) {
    const answer = <T>(value: T): Promise<T> => (owner.isDead ? new Promise(() => undefined) : Promise.resolve(value));
    return {
      get: (name: string) => answer(this.values.get(name)),
      store: (name: string, value: string) => {
        if (!owner.isDead) this.set(name, value);
        return answer(undefined);
      },
      delete: (name: string) => {
        if (!owner.isDead) this.set(name, undefined);
        return answer(undefined);
      },
      onDidChange: (listener: () => void) => {
        this.listeners.set(owner, listener);
      },
    };
  }

  private set(name: string, value: string | undefined): void {
    if (value === undefined) this.values.delete(name);
    else this.values.set(name, value);
    for (const [owner, listener] of this.listeners) owner.schedule(10, listener);
  }
}
