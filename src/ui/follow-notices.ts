/** Says once what a person must know of the following of new jobs. */
import { commands, l10n, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import type { NewJobsNews } from '../jobs/new-job-watch';
import { serviceFacts } from './error-words';
import { cannotFindSentence, projectWord } from './follow-words';

export function tellNewJobs(credentials: CredentialManager, news: NewJobsNews): void {
  const project = projectWord(credentials, news.project);
  if (news.kind === 'refused') {
    const facts = serviceFacts('httpStatus' in news.error ? news.error : {});
    const sentence = cannotFindSentence(project);
    void offer(
      facts === '' ? sentence : `${sentence} (${facts})`,
      l10n.t('Stop Following'),
      'elbJobs.unfollowNewJobs',
      news.project,
    );
    return;
  }
  void offer(
    l10n.t('More jobs of {project} began than fit in the list: the newest {tracked} are tracked, {left} others not.', {
      project,
      tracked: news.tracked,
      left: news.left,
    }),
    l10n.t('Browse Recent Jobs'),
    'elbJobs.browse',
  );
}

/** The file that says which project is followed could not be read. */
export function tellFollowSetAside(): void {
  void offer(
    l10n.t(
      'It could not be read from disk which project is followed for new jobs. Its file was kept; the log says where. Follow the project again.',
    ),
    l10n.t('Show Log'),
    'elbJobs.showLog',
  );
}

async function offer(sentence: string, action: string, command: string, argument?: unknown): Promise<void> {
  const chosen = await window.showWarningMessage(sentence, action);
  if (chosen === action) await commands.executeCommand(command, argument);
}
