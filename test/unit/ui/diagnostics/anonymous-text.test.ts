import assert from 'node:assert/strict';
import { anonymousLines, type PrivateWords } from '../../../../src/ui/diagnostics/anonymous-text';
import { logLine } from '../../../../src/ui/editor/log-line';
import { assertLinearCost } from '../../../support/linear-cost';

const words: PrivateWords = {
  ids: new Set(['job-1', '7b7705dce1e847b08b3b16dda67fec24']),
  names: ['prod-api', 'Kunden (EU)', 'ab', '$(icon)'],
  user: 'jane',
};

const anonymousLine = (line: string, known = words) => anonymousLines([logLine(line)], known)[0];

/** [the line of the log, what the bug report has] */
const LINES: readonly (readonly [string, string])[] = [
  ['Job 37d5c1fd-fa57-4c6d-bdcd-d523095c05e8: throttled (429)', 'Job [id]: throttled (429)'],
  ['Job job-1: server (502 · ELB.8906)', 'Job [id]: server (502 · ELB.8906)'],
  ['Polling project 7b7705dce1e847b08b3b16dda67fec24 failed', 'Polling project [id] failed'],
  ['Job unknown_9: malformed', 'Job [id]: malformed'],
  ['Jobs with unsaved changes: 12.', 'Jobs with unsaved changes: 12.'],
  [
    'loadbalancer prod-api of Kunden (EU) is busy; product-apis stay',
    'loadbalancer [name] of [name] is busy; product-apis stay',
  ],
  ['mail ops@example.com', 'mail [user]'],
  ['jane may not; Janet may', '[user] may not; Janet may'],
  [
    "EACCES: permission denied, open '/home/jane/.config/Code/globalStorage/x/jobs/0123456789abcdef.json'",
    "EACCES: permission denied, open '[path]/jobs/[file]'",
  ],
  ['/home/jane/Code/globalStorage/x/profiles.json was replaced.', '[path]/profiles.json was replaced.'],
  ['C:\\Users\\Jane Doe\\AppData\\x\\salt holds no salt', '[path]/salt holds no salt'],
  ["open 'C:\\\\Users\\\\Jane Doe\\\\my keys.json'", "open '[path]'"],
  ['\\\\server\\share\\keys.txt could not be read', '[path] could not be read'],
  ['~/.huaweicloud/credentials: EIO', '[path]: EIO'],
  ['file:///c%3A/Users/Jane%20Doe/x.txt failed', '[path] failed'],
  [
    'GET https://elb.cn-north-4.myhuaweicloud.com/v3/p/elb/jobs?id=1 timed out',
    'GET https://elb.cn-north-4.myhuaweicloud.com/… timed out',
  ],
  ['GET https://elb.corp.example:8443/v3 failed', 'GET https://[host]/… failed'],
  ['GET https://u@elb.corp.example failed', 'GET https://[host] failed'],
  ['GET http://127.0.0.1:1234/v3 failed', 'GET http://127.0.0.1:1234/… failed'],
  ['getaddrinfo ENOTFOUND elb.corp.example', 'getaddrinfo ENOTFOUND [host]'],
  ['getaddrinfo EAI_AGAIN intranet', 'getaddrinfo EAI_AGAIN [host]'],
  ['connect ECONNREFUSED 10.1.2.3:443', 'connect ECONNREFUSED [host]'],
  ['connect ECONNREFUSED 127.0.0.1:3128', 'connect ECONNREFUSED 127.0.0.1:3128'],
  ['proxy at 10.1.2.3 and fe80::1:2 and 2001:db8:0:0:0:0:0:1', 'proxy at [address] and [address] and [address]'],
  ['Host: intranet. is not in DNS:*.corp.example', 'Host: [host] is not in DNS:[host]'],
  ['from 例え.テスト and Proxy.Corp', 'from [host] and [host]'],
  ['elb.nowhere-1.myhuaweicloud.com is no region', '[host] is no region'],
  ['HPUAKQ3X7TM1ZC9VBNWL and HPUAKQXRTMPZCWVBNWLA', '[id] and [id]'],
  ['eyJhbGciOiJIUzI1NiJ9/abc+def== and aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJkLmN', '[id] and [id]'],
  ['ak:HPUAKQ3X7TM1ZC9VBNWL, Access=HPUAKQ3X7TM1ZC9VBNWL', 'ak:****, Access=****'],
  ['37d5c1fd is short', '[id] is short'],
  [
    'batchCreateV3Loadbalancer: ERR_HTTP2_PROTOCOL_ERROR at 2024-03-23T08:20:42Z after 1711182042000 ms, UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'batchCreateV3Loadbalancer: ERR_HTTP2_PROTOCOL_ERROR at 2024-03-23T08:20:42Z after 1711182042000 ms, UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ],
  [
    "Showing a change failed: TypeError: Cannot read properties of undefined (reading 'status')",
    "Showing a change failed: TypeError: Cannot read properties of undefined (reading 'status')",
  ],
  ['TypeError: this.parts.store is not a function', 'TypeError: this.parts.store is not a function'],
  ['job.subJobs is 3/5 and SUCCESS/COMPLETE', 'job.subJobs is 3/5 and SUCCESS/COMPLETE'],
  ['配额不足：负载均衡器，请稍后重试。', '配额不足：负载均衡器，请稍后重试。'],
];

describe('a line of the log in a bug report', () => {
  for (const [line, expected] of LINES) {
    it(`is anonymous: ${expected.slice(0, 60)}`, () => {
      assert.equal(anonymousLine(line), expected);
    });
  }

  it('has no user if that is not known or a common word', () => {
    for (const user of [undefined, 'root', 'Administrator']) {
      assert.equal(anonymousLine('no root certificate', { ...words, user }), 'no root certificate');
    }
  });

  it('has only its start, and no half of an id', () => {
    const line = anonymousLine(`${'word '.repeat(198)}4711abcd-fa57-4c6d-bdcd-d523095c05e8`);
    assert.equal(line, `${'word '.repeat(198)}…`);
  });

  it('takes linear time, whatever it repeats', () => {
    const parts = [
      'a.',
      '/a ',
      '\\\\a b',
      'C:\\',
      'a:b:',
      '1.',
      'x://',
      'a@',
      "'/",
      'job 1',
      'Aa',
      'host: ',
      '::',
      '/a/',
    ];
    for (const part of parts) {
      const line = part.repeat(Math.ceil(1000 / part.length));
      const run = (count: number) => anonymousLines(Array<string>(count).fill(line), words);
      assertLinearCost(1000, run, part);
    }
  });
});
