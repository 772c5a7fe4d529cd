/** The extension's log channel. Each line is one line, of limited length, without secrets. */
import { l10n, type LogOutputChannel, window } from 'vscode';
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Log } from '../../base/log';
import { LastProblems, type LoggedProblem } from './last-problems';
import { logLine } from './log-line';

export class ExtensionLog implements Log, Disposable {
  private created: LogOutputChannel | undefined;
  private isDisposed = false;
  private readonly problems = new LastProblems();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  debug(line: string): void {
    this.channel?.debug(logLine(line));
  }

  info(line: string): void {
    this.channel?.info(logLine(line));
  }

  warn(line: string): void {
    this.channel?.warn(this.remembered('warn', line));
  }

  error(line: string): void {
    this.channel?.error(this.remembered('error', line));
  }

  /** @returns the last warnings and errors, the latest last */
  lastProblems(): readonly LoggedProblem[] {
    return this.problems.all();
  }

  show(): void {
    this.channel?.show();
  }

  dispose(): void {
    this.isDisposed = true;
    this.created?.dispose();
  }

  private remembered(level: LoggedProblem['level'], text: string): string {
    const line = logLine(text);
    this.problems.add({ level, at: this.clock.now(), line });
    return line;
  }

  /** Created with the first line, since most sessions log nothing at start. */
  private get channel(): LogOutputChannel | undefined {
    if (this.isDisposed) return undefined;
    return (this.created ??= window.createOutputChannel(l10n.t('ELB Job Tracker'), { log: true }));
  }
}
