#!/usr/bin/env node
// Stands in for the VS Code executable: takes the arguments that @vscode/test-electron gives it, runs the tests in the
// extension host of VS Code's server with a headless browser as its window, and exits as VS Code would.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { format, parseArgs } from 'node:util';
import { launchChromium, newContext } from '../browser/browser.mjs';
import { editorFolders } from './editor-folders.mjs';
import { createRunFolder } from '../process/guarded.mjs';
import { ExplainedError, main } from '../process/main.mjs';
import { reportVariable } from '../tests/mocha-run.mjs';
import { say } from '../process/progress.mjs';
import { isComplete } from '../tests/results.mjs';
import { startServer, workbenchUrl } from './vscode-server.mjs';

const limit = Number(process.env['ELB_HOST_TEST_LIMIT'] ?? 1_200_000);
/** What the workbench logs at every start. */
const noise =
  /^(Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|Started local extension host|Ignoring fetching additional|\[(ChatModelSelection|AgentHost|AccountPolicyGate|reconnection|Service Worker|driver))/;
/** A line of a stack trace through VS Code's own minified code. */
const insideWorkbench = /^\s+at .*\/static\/out\//;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  allowPositionals: true,
  options: { extensionDevelopmentPath: { type: 'string', multiple: true } },
});
/** @param {string} name */
const given = (name) => (typeof values[name] === 'string' ? values[name] : undefined);

await main(async () => {
  const testsPath = given('extensionTestsPath');
  if (!testsPath)
    throw new ExplainedError('This stands in for VS Code in tests only: give it --extensionTestsPath=FILE.');
  const run = await createRunFolder('host');
  const own = editorFolders(run);
  const server = await startServer(
    {
      ...own,
      userDataDir: given('user-data-dir') ?? own.userDataDir,
      extensionsDir: given('extensions-dir') ?? own.extensionsDir,
    },
    { locale: given('locale') ?? 'en', workspaceTrust: !values['disable-workspace-trust'], testDriver: true },
  );
  const browser = await launchChromium(run);
  try {
    process.exitCode = await runTests(server, browser, testsPath);
    const reportFile = process.env[reportVariable];
    const report = reportFile ? await readFile(reportFile, 'utf8').catch(() => '') : undefined;
    if (report !== undefined && !isComplete(report)) {
      // VS Code asks for exit code 0 then.
      throw new ExplainedError('The tests have no end: the extension host died.');
    }
  } catch (error) {
    say(error instanceof Error ? error.message : String(error)); // Now: test-electron drops what comes at the very end.
    process.exitCode = 1;
  } finally {
    await browser.close();
    await server.stop();
    await run.remove();
  }
});

/**
 * @param {import('./vscode-server.mjs').Server} server
 * @param {import('playwright-core').Browser} browser
 * @param {string} testsPath
 * @returns {Promise<number>} the exit code the extension host asked for
 */
async function runTests(server, browser, testsPath) {
  const page = await (await newContext(browser)).newPage();
  /** @param {string} file */
  const remote = (file) => `vscode-remote://${server.authority}${path.resolve(file)}`;
  /** @type {Promise<number>} */
  const result = new Promise((resolve, reject) => {
    /** @param {string} why */
    const fail = (why) => {
      reject(new ExplainedError(`The tests have no end: ${why}.`));
    };
    page.once('crash', () => {
      fail('the workbench page crashed');
    });
    browser.once('disconnected', () => {
      fail('Chromium has ended');
    });
    void server.ended.then((code) => {
      fail(`VS Code’s server ended with exit code ${code}\n${server.log()}`);
    });
    setTimeout(fail, limit, `none came within ${limit / 1000} s`).unref();
    void page.exposeFunction('codeAutomationExit', resolve);
    void page.exposeFunction('codeAutomationLog', printLog);
  });
  const extensions = values.extensionDevelopmentPath ?? [];
  const folder = positionals[0];
  await page.goto(
    workbenchUrl(server, {
      ...(folder ? { folder: path.resolve(folder) } : {}),
      payload: [
        ...extensions.map(
          (extension) => /** @type {const} */ (['extensionDevelopmentPath', remote(String(extension))]),
        ),
        ['extensionTestsPath', remote(testsPath)],
      ],
    }),
  );
  return result;
}

/**
 * @param {string} type
 * @param {unknown[]} parts
 */
function printLog(type, parts) {
  const text = format(...parts);
  if (noise.test(text) || type === 'debug' || type === 'trace') return;
  const told = text.split('\n').filter((line) => !insideWorkbench.test(line));
  (type === 'error' || type === 'warn' ? process.stderr : process.stdout).write(`${told.join('\n')}\n`);
}
