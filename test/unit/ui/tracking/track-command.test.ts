import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Profile } from '../../../../src/credentials/profiles/profile';
import type { JobReference } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { TrackCommand } from '../../../../src/ui/tracking/track-command';
import { STORED } from '../../../support/credentials/windows';
import { copiedTexts, env, UIKind } from '../../../support/fake-vscode';
import { FakeClock, settle } from '../../../support/fake-clock';
import reported from '../../../fixtures/reported-cases.json';
import { Person } from '../../../support/host/person';
import { AND, BACK, ESCAPE, FakeInputBox, KEEP } from '../../../support/host/quick-input';
import { replaceProperty } from '../../../support/host/replace-property';
import { MemoryLog, noFiles } from '../../../support/samples';

const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';
const SINGAPORE = 'https://elb.ap-southeast-3.myhuaweicloud.com';
const PARIS = 'https://elb.eu-west-0.prod-cloud-ocb.orange-business.com';
const PROJECT = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const OTHER_PROJECT = 'ff1b2c3d4e5f60718293a4b5c6d7e8f9';
const JOB = '5d2f1c80-6a0b-4f6e-9a51-3c7e90b1d2a4';
const SECOND = 'a1b2c3d4-0001-4aaa-8bbb-123456789abc';
const REQUEST = '1fd5b7a2-65ab-4a7e-9a0e-0c0f6a9d2c51';
const SERVER_JOB = 'ff8080827e7810fb017f06338a731328';
/** Names no job. */
const ROW = `${JOB}\tRUNNING\n${SECOND}\tINIT`;

const profile = (endpoint: string, fields: Partial<Profile> = {}): Profile => ({
  ...{ id: `${endpoint} ${fields.projectId ?? PROJECT}`, endpoint, projectId: PROJECT },
  ...{ source: STORED, keyChangedAt: 0 },
  ...fields,
});

/** A box that stays open until the test answers it. */
class OpenInputBox extends FakeInputBox {
  constructor() {
    super({
      next: () => assert.fail('The box is not answered'),
      rejects: () => undefined,
      warns: () => undefined,
      offers: () => undefined,
    });
  }

  override show(): void {
    // Stays open without an answer.
  }

  override hide(): void {
    super.show();
    super.hide();
  }
}

async function withOpenBoxes(use: (boxes: readonly OpenInputBox[]) => Promise<void>): Promise<void> {
  const boxes: OpenInputBox[] = [];
  const restore = replaceProperty(vscode.window, 'createInputBox', () => {
    const box = new OpenInputBox();
    boxes.push(box);
    return box;
  });
  try {
    await use(boxes);
  } finally {
    restore();
  }
}

async function until(isMet: () => boolean): Promise<void> {
  while (!isMet()) await new Promise((resolve) => setImmediate(resolve));
}

describe('Track ELB Job', () => {
  let person: Person;
  let store: JobStore;
  let profiles: Profile[];
  /** What the person signs in to when asked. */
  let added: Profile | undefined;
  let command: TrackCommand;
  /** Of each sign-in. */
  let occasions: unknown[];

  beforeEach(() => {
    person = new Person();
    store = new JobStore(noFiles, new MemoryLog());
    profiles = [profile(NORTH)];
    added = undefined;
    occasions = [];
    copiedTexts.length = 0;
    command = new TrackCommand({
      store,
      engine: { retry: () => undefined },
      pause: { isPaused: false },
      credentials: { all: () => profiles },
      profiles: {
        add: (occasion) => {
          occasions.push(occasion);
          if (added !== undefined) profiles.push(added);
          return Promise.resolve(added);
        },
      },
      tree: { revealFirst: () => Promise.resolve() },
      clock: new FakeClock(),
      log: new MemoryLog(),
    });
  });

  afterEach(() => {
    env.uiKind = UIKind.Desktop;
    person.dispose();
  });

  const tracked = (): readonly JobReference[] => [...store.all().values()].map(({ reference }) => reference);
  const trackedIds = () => tracked().map(({ jobId }) => jobId);
  const message = () => person.shown.at(-1)?.message ?? '';

  it('lets the person pick if a text names no job but has ids', async () => {
    person.types(ROW, SECOND);
    await command.run(undefined);
    assert.deepEqual(trackedIds(), [SECOND]);
    assert.deepEqual([person.rejections, person.shown], [[], []]);
    assert.match(person.questions[1] ?? '', /^Track ELB Job: Which are jobs of ELB\?/);
  });

  it('lets the person pick if another extension or a key binding gives such a text', async () => {
    person.types(`${JOB}${AND}${SECOND}`);
    await command.run(ROW);
    assert.deepEqual(trackedIds().sort(), [JOB, SECOND].sort());
  });

  it('tracks nothing if the person leaves the list', async () => {
    person.types(ESCAPE);
    await command.run(ROW);
    assert.deepEqual(trackedIds(), []);
  });

  it('leads from the list back to the text, which is as it was', async () => {
    person.types(ROW, BACK, KEEP, JOB);
    await command.run(undefined);
    assert.deepEqual(trackedIds(), [JOB]);
    assert.equal(person.questions.length, 4);
  });

  it('asks nothing more if the text names its job, whatever other ids it has', async () => {
    person.types(`{"job_id":"${JOB}","request_id":"${REQUEST}","loadbalancer_list":[{"id":"${SECOND}"}]}`);
    await command.run(undefined);
    assert.deepEqual(trackedIds(), [JOB]);
    assert.equal(person.questions.length, 1);
  });

  it('says while the person types that an id is incomplete', async () => {
    for (const text of [`job_id: ${JOB.slice(0, -1)}`, `job_id = "${JOB.slice(0, 31)}"`]) {
      person.types(text);
      await command.run(undefined);
    }
    assert.deepEqual(person.rejections, [
      'This ID is one character short. Copy the whole ID.',
      'This ID is 5 characters short. Copy the whole ID.',
    ]);
    assert.deepEqual(trackedIds(), []);
  });

  it('names the service of a job that is not of ELB', async () => {
    await command.run(`GET https://ecs.cn-north-4.myhuaweicloud.com/v1/${PROJECT}/jobs/${SERVER_JOB}`);
    assert.match(message(), /^This is a job of ECS, not of ELB\./);
    person.types(`GET https://elb.eu-west-0.prod-cloud-ocb.orange-business.com/v1.0/${PROJECT}/jobs/${SERVER_JOB}`);
    await command.run(undefined);
    assert.match(person.rejections.at(-1) ?? '', /^This is a job of the classic ELB API \(v1\.0\)/);
    assert.deepEqual(trackedIds(), []);
  });

  it('never uses credentials of another project than the text names, and tracks the job after the person added them', async () => {
    added = profile(NORTH, { projectId: OTHER_PROJECT });
    person.clicks('Add Credentials');
    await command.run(`{"project_id":"${OTHER_PROJECT}","job_id":"${JOB}"}`);
    await until(() => person.shown.length > 0);
    assert.match(message(), new RegExp(`^There are no credentials for ${OTHER_PROJECT}\\.`));
    await until(() => trackedIds().length > 0);
    assert.deepEqual(tracked(), [{ endpoint: NORTH, projectId: OTHER_PROJECT, jobId: JOB }]);
  });

  describe('if the text needs credentials that do not exist', () => {
    const text = `GET ${SINGAPORE}/v3/${PROJECT}/elb/jobs/${JOB}`;
    const missing = {
      message: `There are no credentials for ap-southeast-3 · ${PROJECT}. If it is yours, press Enter to add them; this text is kept.`,
      severity: vscode.InputBoxValidationSeverity.Warning,
    };

    for (const [how, press] of [
      [
        'Enter',
        (box: OpenInputBox) => {
          box.accept();
        },
      ],
      [
        'a click on Add Credentials',
        (box: OpenInputBox) => {
          box.trigger(box.buttons.find(({ tooltip }) => tooltip === 'Add Credentials') ?? assert.fail());
        },
      ],
    ] as const) {
      it(`${how} starts the sign-in with the region and the project of the job, which is then tracked`, async () => {
        added = profile(SINGAPORE);
        await withOpenBoxes(async (boxes) => {
          const run = command.run(undefined);
          await until(() => boxes.length === 1);
          boxes[0]?.type(text);
          assert.deepEqual(boxes[0]?.validationMessage, missing);
          press(boxes[0]);
          await run;
        });
        assert.deepEqual(occasions, [
          { command: 'Track ELB Job', wanted: { endpoint: SINGAPORE, projectId: PROJECT } },
        ]);
        assert.deepEqual(tracked(), [{ endpoint: SINGAPORE, projectId: PROJECT, jobId: JOB }]);
      });
    }

    it('keeps the text if the person leaves the sign-in, and for the next opening if the person leaves the input, too', async () => {
      env.uiKind = UIKind.Web;
      await withOpenBoxes(async (boxes) => {
        const run = command.run(undefined);
        await until(() => boxes.length === 1);
        boxes[0]?.type(text);
        boxes[0]?.accept();
        await until(() => boxes.length === 2);
        assert.deepEqual([boxes[1]?.value, boxes[1]?.validationMessage], [text, missing]);
        assert.ok(boxes[1]?.buttons.some(({ tooltip }) => tooltip === 'Add Credentials'));
        boxes[1]?.hide();
        await run;
        const next = command.run(undefined);
        await until(() => boxes.length === 3);
        assert.equal(boxes[2]?.value, text);
        boxes[2].type('');
        boxes[2].hide();
        await next;
        void command.run(undefined);
        await until(() => boxes.length === 4);
        assert.equal(boxes[3]?.value, '', 'a text that the person removed does not come back');
        boxes[3].hide();
      });
      assert.deepEqual(trackedIds(), []);
    });
  });

  describe('if the text is long', () => {
    const long = (id: string) => `${'a log line\n'.repeat(20_000)}job_id=${id}`;

    it('lets other work have its turn, and tracks the job when it is found, although Enter came first', async () => {
      await withOpenBoxes(async (boxes) => {
        const run = command.run(undefined);
        await until(() => boxes.length === 1);
        boxes[0]?.type(long(JOB));
        assert.deepEqual([boxes[0]?.busy, boxes[0]?.validationMessage], [true, undefined]);
        boxes[0]?.accept();
        assert.deepEqual(trackedIds(), []);
        await run;
      });
      assert.deepEqual(trackedIds(), [JOB]);
    });

    it('says what is wrong with it after the search', async () => {
      await withOpenBoxes(async (boxes) => {
        const run = command.run(undefined);
        await until(() => boxes.length === 1);
        boxes[0]?.type(long(''));
        await until(() => boxes[0]?.busy === false);
        const problem = boxes[0]?.validationMessage;
        assert.match(typeof problem === 'string' ? problem : '', /This text has none/);
        boxes[0]?.hide();
        await run;
      });
    });

    it('forgets its jobs, and Enter, if the person types another text meanwhile', async () => {
      await withOpenBoxes(async (boxes) => {
        const run = command.run(undefined);
        await until(() => boxes.length === 1);
        boxes[0]?.type(long(JOB));
        boxes[0]?.accept();
        boxes[0]?.type(long(SECOND));
        await until(() => boxes[0]?.busy === false);
        await settle();
        assert.deepEqual(trackedIds(), []);
        boxes[0]?.accept();
        await run;
      });
      assert.deepEqual(trackedIds(), [SECOND]);
    });

    it('has no effect any more on a text that the person enters after Back', async () => {
      profiles = [profile(NORTH, { isDefault: true }), profile(SINGAPORE)];
      await withOpenBoxes(async (boxes) => {
        person.types(KEEP);
        const run = command.run(undefined);
        await until(() => boxes.length === 1);
        boxes[0]?.type(long(JOB));
        boxes[0]?.trigger(vscode.QuickInputButtons.Back);
        await until(() => boxes.length === 2);
        boxes[1]?.type(long(SECOND));
        await until(() => boxes[1]?.busy === false);
        boxes[1]?.accept();
        await run;
      });
      assert.deepEqual(trackedIds(), [SECOND]);
    });

    it('leads to no job if the person leaves after Enter, while it is searched', async () => {
      await withOpenBoxes(async (boxes) => {
        const run = command.run(undefined);
        await until(() => boxes.length === 1);
        boxes[0]?.type(long(JOB));
        boxes[0]?.accept();
        boxes[0]?.hide();
        await run;
      });
      await settle();
      assert.deepEqual(trackedIds(), []);
    });
  });

  it('says that credentials are needed first, and then asks for the job', async () => {
    profiles = [];
    await command.run(undefined);
    assert.deepEqual([occasions, person.questions], [[{ command: 'Track ELB Job', wanted: undefined }], []]);
    added = profile(NORTH);
    person.types(JOB);
    await command.run(undefined);
    assert.deepEqual(trackedIds(), [JOB]);
  });

  for (const [what, id, warning] of [
    ['lacks a character', JOB.slice(0, 10) + JOB.slice(11), 'This ID is one character short.'],
    ['has a character too many', `0${JOB}`, 'This ID has one character too many.'],
    ['has 31 digits', JOB.replaceAll('-', '').slice(1), 'This ID is one character short.'],
    ['lacks a hyphen', JOB.replace('-', ''), 'The hyphens of this ID are missing or misplaced.'],
    [
      'has another letter',
      JOB.replaceAll('-', '').replace('0', 'o'),
      'This ID contains “o”, but job IDs usually consist',
    ],
  ] as const) {
    it(`warns while the person types an id that ${what}, which Enter tracks nevertheless`, async () => {
      await withOpenBoxes(async (boxes) => {
        const run = command.run(undefined);
        await until(() => boxes.length === 1);
        boxes[0]?.type(id);
        const shown = boxes[0]?.validationMessage;
        assert.ok(typeof shown === 'object' && shown.severity === vscode.InputBoxValidationSeverity.Warning);
        assert.ok(shown.message.startsWith(warning), shown.message);
        boxes[0]?.accept();
        await run;
      });
      assert.deepEqual(trackedIds(), [id]);
    });
  }

  it('warns of the first such id in a longer text by its beginning, and never of other forms of ids', async () => {
    const short = JOB.slice(0, 10) + JOB.slice(11);
    await withOpenBoxes(async (boxes) => {
      const run = command.run(undefined);
      await until(() => boxes.length === 1);
      boxes[0]?.type(`job_id=${SECOND} job_id=${short}`);
      const shown = boxes[0]?.validationMessage;
      assert.ok(typeof shown === 'object');
      assert.match(shown.message, new RegExp(`^${JOB.slice(0, 8)}: This ID is one character short\\. Copy the whole`));
      for (const id of [JOB, SERVER_JOB, 'my-upgrade-2026', '4711']) {
        boxes[0]?.type(id);
        assert.equal(boxes[0]?.validationMessage, undefined, id);
      }
      boxes[0]?.hide();
      await run;
    });
  });

  it('chooses the credentials by the region that a text only mentions, but never refuses for it', async () => {
    const text = (region: string) => `region = "${region}"\njob_id = "${JOB}"`;
    await command.run(text('eu-west-0'));
    assert.deepEqual(tracked(), [{ endpoint: NORTH, projectId: PROJECT, jobId: JOB }], 'The only credentials are used');
    await store.untrack([...store.all().keys()]);
    profiles = [profile(NORTH, { isDefault: true }), profile(PARIS)];
    await command.run(text('eu-west-0'));
    assert.deepEqual(tracked(), [{ endpoint: PARIS, projectId: PROJECT, jobId: JOB }]);
  });

  it('uses the credentials that the person picked, although the text mentions another region', async () => {
    profiles = [profile(NORTH), profile(PARIS)];
    person.types(`region = "eu-west-0" job_id = "${JOB}"`, 'cn-north-4');
    await command.run(undefined);
    assert.deepEqual(tracked(), [{ endpoint: NORTH, projectId: PROJECT, jobId: JOB }]);
  });

  it('asks for the credentials after the text, and proposes those of the region that it mentions', async () => {
    profiles = [profile(NORTH), profile(PARIS)];
    person.types(`region = "eu-west-0" job_id = "${JOB}"`, KEEP);
    await command.run(undefined);
    assert.deepEqual(tracked(), [{ endpoint: PARIS, projectId: PROJECT, jobId: JOB }]);
  });

  it('asks for no credentials if the text names the project', async () => {
    profiles = [profile(NORTH), profile(PARIS)];
    person.types(`${PARIS}/v3/${PROJECT}/elb/jobs/${JOB}`);
    await command.run(undefined);
    assert.deepEqual(tracked(), [{ endpoint: PARIS, projectId: PROJECT, jobId: JOB }]);
    assert.equal(person.questions.length, 1);
  });

  it('returns from the credentials to the text', async () => {
    profiles = [profile(NORTH), profile(PARIS)];
    person.types(SECOND, BACK, JOB, 'eu-west-0');
    await command.run(undefined);
    assert.deepEqual(tracked(), [{ endpoint: PARIS, projectId: PROJECT, jobId: JOB }]);
  });

  const TABLE = `| job_id | status |\n| --- | --- |\n| ${JOB} | RUNNING |\n| ${SECOND} | INIT |`;

  it('searches a copied text with its line breaks, although the box shows it on one line', async () => {
    copiedTexts.push(TABLE);
    person.types(KEEP);
    await command.run(undefined);
    assert.deepEqual(trackedIds().sort(), [JOB, SECOND].sort());
    assert.equal(person.questions.length, 1, 'Nothing is left open');
  });

  it('proposes a copied text with a likely job, but none with only other ids', async () => {
    for (const [text, proposed] of [
      [`the clone ${JOB} is RUNNING`, `the clone ${JOB} is RUNNING`],
      [`{"request_id":"${REQUEST}"}`, ''],
      [
        `job_id: ${JOB.slice(0, -1)} and request_id: ${REQUEST}`,
        `job_id: ${JOB.slice(0, -1)} and request_id: ${REQUEST}`,
      ],
      ['no id at all', ''],
    ] as const) {
      copiedTexts.push(text);
      await withOpenBoxes(async (boxes) => {
        const run = command.run(undefined);
        await until(() => boxes.length === 1);
        assert.equal(boxes[0]?.value, proposed);
        boxes[0].hide();
        await run;
      });
    }
    assert.deepEqual(trackedIds(), []);
  });

  for (const [where, uiKind] of [
    ['on the desktop', UIKind.Desktop],
    ['in a browser, where the clipboard must not be read', UIKind.Web],
  ] as const) {
    it(`searches a pasted text, of which the box has a space for each line break, ${where}`, async () => {
      env.uiKind = uiKind;
      await withOpenBoxes(async (boxes) => {
        const run = command.run(undefined);
        await until(() => boxes.length === 1);
        copiedTexts.push(TABLE);
        person.types(`${JOB}${AND}${SECOND}`);
        boxes[0]?.type(TABLE.replaceAll('\n', ' '));
        await new Promise((resolve) => setImmediate(resolve));
        boxes[0]?.accept();
        await run;
      });
      assert.deepEqual(trackedIds().sort(), [JOB, SECOND].sort());
      // Without line breaks, the text names no job with certainty.
      assert.equal(person.questions.length, uiKind === UIKind.Web ? 1 : 0);
    });
  }

  it('joins an id that a terminal wrapped, although the clipboard cannot be read in a browser', async () => {
    env.uiKind = UIKind.Web;
    await withOpenBoxes(async (boxes) => {
      const run = command.run(undefined);
      await until(() => boxes.length === 1);
      boxes[0]?.type(`be {"id":"a1"} {"job_id":"${JOB.slice(0, 27)} ${JOB.slice(27)}","request_id":"${REQUEST}"}`);
      await until(() => boxes[0]?.validationMessage === undefined);
      boxes[0]?.accept();
      await run;
    });
    assert.deepEqual(trackedIds(), [JOB]);
  });

  describe('with a text that a person reported', () => {
    for (const { id, kind, input, expected, credentials } of reported.cases) {
      if (typeof input !== 'string' || credentials === undefined) continue;
      it(`${id}: ${kind}`, async () => {
        const { endpoint, region, projectId, isDefault } = credentials;
        profiles = [profile(endpoint, { region: region ?? undefined, projectId, isDefault })];
        if (typeof expected === 'string' && expected.startsWith('offered')) {
          person.types(JOB);
          await command.run(input);
          assert.deepEqual([person.questions.length, trackedIds()], [1, [JOB]]);
        } else if (typeof expected === 'string') {
          await command.run(input);
          const sentence = expected.includes('credentials')
            ? /^There are no credentials for/
            : /classic ELB API \(v1\.0\)/;
          assert.match(message(), sentence);
          assert.deepEqual([person.questions, tracked()], [[], []]);
        } else {
          assert.ok(Array.isArray(expected));
          await command.run(input);
          const wanted = expected.map((each) => (each.includes(' ') ? each : `${endpoint} ${each}`));
          assert.deepEqual(
            tracked().map((job) => `${job.endpoint} ${job.jobId}`),
            wanted,
          );
          assert.deepEqual([person.questions, person.shown], [[], []], 'Nothing is left open');
        }
      });
    }
  });
});
