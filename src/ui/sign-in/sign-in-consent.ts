/** Asks before credentials are sent again that were refused, or whose access key or user had too many failures. */
import { env, l10n, window } from 'vscode';
import { MINUTE } from '../../base/time-units';
import type { PasswordSignIn } from '../../cloud/api/iam-client';
import type { Credential } from '../../cloud/http/credential';
import type { SignIn, SignInObstacle } from '../../credentials/sign-in';
import type { WindowContext } from '../../storage/window-context';
import { changeOrShowError } from '../editor/change-or-show-error';
import { actionErrorSentence } from '../text/action-error-words';
import { formatDateTime, formatTime } from '../text/date-time';
import { lockedUserAdvice } from '../text/sign-in-words';

interface SignInConsentParts extends Pick<WindowContext, 'log'> {
  readonly signIn: Pick<SignIn, 'obstacleTo' | 'obstacleToPassword' | 'agree' | 'agreeToPassword'>;
}

/** `given`: nothing forbids to send the credentials, or the person agreed. Undefined: the person cancelled. */
export type Consent = 'given' | 'change' | undefined;

export class SignInConsent {
  constructor(private readonly parts: SignInConsentParts) {}

  async toUse(credential: Credential): Promise<Consent> {
    const { signIn } = this.parts;
    return this.ask(await signIn.obstacleTo(credential), () => signIn.agree(credential));
  }

  async toUsePassword(password: PasswordSignIn): Promise<Consent> {
    const { signIn } = this.parts;
    return this.ask(await signIn.obstacleToPassword(password), () => signIn.agreeToPassword(password));
  }

  private async ask(obstacle: SignInObstacle | undefined, agree: () => Promise<void>): Promise<Consent> {
    if (obstacle === undefined) return 'given';
    // The first button has the focus: Enter held down must not use up the attempts.
    const [change, use] = [l10n.t('Change…'), l10n.t('Use Again')];
    const { message, detail } = questionAbout(obstacle);
    // While IAM keeps a user locked, no answer sends anything.
    const answers = obstacle.kind === 'too-many-failures' && obstacle.isLocked === true ? [change] : [change, use];
    const chosen = await window.showWarningMessage(message, { modal: true, detail }, ...answers);
    if (chosen !== use) return chosen === change ? 'change' : undefined;
    const isSaved = await changeOrShowError(agree(), { logLine: 'An agreement could not be saved' }, this.parts.log);
    return isSaved ? 'given' : undefined;
  }
}

function questionAbout(obstacle: SignInObstacle): { readonly message: string; readonly detail: string } {
  if (obstacle.kind === 'too-many-failures' && obstacle.isLocked === true) {
    return { message: l10n.t('This user is locked.'), detail: lockedUserAdvice(obstacle.until) };
  }
  if (obstacle.kind === 'too-many-failures') {
    // Without seconds, an earlier time would be shown.
    const until = Math.ceil(obstacle.until / MINUTE) * MINUTE;
    return {
      message: l10n.t('Too many sign-ins with this access key or user failed. Use it again?'),
      detail: l10n.t(
        'Better wait until {time}: five failed sign-ins within a few minutes lock an access key or a user for five minutes, also for your other programs.',
        { time: formatTime(until, env.language) },
      ),
    };
  }
  const refused = l10n.t('Refused on {time}: {reason}', {
    time: formatDateTime(obstacle.at, env.language),
    reason: actionErrorSentence(obstacle.error),
  });
  const warning = l10n.t(
    'Five failed sign-ins lock an access key or a user for five minutes, also for your other programs. Use them again only if you have removed the cause.',
  );
  return { message: l10n.t('These credentials were refused. Use them again?'), detail: `${refused}\n\n${warning}` };
}
