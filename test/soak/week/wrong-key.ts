/**
 * Windows that share a key which the service refuses: they are reloaded, the one that polls is killed, a person refreshes,
 * and all of that is to make one refused request, since five lock the key.
 */
import { CredentialManager } from '../../../src/credentials/credential-manager';
import { CredentialReader } from '../../../src/credentials/credential-reader';
import { KeySources } from '../../../src/credentials/sources/found-key-sources';
import { KeyHash } from '../../../src/credentials/secrets/key-hash';
import { KeyTrials } from '../../../src/credentials/refusals/key-trials';
import { ProfileFile } from '../../../src/credentials/profiles/profile-file';
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
  /** Requests that the service refused until the person said "Try again". */
  readonly refused: number;
  /** And those from then on until the person gave another key. */
  readonly refusedAgain: number;
  readonly mostIn10Minutes: number;
  /** Of the refused requests: those whose window was closed or killed before it could note that. */
  readonly unheard: number;
  /** Jobs whose state is known in the end, by a key that the service accepts. */
  readonly known: number;
  readonly jobs: number;
  /** What windows wrote to their logs as errors. */
  readonly errors: readonly string[];
}

export interface WrongKeyOptions {
  readonly seed: number;
  /** Milliseconds until the service answers, at most. */
  readonly slowest: number;
  /** Milliseconds after the jobs were tracked in which no window is closed or killed. */
  readonly undisturbed: number;
}

const WINDOWS = 3;
const RELOADS = 10;
const JOBS = 40;
const DAYS = 1;
/** The person signs in, and tracks the jobs, when all windows are open. */
const SIGNED_IN = 5 * SECOND;
const TRACKED = 10 * SECOND;
/** A window that lives so long after an answer has noted it for all others. */
const NOTING = 3 * SECOND;
const TRIED_AGAIN = 2 * HOUR;
const CHANGED = 3 * HOUR;
const OVER = 4 * HOUR;
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
  /** When each refused request left, by true time. */
  private readonly refusedAt: number[] = [];
  private heard = 0;

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
    machine.at(SIGNED_IN, () => {
      this.signIn(KEY);
    });
    for (const key of ledger.jobs.keys()) {
      // Some windows close before they could keep it.
      for (const at of [TRACKED, 2 * MINUTE, TRIED_AGAIN]) {
        machine.at(at + random.between(0, SECOND), () => {
          this.any?.window.track(key);
        });
      }
    }
    const disturbed = TRACKED + options.undisturbed;
    machine.at(disturbed + random.logBetween(20, 30 * SECOND), () => {
      this.killAsking();
    });
    for (let count = 0; count < RELOADS; count += 1) {
      machine.at(disturbed + random.logBetween(20, HOUR), () => {
        this.reload();
      });
    }
    this.planPerson();
    await machine.run(TRIED_AGAIN);
    const refused = this.refusedAt.length;
    const { heard } = this;
    this.tryAgain();
    await machine.run(CHANGED);
    const refusedAgain = this.refusedAt.length - refused;
    this.signIn(OTHER_KEY);
    await machine.run(OVER);
    const known = [...(this.windows[0]?.window.store.all().values() ?? [])].filter(({ job }) => job !== undefined);
    const { seed } = options;
    return {
      seed,
      refused,
      refusedAgain,
      mostIn10Minutes: mostIn10Minutes(this.refusedAt),
      unheard: refused - heard,
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
    for (let at = TRACKED; at < CHANGED; at += random.between(0, 4 * MINUTE)) {
      machine.at(at, () => {
        const window = this.any?.window;
        if (!machine.isAwake || window === undefined) return;
        if (random.chance(0.5)) window.lookNow();
        else window.focus();
      });
    }
    for (const wrongBy of [HOUR, -HOUR, 0]) {
      machine.at(random.between(0, CHANGED), () => {
        machine.setClockWrongBy(wrongBy);
      });
    }
    const sleep = random.between(TRACKED, HOUR);
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
    const credentials = new CredentialManager({
      ...shared,
      profileFile: new ProfileFile(shared),
      vault,
      reader: new CredentialReader({ vault, sources, clock: process }),
      keyHash,
      refusals: new Refusals(shared),
      watchFile: () => ({ dispose: () => undefined }),
    });
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
      void credentials.reload();
      window.resume();
    });
    void credentials.open();
    this.windows.push({ window, credentials });
  }

  /** The editor opens the window anew, a moment after it closed it. */
  private reload(): void {
    const closing = this.any;
    if (!this.machine.isAwake || closing === undefined) return;
    this.windows = this.windows.filter((each) => each !== closing);
    closing.window.close();
    closing.credentials.dispose();
    this.machine.after(this.random.between(0, 2 * SECOND), () => {
      closing.window.process.kill();
    });
    this.machine.after(this.random.between(0, 3 * SECOND), () => {
      this.open();
    });
  }

  private killAsking(): void {
    const isAsking = ({ window }: OpenWindow) =>
      PROJECTS.some((projectId) => window.isPolling({ endpoint: ENDPOINT, projectId }));
    const killed = this.windows.find(isAsking) ?? this.any;
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
        await credentials?.add({ endpoint: ENDPOINT, projectId, source: { kind: 'stored' }, credential: key });
    };
    add().catch((cause: unknown) => {
      this.errors.push(`Nobody could sign in: ${String(cause)}`);
    });
  }

  private tryAgain(): void {
    const { credentials } = this.any ?? {};
    const [profile] = credentials?.all() ?? [];
    if (credentials === undefined || profile === undefined) this.errors.push('There is nothing to try again.');
    else void credentials.tryAgain(profile);
  }

  /** The service, which knows who signed by what it was given last. */
  private transportOf(owner: Process): HttpTransport {
    return async ({ url, signal }) => {
      const isRefused = this.machine.time < CHANGED;
      if (isRefused) this.refusedAt.push(this.machine.time);
      const isAnswered = await arrival(owner, this.random.logBetween(20, this.options.slowest), signal);
      if (!isAnswered) return { ok: false, error: { kind: 'cancelled' } };
      if (!isRefused) return { ok: true, value: this.answerTo(url) };
      owner.schedule(NOTING, () => {
        this.heard += 1;
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

/** The editor's secret storage: all windows have it in common, and are told of changes. */
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
