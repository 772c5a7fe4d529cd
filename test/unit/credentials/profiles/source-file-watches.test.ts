import assert from 'node:assert/strict';
import type { SavedProfile, ProfileSource } from '../../../../src/credentials/profiles/profile';
import { SourceFileWatches } from '../../../../src/credentials/profiles/source-file-watches';
import { reference } from '../../../support/samples';
import { STORED } from '../../../support/credentials/windows';

const profileFrom = (source: ProfileSource): SavedProfile => ({
  id: JSON.stringify(source),
  endpoint: reference.endpoint,
  projectId: reference.projectId,
  source,
  keyChangedAt: 0,
});
const sdkFile = (file: string, section = 'basic') => profileFrom({ kind: 'sdk-file', file, section });
const kooCli = (file: string) => profileFrom({ kind: 'koocli', file, profile: 'default' });

describe('the watches of files with keys', () => {
  let listeners: Map<string, () => void>;
  let begun: string[];
  let changes: number;
  let watches: SourceFileWatches;

  beforeEach(() => {
    listeners = new Map();
    begun = [];
    changes = 0;
    watches = new SourceFileWatches(
      (file, listener) => {
        begun.push(file);
        listeners.set(file, listener);
        return { dispose: () => listeners.delete(file) };
      },
      () => (changes += 1),
    );
  });

  it('are one per file, even if several profiles use it', () => {
    const profiles = [sdkFile('a'), sdkFile('a', 'global'), kooCli('b')];
    watches.update(profiles);
    watches.update(profiles);
    assert.deepEqual(begun, ['a', 'b']);
    for (const listener of listeners.values()) listener();
    assert.equal(changes, 2);
  });

  it('are none for keys outside files', () => {
    watches.update([
      profileFrom(STORED),
      profileFrom({ kind: 'token' }),
      profileFrom({ kind: 'environment', family: 'terraform' }),
    ]);
    assert.deepEqual(begun, []);
  });

  it('end when no profile needs the file, and start again when a profile does', () => {
    watches.update([sdkFile('a'), kooCli('b')]);
    watches.update([kooCli('b'), sdkFile('c')]);
    assert.deepEqual([...listeners.keys()], ['b', 'c']);
    watches.update([sdkFile('a')]);
    assert.deepEqual([...listeners.keys()], ['a']);
    assert.deepEqual(begun, ['a', 'b', 'c', 'a']);
  });

  it('all end with the window', () => {
    watches.update([sdkFile('a'), kooCli('b')]);
    watches.dispose();
    assert.deepEqual([...listeners.keys()], []);
  });
});
