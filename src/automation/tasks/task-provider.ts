/** The tasks of the type `elb-job`, as the editor lists and resolves them. What a task does is read when it first runs. */
import {
  CustomExecution,
  EventEmitter,
  l10n,
  type Pseudoterminal,
  Task,
  type TaskDefinition,
  type TaskProvider,
  TaskScope,
} from 'vscode';
import { errorMessageOf } from '../../base/error-message';
import { INTERNAL_ERROR } from './exit-codes';

/** Also in package.json, as are the fields of its definition. */
export const TASK_TYPE = 'elb-job';
/** As `job`: all jobs that run when the task starts. */
export const ALL_RUNNING = 'allRunning';

export class WaitTaskProvider implements TaskProvider {
  /** @param open returns the terminal of a task that starts; variables in the definition are resolved. */
  constructor(private readonly open: (definition: unknown) => Promise<Pseudoterminal>) {}

  provideTasks(): Task[] {
    return [
      this.task({ type: TASK_TYPE, job: ALL_RUNNING }, TaskScope.Workspace, l10n.t('Wait for all running ELB jobs')),
    ];
  }

  /** The editor recognises the task by the very definition that it passed. */
  resolveTask({ definition, scope, name }: Task): Task {
    return this.task(definition, scope ?? TaskScope.Workspace, name);
  }

  task(definition: TaskDefinition, scope: NonNullable<Task['scope']>, name: string): Task {
    const execution = new CustomExecution((resolved: unknown) => this.open(resolved).catch(failedTerminal));
    // Without a list of problem matchers, the editor would ask for one.
    return new Task(definition, scope, name, TASK_TYPE, execution, []);
  }
}

/** @returns a terminal that says why there is no other: without one, the task would never end */
function failedTerminal(cause: unknown): Pseudoterminal {
  const writes = new EventEmitter<string>();
  const closes = new EventEmitter<number>();
  return {
    onDidWrite: writes.event,
    onDidClose: closes.event,
    open: () => {
      writes.fire(`${errorMessageOf(cause)}\r\n`);
      closes.fire(INTERNAL_ERROR);
    },
    close: () => undefined,
  };
}
