import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import type { TrackedJob } from '../../src/jobs/model/tracked-job';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import { HOUR, MINUTE } from '../../src/base/time-units';
import { CommandObserver, type Sight } from '../support/host/command-observer';
import { until, Workbench } from '../support/host/workbench';

const STATES = ['signed out', 'signed out with jobs', 'signed in', 'signed in with jobs', 'offline', 'paused'] as const;
type State = (typeof STATES)[number];

const HAS_JOBS: readonly State[] = ['signed out with jobs', 'signed in with jobs', 'offline', 'paused'];
const HAS_PROFILE: readonly State[] = ['signed in', 'signed in with jobs', 'offline', 'paused'];

/**
 * What a command shows in a state. `anything`: it only must not throw, hang or lose anything. `changes`: it changes jobs or
 * credentials without asking, as intended. `rejects`: it needs an argument.
 */
type Outcome = Sight | 'nothing' | 'anything' | 'changes' | 'rejects';
type Expectation = (state: State) => Outcome;

const always =
  (outcome: Outcome): Expectation =>
  () =>
    outcome;
/** For commands that show a notification if no job is tracked. */
const withJob =
  (outcome: Outcome): Expectation =>
  (state) =>
    HAS_JOBS.includes(state) ? outcome : 'notice';
/** For commands that show a notification if there are no credentials. The only credentials need not be chosen. */
const withProfile =
  (outcome: Outcome): Expectation =>
  (state) =>
    HAS_PROFILE.includes(state) ? outcome : 'notice';

/** A new command needs an entry here; `always('anything')` is the weakest expectation. */
const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  'elbJobs.track': always('input'),
  // A notification if no job is tracked or polling is paused.
  'elbJobs.refresh': (state) => (HAS_JOBS.includes(state) && state !== 'paused' ? 'progress' : 'notice'),
  'elbJobs.refreshJob': withJob('input'),
  'elbJobs.pausePolling': always('nothing'),
  'elbJobs.resumePolling': always('nothing'),
  // May offer jobs that an earlier test removed.
  'elbJobs.trackAgain': always('anything'),
  // A notification: all jobs were found.
  'elbJobs.lookInOtherCredentials': always('notice'),
  // A notification: no credentials are refused.
  'elbJobs.tryAgain': always('notice'),
  'elbJobs.showTimeline': withJob('input'),
  'elbJobs.showFailedSubJob': always('nothing'),
  'elbJobs.untrack': withJob('input'),
  // A notification: the ended job is unseen, so it stays.
  'elbJobs.clearFinished': always('notice'),
  'elbJobs.renameJob': withJob('input'),
  'elbJobs.muteJob': withJob('input'),
  // A notification: no job is muted.
  'elbJobs.unmuteJob': always('notice'),
  'elbJobs.copyJobId': withJob('input'),
  // A notification: the command is only for the menu of a row.
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
  // Opens the settings editor.
  'elbJobs.chooseNotifications': always('anything'),
  'elbJobs.showLog': always('log'),
  'elbJobs.copyDiagnostics': always('nothing'),
  'elbJobs.api.get': always('nothing'),
  // Other extensions must say which job they mean.
  'elbJobs.api.track': always('rejects'),
  'elbJobs.api.waitFor': always('rejects'),
  'elbJobs.browse': always('input'),
  // Without credentials, asks for them.
  'elbJobs.followNewJobs': (state) => (HAS_PROFILE.includes(state) ? 'notice' : 'input'),
  'elbJobs.unfollowNewJobs': always('notice'),
  'elbJobs.waitForJob': withJob('input'),
  'elbJobs.notifyOutside': withJob('input'),
  'elbJobs.pickJob': withJob('input'),
  'elbJobs.openInConsole': withJob('input'),
  // A notification: no upgrade waits.
  'elbJobs.copyUpgradeCommand': always('notice'),
  // Adds jobs, which the next command removes.
  'elbJobs.tryDemo': always('changes'),
  'elbJobs.removeDemo': always('changes'),
};

/** Longer than any request to a service that cannot be reached. */
const COMMAND_TIMEOUT_MS = MINUTE;
const commands = manifest.contributes.commands.map(({ command }) => command);

describe('every command', () => {
  it('has an expectation, and every expectation has a command', () => {
    const missing = commands.filter((command) => EXPECTATIONS[command] === undefined);
    assert.deepEqual(missing, [], 'Add these commands to EXPECTATIONS in every-command.test.ts.');
    assert.deepEqual(
      Object.keys(EXPECTATIONS).filter((command) => !commands.includes(command)),
      [],
      'Remove these commands, which no longer exist, from EXPECTATIONS in every-command.test.ts.',
    );
  });

  for (const state of STATES) {
    describe(`in the state "${state}"`, function () {
      this.timeout(2 * COMMAND_TIMEOUT_MS);
      let workbench: Workbench;
      let observer: CommandObserver;
      let jobs: readonly TrackedJob[];

      before(async () => {
        workbench = await Workbench.open();
        await reach(state, workbench);
        jobs = workbench.trackedJobs();
        observer = new CommandObserver();
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
        observer.dispose();
        await vscode.commands.executeCommand('elbJobs.resumePolling');
        await workbench.close();
      });

      for (const command of commands) {
        const expected = EXPECTATIONS[command]?.(state) ?? 'anything';
        it(`${command} shows: ${expected}`, async () => {
          const before = dataOf(workbench);
          // Hidden, because with a selected row in view some commands need not ask.
          await workbench.hideView();
          observer.reset();
          if (expected === 'rejects') {
            await assert.rejects(withoutHanging(command), /invalid-argument: Expected a job ID/);
            assert.deepEqual([...observer.seen], []);
            return;
          }
          await withoutHanging(command);
          if (expected === 'changes') {
            assert.notDeepEqual(dataOf(workbench), before);
            return;
          }
          const isSeen = () => observer.seen.has(expected as Sight);
          if (expected === 'nothing') assert.deepEqual([...observer.seen], []);
          else if (expected !== 'anything') await until(`${expected} is seen`, isSeen, () => [...observer.seen]);
          assert.deepEqual(dataOf(workbench), before, 'Escape changes no data');
        });
      }
    });
  }
});

/** In states with jobs, one job has ended and one is running. */
async function reach(state: State, workbench: Workbench): Promise<void> {
  const { app, cloud, person } = workbench;
  if (state === 'signed out') return;
  await workbench.signIn();
  if (state === 'signed in') return;
  const running = cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR });
  await workbench.trackWhileHidden(OFFICIAL_EXAMPLE.jobId, running.jobId);
  await workbench.untilAllPolled();
  await until('the ending is announced', () => person.shown.some(({ message }) => message.includes(' completed ')));
  if (state === 'signed out with jobs')
    for (const profile of app.credentials.all()) await app.credentials.profiles.signOut(profile);
  if (state === 'offline') await cloud.stop();
}

/** The data that a command must not lose. */
function dataOf({ app }: Workbench): unknown {
  return {
    jobs: [...app.store.all()].map(([key, { label, muted, job }]) => [key, label, muted, job !== undefined]),
    credentials: app.credentials.all().map(({ id, name, isDefault, source }) => [id, name, isDefault, source]),
  };
}

async function withoutHanging(command: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${command} hangs after Escape.`));
    }, COMMAND_TIMEOUT_MS);
  });
  try {
    await Promise.race([vscode.commands.executeCommand(command), hang]);
  } finally {
    clearTimeout(timer);
  }
}
