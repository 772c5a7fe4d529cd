import assert from 'node:assert/strict';
import type { Profile } from '../../../../src/credentials/profiles/profile';
import { profileLine } from '../../../../src/ui/text/profile-words';

const now = Date.UTC(2026, 10, 29);

describe('the line about credentials', () => {
  it('does not call refused credentials verified', () => {
    const profile: Profile = {
      id: '0123456789abcdef',
      name: 'Production',
      endpoint: 'https://elb.cn-north-4.myhuaweicloud.com',
      projectId: '7b7705dce1e847b08b3b16dda67fec24',
      source: { kind: 'stored' },
      keyChangedAt: now,
      verifiedAt: now,
    };
    assert.match(profileLine(profile, undefined, now), / · verified \S/);
    const refusal = { at: now, error: { kind: 'authentication' } } as const;
    const line = profileLine({ ...profile, refusal }, undefined, now);
    assert.match(line, / · credentials refused$/);
    assert.doesNotMatch(line, /verified/);
  });
});
