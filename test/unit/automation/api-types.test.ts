import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type {
  CommandWaitOptions,
  ElbJobsApi,
  ElbJobsErrorCode,
  JobData,
  JobReference,
  JobState,
  Outcome,
  TrackOptions,
  WaitOptions,
} from '../../../api/elb-job-tracker';
import type { COMMAND_WAIT_OPTIONS, TRACK_OPTIONS, WAIT_OPTIONS } from '../../../src/automation/api/api-arguments';
import type { JobApi } from '../../../src/automation/api/job-api';
import type { JobRequestErrorCode } from '../../../src/automation/jobs/job-request-error';
import type { GivenJob } from '../../../src/automation/jobs/requested-jobs';
import type { jobData } from '../../../src/automation/jobs/job-data';
import type { Outcome as WaiterOutcome } from '../../../src/jobs/waiting/outcome';

/** Whether both are the same type; two types that are assignable to each other may differ in optional fields. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Call = 'track' | 'jobs' | 'get' | 'waitFor';
type Returned<Name extends Call> = Awaited<ReturnType<JobApi[Name]>>;
type Declared<Name extends Call> = Awaited<ReturnType<ElbJobsApi[Name]>>;

/** Does not compile if the declarations and the code differ, in either direction. */
const AGREE: readonly true[] = [
  true satisfies Equal<Outcome, WaiterOutcome>,
  true satisfies Equal<JobState, Exclude<WaiterOutcome, 'timed-out' | 'unreachable' | 'removed'> | 'running'>,
  true satisfies Equal<ElbJobsErrorCode, JobRequestErrorCode | 'not-saved' | 'too-many' | 'cancelled'>,
  true satisfies Equal<keyof JobReference, keyof GivenJob>,
  true satisfies Equal<keyof TrackOptions, (typeof TRACK_OPTIONS)[number]>,
  true satisfies Equal<keyof CommandWaitOptions, (typeof COMMAND_WAIT_OPTIONS)[number]>,
  true satisfies Equal<keyof WaitOptions, (typeof WAIT_OPTIONS)[number]>,
  true satisfies Equal<keyof ElbJobsApi, Exclude<keyof JobApi, 'runCommand'>>,
  true satisfies Equal<JobData, ReturnType<typeof jobData>>,
  true satisfies Equal<Declared<'track'>, Returned<'track'>>,
  true satisfies Equal<Declared<'jobs'>, Returned<'jobs'>>,
  true satisfies Equal<Declared<'get'>, Returned<'get'>>,
  true satisfies Equal<Declared<'waitFor'>, Returned<'waitFor'>>,
];

const FIXTURE = path.join('test', 'fixtures', 'waiting-extension');
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  lib: ['lib.es2022.d.ts'],
  types: ['node', 'vscode'],
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
};

describe('the types of the API', () => {
  let folder: string;

  before(() => {
    mkdirSync('out', { recursive: true });
    // Below the project, where the compiler finds the types of VS Code.
    folder = mkdtempSync(path.join('out', 'another-extension-'));
    copyFileSync(path.join('api', 'elb-job-tracker.d.ts'), path.join(folder, 'elb-job-tracker.d.ts'));
    for (const name of readdirSync(FIXTURE)) copyFileSync(path.join(FIXTURE, name), path.join(folder, name));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('compile in another extension that copied them, and refuse misuse', function () {
    this.timeout(60_000);
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const program = ts.createProgram(
      files.map((name) => path.join(folder, name)),
      OPTIONS,
    );
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
      return `${file?.fileName ?? ''}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    assert.deepEqual(problems, []);
  });

  it('agree with the code', () => {
    assert.equal(AGREE.length, 13);
  });

  it('name no other file, so that one copy is enough', () => {
    assert.doesNotMatch(
      readFileSync(path.join('api', 'elb-job-tracker.d.ts'), 'utf8'),
      /^\s*(import|export .* from)\b/m,
    );
  });
});
