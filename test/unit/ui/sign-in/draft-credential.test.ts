import assert from 'node:assert/strict';
import { SignIn } from '../../../../src/credentials/sign-in';
import { KeySources } from '../../../../src/credentials/sources/found-key-sources';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import { ElbClient } from '../../../../src/cloud/api/elb-client';
import { IamClient } from '../../../../src/cloud/api/iam-client';
import { DraftCredential } from '../../../../src/ui/sign-in/draft-credential';
import { ProfileDraft, type SourceKind } from '../../../../src/ui/sign-in/profile-draft';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';

const OWN_CLOUD = { endpoint: 'https://elb.corp.example' };
const NORTH = { endpoint: 'https://elb.cn-north-4.myhuaweicloud.com', region: 'cn-north-4' };

describe('where a draft of credentials has IAM', () => {
  const clock = new FakeClock();
  const api = new CloudApi(
    () => Promise.reject(new Error('Nothing is to be sent.')),
    () => clock.now(),
  );
  const signIn = new SignIn(new IamClient(api), new ElbClient(api));
  const sources = new KeySources({ files: new MemoryFileSystem(), environment: () => ({}), home: '/home', clock });
  const iamOf = (draft: ProfileDraft) => new DraftCredential(draft, sources, signIn).iamEndpoint;

  function draftOf(source: SourceKind, place: ProfileDraft['place']): ProfileDraft {
    const draft = new ProfileDraft();
    draft.source = source;
    draft.place = place;
    return draft;
  }

  it('is by the region, whatever was said for another place before', () => {
    const draft = draftOf('password', NORTH);
    draft.iamEndpoint = 'https://iam.evil.example';
    assert.equal(iamOf(draft), 'https://iam.cn-north-4.myhuaweicloud.com');
    draft.forgetPlace();
    draft.place = OWN_CLOUD;
    assert.equal(iamOf(draft), undefined, 'and is asked for anew');
  });

  it('is not where a password was sent to, once a key is signed with instead', () => {
    const draft = draftOf('password', OWN_CLOUD);
    draft.iamEndpoint = 'https://iam.corp.example';
    assert.equal(iamOf(draft), 'https://iam.corp.example');
    draft.source = 'stored';
    assert.equal(iamOf(draft), undefined);
  });

  it('is not what the environment names, which nobody confirmed', () => {
    const draft = draftOf('stored', OWN_CLOUD);
    draft.source = {
      source: { kind: 'environment', family: 'terraform' },
      names: ['HW_AUTH_TOKEN', 'HW_AUTH_URL'],
      iamEndpoint: 'https://iam.evil.example',
    };
    assert.equal(iamOf(draft), undefined);
  });

  it('is forgotten with the place, as are its project, the name of that and the end of its token', () => {
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
