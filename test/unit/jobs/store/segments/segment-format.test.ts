import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { MAX_ENDINGS, MAX_INSTANT, MIN_RAW_JOB_BYTES } from '../../../../../src/base/limits';
import { isZeroInstant } from '../../../../../src/base/zero-instants';
import { jobKey, type JobKey } from '../../../../../src/jobs/model/job-reference';
import { hasFailed } from '../../../../../src/jobs/model/job-status';
import { newlyTracked, type TrackedJob } from '../../../../../src/jobs/model/tracked-job';
import { withoutLargeAnswers } from '../../../../../src/jobs/store/segments/removed-answers';
import { readRow } from '../../../../../src/jobs/store/segments/row-reader';
import { type RowReading, SharedTexts } from '../../../../../src/jobs/store/segments/row-texts';
import { type Row, writeRow } from '../../../../../src/jobs/store/segments/row-writer';
import { segmentNamesIn, segmentPath } from '../../../../../src/jobs/store/segments/segment-file';
import {
  answerLine,
  type LinePlace,
  parseLine,
  rowLine,
  rowOf,
  withChecksum,
} from '../../../../../src/jobs/store/segments/segment-line';
import { hasChildren } from '../../../../../src/ui/tree/job-nodes';
import { FakeClock, whileTimePasses } from '../../../../support/fake-clock';
import {
  asJson,
  asRow,
  endedJob,
  jobFilesIn,
  keyOf,
  namesIn,
  referenceOf,
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
const time = fc
  .integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 })
  .filter((each) => !isZeroInstant(each));
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
  fingerprint: optional(fc.maxSafeNat()),
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

/** @returns the row's line as it is in a file of other lines */
function lineOf({ head, details }: Row, key: JobKey = keyOf(0)): LinePlace {
  const before = 'something before ';
  const bytes = Buffer.from(`${before}${rowLine(key, '', { head, details })}\nsomething after`);
  return parseLine(bytes, before.length, bytes.lastIndexOf('\n')) ?? assert.fail();
}

describe('a row of a segment', () => {
  let damaged: string[];
  let reading: RowReading;

  beforeEach(() => {
    damaged = [];
    reading = { texts: new SharedTexts(), onDamagedDetails: (key) => damaged.push(key) };
  });

  const read = (row: Row, key: JobKey) => readRow(key, lineOf(row), reading);
  const isDamaged = (tracked: TrackedJob) => damaged.includes(jobKey(tracked.reference));

  it('holds each field of a job but the answer', () => {
    fc.assert(
      fc.property(trackedJob, (tracked) => {
        const stored = read(writeRow(tracked), jobKey(tracked.reference)) ?? assert.fail();
        assert.deepEqual(asJson(stored), asRow(tracked));
      }),
    );
    assert.deepEqual(damaged, []);
  });

  it('has no times that are zero, which earlier versions wrote', () => {
    for (const zero of ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '0001-01-01T00:00:00+08:00']) {
      const times = { beginTime: Date.parse(zero), endTime: Date.parse(zero) };
      const tracked = { ...sample(), job: { ...times, subJobs: [{ ...times, entities: [] }] } };
      const { job } = read(writeRow(tracked), jobKey(tracked.reference)) ?? assert.fail();
      for (const part of [job, job?.subJobs.at(0)]) {
        assert.deepEqual([part?.beginTime, part?.endTime], [undefined, undefined], zero);
      }
    }
    assert.deepEqual(damaged, []);
  });

  it('says what lists of jobs show without decoding its details', () => {
    fc.assert(
      fc.property(trackedJob, (tracked) => {
        const { head } = writeRow(tracked);
        const stored = read({ head, details: 'damaged' }, jobKey(tracked.reference)) ?? assert.fail();
        const { history, job, ...others } = tracked;
        assert.equal(stored.history.length, history.length);
        assert.deepEqual(asJson({ ...stored, history: undefined, job: undefined }), asJson(others));
        assert.equal(stored.job?.subJobs.length, job?.subJobs.length);
        assert.equal(hasFailed(stored.job), hasFailed(job));
        assert.equal(hasChildren(stored), hasChildren(tracked));
        assert.deepEqual(damaged, [], 'the details were decoded');
      }),
    );
  });

  it('keeps its sub-jobs when the job is copied, and decodes them again after they left the memory', () => {
    const tracked = { ...sample(), job: { subJobs: [{ status: 'FAIL', entities: [] }] } };
    const stored = read(writeRow(tracked), jobKey(tracked.reference)) ?? assert.fail();
    const copy = { ...stored, job: { ...stored.job, label: 'copy' } };
    assert.deepEqual(asJson(copy.job.subJobs), tracked.job.subJobs);
    assert.deepEqual(asJson(copy.job.subJobs), tracked.job.subJobs);
    assert.deepEqual(damaged, []);
  });

  it('finds every text of its sub-jobs by the quick search for one, in any case', () => {
    fc.assert(
      fc.property(fc.array(subJob, { minLength: 1, maxLength: 4 }), fc.nat(), (subJobs, place) => {
        const tracked = { ...sample(), job: { subJobs } };
        const stored = read(writeRow(tracked), jobKey(tracked.reference)) ?? assert.fail();
        for (const { jobId, jobType, resourceId, entities } of subJobs) {
          for (const each of [jobId, jobType, resourceId, ...entities.map((entity) => entity.resourceId)]) {
            const part = Array.from(each ?? '')
              .slice(place % 5)
              .join('')
              .toLowerCase();
            assert.ok(stored.job?.subJobs.mayContain?.(part));
          }
        }
        assert.equal(stored.job?.subJobs.mayContain?.('no text has this'), false);
      }),
    );
  });

  it('is damaged, and nothing worse, if it holds anything else', () => {
    fc.assert(
      fc.property(
        trackedJob,
        fc.jsonValue(),
        fc.nat(),
        fc.nat(),
        fc.boolean(),
        (tracked, value, field, place, inHead) => {
          const row = writeRow(tracked);
          const part = inHead ? 'head' : 'details';
          const values = JSON.parse(row[part]) as unknown[];
          const index = field % values.length;
          const list = values[index];
          if (Array.isArray(list) && list.length > 0 && place % 4 > 0) list[place % list.length] = value;
          else values[index] = value;
          const forged = read({ ...row, [part]: JSON.stringify(values) }, jobKey(tracked.reference));
          if (forged === undefined) return;
          // What is read can be written and read again.
          const again = read(writeRow(forged), jobKey(forged.reference)) ?? assert.fail();
          assert.deepEqual(asJson(again), asJson(forged));
        },
      ),
    );
    const key = keyOf(0);
    for (const head of ['', 'null', '{}', '[]', '[[],[],[]]', '['.repeat(500_000)]) {
      assert.equal(read({ head, details: '[[],[],[],[]]' }, key), undefined);
    }
    for (const { reference } of [{ reference: { endpoint: 'a\nb', projectId: 'c', jobId: 'd' } }]) {
      const forged = { ...sample(), reference };
      assert.equal(read(writeRow(forged), jobKey(reference)), undefined, 'a reference with a line break');
      assert.equal(read(writeRow(forged), key), undefined, 'another job');
    }
  });

  const oneSubJob: TrackedJob = {
    ...newlyTracked(referenceOf(0), 0),
    job: { status: 'COMPLETE', subJobs: [{ status: 'FAIL', entities: [] }] },
    history: [{ at: 1, status: 'COMPLETE' }],
  };
  const details = writeRow(oneSubJob).details;
  const HOSTILE_DETAILS: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['no JSON', details.slice(0, -1)],
    ['another type', '{"length":4}'],
    ['deep JSON', '['.repeat(500_000)],
    ['many lists', `[${'[],'.repeat(500_000)}[]]`],
    [
      'more sub-jobs than the head says',
      writeRow({ ...oneSubJob, job: { subJobs: [{ entities: [] }, { entities: [] }] } }).details,
    ],
    ['less history than the head says', writeRow({ ...oneSubJob, history: [] }).details],
    ['texts that are missing', details.replace(/^\[\[.*?\]/, '[[]')],
    ['a time that is none', details.replace(/\[1,/, '[1e300,')],
    ['a long text', details.replace('FAIL', 'F'.repeat(5000))],
  ];
  for (const [what, hostile] of HOSTILE_DETAILS) {
    it(`has neither sub-jobs nor a history, and is reported once, if its details hold ${what}`, () => {
      assert.notEqual(hostile, details);
      const tracked = read({ ...writeRow(oneSubJob), details: hostile }, keyOf(0)) ?? assert.fail();
      assert.deepEqual(damaged, []);
      const subJobs = tracked.job?.subJobs ?? assert.fail();
      assert.deepEqual([...subJobs], []);
      assert.deepEqual([...tracked.history], []);
      assert.deepEqual([subJobs.length, tracked.history.length], [0, 0]);
      assert.ok(isDamaged(tracked) && damaged.length === 1);
      assert.equal(tracked.job?.status, 'COMPLETE');
    });
  }
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

  it('lets other work have its turn while large answers are removed', async () => {
    const answers = Array.from({ length: 32 }, (_, number) =>
      answerLine(keyOf(number), JSON.stringify('x'.repeat(2 * MIN_RAW_JOB_BYTES))),
    );
    const rows = answers.map((answer, number) => rowLine(keyOf(number), answer, writeRow(endedJob(number, 0))));
    let turns = 0;
    let isOver = false;
    const countTurns = () => {
      turns += 1;
      if (!isOver) setImmediate(countTurns);
    };
    setImmediate(countTurns);
    const smaller = await withoutLargeAnswers({ rows, answers });
    isOver = true;
    assert.ok(turns >= 4, `${turns} turns`);
    assert.deepEqual([smaller.rows.length, smaller.answers.length], [32, 32]);
    assert.ok(smaller.answers.every((answer) => answer.endsWith(' null')));
  });

  it('keeps no answers in memory if its header is damaged', async () => {
    await moveSome();
    await rewrite((text) => text.replace('createdAt', 'CreatedAt'));
    const [name = ''] = segmentNamesIn(segmentsIn(files).map((file) => path.basename(file)));
    const { entries, rowsEnd } = await open().directory.ended.index(name);
    assert.ok(rowsEnd < Buffer.byteLength(textOf()));
    assert.deepEqual([...new Set([...entries.values()].map(({ row }) => row.bytes.length))], [rowsEnd]);
    assert.equal((await open().readAll()).size, COUNT);
  });

  it('logs damaged jobs, and shows them once, of all windows', async () => {
    await moveSome();
    await rewrite((text) => text.replace('COMPLETE', 'Complete'));
    const [first, second] = [open(), open()];
    for (const window of [first, second]) assert.equal((await window.readAll()).size, COUNT - 1);
    assert.deepEqual([first.reported.length, second.reported.length], [1, 0]);
    assert.match(second.log.lines.join('\n'), /1 jobs in .* are damaged/);
  });

  it('keeps a job with damaged sub-jobs to the byte when the person changes it', async () => {
    await moveSome();
    const [row = ''] = linesOf();
    const { key, answerBytes, ...place } = parseLine(Buffer.from(row)) ?? assert.fail();
    const { head, details } = rowOf(place);
    await rewrite((text) =>
      text.replace(row, rowLine(key, 'x'.repeat(answerBytes), { head, details: `${details} []` })),
    );
    const before = textOf();
    const window = open();
    const known = (await window.directory.read(key)) ?? assert.fail();
    assert.deepEqual([[...(known.job?.subJobs ?? [])], known.job?.raw === undefined], [[], false]);
    const renamed = (stored: TrackedJob) => ({ ...stored, label: 'Renamed' });
    assert.equal(await window.directory.change(key, renamed(known), renamed).then((job) => job?.label), 'Renamed');
    assert.deepEqual([jobFilesIn(files), textOf()], [[], before]);
    assert.match(window.log.lines.join('\n'), /is not saved: its record is damaged/);
    const [other = ''] = [...(await window.readAll()).keys()].filter((each) => each !== key);
    await window.directory.change(other, known, renamed);
    assert.equal((await open().directory.read(other))?.label, 'Renamed');
  });

  it('keeps damaged and newer jobs to the byte when segments are merged', async () => {
    await moveSome();
    const [damaged, newer] = linesOf();
    const damagedLine = (damaged ?? '').replace('COMPLETE', 'Complete');
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
