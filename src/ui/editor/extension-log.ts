/** The extension's log channel. Each line is one line, of limited length, without secrets. */
import { l10n, type LogOutputChannel, window } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { Log } from '../../base/log';
import { logLine } from './log-line';

export class ExtensionLog implements Log, Disposable {
  private created: LogOutputChannel | undefined;
  private isDisposed = false;

  debug(line: string): void {
    this.channel?.debug(logLine(line));
  }

  info(line: string): void {
    this.channel?.info(logLine(line));
  }

  warn(line: string): void {
    this.channel?.warn(logLine(line));
  }

  error(line: string): void {
    this.channel?.error(logLine(line));
  }

  show(): void {
    this.channel?.show();
  }

  dispose(): void {
    this.isDisposed = true;
    this.created?.dispose();
  }

  /** Created with the first line, since most sessions log nothing at start. */
  private get channel(): LogOutputChannel | undefined {
    if (this.isDisposed) return undefined;
    return (this.created ??= window.createOutputChannel(l10n.t('ELB Job Tracker'), { log: true }));
  }
}
