/** The extension under test with a new simulated cloud. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { App } from '../../../src/extension';
import { systemClock } from '../../../src/base/clock';
import type { NewProfile } from '../../../src/credentials/profile-store';
import type { JobReference } from '../../../src/jobs/model/job-reference';
import type { TrackedJob } from '../../../src/jobs/model/tracked-job';
import type { JobStore } from '../../../src/jobs/store/job-store';
import { Simulator } from '../../../src/simulator/simulator';
import type { JobTreeNode } from '../../../src/ui/tree/job-nodes';
import { JobSelection } from '../../../src/ui/selection/job-selection';
import { Person } from './person';
import { replaceProperty } from './replace-property';

export const EXTENSION_ID = 'elb-job-tracker.elb-job-tracker';

/** On a busy machine, only a condition that is never met takes longer. */
const TIMEOUT_MS = 90_000;

export class Workbench {
  private constructor(
    readonly app: App,
    readonly cloud: Simulator,
    readonly person: Person,
    private readonly restoreWindow: () => void,
  ) {}

  static async open(cloud?: Simulator): Promise<Workbench> {
    const extension = vscode.extensions.getExtension<App>(EXTENSION_ID);
    assert.ok(extension, 'the extension is installed');
    const restoreWindow = keepWindowAlive();
    const app = await extension.activate();
    await app.ready;
    return new Workbench(app, cloud ?? (await Simulator.start()), new Person(), restoreWindow);
  }

  async close(): Promise<void> {
    this.person.dispose();
    await runCommand('resumePolling');
    await this.app.store.untrack([...this.app.store.all().keys()]);
    for (const project of this.app.followed.all()) await this.app.followed.unfollow(project);
    for (const profile of [...this.app.credentials.all()]) await this.app.credentials.profiles.signOut(profile);
    await this.cloud.stop();
    this.restoreWindow();
  }

  /** Signs in through the wizard. */
  async signIn(): Promise<void> {
    const { accessKey, secretKey } = this.cloud.accessKey;
    this.person.types('Access key (AK/SK)', this.cloud.origin, accessKey, secretKey, '');
    await runCommand('addCredentials');
  }

  /** Saves credentials without the wizard and without a request. */
  async saveCredentials(options: Partial<NewProfile> = {}): Promise<void> {
    const { origin, projects, accessKey } = this.cloud;
    const defaults: NewProfile = {
      endpoint: origin,
      projectId: projects[0].id,
      source: { kind: 'stored' },
      credential: accessKey,
    };
    await this.app.credentials.profiles.add({ ...defaults, ...options });
  }

  /** Tracks a job through the input box. */
  async track(jobId: string): Promise<void> {
    this.person.types(jobId);
    await runCommand('track');
  }

  async hideView(): Promise<void> {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the view is hidden', () => !this.app.tree.view.visible);
  }

  /** Tracks jobs while the view is hidden, so that their endings stay unseen: rows visible for three seconds count as seen. */
  async trackWhileHidden(...jobIds: string[]): Promise<void> {
    await this.hideView();
    const { origin, projects } = this.cloud;
    await this.app.store.trackAll(
      jobIds.map((jobId) => ({ endpoint: origin, projectId: projects[0].id, jobId })),
      Date.now(),
    );
  }

  /** The reference of a job in the simulated cloud's first project. */
  reference(jobId: string): JobReference {
    return { endpoint: this.cloud.origin, projectId: this.cloud.projects[0].id, jobId };
  }

  trackedJobs(): TrackedJob[] {
    return [...this.app.store.all().values()];
  }

  /** Resolves when each tracked job has been polled successfully. */
  async untilAllPolled(timeoutMs?: number): Promise<void> {
    const arePolled = () => this.trackedJobs().every(({ job }) => job !== undefined);
    await until('all jobs have been polled', arePolled, () => this.rows(), timeoutMs);
  }

  /** Pauses polling. No response comes and no request is sent afterwards. */
  async pausePolling(): Promise<void> {
    await runCommand('pausePolling');
    const { origin, projects } = this.cloud;
    const isPolling = ({ id }: (typeof projects)[number]) =>
      this.app.engine.isPolling({ endpoint: origin, projectId: id });
    await until('no request is pending', () => !projects.some(isPolling));
  }

  /** Selects a row and expands it. Retries, because the view refuses while it redraws its rows. */
  async reveal(row: JobTreeNode, options: { readonly focus: boolean }, timeoutMs?: number): Promise<void> {
    const { view } = this.app.tree;
    const isSelected = () => view.selection[0]?.id === row.id;
    let isAsking = false;
    const ask = () => {
      if (isSelected()) return true;
      if (isAsking) return false;
      isAsking = true;
      const asked = () => {
        isAsking = false;
      };
      view.reveal(row, { ...options, select: true, expand: true }).then(asked, asked);
      return false;
    };
    await until('the row is selected', ask, () => view.selection, timeoutMs);
  }

  markAllSeen(): void {
    const { store } = this.app;
    store.markSeen(new Map([...store.all()].map(([key, { endingNumber }]) => [key, endingNumber])));
  }

  /** Without the mark of unseen endings. */
  statusBarText(): string {
    return this.app.statusBar.item.text.replace(' $(circle-small-filled)', '');
  }

  /** The tooltip follows the text of the status bar later. */
  async untilStatusBarTooltip(matches: RegExp): Promise<void> {
    const tooltip = () => this.app.statusBar.item.tooltip;
    const isMet = () => {
      const shown = tooltip();
      return matches.test(typeof shown === 'object' ? shown.value : (shown ?? ''));
    };
    await until(`the status bar’s tooltip matches ${String(matches)}`, isMet, tooltip);
  }

  /** @returns the nodes that the tree fires for redrawing during the work; undefined stands for all nodes */
  async redrawnDuring(work: () => unknown): Promise<(JobTreeNode | undefined)[]> {
    const redrawn: (JobTreeNode | undefined)[] = [];
    const listener = this.app.tree.onDidChangeTreeData((node) => redrawn.push(node));
    try {
      await work();
    } finally {
      listener.dispose();
    }
    return redrawn;
  }

  /** The rows below a row (default: the jobs), as label and description. */
  rows(below?: JobTreeNode): string[] {
    return this.app.tree.getChildren(below).map((node) => this.row(node));
  }

  /** The names of the rows below a row (default: the jobs) for screen readers, which have the status in words. */
  rowNames(below?: JobTreeNode): string[] {
    return this.app.tree
      .getChildren(below)
      .map((node) => this.app.tree.getTreeItem(node).accessibilityInformation?.label ?? '');
  }

  /** The labels of the groups. */
  headings(): string[] {
    return this.app.tree.getChildren().map((node) => {
      const { label } = this.app.tree.getTreeItem(node);
      return typeof label === 'string' ? label : '';
    });
  }

  row(node: JobTreeNode): string {
    const { label, description } = this.app.tree.getTreeItem(node);
    assert.ok(typeof label === 'string' && typeof description === 'string');
    return description === '' ? label : `${label} | ${description}`;
  }

  jobNode(): JobTreeNode {
    const [node] = this.app.tree.getChildren();
    assert.ok(node, 'No job is tracked');
    return node;
  }
}

/**
 * A busy page answers late, and would count as a closed window: its jobs would not be polled for a while, and endings that a
 * person has seen meanwhile would never be announced.
 */
function keepWindowAlive(): () => void {
  const { executeCommand } = vscode.commands;
  const answering = (command: string, ...rest: unknown[]) =>
    command === 'setContext' && rest[0] === 'elbJobs.isOpen' ? Promise.resolve() : executeCommand(command, ...rest);
  return replaceProperty(vscode.commands, 'executeCommand', answering);
}

/** Waits until a document of the extension is in the active editor. */
export async function openedDocument(): Promise<vscode.TextDocument> {
  const document = () => vscode.window.activeTextEditor?.document;
  await until(
    'a document is open',
    () => document()?.uri.scheme === 'elb-job',
    () => document()?.uri.toString(),
  );
  return document() ?? assert.fail('No document is open');
}

/** A selection without selected rows; command titles are their ids. */
export const nothingSelected = (store: JobStore): JobSelection =>
  new JobSelection(
    store,
    systemClock,
    () => [],
    (command) => command,
  );

/** Runs one of the extension's commands; `command` is its id without `elbJobs.`. */
export function runCommand(command: string, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`elbJobs.${command}`, ...args);
}

/** Waits until the condition is met. If it is not in time, fails with the description and the actual state. */
export async function until(
  description: string,
  isMet: () => boolean,
  actual: () => unknown = () => '',
  timeoutMs = TIMEOUT_MS,
): Promise<void> {
  // Of this computer, not the time of day, which a test may hold.
  const end = performance.now() + timeoutMs;
  while (!isMet()) {
    if (performance.now() > end) assert.fail(`Timed out waiting until ${description}: ${JSON.stringify(actual())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
