/** Where a key comes from, and why a source has no usable key. */
import { env, l10n } from 'vscode';
import type { ProfileSource } from '../../credentials/profiles/profile';
import type { EnvironmentFamily } from '../../credentials/sources/key-source';
import type { SourceProblem, UnreadableReason } from '../../jobs/model/source-problem';
import { formatShortDateTime } from './date-time';
import { plainText } from './plain-text';

/** E.g. `Environment variables (HUAWEICLOUD_SDK_AK)`. */
export function sourceWord(source: ProfileSource): string {
  switch (source.kind) {
    case 'stored':
      return l10n.t('Access key in VS Code');
    case 'token':
      return l10n.t('IAM token in VS Code');
    case 'password':
      return l10n.t('IAM user {user} of {account}', {
        user: plainText(source.user),
        account: plainText(source.domain),
      });
    case 'environment':
      return l10n.t('Environment variables ({name}…)', { name: variablesOf(source.family) });
    case 'sdk-file':
      return l10n.t('SDK credentials file, section {section}', { section: plainText(source.section) });
    case 'koocli':
      return l10n.t('KooCLI, profile {profile}', { profile: plainText(source.profile) });
  }
}

function variablesOf(family: EnvironmentFamily): string {
  switch (family) {
    case 'huaweicloud-sdk':
      return 'HUAWEICLOUD_SDK_';
    case 'cloud-sdk':
      return 'CLOUD_SDK_';
    case 'terraform':
      return 'HW_';
  }
}

/** What is wrong, and what to do. */
export function sourceProblemSentence(problem: SourceProblem): string {
  const file = 'file' in problem && problem.file !== undefined ? plainText(problem.file) : '';
  switch (problem.kind) {
    case 'absent':
      return absentSentence(problem.what, namesOf(problem.names), file);
    case 'unreadable':
      return unreadableSentence(file, problem.reason);
    case 'incomplete':
      return l10n.t('The key is incomplete: {names} has no value. Set it where the key is stored.', {
        names: namesOf(problem.names),
      });
    case 'other-names':
      return l10n.t(
        'Section {section} of {file} calls its keys {names}. Only {expected} are read, as in the SDKs. If the keys are for Huawei Cloud, rename them.',
        {
          section: plainText(problem.section),
          file,
          names: namesOf(problem.names),
          expected: namesOf(problem.expected),
        },
      );
    case 'no-sso-keys':
      return l10n.t(
        'This profile of KooCLI signs in by single sign-on, and has no keys yet or no more. Run "hcloud configure sso" to sign in.',
      );
    case 'unsendable':
      return unsendableSentence(problem);
    case 'encrypted':
      return l10n.t(
        'KooCLI encrypts these keys, so that only KooCLI can read them. Run "hcloud configure set --cli-auth-encrypt=false", or choose another way to sign in.',
      );
    case 'expired':
      return l10n.t('The temporary key in {file} expired at {time}. Sign in again with the program that wrote it.', {
        file,
        time: formatShortDateTime(problem.expiredAt, env.language),
      });
    case 'unsupported':
      return l10n.t('There is no key: this source signs in by {mode}, which this extension does not support.', {
        mode: plainText(problem.mode),
      });
  }
}

function unsendableSentence({ name, why, file }: SourceProblem & { kind: 'unsendable' }): string {
  const value = file === undefined ? plainText(name) : l10n.t('{name} in {file}', { name, file: plainText(file) });
  return why === 'length'
    ? l10n.t('{value} is too long for a key or token. Correct it where it is set.', { value })
    : l10n.t('{value} contains a line break or another character that HTTP cannot carry. Correct it where it is set.', {
        value,
      });
}

function unreadableSentence(file: string, reason: UnreadableReason): string {
  switch (reason) {
    case 'drive-relative':
      return l10n.t(
        '{file} does not say in which folder of its drive the file is. Give the whole path, such as D:\\keys.',
        {
          file,
        },
      );
    case 'not-a-file':
      return l10n.t(
        '{file} is not a file but a pipe, a device or the like, so it is not read. Replace it with a file.',
        {
          file,
        },
      );
    case 'too-large':
      return l10n.t('{file} is too large for a file of keys, so it is not read. Check whether it is the right file.', {
        file,
      });
    case 'not-text':
      return l10n.t('{file} is neither UTF-8 nor UTF-16 text, so it is not read. Save it as UTF-8.', { file });
    case 'too-slow':
      return l10n.t(
        '{file} could not be read in time. Check the disk or the network drive that it is on; it is read again automatically.',
        { file },
      );
    default:
      return l10n.t('{file} could not be read ({reason}). Check its content and its permissions.', { file, reason });
  }
}

function absentSentence(what: (SourceProblem & { kind: 'absent' })['what'], names: string, file: string): string {
  switch (what) {
    case 'variables':
      return l10n.t('VS Code was started without {names} in its environment. Set them, then restart VS Code.', {
        names,
      });
    case 'file':
      return names === ''
        ? l10n.t('{file} no longer exists. Choose another way to sign in.', { file })
        : l10n.t('{file} does not exist. Correct {name} in the environment, then restart VS Code.', {
            file,
            name: names,
          });
    case 'section':
      return l10n.t('{file} no longer has a section {name}. Choose another way to sign in.', { file, name: names });
    case 'profile':
      return l10n.t('{file} no longer has a profile {name}. Choose another way to sign in.', { file, name: names });
  }
}

function namesOf(names: readonly string[]): string {
  return new Intl.ListFormat(env.language, { style: 'short' }).format(names.map(plainText));
}
