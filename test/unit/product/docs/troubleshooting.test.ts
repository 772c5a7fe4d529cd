import assert from 'node:assert/strict';
import { MAX_LINKED_DOCUMENT_LENGTH, MAX_LINKED_LINE_LENGTH } from '../../../../src/base/limits';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { errorLabel } from '../../../../src/ui/text/error-words';
import { localizedStrings } from '../../../support/product/localized-strings';
import { readMarkdown } from '../../../support/product/markdown-files';

const page = readMarkdown('docs/troubleshooting.md');
const withoutValues = (message: string) => message.replace(/\{\w+\}/g, '…');
const messages = new Set([...localizedStrings('src')].map(withoutValues));
/** Each with the label of its row, if it has one. */
const quotes = page.split('\n').flatMap((line) => {
  const [, label, sentence = ''] = /^> (?:\*\*(.+?)\*\* )?(.+)$/.exec(line) ?? [];
  return sentence === '' ? [] : [{ label, sentence }];
});

/** Every kind of error, but for those that need no help: checked by the compiler. */
const KINDS: Readonly<Record<PollError['kind'], boolean>> = {
  authentication: true,
  'clock-skew': true,
  'locked-out': true,
  'too-many-failures': true,
  'token-expired': true,
  'gateway-forbidden': true,
  forbidden: true,
  'api-absent': true,
  'not-found': true,
  'not-found-yet': true,
  'no-longer-kept': true,
  throttled: true,
  'bad-request': false,
  'invalid-credential': false,
  server: true,
  proxy: true,
  network: true,
  timeout: true,
  cancelled: true,
  certificate: true,
  malformed: true,
  'unreadable-code': true,
  'signed-out': true,
  'keys-lost': true,
  'keys-of-other-place': false,
  'keys-elsewhere': true,
  'keys-unreadable': true,
  'source-unusable': true,
};

describe('the page about troubleshooting', () => {
  it('quotes only messages and labels that the extension shows', () => {
    assert.ok(quotes.length > 30);
    for (const { label, sentence } of quotes) {
      assert.ok(messages.has(sentence), sentence);
      assert.ok(label === undefined || messages.has(label), label);
    }
  });

  it('helps with each error that a person may see', () => {
    const labels = new Set(quotes.map(({ label }) => label));
    for (const [kind, isListed] of Object.entries(KINDS)) {
      const label = errorLabel({ kind } as PollError);
      assert.ok(!isListed || labels.has(label), label);
    }
  });

  it('says how long a text may be whose ids are links', () => {
    for (const limit of [MAX_LINKED_DOCUMENT_LENGTH, MAX_LINKED_LINE_LENGTH]) {
      assert.ok(page.includes(limit.toLocaleString('en-US')), String(limit));
    }
  });
});
