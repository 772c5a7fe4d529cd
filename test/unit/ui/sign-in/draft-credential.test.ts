import assert from 'node:assert/strict';
import type { SignIn } from '../../../../src/credentials/sign-in';
import { KeySources } from '../../../../src/credentials/sources/key-sources';
import { DraftCredential } from '../../../../src/ui/sign-in/draft-credential';
import { ProfileDraft, type SourceKind } from '../../../../src/ui/sign-in/profile-draft';
import { Windows } from '../../../support/credentials/windows';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';

const OWN_CLOUD = { endpoint: 'https://elb.corp.example' };
const NORTH = { endpoint: 'https://elb.cn-north-4.myhuaweicloud.com', region: 'cn-north-4' };

describe('the IAM endpoint of a credentials draft', () => {
  const clock = new FakeClock();
  let signIn: SignIn;

  before(async () => {
    ({ signIn } = await new Windows(() => Promise.reject(new Error('No request may be sent.'))).open());
  });

  const sources = new KeySources({ files: new MemoryFileSystem(), environment: () => ({}), home: '/home', clock });
  const iamOf = (draft: ProfileDraft) => new DraftCredential(draft, sources, signIn).iamEndpoint;

  function draftOf(source: SourceKind, place: ProfileDraft['place']): ProfileDraft {
    const draft = new ProfileDraft();
    draft.source = source;
    draft.place = place;
    return draft;
  }

  it('is the region’s, even if another one was entered for an earlier place', () => {
    const draft = draftOf('password', NORTH);
    draft.iamEndpoint = 'https://iam.evil.example';
    assert.equal(iamOf(draft), 'https://iam.cn-north-4.myhuaweicloud.com');
    draft.forgetPlace();
    draft.place = OWN_CLOUD;
    assert.equal(iamOf(draft), undefined, 'the person must enter it again for another place');
  });

  it('is no longer the one entered for a password after switching to an access key', () => {
    const draft = draftOf('password', OWN_CLOUD);
    draft.iamEndpoint = 'https://iam.corp.example';
    assert.equal(iamOf(draft), 'https://iam.corp.example');
    draft.source = 'stored';
    assert.equal(iamOf(draft), undefined);
  });

  it('is never taken from the environment, because the person has not confirmed it', () => {
    const draft = draftOf('stored', OWN_CLOUD);
    draft.source = {
      source: { kind: 'environment', family: 'terraform' },
      names: ['HW_AUTH_TOKEN', 'HW_AUTH_URL'],
      iamEndpoint: 'https://iam.evil.example',
    };
    assert.equal(iamOf(draft), undefined);
  });

  it('is cleared with the place, together with the project, its name and the expiry of the token', () => {
    const draft = draftOf('token', OWN_CLOUD);
    Object.assign(draft, { iamEndpoint: 'https://iam.corp.example', projectOfToken: 'p', projectId: 'id' });
    draft.projectName = 'name';
    draft.expiresAt = 7;
    draft.forgetPlace();
    const { iamEndpoint, projectOfToken, projectId, projectName, expiresAt } = draft;
    assert.deepEqual(
      [iamEndpoint, projectOfToken, projectId, projectName, expiresAt],
      ['', '', '', undefined, undefined],
    );
  });
});
