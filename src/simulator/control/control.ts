/** The simulator's control API, which the real service does not have: starts jobs, changes resources, injects faults, sets the clock. */
import { type SimulatedResponse, jsonResponse } from '../http/simulated-response';
import type { SimulatorClock } from '../base/simulator-clock';
import {
  readClockChange,
  readFault,
  readJobSpec,
  readMode,
  readPermission,
  readQuota,
  readResourceChange,
} from './control-input';
import type { Fault, FaultHandle } from '../faults/faults';
import { Fields } from '../base/fields';
import { InputError } from '../base/input-error';
import { decodePercent } from '../http/cloud-request';
import type { Permissions } from '../gateway/permissions';
import type { StartedJob } from '../jobs/job-script';
import type { JobSpec } from '../jobs/job-spec';
import type { SimulatedQuotas } from '../resources/simulated-quotas';
import type { SimulatedResources } from '../resources/simulated-resources';
import { sameSecret } from '../base/same-secret';

export const CONTROL_PREFIX = '/_simulator/';

/** The simulator's parts and methods that the control API may call. */
interface Controlled {
  readonly clock: SimulatorClock;
  readonly resources: SimulatedResources;
  readonly quotas: SimulatedQuotas;
  readonly permissions: Permissions;
  startJob(spec: JobSpec): StartedJob;
  injectFault(fault: Fault): FaultHandle;
  removeFault(id: string): boolean;
  setStrict(strict: boolean): void;
  state(): unknown;
}

interface ControlRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Undefined if it was too long. */
  readonly body: Uint8Array | undefined;
}

/**
 * Handles a request with the token that does not come from a web page. Returns 200, 201 or 204 on success, else 4xx with
 * `{error}`, a sentence.
 */
export function control(controlled: Controlled, request: ControlRequest, token: string): SimulatedResponse {
  const { headers, body } = request;
  if (headers['origin'] !== undefined) return refuse(403, 'Requests from web pages are not allowed.');
  if (!sameSecret(headers['x-simulator-token'] ?? '', token)) {
    return refuse(401, "X-Simulator-Token must be the simulator's control token.");
  }
  if (!body) return refuse(413, 'The body is too long.');
  if (body.length > 0 && !/^application\/json(;|$)/i.test(headers['content-type'] ?? '')) {
    return refuse(415, 'The body must be application/json.');
  }
  try {
    return act(controlled, request.method, request.path.slice(CONTROL_PREFIX.length), body);
  } catch (error) {
    if (error instanceof InputError) return refuse(400, error.message);
    throw error;
  }
}

const DONE: SimulatedResponse = { status: 204, headers: {}, body: '' };

function act(controlled: Controlled, method: string, path: string, body: Uint8Array): SimulatedResponse {
  const [, collection = '', item = ''] = /^(faults|resources|quotas)\/([^/]+)$/.exec(path) ?? [];
  const id = decodePercent(item);
  switch (`${method} ${item === '' ? path : `${collection}/{id}`}`) {
    case 'POST jobs':
      return jsonResponse(201, controlled.startJob(readJobSpec(Fields.parse(body))));
    case 'POST faults':
      return jsonResponse(201, { id: controlled.injectFault(readFault(Fields.parse(body))).id });
    case 'DELETE faults/{id}':
      return controlled.removeFault(id) ? DONE : refuse(404, 'There is no such fault.');
    case 'PUT resources/{id}':
      controlled.resources.change(id, readResourceChange(Fields.parse(body)));
      return DONE;
    case 'DELETE resources/{id}':
      controlled.resources.remove(id);
      return DONE;
    case 'DELETE recycle-bin':
      controlled.resources.emptyRecycleBin();
      return DONE;
    case 'PUT quotas/{id}':
      controlled.quotas.set(id, readQuota(Fields.parse(body)));
      return DONE;
    case 'PUT permissions': {
      const { action, granted, caller } = readPermission(Fields.parse(body));
      if (granted) controlled.permissions.restore(action, caller);
      else controlled.permissions.remove(action, caller);
      return DONE;
    }
    case 'PUT clock':
      setClock(controlled.clock, body);
      return jsonResponse(200, clockState(controlled.clock));
    case 'PUT mode': {
      const mode = readMode(Fields.parse(body));
      controlled.setStrict(mode.strict);
      return jsonResponse(200, mode);
    }
    case 'GET state':
      return jsonResponse(200, controlled.state());
    default:
      return refuse(404, `There is no ${method} ${CONTROL_PREFIX}${path}.`);
  }
}

function setClock(clock: SimulatorClock, body: Uint8Array): void {
  const { speed, held, advanceMs } = readClockChange(Fields.parse(body));
  if (speed !== undefined) clock.speed = speed;
  if (held !== undefined) {
    if (held) clock.hold();
    else clock.release();
  }
  if (advanceMs !== undefined) clock.advance(advanceMs);
}

/** Returns the clock's state, `now` in ms since the epoch. */
export function clockState(clock: SimulatorClock): { now: number; speed: number; held: boolean } {
  return { now: clock.now(), speed: clock.speed, held: clock.held };
}

function refuse(status: number, error: string): SimulatedResponse {
  return jsonResponse(status, { error });
}
