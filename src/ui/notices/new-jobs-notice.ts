/** Notifications about followed projects. */
import { commands, l10n } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Log } from '../../base/log';
import type { NewJobsNotice } from '../../jobs/discovery/new-job-finder';
import { serviceFacts } from '../text/error-words';
import { cannotFindNewJobsSentence, projectWord } from '../text/follow-words';
import { showWithActions } from '../editor/notification';
import { withDetail } from '../text/punctuation';

export function showNewJobsNotice(credentials: CredentialManager, news: NewJobsNotice, log: Log): void {
  const project = projectWord(credentials, news.project);
  if (news.kind === 'refused') {
    const facts = serviceFacts('httpStatus' in news.error ? news.error : {});
    const sentence = cannotFindNewJobsSentence(project);
    const stop = {
      title: l10n.t('Stop Following'),
      run: () => commands.executeCommand('elbJobs.unfollowNewJobs', news.project),
    };
    showWithActions('warning', withDetail(sentence, facts), [stop], log);
    return;
  }
  showWithActions(
    'warning',
    l10n.t(
      'More jobs of {project} began than fit in the list: the newest {tracked} are tracked, {left} others are not.',
      {
        project,
        tracked: news.tracked,
        left: news.left,
      },
    ),
    [{ title: l10n.t('Browse Recent Jobs'), run: () => commands.executeCommand('elbJobs.browse') }],
    log,
  );
}
