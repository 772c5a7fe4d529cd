import assert from 'node:assert/strict';
import type { RefusalReason } from '../../../../src/cloud/http/error';
import { elbEndpointOfRegion } from '../../../../src/cloud/places/regions';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { keySteps } from '../../../../src/ui/sign-in/key-steps';
import { ProfileDraft, type SourceKind } from '../../../../src/ui/sign-in/profile-draft';
import { stepToCorrect } from '../../../../src/ui/sign-in/step-to-correct';

const place = { endpoint: elbEndpointOfRegion('cn-north-4'), region: 'cn-north-4' };
const refused = (reason?: RefusalReason): PollError => ({ kind: 'authentication', reason });
const SOURCE = 0;
const PLACE = 1;

function draftOf(source: SourceKind, fixed?: ConstructorParameters<typeof ProfileDraft>[0]): ProfileDraft {
  const draft = new ProfileDraft(fixed);
  draft.source = source;
  draft.place = place;
  return draft;
}

describe('the step to correct after an error', () => {
  const [ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN, PROJECT] = [2, 3, 4, 5];
  for (const [what, error, step] of [
    ['an unknown access key', refused('unknown-key'), ACCESS_KEY],
    ['a refusal without a reason', refused(), ACCESS_KEY],
    ['a wrong signature', refused('wrong-signature'), SECRET_KEY],
    ['a locked access key', { kind: 'locked-out' }, SECRET_KEY],
    ['an expired temporary key', { kind: 'token-expired' }, SECURITY_TOKEN],
    ['a refused security token', refused('token-refused'), SECURITY_TOKEN],
    ['a secret key that HTTP cannot carry', { kind: 'invalid-credential', part: 'secret-key' }, SECRET_KEY],
    ['a project that the key may not use', { kind: 'gateway-forbidden' }, PROJECT],
    ['a region that the account may not use', { kind: 'gateway-forbidden', reason: 'region-not-allowed' }, PLACE],
    ['a region without the API', { kind: 'api-absent' }, PLACE],
    ['an endpoint that cannot be reached', { kind: 'network' }, PLACE],
    ['an error that blames no answer', { kind: 'server' }, SECURITY_TOKEN],
  ] as const) {
    it(`is the wrong answer’s after ${what}`, () => {
      assert.equal(stepToCorrect(draftOf('stored'), error), step);
    });
  }

  it('is the token’s for a token', () => {
    for (const error of [refused('token-refused'), { kind: 'token-expired' } as const, refused()]) {
      assert.equal(stepToCorrect(draftOf('token'), error), 2);
    }
  });

  it('is the password’s for a password, which was sent and is gone', () => {
    const draft = draftOf('password');
    assert.equal(stepToCorrect(draft, refused('wrong-password')), 1 + keySteps(draft).length);
    assert.equal(stepToCorrect(draft, { kind: 'api-absent' }), PLACE);
  });

  it('is the choice of keys for keys that are not typed', () => {
    const draft = new ProfileDraft();
    draft.source = { source: { kind: 'environment' }, names: [] } as unknown as ProfileDraft['source'];
    draft.place = place;
    assert.equal(stepToCorrect(draft, refused('unknown-key')), SOURCE);
    assert.equal(stepToCorrect(draft, { kind: 'gateway-forbidden' }), 2, 'the project follows the place');
  });

  it('is one that exists if the place and the project cannot change', () => {
    const draft = draftOf('stored', { place, projectId: '0a1b2c3d4e5f60718293a4b5c6d7e8f9' });
    assert.equal(stepToCorrect(draft, refused('unknown-key')), 1);
    for (const kind of ['gateway-forbidden', 'api-absent', 'network'] as const) {
      assert.equal(stepToCorrect(draft, { kind }), 3);
    }
  });
});
