/** Copies a text, and says so: all copy commands use it. */
import { env, l10n, window } from 'vscode';
import { errorMessageOf } from '../../base/error-message';
import type { Log } from '../../base/log';
import { SECOND } from '../../base/time-units';

const NOTICE_MS = 3 * SECOND;
const LONG_NOTICE_MS = 8 * SECOND;

/**
 * Copies the text and shows a message in the status bar; if that fails, an error. Never rejects.
 * @param words by default `Copied`, which needs 3 seconds to read
 */
export async function copyText(text: string, log: Log, words?: string): Promise<boolean> {
  try {
    await env.clipboard.writeText(text);
  } catch (cause) {
    log.error(`A text could not be copied: ${String(cause)}`);
    void window.showErrorMessage(l10n.t('The text could not be copied: {reason}', { reason: errorMessageOf(cause) }));
    return false;
  }
  window.setStatusBarMessage(`$(check) ${words ?? l10n.t('Copied')}`, words === undefined ? NOTICE_MS : LONG_NOTICE_MS);
  return true;
}
