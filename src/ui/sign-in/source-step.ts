/** The first sign-in step: the source of the keys. Sources found on this computer come first. */
import { l10n, QuickPickItemKind, window } from 'vscode';
import { isHuaweiCloud } from '../../cloud/places/clouds';
import type { FoundKeySource } from '../../credentials/sources/key-source';
import { plainText } from '../text/plain-text';
import type { ProfileDraft, SourceKind } from './profile-draft';
import { sourceProblemSentence, sourceWord } from '../text/source-words';
import { askChoice, BACK, type Choice, type Step } from '../editor/input-steps';

type Source = FoundKeySource | SourceKind | 'password-with-passcode';

export function sourceStep(draft: ProfileDraft, runsRemotely: boolean): Step {
  return async (frame) => {
    // Unusable sources come last; choosing one shows why.
    const found = [...draft.found].sort((a, b) => Number(a.problem !== undefined) - Number(b.problem !== undefined));
    const choices: Choice<Source>[] = [...found.map(foundChoice), ...typedChoices()];
    const active = choices.find(({ value }) => isSame(value, sourceIn(draft)));
    for (;;) {
      const answer = await askChoice<Source>(frame, {
        placeHolder: runsRemotely
          ? l10n.t('How do you sign in? Keys are read and used on the remote computer.')
          : l10n.t('How do you sign in? Keys stay on this computer.'),
        choices,
        isActive: (value) => value === active?.value,
      });
      if (answer === undefined || answer === BACK) return answer;
      if (typeof answer === 'object' && answer.problem !== undefined) {
        await window.showErrorMessage(sourceWord(answer.source), {
          modal: true,
          detail: sourceProblemSentence(answer.problem),
        });
        continue;
      }
      if (!isSame(answer, sourceIn(draft))) draft.forgetProject();
      draft.usesPasscode = answer === 'password-with-passcode';
      draft.source = answer === 'password-with-passcode' ? 'password' : answer;
      return 'answered';
    }
  };
}

function foundChoice(found: FoundKeySource): Choice<Source> {
  const { source, names, accessKeyStart, problem, region, projectName, projectId, cloud } = found;
  const otherCloud = cloud === undefined || isHuaweiCloud(cloud) ? undefined : cloud.domain;
  const key = accessKeyStart === undefined ? undefined : `${plainText(accessKeyStart)}…`;
  return {
    label: `$(${problem === undefined ? 'key' : 'warning'}) ${sourceWord(source)}`,
    description: [problem === undefined ? key : l10n.t('cannot be used'), otherCloud, region, projectName ?? projectId]
      .filter((word) => word !== undefined)
      .map(plainText)
      .join(' · '),
    detail: [...('file' in source ? [source.file] : []), names.join(', ')]
      .filter((word) => word !== '')
      .map(plainText)
      .join(' · '),
    value: found,
  };
}

function typedChoices(): Choice<Source>[] {
  return [
    { label: l10n.t('Type or paste'), kind: QuickPickItemKind.Separator, value: 'stored' },
    {
      label: `$(edit) ${l10n.t('Access key (AK/SK)')}`,
      detail: l10n.t('Permanent or temporary; saved in the secret storage of VS Code'),
      value: 'stored',
    },
    {
      label: `$(account) ${l10n.t('IAM user and password')}`,
      detail: l10n.t('The password is used once, to get a token for up to 24 hours, and is never saved'),
      value: 'password',
    },
    {
      label: `$(device-mobile) ${l10n.t('IAM user with virtual MFA')}`,
      detail: l10n.t(
        'The password and the passcode are used once, to get a token for up to 24 hours, and are never saved',
      ),
      value: 'password-with-passcode',
    },
    {
      label: `$(shield) ${l10n.t('IAM token')}`,
      detail: l10n.t('Saved in the secret storage of VS Code until it expires'),
      value: 'token',
    },
  ];
}

function sourceIn({ source, usesPasscode }: ProfileDraft): Source | undefined {
  return source === 'password' && usesPasscode ? 'password-with-passcode' : source;
}

function isSame(one: Source, other: Source | undefined): boolean {
  const idOf = (source: Source | undefined) => (typeof source === 'object' ? JSON.stringify(source.source) : source);
  return idOf(one) === idOf(other);
}
