/** Reads the definition of a task. It comes from the tasks.json of any workspace, so each field is checked. */
import { l10n } from 'vscode';
import { MAX_INPUT_LENGTH, MAX_MENTIONS, MAX_PASTED_LENGTH, MAX_PLACE_LENGTH } from '../../base/limits';
import { MINUTE } from '../../base/time-units';
import { JobRequestError } from '../jobs/job-request-error';
import { ALL_RUNNING } from './task-provider';

export type WantedJobs =
  /** All jobs that run when the task starts. */
  | { readonly kind: 'all-running' }
  /** Each names one job or several. */
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** The text of a file of the workspace, e.g. the response that an earlier task has saved. */
  | { readonly kind: 'file'; readonly path: string };

export interface WaitRequest {
  readonly jobs: WantedJobs;
  /** The name of credentials. */
  readonly credentials?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly acceptWaitingUpgrade: boolean;
  readonly failFast: boolean;
  /** Names of fields without a meaning. An editor drops them from a tasks.json. */
  readonly unknownFields: readonly string[];
}

/** Names as a tasks.json has them. */
const FIELDS = ['type', 'job', 'jobFile', 'credentials', 'timeoutMinutes', 'acceptWaitingUpgrade', 'failFast'] as const;
type Field = (typeof FIELDS)[number];

/** @throws JobRequestError `invalid-argument`, which says which field is wrong and what is expected */
export function readDefinition(definition: unknown): WaitRequest {
  const fields: Readonly<Record<string, unknown>> = { ...(definition as object) };
  return {
    jobs: jobsOf(fields['job'] ?? undefined, fields['jobFile'] ?? undefined),
    credentials: credentialsOf(fields['credentials'] ?? undefined),
    timeoutMs: timeoutOf(fields['timeoutMinutes'] ?? undefined),
    acceptWaitingUpgrade: isTrue('acceptWaitingUpgrade', fields['acceptWaitingUpgrade'] ?? false),
    failFast: isTrue('failFast', fields['failFast'] ?? false),
    unknownFields: Object.keys(fields).filter((name) => !(FIELDS as readonly string[]).includes(name)),
  };
}

function jobsOf(job: unknown, file: unknown): WantedJobs {
  if ((job === undefined) === (file === undefined)) {
    const message = l10n.t('A task needs “job” or “jobFile”, and not both.');
    throw new JobRequestError('invalid-argument', message);
  }
  if (job === ALL_RUNNING) return { kind: 'all-running' };
  if (job !== undefined) return { kind: 'texts', texts: textsOf(job) };
  if (typeof file === 'string' && file.trim() !== '' && file.length <= MAX_PLACE_LENGTH) {
    return { kind: 'file', path: file };
  }
  throw invalid('jobFile', l10n.t('the path of a file of the workspace'));
}

function textsOf(job: unknown): readonly string[] {
  const texts: readonly unknown[] = Array.isArray(job) ? job : [job];
  const isText = (text: unknown) => typeof text === 'string' && text.trim() !== '' && text !== ALL_RUNNING;
  if (!texts.every(isText) || texts.length === 0) {
    throw invalid(
      'job',
      l10n.t('the ID of a job, a list of IDs, a text with IDs, or “{all}” for all running jobs', { all: ALL_RUNNING }),
    );
  }
  const length = texts.reduce<number>((sum, text) => sum + String(text).length, 0);
  if (texts.length > MAX_MENTIONS || length > MAX_PASTED_LENGTH) {
    throw invalid(
      'job',
      l10n.t('at most {count} texts with {characters} characters in all', {
        count: MAX_MENTIONS,
        characters: MAX_PASTED_LENGTH,
      }),
    );
  }
  return texts as readonly string[];
}

function credentialsOf(name: unknown): string | undefined {
  if (name === undefined) return undefined;
  if (typeof name === 'string' && name.trim() !== '' && name.length <= MAX_INPUT_LENGTH) return name.trim();
  throw invalid('credentials', l10n.t('the name of credentials, as the list of credentials shows it'));
}

function timeoutOf(minutes: unknown): number | undefined {
  if (minutes === undefined) return undefined;
  if (typeof minutes === 'number' && minutes > 0 && Number.isFinite(minutes * MINUTE)) return minutes * MINUTE;
  throw invalid('timeoutMinutes', l10n.t('a number of minutes greater than 0; without it, there is no time limit'));
}

function isTrue(field: Field, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(field, l10n.t('true or false'));
}

function invalid(field: Field, expected: string): JobRequestError {
  return new JobRequestError(
    'invalid-argument',
    l10n.t('The field “{field}” of the task is not valid. Expected: {expected}.', { field, expected }),
  );
}
