/** The command that signs a person in: where their project is, and the key that opens it. */
import { l10n, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import type { Profile } from '../credentials/profile';
import { VaultError } from '../credentials/vault';
import { type EndpointOrigin, parseEndpoint } from '../elb/endpoint';
import { elbEndpointOfRegion, isRegion } from '../elb/regions';
import type { AccessKey } from '../elb/signer';
import { isProjectId } from '../jobs/job-reference';
import type { Log } from '../jobs/log';
import { reasonOf } from '../jobs/reason-of';
import { ask } from './ask';

const STEPS = 5;

/** The new profile; undefined where the person gave up or the keys could not be kept. */
export async function addCredentials(
  credentials: CredentialManager,
  log: Log,
  runsRemotely: boolean,
): Promise<Profile | undefined> {
  const place = await askPlace();
  if (place === undefined) return undefined;
  const projectId = await askProjectId();
  if (projectId === undefined) return undefined;
  const key = await askAccessKey(runsRemotely);
  if (key === undefined) return undefined;
  try {
    return await credentials.add({ ...place, projectId, key });
  } catch (cause) {
    log.error(`The credentials could not be kept: ${String(cause)}`);
    void window.showErrorMessage(
      cause instanceof VaultError
        ? l10n.t(
            'The keys could not be kept in the secret storage of VS Code, so you are not signed in. Unlock or install a keyring on this computer, then try again.',
          )
        : l10n.t('The credentials could not be saved, so you are not signed in: {reason}', {
            reason: reasonOf(cause),
          }),
    );
    return undefined;
  }
}

interface Place {
  readonly endpoint: EndpointOrigin;
  readonly region?: string;
}

async function askPlace(): Promise<Place | undefined> {
  const text = await ask({
    title: stepTitle(1),
    prompt: l10n.t('Region of the load balancers, or the endpoint of a dedicated cloud'),
    placeHolder: 'cn-north-4',
    validateInput: (value) => placeProblem(value.trim()),
  });
  return text === undefined ? undefined : placeOf(text);
}

function placeOf(text: string): Place | undefined {
  const region = text.toLowerCase();
  if (isRegion(region)) return { region, endpoint: elbEndpointOfRegion(region) };
  const parsed = parseEndpoint(text);
  return parsed.ok ? { endpoint: parsed.origin } : undefined;
}

function placeProblem(text: string): string | undefined {
  if (isRegion(text.toLowerCase())) return undefined;
  const parsed = parseEndpoint(text);
  if (parsed.ok) return undefined;
  switch (parsed.problem) {
    case 'not-a-url':
      return l10n.t('Enter a region such as cn-north-4, or an endpoint such as https://elb.example.com');
    case 'not-https':
      return l10n.t('An endpoint must begin with https://, since requests to it are signed with your key.');
    case 'has-user-info':
      return l10n.t('An endpoint must not hold a user name or a password.');
    case 'has-path':
      return l10n.t('Enter the endpoint without a path, such as https://elb.example.com');
  }
}

function askProjectId(): Promise<string | undefined> {
  return ask({
    title: stepTitle(2),
    prompt: l10n.t('Project ID of that region; the console lists it under My Credentials'),
    placeHolder: '7b7705dce1e847b08b3b16dda67fec24',
    validateInput: (value) =>
      isProjectId(value.trim()) ? undefined : l10n.t('A project ID has 32 lower-case letters and digits.'),
  });
}

async function askAccessKey(runsRemotely: boolean): Promise<AccessKey | undefined> {
  const accessKey = await ask({
    title: stepTitle(3),
    prompt: l10n.t('Access key (AK)'),
    validateInput: keyProblem,
  });
  if (accessKey === undefined) return undefined;
  const secretKey = await ask({
    title: stepTitle(4),
    prompt: runsRemotely
      ? l10n.t('Secret key (SK). It is kept in the secret storage of VS Code and used on the remote computer.')
      : l10n.t('Secret key (SK). It is kept in the secret storage of VS Code.'),
    password: true,
    validateInput: keyProblem,
  });
  if (secretKey === undefined) return undefined;
  const securityToken = await ask({
    title: stepTitle(5),
    prompt: l10n.t('Security token of a temporary key; leave it empty for a permanent one'),
    password: true,
    validateInput: (value) => (value.trim() === '' ? undefined : keyProblem(value)),
  });
  if (securityToken === undefined) return undefined;
  return { accessKey, secretKey, ...(securityToken === '' ? {} : { securityToken }) };
}

/** Keys travel in HTTP headers. */
function keyProblem(value: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(value.trim())
    ? undefined
    : l10n.t('Enter it as the console shows it, without spaces or line breaks.');
}

function stepTitle(step: number): string {
  return l10n.t('Add Credentials ({step}/{steps})', { step, steps: STEPS });
}
