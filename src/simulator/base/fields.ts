/** Reads the fields of a JSON object; the error is a sentence that names the invalid field. */
import { InputError } from './input-error';

/** Every method throws an InputError for a field of another type; all but the `optional…` ones also for a missing field. */
export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #subject: string;

  private constructor(value: unknown, subject: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InputError(`${subject} must be a JSON object.`);
    }
    this.#record = { ...value };
    this.#subject = subject;
  }

  static parse(body: Uint8Array): Fields {
    return new Fields(parseJson(body), 'The body');
  }

  /** Rejects other fields: a misspelt option must not be ignored silently. */
  only(...names: string[]): this {
    const unknown = Object.keys(this.#record).find((name) => !names.includes(name));
    if (unknown !== undefined) throw new InputError(`${this.#subject} has no field "${unknown}".`);
    return this;
  }

  has(name: string): boolean {
    return this.#record[name] !== undefined;
  }

  text(name: string): string {
    const value = this.#record[name];
    if (typeof value !== 'string') throw this.#mustBe(name, 'a string');
    return value;
  }

  number(name: string): number {
    const value = this.#record[name];
    if (typeof value !== 'number') throw this.#mustBe(name, 'a number');
    return value;
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T {
    const found = values.find((value) => value === this.#record[name]);
    if (found === undefined) throw this.#mustBe(name, `one of ${values.join(', ')}`);
    return found;
  }

  object(name: string): Fields {
    return new Fields(this.#record[name], this.#path(name));
  }

  list(name: string): readonly Fields[] {
    const value: unknown = this.#record[name];
    if (!Array.isArray(value)) throw this.#mustBe(name, 'a list');
    return value.map((item, index) => new Fields(item, `${this.#path(name)}[${index}]`));
  }

  /** Reads an object whose values are all strings. */
  texts(name: string): Readonly<Record<string, string>> {
    const fields = this.object(name);
    return Object.fromEntries(Object.keys(fields.#record).map((key) => [key, fields.text(key)]));
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#record[name];
    if (value !== undefined && typeof value !== 'boolean') throw this.#mustBe(name, 'true or false');
    return value;
  }

  #mustBe(name: string, what: string): InputError {
    return new InputError(`${this.#path(name)} must be ${what}.`);
  }

  #path(name: string): string {
    return this.#subject === 'The body' ? name : `${this.#subject}.${name}`;
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new InputError('The body must be JSON in UTF-8.');
  }
}
