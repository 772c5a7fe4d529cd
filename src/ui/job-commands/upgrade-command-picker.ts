/** The command that copies a command line which completes a waiting upgrade, or rolls it back. The extension never sends it. */
import { l10n, window } from 'vscode';
import type { Log } from '../../base/log';
import { type CommandTool, commandTools, isSafeTarget, upgradeCommand } from '../../cloud/api/upgrade-command';
import {
  isPossible,
  needsDecision,
  upgradedLoadBalancer,
  upgradedState,
  type UpgradeDecision,
} from '../../jobs/model/waiting-upgrade';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { copyText } from '../editor/copy-text';
import { askAlone, askChoice } from '../editor/input-steps';
import type { JobSelection } from '../selection/job-selection';
import { demoSentence } from '../text/demo-words';
import { shownName } from '../text/job-words';
import { withDots } from '../text/punctuation';

const DECISIONS: readonly UpgradeDecision[] = ['complete', 'rollback'];

export class UpgradeCommandPicker {
  constructor(
    private readonly selection: Pick<JobSelection, 'job'>,
    private readonly log: Log,
    private readonly platform: NodeJS.Platform = process.platform,
  ) {}

  /** @param clicked the row of a job, or any row below it */
  async run(clicked: unknown): Promise<void> {
    const job = await this.selection.job('elbJobs.copyUpgradeCommand', clicked, {
      matches: needsDecision,
      noMatchMessage: () => l10n.t('No upgrade waits for a decision.'),
    });
    if (job !== undefined) await this.copyFor(job.tracked);
  }

  /** Lets the person pick a command line, and copies it; shows a message if there is none. */
  async copyFor(tracked: TrackedJob): Promise<void> {
    const choices = this.choicesFor(tracked);
    if (typeof choices === 'string') {
      void window.showInformationMessage(choices);
      return;
    }
    const command = await askAlone(
      (frame) => askChoice(frame, { placeHolder: l10n.t('Copies a command that you run yourself'), choices }),
      l10n.t('Copy Command'),
    );
    if (command !== undefined) {
      await copyText(command, this.log, l10n.t('Copied. ELB Job Tracker never sends it: run it yourself.'));
    }
  }

  /** @returns why there are none */
  private choicesFor(tracked: TrackedJob) {
    const { endpoint, projectId } = tracked.reference;
    if (!needsDecision(tracked)) return l10n.t('This job does not wait for a decision.');
    const demo = demoSentence(tracked.reference);
    if (demo !== undefined) return demo;
    const loadBalancerId = upgradedLoadBalancer(tracked.job);
    if (loadBalancerId === undefined) return l10n.t('This job does not say which load balancer it upgrades.');
    const target = { endpoint, projectId, loadBalancerId };
    if (!isSafeTarget(target)) {
      return l10n.t('No command was made: the ID of the load balancer, the project ID or the endpoint is unusual.');
    }
    const state = upgradedState(tracked);
    return DECISIONS.flatMap((decision) =>
      commandTools(this.platform).flatMap((tool) => {
        const command = upgradeCommand(tool, decision, target);
        if (command === undefined) return [];
        const refused =
          state === undefined || isPossible(decision, state)
            ? undefined
            : l10n.t('not possible while the load balancer is {state}', { state: shownName(state) });
        return [
          {
            label: labelOf(decision, toolName(tool)),
            description: withDots([meaningOf(decision), refused]),
            detail: command,
            value: command,
          },
        ];
      }),
    );
  }
}

function labelOf(decision: UpgradeDecision, tool: string): string {
  return decision === 'complete' ? l10n.t('Complete: {tool}', { tool }) : l10n.t('Roll back: {tool}', { tool });
}

function meaningOf(decision: UpgradeDecision): string {
  return decision === 'complete' ? l10n.t('no way back') : l10n.t('traffic returns to the old load balancer');
}

function toolName(tool: CommandTool): string {
  switch (tool) {
    case 'KooCLI':
      return 'KooCLI';
    case 'curl':
      return 'curl (bash)';
    case 'curl-powershell':
      return 'curl (PowerShell)';
    case 'curl-cmd':
      return 'curl (cmd)';
  }
}
