/** Runs tasks of the type `elb-job` as a tasks.json has them. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from './workbench';

/** How late the editor may read a tasks.json that has changed. */
const TIMEOUT_MS = 60_000;

export interface TaskEntry extends Readonly<Record<string, unknown>> {
  readonly label: string;
}

export interface StartedTask {
  readonly execution: vscode.TaskExecution;
  /** Resolves to the exit code; undefined if the task was terminated. */
  readonly ended: Promise<number | undefined>;
}

export class WaitTasks {
  private readonly subscriptions: vscode.Disposable[] = [];
  /** The exit codes of ended tasks by their names. */
  readonly exitCodes = new Map<string, number | undefined>();

  constructor() {
    this.subscriptions.push(
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => this.exitCodes.set(execution.task.name, exitCode)),
    );
  }

  /** Writes the tasks into the workspace's tasks.json. */
  async write(tasks: readonly TaskEntry[], inputs: readonly unknown[] = []): Promise<void> {
    const configuration = vscode.workspace.getConfiguration('tasks');
    await configuration.update('version', '2.0.0', vscode.ConfigurationTarget.Workspace);
    await configuration.update('inputs', inputs, vscode.ConfigurationTarget.Workspace);
    await configuration.update('tasks', tasks, vscode.ConfigurationTarget.Workspace);
  }

  /** Starts a task that was written. */
  async start(label: string): Promise<StartedTask> {
    let task: vscode.Task | undefined;
    const end = performance.now() + TIMEOUT_MS;
    while (task === undefined && performance.now() < end) {
      task = (await vscode.tasks.fetchTasks()).find(({ name }) => name === label);
    }
    assert.ok(task, `the editor knows the task ${label}`);
    this.exitCodes.delete(label);
    const execution = await vscode.tasks.executeTask(task);
    const ended = until(`${label} ends`, () => this.exitCodes.has(label)).then(() => this.exitCodes.get(label));
    return { execution, ended };
  }

  /** Writes a task with this definition and starts it. */
  async run(definition: Readonly<Record<string, unknown>>, label = 'wait'): Promise<StartedTask> {
    await this.write([{ label, type: 'elb-job', ...definition }]);
    return this.start(label);
  }

  /** Ends the tasks that still run. */
  dispose(): void {
    for (const execution of vscode.tasks.taskExecutions) execution.terminate();
    for (const terminal of vscode.window.terminals) terminal.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** To be called once all tests have run: the editor complains of a folder that is removed again and again. */
export async function removeTasksFile(): Promise<void> {
  await rm(path.join(workspaceFolder(), '.vscode'), { recursive: true, force: true });
}

export function workspaceFolder(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('The tests open a folder');
}
