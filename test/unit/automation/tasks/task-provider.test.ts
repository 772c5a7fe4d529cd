import assert from 'node:assert/strict';
import type { Pseudoterminal, Task } from 'vscode';
import { WaitTaskProvider } from '../../../../src/automation/tasks/task-provider';
import type { CustomExecution } from '../../../support/fake-vscode';

const terminal = {} as Pseudoterminal;
const executionOf = (task: Task) => task.execution as unknown as CustomExecution;

describe('the provider of tasks', () => {
  it('resolves a task with the very definition of the editor, and without a question for problem matchers', () => {
    const provider = new WaitTaskProvider(() => Promise.resolve(terminal));
    const definition = { type: 'elb-job', job: 'x' };
    const resolved = provider.resolveTask({ definition, scope: undefined, name: 'wait' } as unknown as Task);
    assert.equal(resolved.definition, definition);
    assert.deepEqual([resolved.name, resolved.scope, resolved.problemMatchers], ['wait', 2, []]);
  });

  it('opens the terminal with the definition in which the editor has resolved variables', async () => {
    const opened: unknown[] = [];
    const provider = new WaitTaskProvider((definition) => {
      opened.push(definition);
      return Promise.resolve(terminal);
    });
    const [task] = provider.provideTasks();
    assert.ok(task);
    assert.equal(await executionOf(task).open({ job: 'resolved' }), terminal);
    assert.deepEqual(opened, [{ job: 'resolved' }]);
  });

  it('ends a task with a reason if the code of tasks cannot be read: it would never end', async () => {
    const provider = new WaitTaskProvider(() => Promise.reject(new Error('A file cannot be read.')));
    const [task] = provider.provideTasks();
    assert.ok(task);
    const opened = (await executionOf(task).open({})) as Pseudoterminal;
    const seen: unknown[] = [];
    opened.onDidWrite((text) => seen.push(text));
    opened.onDidClose?.((exitCode) => seen.push(exitCode));
    opened.open(undefined);
    assert.deepEqual(seen, ['A file cannot be read.\r\n', 70]);
  });
});
