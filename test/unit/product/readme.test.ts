import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const read = (file: string) => readFileSync(file, 'utf8');
const [, section = ''] = /^## For scripts, tasks and agents$([^]*?)^## /m.exec(read('README.md')) ?? [];
/** The code blocks of a language. */
const blocks = (language: string) =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, code]) => code);

/** The names by which a prompt refers to the tools. */
const TOOLS = ['listElbJobs', 'getElbJob', 'waitForElbJob', 'trackElbJob'];

describe('the examples of the README for scripts, tasks and agents', () => {
  it('are those that the tests run: the tasks, and the lines of another extension', () => {
    assert.deepEqual(blocks('json'), [read('test/fixtures/tasks-example/tasks.json')]);
    assert.deepEqual(blocks('ts'), [read('test/fixtures/waiting-extension/extension.ts')]);
  });

  it('name only tools that agents have', () => {
    const [prompt = ''] = blocks('text');
    const named = [...prompt.matchAll(/#(\w+)/g)].map(([, name = '']) => name);
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((name) => !TOOLS.includes(name)),
      [],
    );
  });
});
