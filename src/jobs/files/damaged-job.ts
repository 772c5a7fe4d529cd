/** Corrects the numbers of a tracked job whose file was damaged, so that the job stays in the list. */
import type { Instant } from '../../base/clock';
import { MAX_ENDINGS, MAX_INSTANT } from '../../base/limits';
import { clampInteger, saneInstant } from '../../storage/damaged-numbers';
import { saneNotFoundPolls } from '../model/not-found-polls';
import type { TrackedJob } from '../model/tracked-job';

/** Leaves room for later endings, which are still to be announced. */
const ENDINGS_OF_DAMAGED_JOB = MAX_ENDINGS / 2;
const MAX_FAILED_POLLS = 1000;

/** @returns the job with whole numbers of a possible size. Times that are missing then are replaced by others of the job. */
export function withSaneNumbers(tracked: TrackedJob): TrackedJob {
  const { ending, pollFailure, notFoundAt, answeredAt, changedAt, pollWantedAt } = tracked;
  const otherTime = firstSane(answeredAt, changedAt, ending?.noticedAt, pollFailure?.since);
  const trackedAt = saneInstant(tracked.trackedAt) ?? otherTime ?? 0;
  const endingNumber = saneEndingNumber(tracked);
  return {
    ...tracked,
    trackedAt,
    ...(answeredAt === undefined ? {} : { answeredAt: saneInstant(answeredAt) }),
    ...(changedAt === undefined ? {} : { changedAt: saneInstant(changedAt) }),
    ...(pollWantedAt === undefined ? {} : { pollWantedAt: saneInstant(pollWantedAt) }),
    ...(notFoundAt === undefined ? {} : { notFoundAt: saneNotFoundPolls(notFoundAt.map(saneInstant)) }),
    history: tracked.history.map((seen) => ({ ...seen, at: saneInstant(seen.at) ?? trackedAt })),
    endingNumber,
    seenEnding: clampInteger(tracked.seenEnding, 0, endingNumber),
    // An ending without a known time must not count as an old one, which is removed from the list.
    ...(ending === undefined
      ? {}
      : {
          ending: {
            ...ending,
            noticedAt: firstSane(ending.noticedAt, answeredAt, changedAt, tracked.trackedAt) ?? MAX_INSTANT,
          },
        }),
    ...(pollFailure === undefined
      ? {}
      : {
          pollFailure: {
            ...pollFailure,
            since: saneInstant(pollFailure.since) ?? trackedAt,
            attempts: clampInteger(pollFailure.attempts, 1, MAX_FAILED_POLLS),
          },
        }),
  };
}

function saneEndingNumber({ endingNumber, ending }: TrackedJob): number {
  if (endingNumber > MAX_ENDINGS) return ENDINGS_OF_DAMAGED_JOB;
  return clampInteger(endingNumber, ending === undefined ? 0 : 1, MAX_ENDINGS);
}

function firstSane(...times: readonly (number | undefined)[]): Instant | undefined {
  return times.map((time) => (time === undefined ? undefined : saneInstant(time))).find((time) => time !== undefined);
}
