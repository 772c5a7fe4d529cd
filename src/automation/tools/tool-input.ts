/** Checks the input of an agent tool. A model wrote it, and the editor passes it on even if it does not fit the schema. */
import { l10n } from 'vscode';
import { parseJobId } from '../../jobs/model/job-reference';
import { JobRequestError } from '../jobs/job-request-error';

/** Each method throws a JobRequestError that says what is expected. It never repeats a value, which may be a secret. */
export class ToolInput {
  private readonly fields: ReadonlyMap<string, unknown>;

  /** @param names of all fields that the tool takes */
  constructor(input: unknown, names: readonly string[]) {
    // Models omit the input of a tool without required fields.
    const given = input ?? {};
    const isObject = typeof given === 'object' && !Array.isArray(given);
    if (!isObject || !Object.keys(given).every((name) => names.includes(name))) {
      throw invalid(l10n.t('The input must be an object with no fields but these: {names}.', { names: listOf(names) }));
    }
    this.fields = new Map(Object.entries(given));
  }

  /** @returns undefined if the field is missing, null or empty: models send each for "nothing" */
  text(name: string, maxLength: number): string | undefined {
    const value = this.value(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string' && value.length <= maxLength) return value;
    throw invalid(l10n.t('“{field}” must be text of at most {count} characters.', { field: name, count: maxLength }));
  }

  requiredText(name: string, maxLength: number): string {
    const text = this.text(name, maxLength);
    if (text !== undefined && text.trim() !== '') return text;
    throw invalid(l10n.t('“{field}” is missing. It must be text.', { field: name }));
  }

  jobId(name: string): string {
    const value = this.value(name);
    const jobId = typeof value === 'string' ? parseJobId(value) : undefined;
    if (jobId !== undefined) return jobId;
    throw invalid(
      l10n.t(
        '“{field}” must be the whole ID of one job: 1 to 64 letters, digits, hyphens and underscores. {tool} returns the IDs.',
        { field: name, tool: 'list_elb_jobs' },
      ),
    );
  }

  wholeNumber(
    name: string,
    { min, max, usual }: { readonly min: number; readonly max: number; readonly usual: number },
  ) {
    const value = this.value(name);
    if (value === undefined) return usual;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw invalid(l10n.t('“{field}” must be a whole number from {min} to {max}.', { field: name, min, max }));
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.value(name);
    if (value === undefined || value === '') return undefined;
    const known = values.find((each) => each === value);
    if (known !== undefined) return known;
    throw invalid(l10n.t('“{field}” must be one of: {values}.', { field: name, values: listOf(values) }));
  }

  private value(name: string): unknown {
    return this.fields.get(name) ?? undefined;
  }
}

function invalid(message: string): JobRequestError {
  return new JobRequestError('invalid-argument', message);
}

function listOf(words: readonly string[]): string {
  return words.join(', ');
}
