/** Says why a text, or a job in it, cannot be tracked. */
import { l10n } from 'vscode';
import { MAX_MENTIONS, MAX_PASTED_LENGTH } from '../../base/limits';
import type { PlaceRefusal } from '../../credentials/job-places';
import type { JobMentions } from '../../mentions/job-mentions';
import { needsPick } from '../selection/mention-picker';
import { allHopelessSentence } from '../text/mention-words';

/** Returns why nothing in a text can be tracked, undefined if something can, perhaps after the person has picked it. */
export function textProblem(text: JobMentions): string | undefined {
  const { mentions, candidates, problem, lengthIfCut } = text;
  if (mentions.length > 0 || needsPick(text)) return undefined;
  if (candidates.length > 0) return allHopelessSentence(candidates);
  if (problem === 'too-long') {
    return l10n.t(
      'This text is too long ({size} K characters). No job ID is in the first {limit} K. Paste only the part with the job_id.',
      sizes(lengthIfCut ?? MAX_PASTED_LENGTH),
    );
  }
  return l10n.t(
    'A job ID may contain only letters, digits, hyphens and underscores (up to 64 characters). This text has none: paste the job_id that the API returned.',
  );
}

/** Returns which part of a text is not tracked, undefined if all of it is. */
export function unreadPart({ problem, lengthIfCut }: JobMentions): string | undefined {
  // Of a long text with many jobs, the first of them are tracked, however long the text is.
  if (problem === 'too-many') {
    return l10n.t('Only the first {count} of these jobs are tracked. Paste the others separately.', {
      count: MAX_MENTIONS,
    });
  }
  if (lengthIfCut === undefined) return undefined;
  return l10n.t(
    'Only the first {limit} K characters were searched, because the text has {size} K. If jobs are missing, paste the rest separately.',
    sizes(lengthIfCut),
  );
}

function sizes(length: number): { readonly size: number; readonly limit: number } {
  return { size: Math.ceil(length / 1024), limit: MAX_PASTED_LENGTH / 1024 };
}

/** Says why a job cannot be tracked, in an input in which Enter starts the sign-in. */
export function refusalInInput({ place }: PlaceRefusal): string {
  return l10n.t('There are no credentials for {place}. If it is yours, press Enter to add them; this text is kept.', {
    place,
  });
}
