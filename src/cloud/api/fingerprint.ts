/** Fingerprints of jobs: one number each, so that a list is compared with the known jobs without reading those again. */
import { type Scalar, textOfScalar } from './json-schema';
import type { WireEntity, WireFields, WireJob, WireSubJob } from './wire-job';

/** A fingerprint has 53 bits, which a number holds exactly. */
const HIGH_BITS = 2 ** 21 - 1;
const HIGH_BIT_VALUE = 2 ** 32;

/**
 * @returns a number that is the same for two jobs if their documented fields are, in any order of sub-jobs. Two jobs that
 * differ have the same number by chance only: about once in 10^16 pairs. As in views, a missing field, `null` and an empty
 * one are the same. Undocumented fields do not count: one that changes all the time would have each job saved with each list.
 */
export function fingerprintOf(job: WireJob): number {
  const words = new WordHash();
  let low = 0;
  let high = 0;
  const subJobs = job.sub_jobs ?? [];
  for (const subJob of subJobs) {
    words.restart();
    addSubJob(words, subJob);
    words.finish();
    // The order of a sum does not matter.
    low = (low + words.low) | 0;
    high = (high + words.high) | 0;
  }
  words.restart();
  addFields(words, job);
  words.addWord(subJobs.length);
  words.addWord(low);
  words.addWord(high);
  words.finish();
  return (words.low >>> 0) + (words.high & HIGH_BITS) * HIGH_BIT_VALUE;
}

function addSubJob(words: WordHash, subJob: WireSubJob): void {
  addFields(words, subJob);
  const entities = subJob.entities ?? [];
  words.addWord(entities.length);
  for (const entity of entities) addEntity(words, entity);
}

function addEntity(words: WordHash, entity: WireEntity): void {
  words.addText(entity.resource_id);
  words.addText(entity.resource_type);
}

// One by one: a loop over names takes several times as long.
function addFields(words: WordHash, fields: WireFields): void {
  words.addText(fields.job_id);
  words.addText(fields.job_type);
  words.addText(fields.status);
  words.addText(fields.begin_time);
  words.addText(fields.end_time);
  words.addText(fields.error_code);
  words.addText(fields.error_msg);
  words.addText(fields.project_id);
  words.addText(fields.resource_id);
}

const [LOW_START, HIGH_START] = [0x9e3779b9 | 0, 0x243f6a88];
const [LOW_FACTOR, HIGH_FACTOR] = [0x85ebca6b, 0xc2b2ae35];
const [LOW_FINAL_FACTOR, HIGH_FINAL_FACTOR] = [0x7feb352d, 0x846ca68b];

/**
 * Two hashes of 32 bits of the same words. Each step is reversible, so a change of one word always changes both; a change that a
 * later word could undo in one hash cannot be undone by it in the other, since they shift by different numbers of bits.
 */
class WordHash {
  low = LOW_START;
  high = HIGH_START;

  restart(): void {
    this.low = LOW_START;
    this.high = HIGH_START;
  }

  addWord(word: number): void {
    const low = Math.imul(this.low ^ word, LOW_FACTOR);
    const high = Math.imul(this.high ^ word, HIGH_FACTOR);
    this.low = low ^ (low >>> 15);
    this.high = high ^ (high >>> 13);
  }

  /** The length comes first, so that no character can move from one text to the next. */
  addText(value: Scalar | undefined): void {
    const text = textOfScalar(value);
    if (text === '') {
      this.addWord(0);
      return;
    }
    const { length } = text;
    this.addWord(length);
    let { low, high } = this;
    let at = 0;
    for (; at + 1 < length; at += 2) {
      const word = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
      low = Math.imul(low ^ word, LOW_FACTOR);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, HIGH_FACTOR);
      high ^= high >>> 13;
    }
    if (at < length) {
      const word = text.charCodeAt(at);
      low = Math.imul(low ^ word, LOW_FACTOR);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, HIGH_FACTOR);
      high ^= high >>> 13;
    }
    this.low = low;
    this.high = high;
  }

  /** Spreads each bit over both hashes. */
  finish(): void {
    let low = this.low ^ Math.imul(this.high ^ (this.high >>> 16), LOW_FINAL_FACTOR);
    low = Math.imul(low ^ (low >>> 16), HIGH_FACTOR);
    low ^= low >>> 13;
    let high = this.high ^ Math.imul(low ^ (low >>> 16), HIGH_FINAL_FACTOR);
    high = Math.imul(high ^ (high >>> 16), LOW_FACTOR);
    this.low = low;
    this.high = high ^ (high >>> 13);
  }
}
