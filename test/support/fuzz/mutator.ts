/** Changes JSON values and texts at random, mostly so that they keep their form. */
import type { SeededRandom } from '../seeded-random';

type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
interface JsonObject {
  [name: string]: JsonValue;
}

/** Pieces that break what splits, joins, quotes or counts texts. */
const PIECES = [
  ...['', ' ', '\n', '\r\n', '\t', '\0', '\u001b[31m', '\u009b', '\u202e', '\u200b', '\u00ad', '\u3164', '\u2028'],
  ...['"', "'", '\\', '\\"', '\\u0000', '\\u', '{', '}', '[', ']', ':', ',', '=', '%', '%0A', '%2522', '&quot;', '<b>'],
  ...['$(x)', '[a](command:b)', '`', '|', '..', '/', '//', '__proto__', 'constructor', 'toString', 'null', 'NaN', '#2'],
  ...['\ud800', '\udfff', '\u{1f600}', 'e\u0301', '任务', '-', '0', '1e999', '.tmp', '.lock', 'x'.repeat(65)],
];
const STATUSES = ['INIT', 'RUNNING', 'ROLLBACKING', 'SUCCESS', 'COMPLETE', 'FAIL', 'ROLLBACK_FAIL', 'CANCEL', 'NEW'];
const TIMES = ['2026-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '+275760-09-13', '24:00'];
const NUMBERS = [0, -0, -1, 0.5, 1, 2, 255, 65_536, 5e7, 2 ** 31, 2 ** 53, 1e15, 8.64e15, 1e300, -1e300, 1e-300];
const MAX_LONG_TEXT = 6000;
const MAX_LIST = 300;
/** Characters of JSON that the copies of an item may have. */
const MAX_ADDED_LENGTH = 30_000;

export class Mutator {
  /** @param extra more pieces for texts, e.g. secrets */
  constructor(
    private readonly random: SeededRandom,
    private readonly extra: readonly string[] = [],
  ) {}

  /** @returns a changed copy */
  json(value: unknown, changes: number): JsonValue {
    const root = { value: structuredClone(value) as JsonValue };
    for (let change = 0; change < changes; change += 1) this.changeSomewhere(root);
    return root.value;
  }

  /** @returns a changed text, often of the same form */
  text(text: string, changes: number): string {
    let changed = text;
    for (let change = 0; change < changes; change += 1) changed = this.changedText(changed);
    return changed;
  }

  piece(): string {
    const { random } = this;
    if (this.extra.length > 0 && random.chance(0.2)) return random.pick(this.extra);
    if (random.chance(0.02)) return (random.pick(PIECES) || 'y').repeat(random.between(1, MAX_LONG_TEXT));
    return random.pick(random.pick([PIECES, PIECES, STATUSES, TIMES]));
  }

  /** Walks down from the root, and changes the place where it stops. */
  private changeSomewhere(root: { value: JsonValue }): void {
    const { random } = this;
    const { value } = root;
    if (typeof value !== 'object' || value === null || random.chance(0.05)) root.value = this.value(value);
    else this.changeBelow(value);
  }

  private changeBelow(holder: JsonValue[] | JsonObject): void {
    const { random } = this;
    const names = Object.keys(holder);
    if (names.length === 0) return;
    const name = random.pick(names);
    const present = Array.isArray(holder) ? holder[Number(name)] : holder[name];
    if (typeof present === 'object' && present !== null && Object.keys(present).length > 0 && !random.chance(0.15)) {
      this.changeBelow(present);
    } else if (Array.isArray(holder)) {
      this.changeInList(holder, Number(name));
    } else {
      this.changeField(holder, name);
    }
  }

  private changeInList(list: JsonValue[], index: number): void {
    const { random } = this;
    const present = list[index] ?? null;
    switch (random.between(0, 5)) {
      case 0:
        list.splice(index, 1);
        break;
      case 1:
        list.splice(index, 0, structuredClone(present));
        break;
      case 2:
        list.reverse();
        break;
      case 3: {
        // Rarely many: they cost time.
        const many = Math.min(MAX_LIST, Math.ceil(MAX_ADDED_LENGTH / JSON.stringify(present).length));
        const count = random.chance(0.05) ? random.between(1, many) : 3;
        for (let copy = 0; copy < count && list.length < MAX_LIST; copy += 1) list.push(structuredClone(present));
        break;
      }
      default:
        list[index] = this.value(present);
    }
  }

  private changeField(holder: JsonObject, name: string): void {
    const { random } = this;
    const present = holder[name] ?? null;
    const kind = random.next();
    if (kind < 0.15) {
      Reflect.deleteProperty(holder, name);
    } else if (kind < 0.3) {
      const added = random.chance(0.5)
        ? this.piece()
        : random.pick(['version', 'id', 'at', 'job', 'error', '__proto__']);
      Object.defineProperty(holder, added, { value: this.value(present), ...ORDINARY });
    } else {
      holder[name] = this.value(present);
    }
  }

  /** @returns another value, mostly of the same type */
  private value(present: JsonValue): JsonValue {
    const { random } = this;
    if (random.chance(0.2)) return random.pick<JsonValue>([null, true, false, [], {}, '', 0, [[]], { a: null }]);
    if (typeof present === 'string') return random.chance(0.5) ? this.changedText(present) : this.piece();
    if (typeof present === 'number') return random.chance(0.5) ? random.pick(NUMBERS) : present + random.pick(NUMBERS);
    if (typeof present === 'boolean') return !present;
    return random.chance(0.1) ? this.nested() : random.pick<JsonValue>([this.piece(), random.pick(NUMBERS), present]);
  }

  private nested(): JsonValue {
    let value: JsonValue = this.piece();
    for (let depth = this.random.between(1, 200); depth > 0; depth -= 1)
      value = depth % 2 === 0 ? [value] : { a: value };
    return value;
  }

  private changedText(text: string): string {
    const { random } = this;
    const [one, two] = [random.between(0, text.length), random.between(0, text.length)];
    const [from, to] = [Math.min(one, two), Math.max(one, two)];
    const part = text.slice(from, Math.min(to, from + MAX_LONG_TEXT));
    switch (random.between(0, 6)) {
      case 0:
        return text.slice(0, from);
      case 1:
        return text.slice(0, from) + text.slice(Math.min(to, from + 1));
      case 2:
        return text.slice(0, from) + part + text.slice(from);
      case 3:
        return text.slice(0, from) + part.toUpperCase() + text.slice(from + part.length);
      default:
        return text.slice(0, from) + this.piece() + text.slice(from + (random.chance(0.5) ? 1 : 0));
    }
  }
}

/** Defined, not assigned: an assigned `__proto__` would not be a field. */
const ORDINARY = { writable: true, enumerable: true, configurable: true };
