#!/usr/bin/env node
// Replaces the VS Code executable in tests: takes the arguments of @vscode/test-electron, runs the tests in the extension
// host of VS Code's server with a headless browser as its window, and exits with the tests' exit code.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { format, parseArgs } from 'node:util';
import { launchChromium, newContext } from '../browser/browser.mjs';
import { editorFolders } from './editor-folders.mjs';
import { createRunFolder } from '../process/guarded.mjs';
import { ExplainedError, main } from '../process/main.mjs';
import { reportVariable } from '../tests/mocha-run.mjs';
import { printStatus } from '../process/progress.mjs';
import { isComplete } from '../tests/results.mjs';
import { startServer, workbenchUrl } from './vscode-server.mjs';

const timeoutMs = Number(process.env['ELB_HOST_TEST_LIMIT'] ?? 1_680_000);
/** Lines that the workbench logs at every start. */
const noise =
  /^(Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|Started local extension host|Ignoring fetching additional|ChatSessionStore: |No search provider registered|(A system error occurred \()?spawn \S+\/rg |\[(ChatModelSelection|AgentHost|AccountPolicyGate|LanguageModelToolsService#invokeTool|reconnection|Service Worker|driver))/;
/** A stack trace line in VS Code's minified code. */
const workbenchFrame = /^\s+at .*\/static\/out\//;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  allowPositionals: true,
  options: { extensionDevelopmentPath: { type: 'string', multiple: true } },
});
/** @param {string} name */
const stringOption = (name) => (typeof values[name] === 'string' ? values[name] : undefined);

await main(async () => {
  const testsPath = stringOption('extensionTestsPath');
  if (!testsPath)
    throw new ExplainedError('Missing --extensionTestsPath=FILE: this program replaces VS Code in tests only.');
  const run = await createRunFolder('host');
  const folders = editorFolders(run);
  const server = await startServer(
    {
      ...folders,
      userDataDir: stringOption('user-data-dir') ?? folders.userDataDir,
      extensionsDir: stringOption('extensions-dir') ?? folders.extensionsDir,
    },
    { locale: stringOption('locale') ?? 'en', workspaceTrust: !values['disable-workspace-trust'], testDriver: true },
  );
  const browser = await launchChromium(run);
  try {
    process.exitCode = await runTests(server, browser, testsPath);
    const reportFile = process.env[reportVariable];
    const report = reportFile ? await readFile(reportFile, 'utf8').catch(() => '') : undefined;
    if (report !== undefined && !isComplete(report)) {
      // The exit code proves nothing: VS Code requests 0 if the extension host dies.
      throw new ExplainedError('The tests did not finish: the extension host died.');
    }
  } catch (error) {
    // Printed before the clean-up, because test-electron drops output at the very end.
    printStatus(error instanceof Error ? error.message : String(error));
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
 * @returns {Promise<number>} the exit code that the extension host requested
 */
async function runTests(server, browser, testsPath) {
  const page = await (await newContext(browser)).newPage();
  /** @param {string} file */
  const remoteUri = (file) => `vscode-remote://${server.authority}${path.resolve(file)}`;
  /** @type {Promise<number>} */
  const result = new Promise((resolve, reject) => {
    /** @param {string} why */
    const fail = (why) => {
      reject(new ExplainedError(`The tests did not finish: ${why}.`));
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
    setTimeout(fail, timeoutMs, `they were still running after ${timeoutMs / 1000} s`).unref();
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
          (extension) => /** @type {const} */ (['extensionDevelopmentPath', remoteUri(String(extension))]),
        ),
        ['extensionTestsPath', remoteUri(testsPath)],
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
  const lines = text.split('\n').filter((line) => !workbenchFrame.test(line));
  (type === 'error' || type === 'warn' ? process.stderr : process.stdout).write(`${lines.join('\n')}\n`);
}
