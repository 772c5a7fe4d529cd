/** Says once what a person must know of the following of new jobs. */
import { commands, l10n } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Log } from '../../base/log';
import type { NewJobsNews } from '../../jobs/discovery/new-job-finder';
import { serviceFacts } from '../text/error-words';
import { cannotFindSentence, projectWord } from '../text/follow-words';
import { showWithActions } from '../editor/notification';
import { withAside } from '../text/punctuation';

export function showNewJobsNotice(credentials: CredentialManager, news: NewJobsNews, log: Log): void {
  const project = projectWord(credentials, news.project);
  if (news.kind === 'refused') {
    const facts = serviceFacts('httpStatus' in news.error ? news.error : {});
    const sentence = cannotFindSentence(project);
    const stop = {
      title: l10n.t('Stop Following'),
      run: () => commands.executeCommand('elbJobs.unfollowNewJobs', news.project),
    };
    showWithActions('warning', withAside(sentence, facts), [stop], log);
    return;
  }
  showWithActions(
    'warning',
    l10n.t('More jobs of {project} began than fit in the list: the newest {tracked} are tracked, {left} others not.', {
      project,
      tracked: news.tracked,
      left: news.left,
    }),
    [{ title: l10n.t('Browse Recent Jobs'), run: () => commands.executeCommand('elbJobs.browse') }],
    log,
  );
}

/** The file that says which project is followed could not be read. */
export function showFollowQuarantine(log: Log): void {
  showWithActions(
    'warning',
    l10n.t(
      'It could not be read from disk which project is followed for new jobs. Its file was kept; the log says where. Follow the project again.',
    ),
    [{ title: l10n.t('Show Log'), run: () => commands.executeCommand('elbJobs.showLog') }],
    log,
  );
}
