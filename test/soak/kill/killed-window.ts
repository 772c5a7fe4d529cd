/** A window of the soak, seen from outside: a process that is started, listened to and killed. */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { systemClock } from '../../../src/base/clock';
import type { Message, WindowOptions } from './messages';

/** Of what a process writes before it dies by itself. */
const LONGEST_COMPLAINT = 4000;

/** The source of the window's process as one file that plain Node runs. */
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

/** Its process is loaded at once, and begins when told to. */
export class Window {
  readonly owner: string;
  isOpen = false;
  /** By Clock.elapsed; undefined while it lives. */
  killedAt: number | undefined;
  private readonly process: ChildProcess;
  /** All that it told has been heard. */
  private readonly ended: Promise<void>;

  constructor(
    bundle: string,
    options: WindowOptions,
    listener: { onMessage: (message: Message, window: Window) => void; onDeath: (complaint: string) => void },
  ) {
    this.owner = options.owner;
    this.process = fork(bundle, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    let complaint = '';
    this.process.stderr?.on('data', (text: Buffer) => {
      complaint = `${complaint}${text.toString()}`.slice(-LONGEST_COMPLAINT);
    });
    this.process.on('message', (message: Message) => {
      if (message.kind === 'open') this.isOpen = true;
      listener.onMessage(message, this);
    });
    const disconnected = new Promise<void>((resolve) => this.process.once('disconnect', resolve));
    const closed = new Promise<void>((resolve) => {
      this.process.once('error', (cause) => {
        complaint += String(cause);
      });
      this.process.once('close', (code, signal) => {
        if (this.killedAt === undefined) {
          this.killedAt = systemClock.elapsed();
          listener.onDeath(`${this.owner} died by itself (${String(code ?? signal)}): ${complaint}`);
        }
        resolve();
      });
    });
    this.ended = Promise.all([disconnected, closed]).then(() => undefined);
  }

  begin(): void {
    this.process.send({});
  }

  /** As a debugger or a computer without memory does. */
  async suspend(ms: number): Promise<void> {
    this.process.kill('SIGSTOP');
    await pause(ms);
    this.process.kill('SIGCONT');
  }

  /** Resolves when it is gone and all that it told has been heard. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    // Not before: it may still write until then.
    this.killedAt ??= systemClock.elapsed();
    await this.ended;
  }
}
