import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { curlCommand } from '../../../scripts/lib/sandbox/curl-command.mjs';
import { cmdScriptWord, cmdWord, shellWord, spawnable } from '../../../scripts/lib/process/shell-quoting.mjs';

/** What cmd.exe makes of a line: removes carets outside quotes. Fails if a special character is not escaped. */
function readByCmd(line: string): string {
  let result = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '^' && !isQuoted) {
      at += 1;
      result += line.charAt(at);
      continue;
    }
    if (character === '"') isQuoted = !isQuoted;
    if (character === '%') assert.fail(`a variable may be expanded in ${line}`);
    if (!isQuoted && '&|<>()'.includes(character)) assert.fail(`the command ends at ${character} in ${line}`);
    result += character;
  }
  return result;
}

/** Splits a command line as programs that are built with Microsoft's runtime do. */
function splitByProgram(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const backslashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    const next = line.charAt(at + backslashes);
    if (backslashes > 0) {
      word = (word ?? '') + '\\'.repeat(next === '"' ? Math.floor(backslashes / 2) : backslashes);
      at += backslashes - 1;
      if (next === '"' && backslashes % 2 === 1) {
        word += '"';
        at += 1;
      }
    } else if (next === '"') {
      isQuoted = !isQuoted;
      word ??= '';
    } else if (next === ' ' && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + next;
  }
  return word === undefined ? words : [...words, word];
}

const AWKWARD = [
  'C:\\Users\\A & B (x86)\\Program Files\\code.exe',
  'C:\\100%PATH%\\a^b!c',
  'C:\\ends with a backslash\\',
  '{"kind":"a b","path":"C:\\\\x"}',
  'a"&calc&"b',
  '|<>;,=*?[]`',
  "it's",
  '',
];
const text = fc.string({ unit: fc.constantFrom(...Array.from('ab \\"&%^!()<>|\'$`=;,')), maxLength: 20 });

describe('words for cmd.exe', () => {
  const check = (words: readonly string[]) => {
    const line = words.map(cmdWord).join(' ');
    assert.deepEqual(splitByProgram(readByCmd(line)), words);
    const script = words.map(cmdScriptWord).join(' ');
    assert.deepEqual(splitByProgram(readByCmd(readByCmd(script))), words);
  };

  for (const word of AWKWARD) {
    it(`reach a program and a script unchanged: ${word}`, () => {
      check([word, 'next']);
    });
  }

  it('reach a program and a script unchanged, whatever characters they have', () => {
    fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), check));
  });

  it('can follow the name of an option', () => {
    const line = `--user-data-dir=${cmdWord('C:\\a b & c')} --x`;
    assert.deepEqual(splitByProgram(readByCmd(line)), ['--user-data-dir=C:\\a b & c', '--x']);
  });
});

describe('a command to spawn', () => {
  it('is run by cmd.exe if it is a script on Windows, with its own quotes', () => {
    const { file, args, windowsVerbatimArguments } = spawnable('C:\\Program Files\\npm.CMD', ['ci', 'a & b'], 'win32');
    assert.equal(file, 'cmd.exe');
    assert.ok(windowsVerbatimArguments);
    const line = args.at(-1) ?? '';
    assert.deepEqual(args.slice(0, -1), ['/d', '/s', '/c']);
    assert.match(line, /^".*"$/);
    const [program, ...words] = line.slice(1, -1).split(/(?<!\^) /);
    assert.equal(readByCmd(program ?? ''), 'C:\\Program Files\\npm.CMD');
    assert.deepEqual(splitByProgram(readByCmd(readByCmd(words.join(' ')))), ['ci', 'a & b']);
  });

  it('is run as it is if it is a program, and on other systems', () => {
    for (const [command, platform] of [
      ['C:\\node.exe', 'win32'],
      ['/bin/x.cmd', 'linux'],
    ] as const) {
      assert.deepEqual(spawnable(command, ['a & b'], platform), {
        file: command,
        args: ['a & b'],
        windowsVerbatimArguments: false,
      });
    }
  });
});

describe('the curl command to copy', () => {
  it('has one word for each path in PowerShell and in cmd.exe, and does not run the alias `curl`', () => {
    const files = { headers: 'C:\\A & B\\h.txt', body: 'C:\\A & B\\b.json' };
    assert.equal(
      curlCommand('http://127.0.0.1:1/jobs', files, 'win32'),
      'curl.exe -X POST http://127.0.0.1:1/jobs -H "@C:\\A & B\\h.txt" -d "@C:\\A & B\\b.json"',
    );
  });

  it('is not expanded by PowerShell', () => {
    assert.equal(shellWord("C:\\$home\\it's `a`", 'win32'), "'C:\\$home\\it''s `a`'");
  });

  it('is read by sh as one word for each path', function () {
    if (process.platform === 'win32') this.skip();
    for (const word of [...AWKWARD, '$HOME `id` $(id)', 'a\nb', '@/plain/path.txt']) {
      const printed = execFileSync('sh', ['-c', `printf %s ${shellWord(word, 'linux')}`], { encoding: 'utf8' });
      assert.equal(printed, word);
    }
    assert.equal(shellWord('@/plain/path.txt', 'linux'), '@/plain/path.txt');
  });
});
