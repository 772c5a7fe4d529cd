/** A service that refuses every key but the right one, and counts that. */
import type { HttpResponse, HttpTransport } from '../../../src/cloud/http/transport';
import { MINUTE, SECOND } from '../../../src/base/time-units';
import type { SeededRandom } from '../../support/seeded-random';
import type { Ledger } from './ledger';
import type { Machine, Process } from './machine';
import { arrival } from './troubled-cloud';

/** A window that lives this long after a refusal has saved it for all windows. */
const SAVE_REFUSAL_MS = 3 * SECOND;
/** Says which key signed a request, since a signature does not. */
const KEY_NAME = 'X-Security-Token';

interface KeyServiceParts {
  readonly machine: Machine;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  /** The service responds within this time. */
  readonly maxResponseMs: number;
}

export class KeyService {
  /** When each refused request was sent, by true time. */
  readonly refusedAt: number[] = [];
  /** By the name of the key. */
  readonly refusals = new Map<string, number>();
  /** Refusals whose window lived long enough to save them. */
  savedRefusals = 0;
  /** The security token of the only key that is accepted; every key is refused if it is undefined. */
  accepted: string | undefined;

  constructor(private readonly parts: KeyServiceParts) {}

  get maxRefusedIn10Minutes(): number {
    const isWithin = (at: number, from: number) => at >= from && at < from + 10 * MINUTE;
    return Math.max(0, ...this.refusedAt.map((from) => this.refusedAt.filter((at) => isWithin(at, from)).length));
  }

  transportOf(owner: Process): HttpTransport {
    const { machine, random, maxResponseMs } = this.parts;
    return async ({ url, headers, signal }) => {
      const key = headers[KEY_NAME] ?? '';
      const isRefused = key !== this.accepted;
      if (isRefused) {
        this.refusedAt.push(machine.trueMs);
        this.refusals.set(key, (this.refusals.get(key) ?? 0) + 1);
      }
      const isAnswered = await arrival(owner, random.logBetween(20, maxResponseMs), signal);
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
    const ofProject = this.parts.ledger.records.filter(({ plan }) => plan.reference.projectId === projectId);
    const all = ofProject.map(({ plan }) => ({ job_id: plan.reference.jobId, status: 'COMPLETE' }));
    const body = id === '' ? { jobs: all } : { job: { job_id: id, status: 'COMPLETE' } };
    return { status: 200, headers: {}, body: JSON.stringify(body) };
  }
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
