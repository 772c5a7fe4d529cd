import assert from 'node:assert/strict';
import { axiosTransport } from '../../../../src/cloud/http/axios-transport';
import { KeySources } from '../../../../src/credentials/sources/key-sources';
import { SimulatorClock } from '../../../../src/simulator/base/simulator-clock';
import { Simulator } from '../../../../src/simulator/simulator';
import { ProfileWizard } from '../../../../src/ui/sign-in/profile-wizard';
import { SignInConsent } from '../../../../src/ui/sign-in/sign-in-consent';
import { Windows } from '../../../support/credentials/windows';
import { FakeClock } from '../../../support/fake-clock';
import { Person } from '../../../support/host/person';
import { KEEP } from '../../../support/host/quick-input';
import { MemoryLog } from '../../../support/samples';

const PROJECTS = ['1', '2', '3'].map((digit) => ({ id: digit.repeat(32), name: `cn-north-4_team${digit}` }));
const [, SECOND, THIRD] = PROJECTS.map(({ id }) => id);

describe('a sign-in that waits for a response', () => {
  let simulator: Simulator;
  let person: Person;

  beforeEach(async () => {
    person = new Person();
    // The time of the windows.
    const clock = new SimulatorClock({ startAt: new FakeClock().now(), held: true });
    simulator = await Simulator.start({ projects: PROJECTS, clock });
  });

  afterEach(async () => {
    person.dispose();
    await simulator.stop();
  });

  it('keeps its answers if a job of another project asks for a sign-in meanwhile', async () => {
    const transport = axiosTransport('elb-job-tracker/0.0.0-test');
    const others: unknown[] = [];
    const windows = new Windows((request, ...rest) => {
      if (request.url.includes('/elb/')) {
        const wanted = { endpoint: simulator.origin, projectId: THIRD };
        void wizard.add({ command: 'Track ELB Job', wanted }).then((profile) => others.push(profile));
      }
      return transport(request, ...rest);
    });
    const { credentials, reader, signIn } = await windows.open();
    const log = new MemoryLog();
    const { clock } = windows;
    const wizard = new ProfileWizard({
      ...{ credentials, reader, signIn, clock, log },
      consent: new SignInConsent({ signIn, log }),
      sources: new KeySources({ files: windows.files, environment: () => ({}), home: '/home', clock }),
      proposals: () => [],
      runsRemotely: false,
    });
    const { accessKey, secretKey } = simulator.accessKey;
    const effect = { kind: 'error', status: 500, code: 'ELB.8906', message: 'busy' } as const;
    simulator.injectFault({ match: { route: 'ListJobs' }, times: 1, effect });
    person.types('Access key (AK/SK)', simulator.origin, accessKey, secretKey, '', 'cn-north-4_team2', KEEP, KEEP);
    person.clicks('Change…');
    const profile = await windows.whileTimePasses(wizard.add());
    assert.equal(profile?.projectId, SECOND);
    assert.deepEqual(new Set(others), new Set([undefined]));
  });
});
