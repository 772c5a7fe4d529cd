import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import type { TrackedJob } from '../../src/jobs/model/tracked-job';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { Onlooker, type Sight } from '../support/host/onlooker';
import { until, Workbench } from '../support/host/workbench';

const STATES = ['signed out', 'signed out with jobs', 'signed in', 'signed in with jobs', 'offline', 'paused'] as const;
type State = (typeof STATES)[number];

const HAS_JOBS: readonly State[] = ['signed out with jobs', 'signed in with jobs', 'offline', 'paused'];
const HAS_PROFILE: readonly State[] = ['signed in', 'signed in with jobs', 'offline', 'paused'];

/**
 * What there is to see in a state, or `anything`: the command need only do no harm, i.e. neither throw nor hang, and lose
 * nothing. `changes`: it changes jobs or credentials without asking, and is meant to.
 */
type Outcome = Sight | 'nothing' | 'anything' | 'changes';
type Expectation = (state: State) => Outcome;

const always =
  (outcome: Outcome): Expectation =>
  () =>
    outcome;
/** Says that there is no job, or lets the person pick one. */
const withJob =
  (outcome: Outcome): Expectation =>
  (state) =>
    HAS_JOBS.includes(state) ? outcome : 'notice';
/** Says that nobody is signed in; the only credentials that there are need not be chosen. */
const withProfile =
  (outcome: Outcome): Expectation =>
  (state) =>
    HAS_PROFILE.includes(state) ? outcome : 'notice';

/** A new command needs a line here; `always('anything')` is the least that can be said of it. */
const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  'elbJobs.track': always('input'),
  // It says that there is nothing to ask for, or that nothing is asked.
  'elbJobs.refresh': (state) => (HAS_JOBS.includes(state) && state !== 'paused' ? 'progress' : 'notice'),
  'elbJobs.refreshJob': withJob('input'),
  'elbJobs.pausePolling': always('nothing'),
  'elbJobs.resumePolling': always('nothing'),
  // What was taken out of the list in an earlier test may be offered.
  'elbJobs.trackAgain': always('anything'),
  // All jobs were found, which is said.
  'elbJobs.lookInOtherCredentials': always('notice'),
  // No credentials are refused, which is said.
  'elbJobs.tryAgain': always('notice'),
  'elbJobs.showTimeline': withJob('input'),
  'elbJobs.untrack': withJob('input'),
  // One of the two jobs has ended, which nobody has looked at: that is said, and it stays.
  'elbJobs.clearFinished': always('notice'),
  'elbJobs.renameJob': withJob('input'),
  'elbJobs.muteJob': withJob('input'),
  // No job is muted, which is said.
  'elbJobs.unmuteJob': always('notice'),
  'elbJobs.copyJobId': withJob('input'),
  // From the menu of a row alone; else it says so.
  'elbJobs.copyValue': always('notice'),
  'elbJobs.copyJobJson': withJob('input'),
  'elbJobs.copyJobReport': withJob('input'),
  'elbJobs.openJobJson': withJob('input'),
  'elbJobs.openApiPage': always('page'),
  'elbJobs.groupBy': always('input'),
  'elbJobs.sortBy': always('input'),
  'elbJobs.filter': always('input'),
  'elbJobs.clearFilter': always('nothing'),
  'elbJobs.addCredentials': always('input'),
  'elbJobs.editCredentials': withProfile('input'),
  'elbJobs.testCredentials': withProfile('notice'),
  'elbJobs.setDefaultCredentials': withProfile('changes'),
  'elbJobs.renameCredentials': withProfile('input'),
  'elbJobs.signOut': withProfile('dialog'),
  'elbJobs.showLog': always('log'),
  'elbJobs.browse': always('input'),
  // Without credentials it asks for some; with them it says what it does.
  'elbJobs.followNewJobs': (state) => (HAS_PROFILE.includes(state) ? 'notice' : 'input'),
  'elbJobs.unfollowNewJobs': always('notice'),
  'elbJobs.waitForJob': withJob('input'),
  'elbJobs.openInConsole': withJob('input'),
  // Its jobs are added; they go with the next line.
  'elbJobs.tryDemo': always('changes'),
  'elbJobs.removeDemo': always('changes'),
};

/** Longer than any answer of a service that cannot be reached. */
const A_HANG = 60_000;
const commands = manifest.contributes.commands.map(({ command }) => command);

describe('every command', () => {
  it('has an expectation, and every expectation a command', () => {
    const missing = commands.filter((command) => EXPECTATIONS[command] === undefined);
    assert.deepEqual(missing, [], 'Say in EXPECTATIONS of every-command.test.ts what a person sees of these commands.');
    assert.deepEqual(
      Object.keys(EXPECTATIONS).filter((command) => !commands.includes(command)),
      [],
      'These commands are no longer there: take them out of EXPECTATIONS in every-command.test.ts.',
    );
  });

  for (const state of STATES) {
    describe(`of a person who is ${state}`, function () {
      this.timeout(2 * A_HANG);
      let workbench: Workbench;
      let onlooker: Onlooker;
      let jobs: readonly TrackedJob[];

      before(async () => {
        workbench = await Workbench.open();
        await bringAbout(state, workbench);
        jobs = [...workbench.app.store.all().values()];
        onlooker = new Onlooker();
      });

      beforeEach(async () => {
        if (state === 'paused') await vscode.commands.executeCommand('elbJobs.pausePolling');
      });

      afterEach(async () => {
        await workbench.app.store.restore(jobs);
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.commands.executeCommand('workbench.action.closePanel');
      });

      after(async () => {
        onlooker.leave();
        await vscode.commands.executeCommand('elbJobs.resumePolling');
        await workbench.close();
      });

      for (const command of commands) {
        const expected = EXPECTATIONS[command]?.(state) ?? 'anything';
        it(`${command}: ${expected}`, async () => {
          const before = possessions(workbench);
          // With a row selected where it is seen, some commands need not ask.
          await workbench.lookElsewhere();
          onlooker.forget();
          await withoutHanging(command);
          if (expected === 'changes') {
            assert.notDeepEqual(possessions(workbench), before);
            return;
          }
          const isSeen = () => onlooker.seen.has(expected as Sight);
          if (expected === 'nothing') assert.deepEqual([...onlooker.seen], []);
          else if (expected !== 'anything') await until(`${expected} is seen`, isSeen, () => [...onlooker.seen]);
          assert.deepEqual(possessions(workbench), before, 'Escape loses nothing');
        });
      }
    });
  }
});

/** Where there are jobs, one of them has ended and one goes on. */
async function bringAbout(state: State, workbench: Workbench): Promise<void> {
  const { app, cloud, person } = workbench;
  if (state === 'signed out') return;
  await workbench.signIn();
  if (state === 'signed in') return;
  const running = cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 });
  await workbench.trackOutOfSight(OFFICIAL_EXAMPLE.jobId, running.jobId);
  await until('both are answered', () => [...app.store.all().values()].every(({ job }) => job !== undefined));
  await until('the end is announced', () => person.shown.some(({ message }) => message.includes(' completed ')));
  if (state === 'signed out with jobs')
    for (const profile of app.credentials.all()) await app.credentials.signOut(profile);
  if (state === 'offline') await cloud.stop();
}

/** What a person would miss. */
function possessions({ app }: Workbench): unknown {
  return {
    jobs: [...app.store.all()].map(([key, { label, muted, job }]) => [key, label, muted, job !== undefined]),
    credentials: app.credentials.all().map(({ id, name, isDefault, source }) => [id, name, isDefault, source]),
  };
}

async function withoutHanging(command: string): Promise<void> {
  let alarm: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    alarm = setTimeout(() => {
      reject(new Error(`${command} hangs: it waits for more than a person who pressed Escape.`));
    }, A_HANG);
  });
  try {
    await Promise.race([vscode.commands.executeCommand(command), hang]);
  } finally {
    clearTimeout(alarm);
  }
}
