/** Notify Me Outside VS Code: a task that waits for jobs, so that the editor's notification of its end reaches other programs. */
import { commands, l10n, type Task, TaskRevealKind, TaskScope, tasks, window, workspace } from 'vscode';
import type { Log } from '../../base/log';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { showWithActions } from '../../ui/editor/notification';
import { distinctJobTitle } from '../../ui/text/job-words';
import { TASK_TYPE, type WaitTaskProvider } from './task-provider';

/** VS Code's, in milliseconds: -1 for no notification. Missing in versions that have none. */
const SETTING = 'task.notifyWindowOnTaskCompletion';

/** @param tracked a running job */
export async function notifyOutside(
  provider: Pick<WaitTaskProvider, 'task'>,
  tracked: TrackedJob,
  log: Log,
): Promise<void> {
  const { jobId } = tracked.reference;
  if (tasks.taskExecutions.some(({ task }) => waitsFor(task, jobId))) {
    void window.showInformationMessage(
      l10n.t('A task is already waiting for {job}.', { job: distinctJobTitle(tracked) }),
    );
  } else {
    const name = l10n.t('Wait for {job}', { job: distinctJobTitle(tracked) });
    const scope = workspace.workspaceFolders === undefined ? TaskScope.Global : TaskScope.Workspace;
    const task = provider.task({ type: TASK_TYPE, job: jobId }, scope, name);
    // The person stays where they are.
    task.presentationOptions = { reveal: TaskRevealKind.Always, focus: false };
    await tasks.executeTask(task);
  }
  warnIfOff(log);
}

function waitsFor({ definition }: Task, jobId: string): boolean {
  return definition.type === TASK_TYPE && definition['job'] === jobId;
}

function warnIfOff(log: Log): void {
  const value = workspace.getConfiguration().get<unknown>(SETTING);
  if (value === undefined) {
    void window.showWarningMessage(
      l10n.t('This version of VS Code does not notify you outside its window when a task ends. A newer version does.'),
    );
  } else if (value === -1) {
    const openSetting = {
      title: l10n.t('Open Setting'),
      run: () => commands.executeCommand('workbench.action.openSettings', SETTING),
    };
    const sentence = l10n.t(
      'VS Code’s notification of ended tasks is turned off by the setting {setting}, so nothing is shown outside VS Code.',
      { setting: SETTING },
    );
    showWithActions('warning', sentence, [openSetting], log);
  }
}
