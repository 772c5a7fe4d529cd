import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { MAX_MENTIONS } from '../../../../src/base/limits';
import type { Candidate, JobMention } from '../../../../src/mentions/job-mention';
import { BACK, type StepFrame } from '../../../../src/ui/editor/input-steps';
import { type MentionQuestion, needsPick, pickMentions } from '../../../../src/ui/selection/mention-picker';
import { shownTexts } from '../../../support/fake-vscode';
import { OpenQuickPick } from '../../../support/host/quick-input';
import { replaceProperty } from '../../../support/host/replace-property';

const JOB = '5d2f1c80-6a0b-4f6e-9a51-3c7e90b1d2a4';
const SECOND = 'a1b2c3d4-0001-4aaa-8bbb-123456789abc';
const REQUEST = '1fd5b7a2-65ab-4a7e-9a0e-0c0f6a9d2c51';
const SERVER_JOB = 'ff8080827e7810fb017f06338a731328';

const candidate = (fields: Partial<Candidate>): Candidate => ({
  ...{ jobId: JOB, appearsAs: 'unknown', isLikely: false, line: 1, before: '', after: '' },
  ...fields,
});
const likely = candidate({ appearsAs: 'job', isLikely: true, line: 3, before: 'job is ', after: ' now' });
const request = candidate({
  ...{ jobId: REQUEST, appearsAs: 'request', line: 12 },
  ...{ before: '"request_id": "', after: '", "status": 1' },
});
const cut = candidate({ jobId: JOB.slice(0, -1), appearsAs: 'incomplete', line: 2, before: 'job_id: ' });
const ofServer = candidate({ jobId: SERVER_JOB, appearsAs: 'other-service-job', service: 'ecs', line: 7 });

describe('the list of ids in a pasted text', () => {
  let restore: () => void;
  let pick: OpenQuickPick;
  let ticked: readonly string[];

  beforeEach(() => {
    pick = new OpenQuickPick();
    ticked = [];
    shownTexts.length = 0;
    restore = replaceProperty(vscode.window, 'createQuickPick', () => pick);
  });

  afterEach(() => {
    restore();
  });

  const ask = (question: Partial<MentionQuestion>, frame: StepFrame = { title: 'Track ELB Job' }) =>
    pickMentions(frame, {
      ...{ text: '', mentions: [], candidates: [], ticked: undefined },
      onTick: (ids) => {
        ticked = [...ids];
      },
      ...question,
    });
  const rows = () => pick.items.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
  const labels = (items: readonly vscode.QuickPickItem[]) => items.map(({ label }) => label);
  const row = (id: string) => rows().find(({ label }) => label.endsWith(id)) ?? assert.fail(`There is no row of ${id}`);

  it('shows each whole id, what it appears to be, its line and the words around it', () => {
    void ask({ candidates: [request, ofServer] });
    assert.deepEqual(
      pick.items.map(({ label, description, detail }) => [label, description, detail]),
      [
        ['Other IDs', undefined, undefined],
        [REQUEST, 'request ID · line 12', '"request_id": "1fd5b7a2…", "status": 1'],
        ['Cannot be tracked', undefined, undefined],
        [`$(circle-slash) ${SERVER_JOB}`, 'job of ECS, not of ELB · line 7', 'ff808082…'],
      ],
    );
  });

  it('says of an id that may be a job’s that it is nearly of the usual form', () => {
    const long = `${JOB}a`;
    void ask({
      mentions: [{ jobId: JOB.slice(0, 9) + JOB.slice(10) }, { jobId: SECOND }],
      candidates: [
        candidate({ jobId: long, isLikely: true }),
        candidate({ jobId: `${REQUEST}0`, appearsAs: 'request' }),
      ],
    });
    assert.deepEqual(
      rows().map(({ description }) => description),
      [
        'job ID · one character short',
        'job ID',
        'probably a job · one character too many · line 1',
        'request ID · line 1',
      ],
    );
  });

  it('says of each kind of id what it appears to be', () => {
    const kinds = [
      ...(['job', 'sub-job', 'request', 'project', 'resource', 'unknown'] as const),
      ...(['other-service-job', 'classic-job', 'incomplete'] as const),
    ];
    const candidates = kinds.map((appearsAs, at) =>
      candidate({ jobId: `${JOB.slice(0, -1)}${String(at)}`, appearsAs, line: at }),
    );
    void ask({ candidates });
    assert.deepEqual(
      rows().map(({ description }) => description),
      [
        'probably a job · line 0',
        'sub-job, which ELB does not show on its own · line 1',
        'request ID · line 2',
        'project ID · line 3',
        'resource ID · line 4',
        'ID of unknown kind · line 5',
        'job of another service, not of ELB · line 6',
        'job of the classic ELB API (v1.0) · line 7',
        'incomplete ID · line 8',
      ],
    );
  });

  it('ticks the certain and the likely jobs, lists them first, and returns them on Enter', async () => {
    const certain: JobMention = { jobId: SECOND, projectId: 'p' };
    const answer = ask({ mentions: [certain], candidates: [request, likely, cut] });
    assert.deepEqual(labels(pick.selectedItems), [SECOND, JOB]);
    assert.deepEqual(labels(rows()), [SECOND, JOB, REQUEST, `$(circle-slash) ${cut.jobId}`]);
    pick.accept();
    assert.deepEqual(await answer, [certain, likely]);
  });

  it('tracks nothing on Enter until the person has ticked an id or moved to one', async () => {
    const answer = ask({ candidates: [request, candidate({ jobId: SECOND })] });
    assert.deepEqual(pick.selectedItems, []);
    pick.accept();
    pick.activeItems = [row(SECOND)];
    pick.accept();
    assert.deepEqual(labels(pick.activeItems), [SECOND]);
    assert.deepEqual(await answer, [candidate({ jobId: SECOND })]);
  });

  it('never returns an incomplete id or another service’s job, and says why', async () => {
    const answer = ask({ candidates: [cut, ofServer, request] });
    for (const [id, reason] of [
      [cut.jobId, /^This ID is one character short\. Copy the whole ID\.$/],
      [SERVER_JOB, /^This is a job of ECS, not of ELB\./],
    ] as const) {
      pick.tick([row(id)]);
      assert.deepEqual(pick.selectedItems, [], 'The tick goes away');
      assert.match(shownTexts.at(-1) ?? '', reason);
      const before = shownTexts.length;
      pick.activeItems = [row(id)];
      pick.accept();
      assert.equal(shownTexts.length, before + 1, 'Enter says it as well');
    }
    const before = shownTexts.length;
    pick.tick(rows());
    assert.deepEqual(labels(pick.selectedItems), [REQUEST], 'Of all rows, those are ticked that can be');
    assert.equal(shownTexts.length, before);
    pick.accept();
    assert.deepEqual(await answer, [request]);
  });

  it('shows of a certain job its line and the words around it, without secrets', () => {
    const text = `X-Auth-Token: MIIabcdef\n"request_id": "${REQUEST}"\ntoken=abc, the job ${SECOND} of me`;
    void ask({ text, mentions: [{ jobId: SECOND }, { jobId: 'wrapped' }], candidates: [likely] });
    assert.deepEqual(
      rows().map(({ description, detail }) => [description, detail]),
      [
        ['job ID · line 3', 'token=***, the job a1b2c3d4… of me'],
        ['job ID', undefined],
        ['probably a job · line 3', 'job is 5d2f1c80… now'],
      ],
    );
  });

  it('goes back to the text, and has the same ticks again', async () => {
    const candidates = [likely, request];
    const answer = ask({ candidates }, { title: 'Track ELB Job', step: 2, totalSteps: 2 });
    pick.tick([row(REQUEST)]);
    assert.deepEqual(ticked, [REQUEST]);
    pick.goBack();
    assert.equal(await answer, BACK);
    void ask({ candidates, ticked: new Set(ticked) });
    assert.deepEqual(labels(pick.selectedItems), [REQUEST]);
  });

  it('shows the words of a hostile text as plain text on one line', () => {
    const before = `${'x'.repeat(60)}\u{1f600} $(trash) [a](command:b) \u202e\u0007`;
    void ask({ candidates: [candidate({ before, after: `\u200b\n${'y'.repeat(500)}` })] });
    const [{ detail = '' } = assert.fail()] = rows();
    assert.match(detail, /^…\$ \(trash\) \[a\] \(command:b\) 5d2f1c80… y+…$/u);
    assert.ok(detail.length < 150, detail);
    assert.doesNotMatch(detail, /[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  it('never begins with half of a character', () => {
    for (const length of [38, 39, 40, 41]) {
      void ask({ candidates: [candidate({ before: `a\u{1f600}${'x'.repeat(length)}` })] });
      assert.doesNotMatch(rows()[0]?.detail ?? '', /\p{Cs}/u);
    }
  });

  it('has a limit of ids, certain and likely ones first, and counts the others', () => {
    const ids = (count: number, fields: Partial<Candidate>) =>
      Array.from({ length: count }, (_, at) =>
        candidate({ jobId: `${String(fields.appearsAs)}-${String(at)}`, ...fields }),
      );
    const others = ids(MAX_MENTIONS, { appearsAs: 'request' });
    void ask({ candidates: [...others, ...ids(10, { appearsAs: 'job', isLikely: true })] });
    assert.equal(rows().length, MAX_MENTIONS);
    assert.equal(pick.selectedItems.length, 10);
    assert.equal(pick.items.at(-1)?.label, '10 more IDs are not shown');
  });

  it('opens if a person has to decide, and only then', () => {
    const certain = [{ jobId: SECOND }];
    for (const [mentions, candidates, expected] of [
      [[], [], false],
      [[], [request], true],
      [[], [candidate({ appearsAs: 'sub-job' })], true],
      [[], [cut, ofServer], false],
      [[], [cut, request], true],
      [certain, [], false],
      [certain, [request, cut], false],
      [certain, [request, likely], true],
    ] as const) {
      assert.equal(needsPick({ mentions, candidates }), expected, JSON.stringify([mentions, candidates]));
    }
  });
});
