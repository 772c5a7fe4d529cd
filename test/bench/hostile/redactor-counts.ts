/** Counts secrets that the redactor misses, and clean texts that it changes. */
import { falselyRedacted, missedSecrets } from '../../support/hostile/secret-texts';

/** @returns of how many encodings × cuts of secrets a piece remains */
export async function redactorMisses(): Promise<number> {
  return (await missedSecrets()).length;
}

/** @returns how many of 1,000 clean bodies are changed */
export async function redactorFalse(): Promise<number> {
  return (await falselyRedacted()).length;
}
