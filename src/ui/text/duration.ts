/** Formats durations in a language. */
import { MAX_INSTANT } from '../../base/limits';
import { SECOND, MINUTE, HOUR, DAY } from '../../base/time-units';
import { NO_TIME } from './date-time';

/** Of each unit: smaller than 60, as most counts are. */
const MAX_KNOWN_COUNT = 60;

type Unit = 'day' | 'hour' | 'minute' | 'second';

interface UnitWords {
  /** Of one; the same word if it has one form only. */
  readonly one: Readonly<Record<Unit, string>>;
  readonly many: Readonly<Record<Unit, string>>;
  /** What the language writes between two units. */
  readonly between: string;
}

const CHINESE = { day: '天', hour: '小时', minute: '分钟', second: '秒' };
/** The languages of the extension, as `Intl` writes them: for its first formatter, Node.js needs 25 ms. */
const WRITTEN_OUT: Readonly<Record<string, UnitWords>> = {
  en: {
    one: { day: ' day', hour: ' hr', minute: ' min', second: ' sec' },
    many: { day: ' days', hour: ' hr', minute: ' min', second: ' sec' },
    between: ' ',
  },
  'zh-cn': { one: CHINESE, many: CHINESE, between: '' },
};
/** Languages group the digits of larger numbers. */
const MAX_UNGROUPED = 999;

/** By locale. */
const formats = new Map<string, DurationFormat>();

/** Formats a finished duration in its two largest units, e.g. `28 min 29 sec`; as `—` if no two times are so far apart. */
export function formatDuration(milliseconds: number, locale: string): string {
  if (!isDuration(milliseconds)) return NO_TIME;
  const rounded = Math.max(0, Math.floor(milliseconds / SECOND) * SECOND);
  const format = formatOf(locale);
  if (rounded < MINUTE) return format.one(rounded / SECOND, 'second');
  if (rounded < HOUR) return format.two(rounded, MINUTE, 'minute', SECOND, 'second');
  if (rounded < DAY) return format.two(rounded, HOUR, 'hour', MINUTE, 'minute');
  return format.two(rounded, DAY, 'day', HOUR, 'hour');
}

/** Formats a running duration; after the first minute in whole minutes, so that rows seldom change. */
export function formatElapsed(milliseconds: number, locale: string): string {
  return formatDuration(milliseconds < MINUTE ? milliseconds : milliseconds - (milliseconds % MINUTE), locale);
}

/** How long `formatElapsed` returns the same text; Infinity if the duration cannot be one. */
export function msUntilElapsedChanges(milliseconds: number): number {
  if (!isDuration(milliseconds)) return Infinity;
  const step = milliseconds < MINUTE ? SECOND : milliseconds < DAY ? MINUTE : HOUR;
  return step - (((milliseconds % step) + step) % step);
}

function isDuration(milliseconds: number): boolean {
  return Math.abs(milliseconds) <= 2 * MAX_INSTANT;
}

function formatOf(locale: string): DurationFormat {
  let format = formats.get(locale);
  if (format === undefined) {
    format = new DurationFormat(locale);
    formats.set(locale, format);
  }
  return format;
}

/** Formats in one language. Using `Intl` takes ten times as long as finding a known text, and making its formatters far longer. */
class DurationFormat {
  private readonly counts = new Map<Unit, { readonly formatter: Intl.NumberFormat; readonly known: string[] }>();
  /** What the language writes between two units. */
  private between: string | undefined;
  private readonly words: UnitWords | undefined;

  constructor(private readonly locale: string) {
    this.words = WRITTEN_OUT[locale];
    this.between = this.words?.between;
  }

  one(count: number, unit: Unit): string {
    if (this.words !== undefined && count <= MAX_UNGROUPED) {
      return `${count}${(count === 1 ? this.words.one : this.words.many)[unit]}`;
    }
    const { formatter, known } = this.countsOf(unit);
    return count < MAX_KNOWN_COUNT ? (known[count] ??= formatter.format(count)) : formatter.format(count);
  }

  /** @returns the duration in a unit of so many milliseconds, and the rest in a smaller one */
  two(milliseconds: number, size: number, unit: Unit, smallerSize: number, smaller: Unit): string {
    const larger = this.one(Math.floor(milliseconds / size), unit);
    const smallerCount = Math.floor((milliseconds % size) / smallerSize);
    if (smallerCount === 0) return larger;
    this.between ??= betweenUnits(this.locale);
    return `${larger}${this.between}${this.one(smallerCount, smaller)}`;
  }

  private countsOf(unit: Unit) {
    let counts = this.counts.get(unit);
    if (counts === undefined) {
      const formatter = new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay: 'short' });
      counts = { formatter, known: [] };
      this.counts.set(unit, counts);
    }
    return counts;
  }
}

function betweenUnits(locale: string): string {
  const parts = new Intl.ListFormat(locale, { type: 'unit', style: 'narrow' }).formatToParts(['1', '2']);
  return parts.find(({ type }) => type === 'literal')?.value ?? '';
}
