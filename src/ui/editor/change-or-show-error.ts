/** Saves a change that a person made, and shows an error if that fails. */
import { l10n, window } from 'vscode';
import { errorMessageOf } from '../../base/error-message';
import type { Log } from '../../base/log';

export interface ChangeFailure {
  /** English, without a full stop, e.g. `The demo data could not be removed`. */
  readonly logLine: string;
  /** What the person reads; by default, that the change could not be saved. */
  readonly sentence?: (reason: string) => string;
}

/** Waits for the change, logs and shows its failure. Never rejects. @returns whether the change succeeded. */
export async function changeOrShowError(
  change: Promise<unknown>,
  { logLine, sentence = notSaved }: ChangeFailure,
  log: Log,
): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (cause) {
    log.error(`${logLine}: ${String(cause)}`);
    void window.showErrorMessage(sentence(errorMessageOf(cause)));
    return false;
  }
}

function notSaved(reason: string): string {
  return l10n.t('The change could not be saved: {reason}', { reason });
}
