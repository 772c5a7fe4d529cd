import assert from 'node:assert/strict';
import { registerCommands } from '../../../src/ui/commands';
import { settle } from '../../support/fake-clock';
import { commandHandlers } from '../../support/fake-vscode';

describe('a command', () => {
  it('waits for the saved jobs, unless it helps when they cannot be loaded', async () => {
    const ran: string[] = [];
    const run = (name: string) => () => {
      ran.push(name);
      return Promise.resolve();
    };
    let load: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      load = resolve;
    });
    const parts = {
      ready,
      log: { show: run('log') },
      diagnostics: { run: run('diagnostics') },
      track: { run: run('track') },
    } as unknown as Parameters<typeof registerCommands>[0];
    const commands = registerCommands(parts);
    for (const id of ['track', 'showLog', 'copyDiagnostics']) void commandHandlers.get(`elbJobs.${id}`)?.();
    await settle();
    assert.deepEqual(ran, ['log', 'diagnostics']);
    load();
    await settle();
    assert.deepEqual(ran, ['log', 'diagnostics', 'track']);
    for (const command of commands) command.dispose();
  });
});
