/** Parses the JSON of control requests into the arguments of the simulator's methods. */
import type { RawResponse, Fault, FaultEffect } from '../faults/faults';
import { ERROR_PRESET_NAMES } from '../faults/error-presets';
import type { Fields } from '../base/fields';
import { type Action, ACTIONS } from '../gateway/permissions';
import { InputError } from '../base/input-error';
import { JOB_KINDS, OUTCOMES } from '../jobs/job-catalog';
import type { JobScript, SubJobScript, Transition } from '../jobs/job-script';
import type { JobSpec } from '../jobs/job-spec';
import type { ResourceChange } from '../resources/simulated-resources';
import { ROUTE_NAMES } from '../services/routes';

const EFFECT_KINDS = [
  'error',
  'preset',
  'response',
  'delay',
  'hang',
  'reset',
  'cut',
  'resetHalfway',
  'stall',
  'drip',
  'oversize',
  'gzipBomb',
  'clockDrift',
] as const satisfies readonly FaultEffect['kind'][];

/** @throws InputError for a field that is missing, unknown or of another type; so do the other functions here. */
export function readJobSpec(fields: Fields): JobSpec {
  fields.only('projectId', 'jobId', 'bodyJobId', 'kind', 'outcome', 'durationMs', 'script');
  const ids = {
    projectId: fields.optionalText('projectId'),
    jobId: fields.optionalText('jobId'),
    bodyJobId: fields.optionalText('bodyJobId'),
  };
  if (fields.has('script')) {
    if (['kind', 'outcome', 'durationMs'].some((name) => fields.has(name))) {
      throw new InputError('A job has either a script or a kind with its outcome and durationMs.');
    }
    return { ...ids, script: readScript(fields.object('script')) };
  }
  return {
    ...ids,
    kind: fields.oneOf('kind', JOB_KINDS),
    outcome: fields.has('outcome') ? fields.oneOf('outcome', OUTCOMES) : undefined,
    durationMs: fields.optionalNumber('durationMs'),
  };
}

export function readFault(fields: Fields): Fault {
  fields.only('match', 'times', 'effect');
  const match = fields.has('match') ? fields.object('match').only('route', 'jobId') : undefined;
  return {
    match: match && {
      route: match.has('route') ? match.oneOf('route', ROUTE_NAMES) : undefined,
      jobId: match.optionalText('jobId'),
    },
    times: fields.optionalNumber('times'),
    effect: readEffect(fields.object('effect')),
  };
}

interface ClockChange {
  readonly speed: number | undefined;
  readonly held: boolean | undefined;
  readonly advanceMs: number | undefined;
}

export function readClockChange(fields: Fields): ClockChange {
  fields.only('speed', 'held', 'advanceMs');
  return {
    speed: fields.optionalNumber('speed'),
    held: fields.optionalBoolean('held'),
    advanceMs: fields.optionalNumber('advanceMs'),
  };
}

export function readMode(fields: Fields): { readonly strict: boolean } {
  const strict = fields.only('strict').optionalBoolean('strict');
  if (strict === undefined) throw new InputError('strict must be true or false.');
  return { strict };
}

export function readResourceChange(fields: Fields): ResourceChange {
  const names = ['name', 'provisioningStatus', 'operatingStatus'] as const;
  fields.only(...names);
  const given = names.filter((name) => fields.has(name));
  return Object.fromEntries(given.map((name) => [name, fields.text(name)]));
}

export function readQuota(fields: Fields): { readonly limit: number; readonly used: number; readonly unit?: string } {
  fields.only('limit', 'used', 'unit');
  const unit = fields.optionalText('unit');
  return { limit: fields.number('limit'), used: fields.number('used'), ...(unit === undefined ? {} : { unit }) };
}

interface PermissionChange {
  readonly action: Action;
  readonly granted: boolean;
  readonly caller: string | undefined;
}

export function readPermission(fields: Fields): PermissionChange {
  fields.only('action', 'granted', 'caller');
  const granted = fields.optionalBoolean('granted');
  if (granted === undefined) throw new InputError('granted must be true or false.');
  return { action: fields.oneOf('action', ACTIONS), granted, caller: fields.optionalText('caller') };
}

function readEffect(fields: Fields): FaultEffect {
  const kind = fields.oneOf('kind', EFFECT_KINDS);
  switch (kind) {
    case 'error': {
      fields.only('kind', 'status', 'code', 'message', 'headers');
      const headers = fields.has('headers') ? fields.texts('headers') : undefined;
      const error = { code: fields.text('code'), message: fields.text('message') };
      return { kind, status: fields.number('status'), ...error, headers };
    }
    case 'preset':
      fields.only('kind', 'name', 'status');
      return { kind, name: fields.oneOf('name', ERROR_PRESET_NAMES), status: fields.optionalNumber('status') };
    case 'response':
      fields.only('kind', ...RESPONSE_FIELDS);
      return { kind, ...readResponse(fields) };
    case 'delay':
    case 'clockDrift':
      fields.only('kind', 'ms');
      return { kind, ms: fields.number('ms') };
    case 'drip':
      fields.only('kind', 'ms', 'response');
      return { kind, ms: fields.number('ms'), response: readOptionalResponse(fields) };
    case 'oversize':
    case 'gzipBomb':
      fields.only('kind', 'bytes', 'response');
      return { kind, bytes: fields.number('bytes'), response: readOptionalResponse(fields) };
    case 'cut':
    case 'resetHalfway':
    case 'stall':
      fields.only('kind', 'response');
      return { kind, response: readOptionalResponse(fields) };
    case 'hang':
    case 'reset':
      fields.only('kind');
      return { kind };
  }
}

const RESPONSE_FIELDS = ['status', 'headers', 'body', 'bodyBase64'];

function readResponse(fields: Fields): RawResponse {
  const headers = fields.has('headers') ? fields.texts('headers') : undefined;
  const body = { body: fields.optionalText('body'), bodyBase64: fields.optionalText('bodyBase64') };
  return { status: fields.number('status'), headers, ...body };
}

function readOptionalResponse(fields: Fields): RawResponse | undefined {
  return fields.has('response') ? readResponse(fields.object('response').only(...RESPONSE_FIELDS)) : undefined;
}

function readScript(fields: Fields): JobScript {
  fields.only('jobType', 'resourceId', 'transitions', 'subJobs');
  return {
    jobType: fields.text('jobType'),
    resourceId: fields.text('resourceId'),
    transitions: fields.list('transitions').map(readTransition),
    subJobs: fields.has('subJobs') ? fields.list('subJobs').map(readSubJob) : [],
  };
}

function readSubJob(fields: Fields): SubJobScript {
  fields.only('jobId', 'jobType', 'resourceId', 'entities', 'transitions');
  return {
    jobId: fields.text('jobId'),
    jobType: fields.text('jobType'),
    resourceId: fields.text('resourceId'),
    entities: (fields.has('entities') ? fields.list('entities') : []).map((entity) => ({
      resource_id: entity.only('resource_id', 'resource_type').text('resource_id'),
      resource_type: entity.oneOf('resource_type', ['loadbalancer', 'listener'] as const),
    })),
    transitions: fields.list('transitions').map(readTransition),
  };
}

function readTransition(fields: Fields): Transition {
  fields.only('at', 'status', 'error');
  const error = fields.has('error') ? fields.object('error').only('code', 'message') : undefined;
  return {
    at: fields.number('at'),
    status: fields.text('status'),
    error: error && { code: error.text('code'), message: error.text('message') },
  };
}
