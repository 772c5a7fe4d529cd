/** Reads the fields of a JSON object, and says in a sentence which one is not as it must be. */
import { InputError } from './input-error';

/** Every method throws an InputError for a field of another type, and the ones not called optional for a missing one. */
export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #where: string;

  private constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InputError(`${where} must be a JSON object.`);
    }
    this.#record = { ...value };
    this.#where = where;
  }

  static parse(body: Uint8Array): Fields {
    return new Fields(parseJson(body), 'The body');
  }

  /** Refuses fields that nobody reads, since a misspelt option would be obeyed by nobody. */
  only(...names: string[]): this {
    const stranger = Object.keys(this.#record).find((name) => !names.includes(name));
    if (stranger !== undefined) throw new InputError(`${this.#where} has no field "${stranger}".`);
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

  /** An object whose values are all strings. */
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
    return this.#where === 'The body' ? name : `${this.#where}.${name}`;
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new InputError('The body must be JSON in UTF-8.');
  }
}
