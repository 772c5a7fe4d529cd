import assert from 'node:assert/strict';
import { JobRequestError } from '../../../../src/automation/jobs/job-request-error';
import { readDefinition } from '../../../../src/automation/tasks/task-definition';
import manifest from '../../../../package.json';

const ID = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';

function problemOf(definition: unknown): string {
  try {
    readDefinition(definition);
  } catch (error) {
    assert.ok(error instanceof JobRequestError && error.code === 'invalid-argument');
    return error.message;
  }
  return 'valid';
}

describe('the definition of a task', () => {
  it('is read with its defaults', () => {
    assert.deepEqual(readDefinition({ type: 'elb-job', job: ID }), {
      jobs: { kind: 'texts', texts: [ID] },
      credentials: undefined,
      timeoutMs: undefined,
      acceptWaitingUpgrade: false,
      failFast: false,
      unknownFields: [],
    });
  });

  it('is read with all fields, and names the fields without a meaning', () => {
    const definition = { type: 'elb-job', job: [ID, 'x'], credentials: ' prod ', timeoutMinutes: 0.5, jobs: 1 };
    assert.deepEqual(readDefinition({ ...definition, acceptWaitingUpgrade: true, failFast: true }), {
      jobs: { kind: 'texts', texts: [ID, 'x'] },
      credentials: 'prod',
      timeoutMs: 30_000,
      acceptWaitingUpgrade: true,
      failFast: true,
      unknownFields: ['jobs'],
    });
    assert.deepEqual(readDefinition({ job: 'allRunning' }).jobs, { kind: 'all-running' });
    assert.deepEqual(readDefinition({ jobFile: 'a.json' }).jobs, { kind: 'file', path: 'a.json' });
  });

  it('is refused if a field has another type, size or value, and the message names the field', () => {
    const invalid: readonly (readonly [string, unknown])[] = [
      ...['', ' ', 7, true, {}, [], [7], [''], [ID, null], ['allRunning'], Array.from({ length: 301 }, () => ID)].map(
        (job) => ['job', job] as const,
      ),
      ['job', 'x'.repeat(300_000)],
      ...['', 7, [], 'x'.repeat(10_000)].map((file) => ['jobFile', file] as const),
      ...['', 7, [], {}, 'x'.repeat(40_000)].map((name) => ['credentials', name] as const),
      ...[0, -1, NaN, Infinity, 1e308, '30', [], true].map((minutes) => ['timeoutMinutes', minutes] as const),
      ...['true', 1, []].map((value) => ['acceptWaitingUpgrade', value] as const),
      ...['false', 0, {}].map((value) => ['failFast', value] as const),
    ];
    for (const [field, value] of invalid) {
      const problem = problemOf({ ...(field === 'jobFile' ? {} : { job: ID }), [field]: value });
      assert.match(problem, new RegExp(`“${field}”`), `${field}: ${String(value).slice(0, 20)}`);
    }
  });

  it('is refused if it names no job, or is no object', () => {
    for (const definition of [
      {},
      { type: 'elb-job', jobs: ID },
      { job: ID, jobFile: 'a' },
      null,
      undefined,
      'text',
      7,
    ]) {
      assert.match(problemOf(definition), /“job” or “jobFile”, and not both/);
    }
  });

  it('has the fields that the manifest declares', () => {
    const [declared] = manifest.contributes.taskDefinitions;
    const fields = Object.keys(declared?.properties ?? {});
    const definition = { ...Object.fromEntries(fields.map((field) => [field, undefined])), job: ID, job2: 1 };
    assert.deepEqual(readDefinition(definition).unknownFields, ['job2']);
    assert.deepEqual(fields, ['job', 'jobFile', 'credentials', 'timeoutMinutes', 'acceptWaitingUpgrade', 'failFast']);
  });
});
