import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly uses?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = path.join('.github', 'workflows');
const texts = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(path.join(FOLDER, name), 'utf8')]));
const workflows = new Map([...texts].map(([name, text]) => [name, parse(text) as Workflow]));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Record<string, string> };
const jobsOf = (name: string) => Object.values(workflows.get(name)?.jobs ?? {});
const ci = workflows.get('ci.yml');

describe('the workflows', () => {
  it('use only actions that are pinned by their commit, with the version beside it', () => {
    let count = 0;
    for (const [name, text] of texts) {
      for (const [line] of text.matchAll(/^.*\buses:.*$/gm)) {
        if (line.includes('uses: ./')) continue;
        count += 1;
        assert.match(line, /uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
      }
    }
    assert.ok(count > 0);
  });

  it('use one commit of an action everywhere', () => {
    const pins = new Set([...texts.values()].flatMap((text) => text.match(/actions\/[\w-]+@.*$/gm) ?? []));
    const actions = new Set([...pins].map((pin) => pin.replace(/@.*/, '')));
    assert.equal(pins.size, actions.size);
  });

  it('run only scripts that exist', () => {
    for (const name of workflows.keys()) {
      const commands = jobsOf(name).flatMap(({ steps = [] }) => steps.map(({ run = '' }) => run));
      for (const [, script = ''] of commands.join('\n').matchAll(/npm run (?:--silent )?([\w:-]+)/g)) {
        assert.ok(script in scripts, `${name}: ${script}`);
      }
    }
  });

  it('may read the repository only, except for the job that makes the release', () => {
    for (const { permissions } of workflows.values()) assert.deepEqual(permissions, { contents: 'read' });
    const writing = [...workflows.values()].flatMap(({ jobs }) =>
      Object.entries(jobs).filter(([, { permissions }]) => permissions !== undefined),
    );
    assert.deepEqual(
      writing.map(([name, { permissions }]) => [name, permissions]),
      [['release', { contents: 'write' }]],
    );
  });

  it('end jobs that hang, and runs that a newer one replaces', () => {
    for (const [name, { jobs, concurrency }] of workflows) {
      assert.ok(concurrency, name);
      for (const [job, { uses, ...rest }] of Object.entries(jobs)) {
        assert.ok(uses !== undefined || (rest['timeout-minutes'] ?? Infinity) <= 25, `${name}: ${job}`);
      }
    }
  });

  it('give secrets to the job of the marketplaces only', () => {
    assert.doesNotMatch(texts.get('ci.yml') ?? '', /\$\{\{\s*(?:secrets|github\.token)/);
    const release = Object.entries(workflows.get('release.yml')?.jobs ?? {});
    const withSecrets = release.filter(([, job]) => JSON.stringify(job).includes('secrets.'));
    assert.deepEqual(
      withSecrets.map(([name, { environment }]) => [name, environment]),
      [['publish', 'marketplaces']],
    );
  });

  it('run nothing that a title, a branch or a tag says: a command gets such texts as variables', () => {
    for (const name of workflows.keys()) {
      for (const { run = '' } of jobsOf(name).flatMap(({ steps = [] }) => steps)) {
        assert.doesNotMatch(run, /\$\{\{(?!\s*matrix\.)/, name);
      }
    }
  });

  it('test the oldest VS Code of the manifest, the newest and the next one, on three systems', () => {
    const matrix = ci?.jobs['host']?.strategy?.matrix;
    assert.deepEqual(matrix?.['vscode'], ['minimum', 'stable', 'insiders']);
    assert.deepEqual(
      matrix['os']?.map((os) => String(os).replace(/-.*/, '')),
      ['ubuntu', 'windows', 'macos'],
    );
    for (const { run = '' } of ci?.jobs['host']?.steps ?? []) {
      if (run.includes('test:host')) assert.ok(run.endsWith('-- --vscode=${{ matrix.vscode }}'), run);
    }
  });

  it('test a version before they publish it, and build it once', () => {
    const { jobs } = workflows.get('release.yml') ?? {};
    assert.equal(jobs?.['test']?.uses, './.github/workflows/ci.yml');
    assert.ok(ci && 'workflow_call' in ci.on);
    const packaging = Object.entries(jobs).filter(([, job]) => JSON.stringify(job).includes('npm run package'));
    assert.deepEqual(
      packaging.map(([name]) => name),
      ['build'],
    );
  });
});
