import assert from 'node:assert/strict';
import type { Extension } from 'vscode';
import manifest from '../../../../package.json';
import { editorSections, remoteWord, valueWord } from '../../../../src/ui/diagnostics/editor-facts';
import { settings } from '../../../support/fake-vscode';

describe('the editor’s facts in diagnostics', () => {
  afterEach(() => {
    settings.clear();
  });

  it('are versions and settings, without the addresses in them', () => {
    settings.set('elbJobs.notifications', 'failures');
    settings.set('elbJobs.requestBudget', 50);
    settings.set('http.proxy', 'http://jane:hunter2@proxy.corp.example:3128');
    settings.set('http.proxySupport', 'override');
    const extension = { packageJSON: manifest, extensionKind: 1 } as unknown as Extension<unknown>;
    const sections = editorSections({
      extension,
      environment: () => ({ HTTPS_PROXY: 'http://hunter2', NO_PROXY: '' }),
    });
    const facts = new Map(sections.flatMap((section) => section.facts));
    assert.equal(facts.get('Extension'), manifest.version);
    assert.equal(facts.get('Editor'), 'Fake Code 1.100.0 (desktop, desktop)');
    assert.equal(facts.get('Node.js'), process.versions.node);
    assert.equal(facts.get('elbJobs.notifications'), 'failures');
    assert.equal(facts.get('elbJobs.requestBudget'), '50');
    assert.equal(facts.get('http.proxy'), 'set');
    assert.equal(facts.get('http.proxySupport'), 'override');
    assert.equal(facts.get('Proxy variables'), 'HTTPS_PROXY');
    for (const name of Object.keys(manifest.contributes.configuration.properties)) assert.ok(facts.has(name), name);
    assert.doesNotMatch(JSON.stringify(sections), /hunter2|corp/);
  });

  it('name only known kinds of remote windows: another name may be a host', () => {
    assert.equal(remoteWord(undefined), 'none');
    assert.equal(remoteWord('ssh-remote'), 'ssh-remote');
    assert.equal(remoteWord('build.corp.example:8080'), 'other');
  });

  it('show a setting’s value only if it is a number, a yes or no, or a word of its enumeration', () => {
    assert.deepEqual(
      [undefined, 5, false, 'all', 'override', 'http://u:p@proxy', { a: 1 }].map((value) => valueWord(value)),
      ['not set', '5', 'false', 'another value', 'override', 'another value', 'another value'],
    );
    assert.equal(valueWord('all', { enum: ['all', 'none'] }), 'all');
    assert.equal(valueWord('secret', { enum: ['all', 'none'] }), 'another value');
  });
});
