/** The records of a text that has one name and value a line, without brackets: YAML, PowerShell's lists, boxes. */
import type { FrameFacts } from './open-brackets';

interface Record {
  /** Of its names, in the line. */
  readonly column: number;
  facts: FrameFacts;
  /** The facts that were there before the first job, which the next job has, too. */
  common: FrameFacts;
  jobs: FrameFacts[];
}

/** What is before the value of a line's only name. */
const NAME_BEFORE = /^\W{0,20}\w{1,60}(?:[ .-]\w{1,20}){0,2}\W{0,80}$/;
const MAX_NAME_LENGTH = 120;

export class Records {
  private records: Record[] = [];
  private column = 0;
  private contentStart = 0;

  constructor(private readonly text: string) {}

  /** @param isLog whether the line begins with a time, so that it has nothing to do with the lines before. */
  startLine(start: number, contentStart: number, isLog: boolean): void {
    const { text, records } = this;
    this.contentStart = contentStart;
    this.column = contentStart - start;
    if (records.length === 0) return;
    const first = text.charAt(contentStart);
    if (first === '\n' || first === '' || isLog) {
      this.records = [];
      return;
    }
    // An item of a list begins a record.
    const isItem = text.charAt(contentStart - 2) === '-' && contentStart - start >= 2;
    while (records.length > 0 && (this.last?.column ?? 0) >= this.column + (isItem ? 0 : 1)) records.pop();
  }

  /** Gives a job what its record says, now or later. @param at where its id begins */
  locate(job: FrameFacts, at: number): void {
    if (!this.isValueOfLine(at)) return;
    const record = this.current();
    if (record.jobs.length > 0) {
      record.facts = { ...record.common };
      record.jobs = [];
    } else record.common = { ...record.facts };
    record.jobs.push(job);
    setFacts(job, record.facts);
  }

  /** @param at where the value begins */
  readFact(fact: 'projectId' | 'service', value: string, at: number): void {
    if (!this.isValueOfLine(at)) return;
    const record = this.current();
    const known = record.facts[fact];
    if (known !== undefined && known !== value) {
      // The name is that of the next record.
      record.facts = {};
      record.jobs = [];
    }
    record.facts[fact] = value;
    for (const job of record.jobs) setFacts(job, record.facts);
  }

  private get last(): Record | undefined {
    return this.records.at(-1);
  }

  private current(): Record {
    const { last } = this;
    if (last?.column === this.column) return last;
    const record: Record = { column: this.column, facts: {}, common: {}, jobs: [] };
    this.records.push(record);
    return record;
  }

  private isValueOfLine(at: number): boolean {
    const length = at - this.contentStart;
    return length > 0 && length <= MAX_NAME_LENGTH && NAME_BEFORE.test(this.text.slice(this.contentStart, at));
  }
}

function setFacts(job: FrameFacts, { projectId, service }: FrameFacts): void {
  if (projectId !== undefined) job.projectId ??= projectId;
  if (service !== undefined) job.service ??= service;
}
