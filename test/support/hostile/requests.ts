/** Ids, paths and headers that would make a request another one. */
import type { HostileInputs } from './hostile-inputs';

export const HOSTILE_IDS: HostileInputs<string> = {
  kind: 'Job and project ids that would change the path of a request',
  holds: 'refused before a signature',
  inputs: [
    ...['', '.', '..', '../projects', '..%2fprojects', '%2e%2e', 'a/b', 'a/../b', '/a', 'a/', 'a\\b', 'a?b=c', 'a#b'],
    ...[
      'a b',
      'a\tb',
      'a\nb',
      'a\0b',
      'a;b',
      'a&b',
      'a=b',
      'a%00',
      'a:b@c',
      '//evil.example',
      '任务',
      'a\u202e',
      '\ud800',
    ],
  ],
};

/** Endings of an id, which is also the value of a header. */
export const HEADER_INJECTIONS: HostileInputs<string> = {
  kind: 'Line breaks and other characters in values of headers',
  holds: 'refused before a signature; no header is added',
  inputs: [
    ...['\r\nX-Auth-Token: t', '\nX-Evil: 1', '\rX-Evil: 1', '\r\n\r\nGET / HTTP/1.1', '\0', '\x7f', '\x1b[31m', '\t'],
    ...[
      '\u2028X-Evil: 1',
      '\u0085X-Evil: 1',
      '\u560d\u560aX-Evil: 1',
      '\u010d\u010aX-Evil: 1',
      '任务',
      '\ud800',
      '\xff',
    ],
  ],
};

export const HOSTILE_PATHS: HostileInputs<string> = {
  kind: 'Paths of requests',
  holds: 'refused before a signature',
  inputs: [
    'v3',
    '.evil.example/v3',
    '@evil.example/',
    '//evil.example/v3',
    '/',
    '/v3//elb',
    '/v3/',
    '/v3/.',
    '/./v3',
    '/v3/../elb',
    '/..',
  ],
};
