import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_ENDINGS, MAX_INSTANT } from '../../../../../src/base/limits';
import { jobKey } from '../../../../../src/jobs/model/job-reference';
import type { TrackedJob } from '../../../../../src/jobs/model/tracked-job';
import { readRow } from '../../../../../src/jobs/store/segments/row-reader';
import { SharedTexts } from '../../../../../src/jobs/store/segments/row-texts';
import { writeRow } from '../../../../../src/jobs/store/segments/row-writer';
import { segmentPath } from '../../../../../src/jobs/store/segments/segment-file';
import { withChecksum } from '../../../../../src/jobs/store/segments/segment-line';
import { FakeClock, whileTimePasses } from '../../../../support/fake-clock';
import {
  asJson,
  asRow,
  keyOf,
  namesIn,
  segmentsIn,
  STORAGE,
  StoreWindow,
  writeEndedJobs,
} from '../../../../support/ended-jobs';
import { MemoryFileSystem } from '../../../../support/memory-file-system';
import { SeededRandom } from '../../../../support/seeded-random';

const COUNT = 6;

const text = fc.string({ unit: 'binary', maxLength: 40 });
const line = text.map((each) => each.replaceAll('\n', ' '));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const instant = fc.integer({ min: 0, max: MAX_INSTANT });
const time = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
const fields = {
  jobId: optional(text),
  jobType: optional(fc.constantFrom('cloneLoadbalancer', '', '类型', '__proto__')),
  status: optional(fc.constantFrom('COMPLETE', 'FAIL', 'constructor')),
  beginTime: optional(time),
  endTime: optional(time),
  errorCode: optional(text),
  errorMessage: optional(text),
  projectId: optional(text),
  resourceId: optional(text),
};
const entity = fc.record({ resourceId: optional(text), resourceType: optional(text) });
const subJob = fc.record({ ...fields, entities: fc.array(entity, { maxLength: 3 }) });
const job = fc.record({
  ...fields,
  subJobs: fc.array(subJob, { maxLength: 4 }),
  cut: optional(fc.record({ missingSubJobs: fc.nat(100), maxBytes: optional(fc.constant(32 * 1024)) })),
});
const seen = fc.record({ at: instant, status: text, subJobId: optional(text) });
const error = fc.record({
  kind: fc.constantFrom('not-found' as const, 'no-longer-kept' as const, 'forbidden' as const),
  httpStatus: optional(fc.integer({ min: 100, max: 599 })),
  code: optional(text),
  message: optional(text),
  requestId: optional(text),
});
const trackedJob: fc.Arbitrary<TrackedJob> = fc
  .record({
    reference: fc.record({ endpoint: line, projectId: line, jobId: line }),
    trackedAt: instant,
    aliases: fc.array(text, { maxLength: 8 }),
    job: optional(job),
    requestId: optional(text),
    answeredAt: optional(instant),
    changedAt: optional(instant),
    history: fc.array(seen, { maxLength: 5 }),
    endingNumber: fc.nat(MAX_ENDINGS),
    ending: optional(fc.record({ status: text, noticedAt: instant })),
    pollFailure: optional(fc.record({ error, since: instant, attempts: fc.integer({ min: 1, max: 1000 }) })),
    pollWantedAt: optional(instant),
    label: optional(text),
    muted: fc.boolean(),
  })
  .chain((tracked) => fc.nat(tracked.endingNumber).map((seenEnding) => ({ ...tracked, seenEnding })));

describe('a row of a segment', () => {
  it('holds each field of a job but the answer', () => {
    fc.assert(
      fc.property(trackedJob, (tracked) => {
        const read = readRow(jobKey(tracked.reference), writeRow(tracked), new SharedTexts());
        assert.deepEqual(asJson(read), asRow(tracked));
      }),
    );
  });

  it('is damaged, and nothing worse, if it holds anything else', () => {
    const texts = new SharedTexts();
    fc.assert(
      fc.property(trackedJob, fc.jsonValue(), fc.nat(), fc.nat(), (tracked, value, field, place) => {
        const row = JSON.parse(writeRow(tracked)) as Record<string, unknown>;
        const names = Object.keys(row);
        const name = names[field % names.length] ?? '';
        const list = row[name];
        if (Array.isArray(list) && list.length > 0 && place % 4 > 0) list[place % list.length] = value;
        else row[name] = value;
        const read = readRow(jobKey(tracked.reference), JSON.stringify(row), texts);
        if (read === undefined) return;
        // What is read can be written and read again.
        assert.deepEqual(asJson(readRow(jobKey(read.reference), writeRow(read), texts)), asJson(read));
      }),
    );
    const key = keyOf(0);
    for (const json of ['', 'null', '[]', '{}', '{"shared":[],"own":[],"job":[]}', '['.repeat(500_000)]) {
      assert.equal(readRow(key, json, texts), undefined);
    }
    for (const { reference } of [{ reference: { endpoint: 'a\nb', projectId: 'c', jobId: 'd' } }]) {
      const forged = { ...sample(), reference };
      assert.equal(readRow(jobKey(reference), writeRow(forged), texts), undefined, 'a reference with a line break');
      assert.equal(readRow(key, writeRow(forged), texts), undefined, 'another job');
    }
  });
});

function sample(): TrackedJob {
  const [tracked] = fc.sample(trackedJob, { numRuns: 1, seed: 1 });
  return tracked ?? assert.fail();
}

describe('a segment', () => {
  let files: MemoryFileSystem;
  let clock: FakeClock;

  beforeEach(() => {
    files = new MemoryFileSystem();
    clock = new FakeClock();
  });

  const open = () => new StoreWindow(files, clock, 2);
  const textOf = () => files.files.get(segmentsIn(files)[0] ?? '') ?? '';
  const linesOf = () => textOf().split('\n\n').slice(1, -1);
  const rewrite = (change: (text: string) => string) => files.replace(segmentsIn(files)[0] ?? '', change(textOf()));

  async function moveSome(): Promise<ReadonlyMap<string, unknown>> {
    await writeEndedJobs(files, COUNT, clock.now());
    const before = await open().readAll();
    await whileTimePasses(clock, open().move());
    assert.equal(segmentsIn(files).length, 1);
    return before;
  }

  it('loses at most one job by a damaged byte, and no other by a damaged header', async () => {
    const before = await moveSome();
    const text = textOf();
    const random = new SeededRandom(1);
    const places = [
      ...Array.from({ length: 130 }, (_, at) => at),
      ...Array.from({ length: 300 }, () => random.between(0, text.length - 1)),
    ];
    for (const at of places) {
      for (const damage of ['\n', '0', '']) {
        await rewrite(() => text.slice(0, at) + damage + text.slice(at + 1));
        const window = open();
        const after = await window.readAll();
        const lost = [...before].filter(([key]) => !after.has(key));
        assert.ok(lost.length <= (at < 127 ? 0 : 1), `${lost.length} lost at ${at}`);
        for (const [key, row] of after) assert.deepEqual(row, before.get(key), `byte ${at}`);
        if (damage === '0') for (const key of after.keys()) assert.ok((await window.directory.read(key)) !== undefined);
      }
    }
  });

  it('logs damaged jobs, and shows them once, of all windows', async () => {
    await moveSome();
    await rewrite((text) => text.replace('"shared"', '"Shared"'));
    const [first, second] = [open(), open()];
    for (const window of [first, second]) assert.equal((await window.readAll()).size, COUNT - 1);
    assert.deepEqual([first.reported.length, second.reported.length], [1, 0]);
    assert.match(second.log.lines.join('\n'), /1 jobs in .* are damaged/);
  });

  it('keeps damaged and newer jobs to the byte when segments are merged', async () => {
    await moveSome();
    const [damaged, newer] = linesOf();
    const damagedLine = (damaged ?? '').replace('"shared"', '"Shared"');
    const newerLine = withChecksum((newer ?? '').slice(9).replace('row 1', 'row 2'));
    await rewrite((text) => text.replace(damaged ?? '', damagedLine).replace(newer ?? '', newerLine));
    const window = open();
    const rest = [...(await window.readAll()).keys()];
    assert.equal(rest.length, COUNT - 2);
    await whileTimePasses(clock, window.directory.remove(rest));
    const before = segmentsIn(files)[0];
    await whileTimePasses(clock, window.move());
    assert.notEqual(segmentsIn(files)[0], before, 'it was merged');
    const lines = linesOf();
    assert.ok(lines.includes(damagedLine) && lines.includes(newerLine));
    assert.equal(lines.filter((each) => each.includes(' answer ')).length, 2);
    assert.equal((await open().readAll()).size, 0);
  });

  it('of a newer version is left alone, as is a newer list', async () => {
    await moveSome();
    const header = textOf().split('\n', 1)[0] ?? '';
    const newer = withChecksum(header.trimEnd().slice(9).replace('"version":1', '"version":2')).padEnd(header.length);
    await rewrite((text) => text.replace(header, newer));
    const text = textOf();
    const window = open();
    assert.equal((await window.readAll()).size, 0);
    await whileTimePasses(clock, window.directory.remove([keyOf(0)]));
    await whileTimePasses(clock, window.move());
    assert.equal(textOf(), text);
    const list = `${STORAGE}/ended/segments.json`;
    await files.replace(list, '{"version":2}');
    await writeEndedJobs(files, COUNT, clock.now(), 100);
    const other = open();
    assert.equal((await other.readAll()).size, COUNT);
    await whileTimePasses(clock, other.move());
    await whileTimePasses(clock, other.directory.remove([keyOf(100)]));
    assert.equal(files.files.get(list), '{"version":2}');
    assert.equal(other.log.lines.length, 1, other.log.lines.join('\n'));
  });

  const HOSTILE_LISTS: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['no JSON', '{"version":1,"segm'],
    ['deep JSON', '['.repeat(300_000)],
    ['other types', '{"version":1,"segments":{"length":3}}'],
    ['a path for a name', '{"version":1,"segments":[{"name":"../jobs/x","removed":[]}]}'],
    [
      'a name twice',
      `{"version":1,"segments":[${`{"name":"${'a'.repeat(32)}","removed":[]},`.repeat(2).slice(0, -1)}]}`,
    ],
    ['a path for a key', `{"version":1,"segments":[{"name":"${'a'.repeat(32)}","removed":["../x"]}]}`],
    ['17 MiB', `{"version":1,"segments":[],"x":"${'x'.repeat(17 * 1024 * 1024)}"}`],
  ];
  for (const [what, list] of HOSTILE_LISTS) {
    it(`is found again if the list holds ${what}, and its endings are not announced again`, async () => {
      const before = await moveSome();
      await files.replace(`${STORAGE}/ended/segments.json`, list);
      const window = open();
      assert.deepEqual(await window.readAll(), before);
      assert.equal(namesIn(files, 'ended').filter((name) => name.includes('.unreadable-')).length, 1);
      assert.equal(await window.directory.claims.claim(keyOf(0), 1), false);
      await whileTimePasses(clock, window.move());
      assert.deepEqual(await open().readAll(), before);
    });
  }

  it('counts as empty if it is missing, and hides no other job', async () => {
    await moveSome();
    await writeEndedJobs(files, 1, clock.now(), 100);
    const name = (segmentsIn(files)[0] ?? '').replace(/^.*\/|\.segment$/g, '');
    await files.move(segmentPath(STORAGE, name), `${STORAGE}/elsewhere`);
    assert.deepEqual([...(await open().readAll()).keys()], [keyOf(100)]);
    await whileTimePasses(clock, open().move());
    await files.move(`${STORAGE}/elsewhere`, segmentPath(STORAGE, name));
    assert.equal((await open().readAll()).size, COUNT + 1, 'it may return');
  });
});
