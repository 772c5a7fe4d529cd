import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { problemOfImport, folders } from '../../../scripts/lint/folder-imports.mjs';

const isAllowed = (file: string, target: string, isTypeOnly = false) =>
  problemOfImport(file, target, isTypeOnly) === undefined;

describe('imports between the folders of src/', () => {
  it('run one way only', () => {
    assert.ok(isAllowed('jobs/polling/poll-engine.ts', '../store/job-store'));
    assert.ok(!isAllowed('jobs/store/job-store.ts', '../polling/poll-engine'));
    assert.ok(!isAllowed('jobs/model/tracked-job.ts', '../polling/poll-schedule'));
    assert.ok(!isAllowed('jobs/endings/ending-announcer.ts', '../discovery/recent-jobs'));
    assert.ok(!isAllowed('base/clock.ts', '../storage/lease'));
    assert.ok(!isAllowed('ui/text/job-words.ts', '../tree/job-nodes'));
    assert.ok(!isAllowed('ui/editor/settings.ts', '../notices/ending-notices', true));
    assert.ok(!isAllowed('credentials/credential-manager.ts', '../ui/editor/settings'));
    assert.ok(!isAllowed('credentials/secrets/vault.ts', '../credential-manager'));
  });

  it('take types only from the cloud into the domain', () => {
    assert.ok(isAllowed('jobs/model/tracked-job.ts', '../../cloud/api/job', true));
    assert.ok(!isAllowed('jobs/model/tracked-job.ts', '../../cloud/api/job-schema'));
  });

  it('let no signing code be shared by client and simulator', () => {
    assert.ok(!isAllowed('simulator/gateway/signature.ts', '../../cloud/http/signer'));
    assert.ok(!isAllowed('cloud/http/signer.ts', '../../simulator/gateway/signature'));
  });

  it('keep the editor out of what must run without it', () => {
    for (const file of ['base/clock.ts', 'jobs/store/job-store.ts', 'cloud/http/signer.ts', 'simulator/simulator.ts']) {
      assert.ok(!isAllowed(file, 'vscode', true), file);
    }
    assert.ok(isAllowed('ui/status-bar.ts', 'vscode'));
  });

  it('cover every folder there is, and no other', () => {
    const present = readdirSync('src', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map(({ parentPath }) => parentPath.replaceAll('\\', '/').replace(/^src\/?/, '') || '.');
    assert.deepEqual([...new Set(present)].sort(), Object.keys(folders).sort());
  });
});
