import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_KNOWN_QUOTAS, MAX_KNOWN_RESOURCES, MAX_STATE_FILE_BYTES } from '../../../../src/base/limits';
import { DAY } from '../../../../src/base/time-units';
import {
  type KnownProject,
  type KnownResource,
  limited,
  nothingKnown,
  shownResources,
  withLookUp,
} from '../../../../src/jobs/resources/known-project';
import { readKnownProject, writeKnownProject } from '../../../../src/jobs/resources/known-project-file';
import { reference } from '../../../support/samples';

const NOW = Date.UTC(2026, 0, 1);

function knownWith(resources: readonly KnownResource[]): KnownProject {
  return { ...nothingKnown(reference), resources };
}

function resource(index: number, fields: Partial<KnownResource> = {}): KnownResource {
  return { id: `lb-${index}`, type: 'loadbalancer', lookedUpAt: [NOW], ...fields };
}

describe('the file of known resources', () => {
  it('returns what was written', () => {
    const known: KnownProject = {
      ...knownWith([
        resource(1, {
          lookedUpAt: [NOW, NOW - 1],
          found: { name: '产品 $(zap)\n', provisioningStatus: 'UPGRADED', vipAddress: '10.0.0.1', seenAt: NOW },
          recycleBin: { askedAt: NOW, isHeld: true },
        }),
      ]),
      quotas: [{ key: 'loadbalancer', askedAt: NOW, found: { limit: -1, used: 7, unit: 'count' } }],
      refused: [{ action: 'elb:listeners:list', caller: 'abc' }],
    };
    assert.deepEqual(readKnownProject(writeKnownProject(known)), { kind: 'ours', content: known });
  });

  it('is unreadable if it is damaged, and left alone if it is newer', () => {
    const written = writeKnownProject(knownWith([resource(1)]));
    for (const damage of [
      '',
      '{',
      '[]',
      written.replace('"loadbalancer"', '7'),
      written.replace('"resources":[', '"resources":{'),
    ]) {
      assert.equal(readKnownProject(damage).kind, 'unreadable', damage);
    }
    assert.equal(readKnownProject(written.replace('"version":1', '"version":2')).kind, 'newer');
    assert.equal(readKnownProject(undefined).kind, 'absent');
  });

  it('has cut texts and sane times, whatever wrote it', () => {
    const written = writeKnownProject(knownWith([resource(1, { found: { name: 'x'.repeat(10_000), seenAt: NOW } })]));
    const read = readKnownProject(written.replaceAll(String(NOW), '1e300'));
    assert.ok(read.kind === 'ours');
    const [first] = read.content.resources;
    assert.ok(first !== undefined);
    assert.equal(first.found?.name?.length, 255);
    assert.ok((first.lookedUpAt[0] ?? Infinity) < Date.UTC(10_000, 0));
  });

  it('has no more resources and quotas than are kept, whatever wrote it', () => {
    const quotas = Array.from({ length: 1000 }, (_, index) => ({ key: `quota-${index}`, askedAt: NOW }));
    const resources = Array.from({ length: MAX_KNOWN_RESOURCES + 1 }, (_, index) => resource(index));
    const read = readKnownProject(writeKnownProject({ ...knownWith(resources), quotas }));
    assert.ok(read.kind === 'ours');
    assert.equal(read.content.resources.length, MAX_KNOWN_RESOURCES);
    assert.equal(read.content.quotas.length, MAX_KNOWN_QUOTAS);
  });

  it('never becomes too large to be read, however long the names are', () => {
    const resources = Array.from({ length: MAX_KNOWN_RESOURCES }, (_, index) =>
      resource(index, { found: { name: '負'.repeat(255), operatingStatus: '\u0000'.repeat(100), seenAt: NOW } }),
    );
    const written = writeKnownProject(knownWith(resources));
    assert.ok(Buffer.byteLength(written) <= MAX_STATE_FILE_BYTES);
    const read = readKnownProject(written);
    assert.ok(read.kind === 'ours' && read.content.resources.length === MAX_KNOWN_RESOURCES);
    const named = read.content.resources.filter(({ found }) => found !== undefined).map(({ id }) => id);
    assert.ok(named.length > 100);
    assert.equal(named[0], 'lb-0');
  });

  it('never throws for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        readKnownProject(text);
      }),
    );
  });
});

describe('known resources', () => {
  it('forget what was looked up 30 days ago, and the oldest of too many', () => {
    const old = resource(1, { lookedUpAt: [NOW - 30 * DAY] });
    const recent = resource(2, { lookedUpAt: [NOW - 29 * DAY] });
    assert.deepEqual(limited(knownWith([recent, old]), NOW).resources, [recent]);
    const ids = Array.from({ length: MAX_KNOWN_RESOURCES + 10 }, (_, index) => `id-${index}`);
    const known = withLookUp('loadbalancer', ids, [], NOW)(knownWith([recent]));
    assert.equal(known.resources.length, MAX_KNOWN_RESOURCES);
    assert.equal(known.resources[0]?.id, 'id-0');
  });

  it('show nothing of a resource that was never found', () => {
    assert.equal(shownResources(nothingKnown(reference)), undefined);
    assert.equal(shownResources(knownWith([resource(1)]))?.byId.size, 0);
  });

  it('lose a name that the service no longer returns, while the resource is there', () => {
    const named = withLookUp('loadbalancer', ['a'], [{ id: 'a', type: 'loadbalancer', name: 'x' }], NOW);
    const unnamed = withLookUp('loadbalancer', ['a'], [{ id: 'a', type: 'loadbalancer' }], NOW + 1);
    assert.equal(unnamed(named(nothingKnown(reference))).resources[0]?.found?.name, undefined);
  });
});
