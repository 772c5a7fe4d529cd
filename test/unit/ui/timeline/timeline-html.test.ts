import assert from 'node:assert/strict';
import type { Uri, Webview } from 'vscode';
import { PAGE_SOURCES } from '../../../support/hostile/page-sources';
import { timelineHtml } from '../../../../src/ui/timeline/timeline-html';

describe('the page of a timeline', () => {
  const webview = { cspSource: 'https://page.example', asWebviewUri: String } as unknown as Webview;
  const html = () => timelineHtml(webview, 'https://page.example' as unknown as Uri);

  it('may load its own script and style sheet only, and run no other script', () => {
    const page = html();
    const nonce = /script-src 'nonce-([0-9a-f]{32})';/.exec(page)?.[1] ?? assert.fail(page);
    const policy = `default-src 'none'; style-src https://page.example; script-src 'nonce-${nonce}'`;
    assert.ok(page.includes(`content="${policy}; base-uri 'none'; form-action 'none'"`), page);
    assert.deepEqual(page.match(/<script\b[^>]*>/g), [
      `<script nonce="${nonce}" src="https://page.example/dist/timeline.js">`,
    ]);
    assert.doesNotMatch(page, /unsafe|\bon\w+=|<style|<img|<iframe|javascript:/);
  });

  for (const { what, directive, source } of PAGE_SOURCES.inputs) {
    it(`blocks ${what}`, () => {
      const [, content = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html()) ?? [];
      const policy = new Map(content.split('; ').map((each) => [each.split(' ')[0], each.split(' ').slice(1)]));
      // As browsers look it up: script-src-elem, else script-src, else default-src. The last two kinds have no default.
      const names = [directive, directive.replace(/-(?:elem|attr)$/, ''), 'default-src'];
      const [name] = names.filter((each) => policy.has(each));
      const sources = policy.get(['base-uri', 'form-action'].includes(directive) ? directive : name) ?? ['*'];
      assert.ok(!sources.some((allowed) => allowed === source || allowed === '*' || allowed === 'https:'), content);
    });
  }

  it('has another nonce each time', () => {
    assert.notEqual(html(), html());
  });
});
