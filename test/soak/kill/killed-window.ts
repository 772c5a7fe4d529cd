/** Controls the process of one window of the soak. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { systemClock } from '../../../src/base/clock';
import type { Beginning, Message, WindowOptions } from './messages';

/** The last part of a process's stderr, for a window that crashes. */
const MAX_STDERR_CHARACTERS = 4000;

export type Version = 'old' | 'new';

/** A window of version 0.1.0; its first lines say how it is made. */
export const OLD_WINDOW = path.join('test', 'fixtures', 'window-0.1.0.cjs');

/** Bundles window-process.ts as a file for plain Node.js. */
export async function bundleWindow(outfile: string): Promise<void> {
  await build({
    entryPoints: ['test/soak/kill/window-process.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
}

/** The process is loaded immediately, and starts to work at `begin()`. */
export class Window {
  readonly owner: string;
  isOpen = false;
  /** By the wall clock. */
  begunAt = Infinity;
  /** By Clock.elapsed; undefined while the process runs. */
  killedAt: number | undefined;
  private readonly process: ChildProcess;
  /** Resolves when the process has ended and all its messages were received. */
  private readonly ended: Promise<void>;

  constructor(
    bundle: string,
    readonly version: Version,
    options: WindowOptions,
    listener: { onMessage: (message: Message, window: Window) => void; onCrash: (fault: string) => void },
  ) {
    this.owner = options.owner;
    this.process = fork(bundle, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    let stderr = '';
    this.process.stderr?.on('data', (text: Buffer) => {
      stderr = `${stderr}${text.toString()}`.slice(-MAX_STDERR_CHARACTERS);
    });
    this.process.on('message', (message: Message) => {
      if (message.kind === 'open') this.isOpen = true;
      listener.onMessage(message, this);
    });
    const disconnected = new Promise<void>((resolve) => this.process.once('disconnect', resolve));
    const closed = new Promise<void>((resolve) => {
      this.process.once('error', (cause) => {
        stderr += String(cause);
      });
      this.process.once('close', (code, signal) => {
        if (this.killedAt === undefined) {
          this.killedAt = systemClock.elapsed();
          listener.onCrash(`${this.owner} crashed (${String(code ?? signal)}): ${stderr}`);
        }
        resolve();
      });
    });
    this.ended = Promise.all([disconnected, closed]).then(() => undefined);
  }

  begin(beginning: Beginning): void {
    this.begunAt = systemClock.now();
    this.process.send(beginning);
  }

  /** Stops the process for a while, as a debugger or a lack of memory does. */
  async suspend(ms: number): Promise<void> {
    this.process.kill('SIGSTOP');
    await sleep(ms);
    this.process.kill('SIGCONT');
  }

  /** Resolves when the process has ended and all its messages were received. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    // Set after the signal: the process may write until then.
    this.killedAt ??= systemClock.elapsed();
    await this.ended;
  }
}
