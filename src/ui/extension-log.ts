/** The extension's log channel; what is secret is taken out of each line where the line is made. */
import { l10n, type LogOutputChannel, window } from 'vscode';
import { redact } from '../elb/redact';
import type { Disposable } from '../jobs/disposable';
import type { Log } from '../jobs/log';

export class ExtensionLog implements Log, Disposable {
  private readonly channel: LogOutputChannel = window.createOutputChannel(l10n.t('ELB Job Tracker'), { log: true });

  debug(line: string): void {
    this.channel.debug(redact(line));
  }

  info(line: string): void {
    this.channel.info(redact(line));
  }

  warn(line: string): void {
    this.channel.warn(redact(line));
  }

  error(line: string): void {
    this.channel.error(redact(line));
  }

  show(): void {
    this.channel.show();
  }

  dispose(): void {
    this.channel.dispose();
  }
}
