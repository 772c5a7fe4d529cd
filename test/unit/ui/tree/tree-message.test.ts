import assert from 'node:assert/strict';
import { MINUTE, SECOND } from '../../../../src/base/time-units';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { NEWEST_FIRST } from '../../../../src/ui/tree/job-arrangement';
import { TreeMessage } from '../../../../src/ui/tree/tree-message';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

type Parts = ConstructorParameters<typeof TreeMessage>[1];

const onDidChange = () => ({ dispose: () => undefined });

describe('the message above the tree', () => {
  interface Given {
    readonly error?: PollError;
    /** Why entries of `profiles.json` are not used. */
    readonly unreadable?: readonly ('other-place' | 'damaged')[];
    /** Of their projects; missing if they cannot be read. */
    readonly id?: string | undefined;
    readonly profiles?: number;
  }

  async function messageOf({ error, unreadable = [], profiles = 1, ...given }: Given): Promise<string> {
    const store = new JobStore(noFiles, new MemoryLog());
    await store.restore([{ ...newlyTracked(reference, 0), job: jobAt('RUNNING', {}) }]);
    const id = 'id' in given ? given.id : 'project';
    const view: { message?: string } = {};
    const credentials = {
      all: () => Array.from({ length: profiles }, () => ({})),
      refusalFor: () => error && { profile: {}, error },
      unreadable: unreadable.map((reason) => ({ reason, id })),
      onDidChange,
    };
    const message = new TreeMessage(view, {
      store,
      credentials: credentials as unknown as Parts['credentials'],
      pause: { isPaused: false, onDidChange },
      followed: { all: () => [], onDidChange },
      options: { current: NEWEST_FIRST, onDidChange },
    });
    message.reportClockSkew(0);
    message.dispose();
    return view.message ?? '';
  }

  it('says until when nothing is sent after too many failed sign-ins, and never a time that is too early', async () => {
    const at = new Date(2026, 0, 1, 14, 4).getTime();
    for (const until of [at + 1, at + 31 * SECOND, at + MINUTE]) {
      const message = await messageOf({ error: { kind: 'too-many-failures', until } });
      assert.match(
        message,
        /^3 sign-ins .* failed within 10 minutes\. Nothing is sent with it until 2:05.PM, or until/,
      );
    }
    assert.match(await messageOf({ error: { kind: 'too-many-failures', until: at } }), / until 2:04.PM,/);
  });

  it('says how many credentials are not used because profiles.json was edited, apart from those that are unreadable', async () => {
    assert.equal(await messageOf({}), '');
    assert.match(
      await messageOf({ unreadable: ['other-place'] }),
      /^1 credential entry is not used, because .* edited/,
    );
    assert.match(
      await messageOf({ unreadable: ['other-place', 'damaged', 'other-place'] }),
      /^2 credential entries are not used, because .* edited .* 1 credential entry cannot be read by this version/,
    );
  });

  it('does not say for ever that an entry cannot be read if it is not known whose it is', async () => {
    assert.equal(await messageOf({ unreadable: ['damaged'], id: undefined }), '');
    assert.match(
      await messageOf({ unreadable: ['damaged'], id: undefined, profiles: 0 }),
      /^1 credential entry cannot be read/,
    );
  });
});
