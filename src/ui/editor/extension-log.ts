/** The extension's log channel. Secrets are redacted from each line. */
import { l10n, type LogOutputChannel, window } from 'vscode';
import { redact } from '../../cloud/http/redact';
import type { Disposable } from '../../base/disposable';
import type { Log } from '../../base/log';

export class ExtensionLog implements Log, Disposable {
  private created: LogOutputChannel | undefined;
  private isDisposed = false;

  debug(line: string): void {
    this.channel?.debug(redact(line));
  }

  info(line: string): void {
    this.channel?.info(redact(line));
  }

  warn(line: string): void {
    this.channel?.warn(redact(line));
  }

  error(line: string): void {
    this.channel?.error(redact(line));
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
