/** A property of the redactor: no secret of a request remains in its error, in any form and any text. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactError } from '../../../src/cloud/http/known-secrets';
import { keyText, text, serviceMessage } from './arbitraries';

const lowerHex = (encoded: string) => encoded.replace(/%../g, (hex) => hex.toLowerCase());
/** The form in a canonical query. */
const queryForm = (secret: string) => encodeURIComponent(secret).replaceAll('!', '%21').replaceAll("'", '%27');
const jsonForm = (secret: string) => JSON.stringify(secret).slice(1, -1);
const FORMS = [
  (secret: string) => secret,
  encodeURIComponent,
  queryForm,
  (secret: string) => lowerHex(encodeURIComponent(secret)),
  (secret: string) => lowerHex(queryForm(secret)),
  jsonForm,
];

export const redactorCase = fc.record({
  accessKey: keyText,
  secretKey: keyText,
  token: keyText,
  parts: fc.array(
    fc.oneof(
      text,
      serviceMessage,
      fc.record({
        secret: fc.constantFrom('accessKey', 'secretKey', 'token'),
        form: fc.nat({ max: FORMS.length - 1 }),
      }),
      fc.constantFrom(
        '"',
        ',',
        '|',
        ' ',
        ':',
        '=',
        '\\',
        'x-security-token:',
        'Signature=',
        'Access=',
        'Authorization: ',
      ),
    ),
    { maxLength: 12 },
  ),
});

export function checkRedactor({
  parts,
  ...secrets
}: typeof redactorCase extends fc.Arbitrary<infer T> ? T : never): void {
  const message = parts
    .map((part) => (typeof part === 'string' ? part : (FORMS[part.form]?.(secrets[part.secret]) ?? '')))
    .join('');
  const { accessKey, secretKey, token } = secrets;
  const clean = redactError(
    { kind: 'server', code: message, message, requestId: message },
    { accessKey, hidden: [secretKey, token] },
  );
  for (const shown of [clean.code, clean.message, clean.requestId]) {
    for (const secret of Object.values(secrets)) {
      for (const form of FORMS) assert.ok(shown?.includes(form(secret)) === false, shown);
    }
  }
}
