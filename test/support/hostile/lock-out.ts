/** Hostile inputs that could let more sign-ins fail than a key survives. */
import { DAY, HOUR, MINUTE } from '../../../src/base/time-units';
import type { HostileInputs } from './hostile-inputs';

interface NamedText {
  readonly name: string;
  readonly text: string;
}

export const UNUSABLE_SALTS: HostileInputs<NamedText> = {
  kind: 'Salt files',
  holds: 'replaced; all windows use the new salt',
  inputs: [
    { name: 'an empty file', text: '' },
    { name: 'a salt that is too short', text: 'ab'.repeat(31) },
    { name: 'a salt that is too long', text: 'ab'.repeat(33) },
    { name: 'a text of another alphabet', text: 'xy'.repeat(32) },
    { name: 'a text in upper case', text: 'AB'.repeat(32) },
    { name: 'a text with a line break inside', text: `${'ab'.repeat(16)}\n${'ab'.repeat(16)}` },
    { name: 'zero bytes', text: '\0'.repeat(64) },
    { name: 'JSON', text: JSON.stringify({ salt: 'ab'.repeat(32) }) },
    { name: 'a file of 1 MB', text: 'ab'.repeat(500_000) },
  ],
};

const attempt = { trial: 't', at: Date.UTC(2026, 0, 1), elapsed: 0 };

/** Of an access key. None of them says what happened lately. */
export const DAMAGED_FAILURES: HostileInputs<NamedText> = {
  kind: 'Files of failed sign-ins',
  holds: 'nothing is sent for ten minutes, and for no longer',
  inputs: [
    { name: 'an empty file', text: '' },
    { name: 'half of a file', text: '{"version":1,"attempts":[{"trial":"t"' },
    { name: 'null', text: 'null' },
    { name: 'a list', text: '[]' },
    { name: 'a file without attempts', text: '{"version":1}' },
    { name: 'attempts that are numbers', text: '{"version":1,"attempts":[1,2,3]}' },
    { name: 'an attempt without a time', text: '{"version":1,"attempts":[{"trial":"t"}]}' },
    { name: 'a time that is a text', text: JSON.stringify({ attempts: [{ ...attempt, at: 'now' }] }) },
    { name: 'a time that is too large for JSON', text: '{"attempts":[{"trial":"t","at":1e999,"elapsed":1e999}]}' },
    { name: 'a thousand attempts', text: JSON.stringify({ attempts: Array.from({ length: 1000 }, () => attempt) }) },
    { name: 'deep brackets', text: '['.repeat(50_000) },
    { name: 'a file of 1 MB', text: JSON.stringify({ attempts: [{ ...attempt, trial: 't'.repeat(1_000_000) }] }) },
  ],
};

const strange = (name: string, at: number, elapsed: number) => ({
  name,
  text: JSON.stringify({ version: 1, attempts: [1, 2, 3].map((trial) => ({ trial: String(trial), at, elapsed })) }),
});

/** Of an access key, by a clock that shows 2026-01-01. */
export const STRANGE_FAILURE_TIMES: HostileInputs<NamedText> = {
  kind: 'Times of failed sign-ins',
  holds: 'stop nothing for longer than ten minutes',
  inputs: [
    strange('the year 275760', 8.64e15, 8.64e15),
    strange('1e300', 1e300, 1e300),
    strange('-1e300', -1e300, -1e300),
    strange('the year 1970', 0, -1),
    strange('tomorrow', Date.UTC(2026, 0, 2), DAY),
    strange('yesterday', Date.UTC(2025, 11, 31), -DAY),
    strange('a fraction', 0.5, -0.5),
  ],
};

interface HostileDate {
  readonly name: string;
  /** Of the service's clock, relative to this computer's, or the header itself. */
  readonly date: number | string | undefined;
  /** This computer's time; by default a plausible one. */
  readonly now?: number;
}

const dateAt = (instant: number) => new Date(instant).toUTCString();

/** In a 401 for a wrong key. */
export const UNBELIEVABLE_DATES: HostileInputs<HostileDate> = {
  kind: 'Dates of refusals',
  holds: 'not believed: no second request is sent',
  inputs: [
    { name: 'no Date', date: undefined },
    { name: 'an empty Date', date: '' },
    { name: 'a Date that is a word', date: 'tomorrow' },
    { name: 'the year 2035', date: dateAt(Date.UTC(2035, 0, 1)) },
    { name: 'the year 1970', date: dateAt(0) },
    { name: 'the year 9999', date: dateAt(Date.UTC(9999, 0, 1)) },
    { name: 'the same time', date: 0 },
    { name: '15 minutes ahead', date: 15 * MINUTE },
    { name: '15 minutes behind', date: -15 * MINUTE },
    { name: '25 hours ahead', date: 25 * HOUR },
    { name: '25 hours behind', date: -25 * HOUR },
    { name: 'a year ahead', date: 365 * DAY },
    { name: 'a year behind', date: -365 * DAY },
    {
      name: 'the year 1980, by a clock that shows 1970',
      date: dateAt(Date.UTC(1980, 0, 1)),
      now: Date.UTC(1970, 0, 1),
    },
    {
      name: 'the year 2070, by a clock that shows 1970',
      date: dateAt(Date.UTC(2070, 0, 1)),
      now: Date.UTC(1970, 0, 1),
    },
    {
      name: 'the year 2080, by a clock that shows 2070',
      date: dateAt(Date.UTC(2080, 0, 1)),
      now: Date.UTC(2070, 0, 1),
    },
  ],
};
