/** The sign-in steps for typing a key, a token or a password. */
import { l10n } from 'vscode';
import { iamEndpointOf } from '../../credentials/sign-in';
import type { CredentialPart } from '../../cloud/http/error';
import { problemOfSecret } from '../../cloud/http/request-checks';
import { parseEndpoint } from '../../cloud/places/endpoint';
import { placeProblem } from '../text/place-words';
import type { ProfileDraft } from './profile-draft';
import { askText, BACK, isRequired, type Step, type TextQuestion } from '../editor/input-steps';
import { isProjectId } from '../../base/id-patterns';

/** Returns no steps for a key that is read from a source on this computer. */
export function keySteps(draft: ProfileDraft): readonly Step[] {
  switch (draft.kind) {
    case 'token':
      return [...iamEndpoint(draft), token(draft)];
    case 'password':
      return [
        ...iamEndpoint(draft),
        domain(draft),
        user(draft),
        ...projectOfToken(draft),
        ...(draft.usesPasscode ? [mfaUserId(draft), password(draft), passcode(draft)] : [password(draft)]),
      ];
    // Before a choice is made, the number of steps assumes the most frequent choice.
    case undefined:
    case 'stored':
      return [accessKey(draft), secretKey(draft), securityToken(draft)];
    default:
      return [];
  }
}

/** Returns the index of the step to begin with again after a failure. */
export function stepToRepeat(draft: ProfileDraft): number {
  const last = Math.max(0, keySteps(draft).length - 1);
  if (draft.kind !== 'password' || !draft.usesPasscode) return last;
  // The password and the passcode were sent, and are gone.
  return draft.mfaUserId === '' ? last - 2 : last - 1;
}

type TextField =
  | 'accessKey'
  | 'secretKey'
  | 'securityToken'
  | 'token'
  | 'iamEndpoint'
  | 'domain'
  | 'user'
  | 'projectOfToken'
  | 'password'
  | 'mfaUserId';

/** @param proposed returns the initial text, which is not an answer before the person confirms it. */
function textStep(
  draft: ProfileDraft,
  field: TextField,
  question: Omit<TextQuestion, 'value'>,
  proposed = () => '',
): Step {
  return async (frame) => {
    const answer = await askText(frame, { ...question, value: draft[field] === '' ? proposed() : draft[field] });
    if (answer === undefined || answer === BACK) return answer;
    draft[field] = answer;
    return 'answered';
  };
}

const accessKey = (draft: ProfileDraft) =>
  textStep(draft, 'accessKey', { prompt: l10n.t('Access key (AK)'), problemOf: problemOf('access-key') });

const secretKey = (draft: ProfileDraft) =>
  textStep(draft, 'secretKey', {
    prompt: l10n.t('Secret key (SK). It is saved in the secret storage of VS Code.'),
    isSecret: true,
    problemOf: problemOf('secret-key'),
  });

const securityToken = (draft: ProfileDraft) =>
  textStep(draft, 'securityToken', {
    prompt: l10n.t('Security token of a temporary key; leave empty for a permanent key'),
    isSecret: true,
    problemOf: (text) => (text === '' ? undefined : problemOf('security-token')(text)),
  });

function token(draft: ProfileDraft): Step {
  const ask = textStep(draft, 'token', {
    prompt: l10n.t('IAM token: the value of X-Subject-Token. It is saved in the secret storage of VS Code.'),
    isSecret: true,
    problemOf: problemOf('token'),
  });
  return async (frame) => {
    const before = draft.token;
    const outcome = await ask(frame);
    if (draft.token !== before) draft.expiresAt = undefined;
    return outcome;
  };
}

/** Asks for the IAM endpoint, which is unknown for a private cloud. */
function iamEndpoint(draft: ProfileDraft): readonly Step[] {
  if (draft.place === undefined || iamEndpointOf(draft.place) !== undefined) return [];
  const { endpoint } = draft.place;
  const question = {
    prompt: l10n.t('IAM endpoint, to which your password or token is sent'),
    problemOf: (text: string) => (parseEndpoint(text).ok ? undefined : (placeProblem(text) ?? isRequired(text))),
  };
  const ask = textStep(draft, 'iamEndpoint', question, () => endpoint.replace('://elb.', '://iam.'));
  return [
    async (frame) => {
      const outcome = await ask(frame);
      const parsed = parseEndpoint(draft.iamEndpoint);
      if (parsed.ok) draft.iamEndpoint = parsed.origin;
      return outcome;
    },
  ];
}

const domain = (draft: ProfileDraft) =>
  textStep(draft, 'domain', { prompt: l10n.t('Account name (not the ID)'), problemOf: isRequired });

const user = (draft: ProfileDraft) =>
  textStep(draft, 'user', { prompt: l10n.t('IAM user name'), problemOf: isRequired });

function projectOfToken(draft: ProfileDraft): readonly Step[] {
  if (draft.fixed !== undefined) return [];
  const question = {
    prompt: l10n.t('Project ID or name. The main project of a region has the name of the region.'),
    problemOf: (text: string) => (isProjectId(text) ? undefined : isRequired(text)),
  };
  const proposed = () => {
    const { place, wantedProjectId } = draft;
    return place?.projectId ?? (wantedProjectId === '' ? (place?.region ?? '') : wantedProjectId);
  };
  return [textStep(draft, 'projectOfToken', question, proposed)];
}

const password = (draft: ProfileDraft) =>
  textStep(draft, 'password', {
    prompt: l10n.t('Password. It is sent to IAM once, to get a token, and is never saved.'),
    isSecret: true,
    problemOf: isRequired,
  });

const mfaUserId = (draft: ProfileDraft) =>
  textStep(draft, 'mfaUserId', {
    prompt: l10n.t('IAM user ID, which IAM needs with a passcode; see My Credentials in the console'),
    placeHolder: '7116d09f88fa41908676fdd4b039e95b',
    problemOf: (text) =>
      isProjectId(text) ? undefined : l10n.t('An IAM user ID has 32 lower-case letters and digits.'),
  });

/** A passcode is valid for half a minute: none is proposed again. */
function passcode(draft: ProfileDraft): Step {
  return async (frame) => {
    draft.passcode = '';
    const answer = await askText(frame, {
      prompt: l10n.t(
        'Passcode of the virtual MFA. It is sent to IAM once and is never saved. When the token expires, only you can renew it: you then enter the password and a new passcode.',
      ),
      placeHolder: '123456',
      isSecret: true,
      problemOf: (text) => (/^\d{6}$/.test(text) ? undefined : l10n.t('A passcode has 6 digits.')),
    });
    if (answer === undefined || answer === BACK) return answer;
    draft.passcode = answer;
    return 'answered';
  };
}

const problemOf =
  (part: CredentialPart) =>
  (text: string): string | undefined => {
    switch (problemOfSecret(part, text)) {
      case 'characters':
        return l10n.t('Enter it as shown in the console, without spaces or line breaks.');
      case 'length':
        return l10n.t('This is too long for a key or token.');
      case undefined:
        return undefined;
    }
  };
