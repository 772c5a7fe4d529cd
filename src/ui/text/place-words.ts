/** What is wrong with the region or endpoint that a person enters. */
import { l10n } from 'vscode';
import { parsePlace, type PlaceProblem } from '../../cloud/places/parse-place';
import { plainText, truncate } from './plain-text';

const MAX_SHOWN_LENGTH = 40;
/** Characters; an access key has 20, a secret key 40. */
const MIN_KEY_LENGTH = 16;

/** @returns undefined if the text names a region or an endpoint. */
export function placeProblem(text: string): string | undefined {
  const parsed = parsePlace(text);
  return parsed.ok ? undefined : problemSentence(parsed.problem);
}

/** For a typed text that is part of no region's name and of no endpoint. Does not show a key that was pasted into the wrong step. */
export function noRegionSentence(text: string): string {
  if (mayBeKey(text)) return l10n.t('No region matches this text.');
  return l10n.t('No region matches “{text}”.', { text: truncate(plainText(text), MAX_SHOWN_LENGTH) });
}

/** Keys have capital letters, regions do not. */
function mayBeKey(text: string): boolean {
  return /[A-Z]/.test(text) && text.trim().length >= MIN_KEY_LENGTH;
}

function problemSentence(problem: PlaceProblem): string {
  switch (problem) {
    case 'not-a-url':
      return l10n.t('Enter a region such as cn-north-4, or an endpoint such as https://elb.example.com');
    case 'not-https':
      return l10n.t('An endpoint must begin with https://, since requests to it are signed with your key.');
    case 'has-user-info':
      return l10n.t('An endpoint must not contain a user name or a password.');
    case 'has-path':
      return l10n.t('Enter the endpoint without a path, such as https://elb.example.com');
    case 'no-region':
      return l10n.t('This console URL names no region. Open the load balancers of your region, and paste that URL.');
  }
}
