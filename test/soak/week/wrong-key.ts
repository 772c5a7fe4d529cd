/**
 * Windows that share a key which the service refuses: they are reloaded, the polling one is killed, a person refreshes.
 * All of that must make one refused request, because five lock the key; and at most three in ten minutes, whatever
 * secrets are tried with the access key.
 */
import { HOUR, MINUTE, SECOND } from '../../../src/base/time-units';
import type { ProfileSource } from '../../../src/credentials/profiles/profile';
import type { Environment } from '../../../src/credentials/sources/environment';
import { SeededRandom } from '../../support/seeded-random';
import { ENDPOINT, planJobs, PROJECTS } from './job-plans';
import { KeyService } from './key-service';
import { type KeyWindow, openKeyWindow } from './key-window';
import { Ledger } from './ledger';
import { Machine, Process } from './machine';
import { NO_KEYRING, SecretStorages } from './secret-storages';
import { DiskOfProcess, SharedDisk } from './shared-disk';

export interface WrongKeyResult {
  readonly seed: number;
  /** Refused requests until the person chose "Try again". */
  readonly refused: number;
  /** Refused requests from then until the person entered another key. */
  readonly refusedAgain: number;
  /** Of the refused requests before the person chose "Try again". */
  readonly maxIn10Minutes: number;
  /** The same, until the end. */
  readonly maxIn10MinutesLater: number;
  /** Refused requests of the wrong key that was refused most often, before "Try again". */
  readonly maxOfOneKey: number;
  /** Wrong keys that were sent before "Try again". */
  readonly keys: number;
  /** Refused requests whose window was closed or killed before it could save the refusal. */
  readonly unsavedRefusals: number;
  /** Jobs whose state is known in the end, with a valid key. */
  readonly known: number;
  readonly jobs: number;
  /** The errors in the windows' logs. */
  readonly errors: readonly string[];
}

/** What the person's keys are, and where. All of them have one access key. */
export type WrongKeyCase =
  /** One wrong key, in the editor's secret storage. */
  | 'stored'
  /** One wrong key in the environment, and no secret storage works. */
  | 'no-keyring'
  /** The same, and each window has a secret storage of its own. */
  | 'own-secret-storages'
  /** The environment's wrong secret changes again and again. */
  | 'changing-secret'
  /** Each project has a wrong secret of its own, and a new one again and again. */
  | 'secret-per-project';

export interface WrongKeyOptions {
  readonly seed: number;
  /** `stored` by default. */
  readonly keys?: WrongKeyCase;
  /** Whether the person holds down Test Credentials. */
  readonly isTestHeldDown?: boolean;
  /** The service responds within this time. */
  readonly maxResponseMs: number;
  /** Time after the jobs were tracked in which no window is closed or killed. */
  readonly undisturbedMs: number;
}

const WINDOWS = 4;
const RELOADS = 10;
const JOBS = 40;
const DAYS = 1;
/** The person signs in and tracks the jobs after all windows are open. */
const SIGN_IN_AT_MS = 5 * SECOND;
const TRACK_AT_MS = 10 * SECOND;
const TRY_AGAIN_AT_MS = 2 * HOUR;
const CHANGE_KEY_AT_MS = 3 * HOUR;
const END_AT_MS = 4 * HOUR;
const MAX_TIME_BETWEEN_SECRETS_MS = 4 * MINUTE;
const HELD_DOWN = 20;
const TESTS_AT_ONCE = 8;

const ACCESS_KEY = 'AKEXAMPLE0000000001';
const RIGHT = 'right';
const ENVIRONMENT = { kind: 'environment', family: 'huaweicloud-sdk' } as const;
const STORED = { kind: 'stored' } as const;

/** The service knows the key by its security token. */
const keyNamed = (name: string) => ({ accessKey: ACCESS_KEY, secretKey: name, securityToken: name });

export function tryWrongKey(options: WrongKeyOptions): Promise<WrongKeyResult> {
  return new WrongKey(options).run();
}

export class WrongKey {
  private readonly machine = new Machine(Date.UTC(2026, 0, 1));
  private readonly random: SeededRandom;
  private readonly disk: SharedDisk;
  private readonly secrets = new SecretStorages();
  private readonly ledger: Ledger;
  private readonly service: KeyService;
  private readonly errors: string[] = [];
  private windows: KeyWindow[] = [];
  private opened = 0;
  private lastSecret = 0;
  private environment: Environment = {};

  constructor(private readonly options: WrongKeyOptions) {
    this.random = new SeededRandom(options.seed);
    this.disk = new SharedDisk(this.random.fork());
    this.ledger = new Ledger(planJobs({ beginning: 0, days: DAYS, jobs: JOBS }, this.random.fork()));
    const { machine, ledger } = this;
    this.service = new KeyService({ machine, random: this.random, ledger, maxResponseMs: options.maxResponseMs });
  }

  async run(): Promise<WrongKeyResult> {
    const { machine, service, errors, options } = this;
    this.planWindows();
    this.planPerson();
    await machine.run(TRY_AGAIN_AT_MS);
    const refused = service.refusedAt.length;
    const unsavedRefusals = refused - service.savedRefusals;
    const maxIn10Minutes = service.maxRefusedIn10Minutes;
    const [keys, maxOfOneKey] = [service.refusals.size, Math.max(0, ...service.refusals.values())];
    this.tryAgain();
    await machine.run(CHANGE_KEY_AT_MS);
    const refusedAgain = service.refusedAt.length - refused;
    service.accepted = RIGHT;
    this.signIn(() => RIGHT);
    await machine.run(END_AT_MS);
    const known = [...(this.windows[0]?.window.store.all().values() ?? [])].filter(({ job }) => job !== undefined);
    return {
      seed: options.seed,
      ...{ refused, refusedAgain, maxIn10Minutes, keys, maxOfOneKey, unsavedRefusals, errors },
      maxIn10MinutesLater: service.maxRefusedIn10Minutes,
      known: known.length,
      jobs: JOBS,
    };
  }

  private get keys(): WrongKeyCase {
    return this.options.keys ?? 'stored';
  }

  private get source(): ProfileSource {
    return this.keys === 'stored' || this.keys === 'secret-per-project' ? STORED : ENVIRONMENT;
  }

  private get any(): KeyWindow | undefined {
    return this.windows.length === 0 ? undefined : this.random.pick(this.windows);
  }

  private planWindows(): void {
    const { machine, random, options } = this;
    for (let count = 0; count < WINDOWS; count += 1) {
      machine.at(random.between(0, SECOND), () => {
        this.open();
      });
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
  }

  private planPerson(): void {
    const { machine, random } = this;
    machine.at(SIGN_IN_AT_MS, () => {
      this.signIn(() => 'wrong');
    });
    for (const key of this.ledger.jobs.keys()) {
      // Repeated, because some windows close before they saved the job.
      for (const at of [TRACK_AT_MS, 2 * MINUTE, TRY_AGAIN_AT_MS]) {
        machine.at(at + random.between(0, SECOND), () => {
          this.any?.window.track(key);
        });
      }
    }
    this.repeat(TRACK_AT_MS, 4 * MINUTE, () => {
      const window = this.any?.window;
      if (!machine.isAwake || window === undefined) return;
      if (random.chance(0.5)) window.refresh();
      else window.focus();
    });
    if (this.keys === 'changing-secret' || this.keys === 'secret-per-project') {
      this.repeat(TRACK_AT_MS, MAX_TIME_BETWEEN_SECRETS_MS, () => {
        if (machine.isAwake) this.signIn(() => `wrong-${(this.lastSecret += 1)}`);
      });
    }
    if (this.options.isTestHeldDown === true) {
      for (let count = 0; count < HELD_DOWN; count += 1) {
        machine.at(random.logBetween(TRACK_AT_MS, TRY_AGAIN_AT_MS), () => {
          this.testOften();
        });
      }
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

  private repeat(from: number, maxPauseMs: number, action: () => void): void {
    for (let at = from; at < CHANGE_KEY_AT_MS; at += this.random.between(0, maxPauseMs)) this.machine.at(at, action);
  }

  private open(): void {
    this.opened += 1;
    const process = new Process(this.machine, `window-${this.opened}`);
    const onError = (line: string) => {
      this.errors.push(`${process.name}: ${line}`);
    };
    const { ledger, disk, random, service } = this;
    const window = openKeyWindow({
      ...{ process, ledger, onError, random: random.fork() },
      files: new DiskOfProcess(disk, process),
      secrets: this.secretsOf(process),
      environment: () => this.environment,
      transport: service.transportOf(process),
    });
    this.windows.push(window);
  }

  private secretsOf(process: Process) {
    if (this.keys === 'no-keyring') return NO_KEYRING;
    return (this.keys === 'own-secret-storages' ? new SecretStorages() : this.secrets).seenBy(process);
  }

  /** The editor closes the window, and opens it again a moment later. */
  private reload(): void {
    const closing = this.any;
    if (!this.machine.isAwake || closing === undefined) return;
    this.windows = this.windows.filter((each) => each !== closing);
    closing.close();
    this.machine.after(this.random.between(0, 2 * SECOND), () => {
      closing.window.process.kill();
    });
    this.machine.after(this.random.between(0, 3 * SECOND), () => {
      this.open();
    });
  }

  private killPoller(): void {
    const isPoller = ({ window }: KeyWindow) =>
      PROJECTS.some((projectId) => window.isPolling({ endpoint: ENDPOINT, projectId }));
    const killed = this.windows.find(isPoller) ?? this.any;
    if (killed === undefined) return;
    this.windows = this.windows.filter((each) => each !== killed);
    killed.window.process.kill();
    this.machine.after(MINUTE, () => {
      this.open();
    });
  }

  /** @param nextName of the key; called for each key that differs */
  private signIn(nextName: () => string): void {
    const { credentials } = this.windows[0] ?? {};
    const { source } = this;
    const common = nextName();
    if (source.kind === 'environment') {
      const { accessKey, secretKey, securityToken } = keyNamed(common);
      this.environment = {
        HUAWEICLOUD_SDK_AK: accessKey,
        HUAWEICLOUD_SDK_SK: secretKey,
        HUAWEICLOUD_SDK_SECURITY_TOKEN: securityToken,
      };
      // No event says that the environment changed: the windows notice it when they get the focus.
      for (const window of this.windows) void window.credentials.profiles.refresh();
      if (this.lastSecret > 1) return;
    }
    const add = async () => {
      for (const projectId of PROJECTS) {
        const credential = keyNamed(this.keys === 'secret-per-project' ? nextName() : common);
        await credentials?.profiles.add({ endpoint: ENDPOINT, projectId, source, credential });
      }
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

  private testOften(): void {
    const window = this.any;
    const profile = window?.credentials.all()[0];
    if (!this.machine.isAwake || window === undefined || profile === undefined) return;
    for (let count = 0; count < TESTS_AT_ONCE; count += 1) {
      void window.reader.read(profile).then((reading) => {
        if (reading.ok) void window.signIn.verify(profile, reading.credential);
      });
    }
  }
}
