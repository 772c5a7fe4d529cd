/** Where a text first has the ids of jobs that it names with certainty. */
import { MAX_PASTED_LENGTH } from '../../base/limits';
import type { Candidate, JobMention } from '../../mentions/job-mention';
import { wordsAround } from '../../mentions/surroundings';

export type IdPlace = Pick<Candidate, 'line' | 'before' | 'after'>;

/** @returns places by id; none of an id that the text has in another form, e.g. wrapped. */
export function placesIn(text: string, mentions: readonly JobMention[]): ReadonlyMap<string, IdPlace> {
  const searched = text.slice(0, MAX_PASTED_LENGTH);
  const starts = mentions
    .map(({ jobId }) => ({ jobId, start: searched.indexOf(jobId) }))
    .filter(({ start }) => start !== -1)
    .sort((one, other) => one.start - other.start);
  const places = new Map<string, IdPlace>();
  let line = 1;
  let lineEnd = searched.indexOf('\n');
  for (const { jobId, start } of starts) {
    for (; lineEnd !== -1 && lineEnd < start; lineEnd = searched.indexOf('\n', lineEnd + 1)) line += 1;
    places.set(jobId, { line, ...wordsAround(searched, start, start + jobId.length) });
  }
  return places;
}
