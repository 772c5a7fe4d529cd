import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import {
  type CommandTool,
  commandTools,
  isSafeTarget,
  upgradeCommand,
  type UpgradeTarget,
} from '../../../../src/cloud/api/upgrade-command';

const ID = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const TARGET: UpgradeTarget = {
  endpoint: 'https://elb.cn-north-4.myhuaweicloud.com',
  projectId: '7b7705dce1e847b08b3b16dda67fec24',
  loadBalancerId: ID,
};
const URL_OF_TARGET = `${TARGET.endpoint}/v3/${TARGET.projectId}/elb/loadbalancers/${ID}/upgrade`;
const TOOLS: readonly CommandTool[] = ['KooCLI', 'curl', 'curl-powershell', 'curl-cmd'];
/** What a shell could take for more than text. */
const HOSTILE = [
  ...[
    '$(id)',
    '`id`',
    'a;id',
    'a|id',
    'a&id',
    "a'b",
    'a"b',
    'a b',
    'a\nid',
    'a\r\nid',
    '%PATH%',
    '^a',
    '!a',
    '>a',
    '<a',
  ],
  ...['../a', 'a/b', 'a?b', 'a#b', '*', '~', '{a,b}', '[a]', '-x', '--cli-region=x', '', '\u202ea', 'é', '．', '\0'],
  ...['$env:X', 'a\\', '%0a', '@file', 'x'.repeat(65)],
];

describe('the command lines for a waiting upgrade', () => {
  it('are those of KooCLI and of curl, with a variable in the place of the token', () => {
    assert.equal(
      upgradeCommand('KooCLI', 'complete', TARGET),
      `hcloud ELB UpgradeLoadbalancer --cli-region=cn-north-4 --project_id=${TARGET.projectId} --loadbalancer_id=${ID} --action=complete`,
    );
    assert.equal(
      upgradeCommand('curl', 'rollback', TARGET),
      `curl -X POST '${URL_OF_TARGET}' -H 'Content-Type: application/json' -H "X-Auth-Token: $TOKEN" -d '{"action":"rollback"}'`,
    );
    assert.equal(
      upgradeCommand('curl-powershell', 'rollback', TARGET),
      `'{"action":"rollback"}' | curl.exe -X POST '${URL_OF_TARGET}' -H 'Content-Type: application/json' -H "X-Auth-Token: $env:TOKEN" --data-binary '@-'`,
    );
    assert.equal(
      upgradeCommand('curl-cmd', 'rollback', TARGET),
      `curl -X POST "${URL_OF_TARGET}" -H "Content-Type: application/json" -H "X-Auth-Token: %TOKEN%" -d "{\\"action\\":\\"rollback\\"}"`,
    );
  });

  it('are quoted for the shells of the platform', () => {
    assert.deepEqual(commandTools('linux'), ['KooCLI', 'curl']);
    assert.deepEqual(commandTools('darwin'), ['KooCLI', 'curl']);
    assert.deepEqual(commandTools('win32'), ['KooCLI', 'curl-powershell', 'curl-cmd', 'curl']);
  });

  it('name the endpoint of the job; without a known region, there is none of KooCLI', () => {
    const other = { ...TARGET, endpoint: 'https://elb.corp.example:8443' };
    assert.equal(upgradeCommand('KooCLI', 'complete', other), undefined);
    assert.match(upgradeCommand('curl', 'complete', other) ?? '', /'https:\/\/elb\.corp\.example:8443\/v3\//);
  });

  it('pass exactly these arguments in a shell, and the token from the variable', function () {
    if (process.platform === 'win32') this.skip();
    const run = (tool: CommandTool) => {
      const script = `hcloud() { printf '%s\\n' "$@"; }; curl() { printf '%s\\n' "$@"; }; ${upgradeCommand(tool, 'complete', TARGET) ?? ''}`;
      return execFileSync('bash', ['-c', script], { env: { ...process.env, TOKEN: "a b'c" }, encoding: 'utf8' });
    };
    const project = TARGET.projectId;
    assert.deepEqual(run('KooCLI').trim().split('\n'), [
      ...['ELB', 'UpgradeLoadbalancer', '--cli-region=cn-north-4', `--project_id=${project}`],
      ...[`--loadbalancer_id=${ID}`, '--action=complete'],
    ]);
    assert.deepEqual(run('curl').trim().split('\n'), [
      ...['-X', 'POST', URL_OF_TARGET, '-H', 'Content-Type: application/json'],
      ...['-H', "X-Auth-Token: a b'c", '-d', '{"action":"complete"}'],
    ]);
  });

  it('are refused if an id or the endpoint has any character that is not plain', () => {
    for (const hostile of HOSTILE) {
      for (const target of [
        { ...TARGET, projectId: hostile },
        { ...TARGET, loadBalancerId: hostile },
        { ...TARGET, endpoint: `https://elb.cn-north-4.myhuaweicloud.com${hostile === '' ? ' ' : hostile.repeat(1)}/` },
      ]) {
        assert.ok(!isSafeTarget(target), JSON.stringify(target));
        for (const tool of TOOLS) assert.throws(() => upgradeCommand(tool, 'complete', target));
      }
    }
  });

  it('contain an id only as it is, whatever a service returns', () => {
    const shortText = fc.stringMatching(/^[-aZ0_$`'"\\ %^&|;<>\n(){}[\]!*?~#@=,./:]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(shortText, fc.string()), fc.constantFrom(...TOOLS), (id, tool) => {
        const target = { ...TARGET, loadBalancerId: id };
        if (!isSafeTarget(target)) return;
        assert.match(id, /^[A-Za-z0-9_][A-Za-z0-9_-]*$/);
        assert.equal(
          upgradeCommand(tool, 'complete', target),
          upgradeCommand(tool, 'complete', TARGET)?.replace(ID, id),
        );
      }),
    );
  });
});
