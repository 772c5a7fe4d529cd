/** The daily reminder of upgrades that wait for a decision. Whether it may be shown, EndingNotices decides. */
import { env, l10n } from 'vscode';
import type { Clock } from '../../base/clock';
import type { Log } from '../../base/log';
import type { JobEnding } from '../../jobs/endings/ending-batch';
import type { JobKey } from '../../jobs/model/job-reference';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { waitsSince } from '../../jobs/model/waiting-upgrade';
import type { JobStore } from '../../jobs/store/job-store';
import { type NoticeAction, showWithActions } from '../editor/notification';
import { consoleLinks } from '../text/console-links';
import { formatElapsed } from '../text/duration';
import { jobTitle, subjectWord } from '../text/job-words';
import { plainTextUpTo } from '../text/plain-text';

interface UpgradeNoticesParts {
  readonly store: Pick<JobStore, 'get' | 'mute'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly reveal: (key: JobKey) => Promise<void>;
  readonly openInConsole: (tracked: TrackedJob) => Promise<void>;
  readonly copyCommand: (tracked: TrackedJob) => Promise<void>;
}

/** VS Code cuts a notification off at 1000 characters. */
const MAX_NAME_LENGTH = 80;

export class UpgradeNotices {
  constructor(private readonly parts: UpgradeNoticesParts) {}

  /** @param waiting at least one */
  remind(waiting: readonly JobEnding[]): void {
    const { clock, log } = this.parts;
    const [first, ...others] = waiting;
    if (first === undefined) return;
    const { tracked } = first;
    const since = waitsSince(tracked) ?? clock.now();
    const sentence =
      others.length > 0
        ? l10n.t('{count} upgrades wait for your decision.', { count: waiting.length })
        : l10n.t('{job}: upgrade has been waiting {duration} for your decision', {
            job: nameOf(tracked),
            duration: formatElapsed(clock.now() - since, env.language),
          });
    showWithActions('information', sentence, this.actionsFor(first, others), log);
  }

  private actionsFor(first: JobEnding, others: readonly JobEnding[]): readonly NoticeAction[] {
    const { store, reveal, openInConsole, copyCommand } = this.parts;
    const all = [first, ...others];
    const mute = {
      title: l10n.t('Mute'),
      run: () => {
        for (const { key } of all) store.mute(key, true);
        return Promise.resolve();
      },
    };
    if (others.length > 0) {
      const shown = () => all.find(({ key }) => store.get(key) !== undefined) ?? first;
      return [{ title: l10n.t('Show Jobs'), run: () => reveal(shown().key) }, mute];
    }
    // The notification may stay open for hours.
    const current = () => store.get(first.key) ?? first.tracked;
    const inConsole = { title: l10n.t('Open in Console'), run: () => openInConsole(current()) };
    return [
      ...(consoleLinks(first.tracked).length > 0 ? [inConsole] : []),
      { title: l10n.t('Copy Command'), run: () => copyCommand(current()) },
      mute,
    ];
  }
}

function nameOf(tracked: TrackedJob): string {
  const subject = tracked.label === undefined ? subjectWord(tracked) : undefined;
  return subject ?? plainTextUpTo(MAX_NAME_LENGTH, jobTitle(tracked));
}
