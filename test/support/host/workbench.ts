/** The extension under test and a simulated cloud, for each test afresh. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { App } from '../../../src/extension';
import { systemClock } from '../../../src/base/clock';
import type { JobStore } from '../../../src/jobs/store/job-store';
import { Simulator } from '../../../src/simulator/simulator';
import type { JobTreeNode } from '../../../src/ui/tree/job-nodes';
import { JobSelection } from '../../../src/ui/selection/job-selection';
import { Person } from './person';

export const EXTENSION_ID = 'elb-job-tracker.elb-job-tracker';

/** Longer than looks at a young job are apart, and than a notice is put off by a window that stood still. */
const PATIENCE = 40_000;

export class Workbench {
  private constructor(
    readonly app: App,
    readonly cloud: Simulator,
    readonly person: Person,
  ) {}

  static async open(cloud?: Simulator): Promise<Workbench> {
    const extension = vscode.extensions.getExtension<App>(EXTENSION_ID);
    assert.ok(extension, 'the extension is installed');
    const app = await extension.activate();
    await app.ready;
    return new Workbench(app, cloud ?? (await Simulator.start()), new Person());
  }

  async close(): Promise<void> {
    this.person.leave();
    await vscode.commands.executeCommand('elbJobs.resumePolling');
    await this.app.store.untrack([...this.app.store.all().keys()]);
    for (const project of this.app.followed.all()) await this.app.followed.unfollow(project);
    for (const profile of [...this.app.credentials.all()]) await this.app.credentials.signOut(profile);
    await this.cloud.stop();
  }

  /** Signs in through the wizard. */
  async signIn(): Promise<void> {
    const { accessKey, secretKey } = this.cloud.accessKey;
    this.person.types('Access key (AK/SK)', this.cloud.origin, accessKey, secretKey, '');
    await vscode.commands.executeCommand('elbJobs.addCredentials');
  }

  /** Tracks a job through the input box. */
  async track(jobId: string): Promise<void> {
    this.person.types(jobId);
    await vscode.commands.executeCommand('elbJobs.track');
  }

  /** Resolves when nobody sees the view of the jobs any more. */
  async lookElsewhere(): Promise<void> {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the jobs are out of sight', () => !this.app.tree.view.visible);
  }

  /** Tracks jobs while nobody sees the view: what it shows for three seconds counts as looked at. */
  async trackOutOfSight(...jobIds: string[]): Promise<void> {
    await this.lookElsewhere();
    const { origin, projects } = this.cloud;
    await this.app.store.trackAll(
      jobIds.map((jobId) => ({ endpoint: origin, projectId: projects[0].id, jobId })),
      Date.now(),
    );
  }

  /** As if the person had looked at all that has ended. */
  markAllSeen(): void {
    const { store } = this.app;
    store.markSeen(new Map([...store.all()].map(([key, { endingNumber }]) => [key, endingNumber])));
  }

  /** Less the mark of endings that nobody has looked at. */
  statusBarText(): string {
    return this.app.statusBar.item.text.replace(' $(circle-small-filled)', '');
  }

  /** The rows below a row, as label and description; the jobs where none is given. */
  rows(below?: JobTreeNode): string[] {
    return this.app.tree.getChildren(below).map((node) => this.row(node));
  }

  /** Of the groups that the jobs are in. */
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
    assert.ok(node, 'a job is tracked');
    return node;
  }
}

/** Of these jobs, no row is selected, and commands are called by their ids. */
export const nothingSelected = (store: JobStore): JobSelection =>
  new JobSelection(
    store,
    systemClock,
    () => [],
    (command) => command,
  );

/** Waits until it is so, and says what it was instead where it never is. */
export async function until(
  what: string,
  isSo: () => boolean,
  instead: () => unknown = () => '',
  patience = PATIENCE,
): Promise<void> {
  const end = Date.now() + patience;
  while (!isSo()) {
    if (Date.now() > end) assert.fail(`${what}: ${JSON.stringify(instead())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
