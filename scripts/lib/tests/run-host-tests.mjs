// Runs the host tests with runTests() of @vscode/test-electron, in a desktop VS Code or VS Code's server, of the version
// that test.mjs chose.
import { chmod, cp, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import { ensureChromium } from '../browser/chromium.mjs';
import { desktopHomeVariables, findDesktopVscode } from '../editor/desktop-vscode.mjs';
import { ensureVscodeServer } from '../editor/install-vscode-server.mjs';
import { versionToTest } from '../editor/vscode-version.mjs';
import { serverToTest } from '../editor/vscode-servers.mjs';
import { main } from '../process/main.mjs';
import { cmdWord } from '../process/shell-quoting.mjs';
import { reportVariable } from './mocha-run.mjs';
import { fixtureWorkspace, inProject, projectRoot } from '../paths.mjs';

await main(async () => {
  // test.mjs has set the folder for temporary files to one that it removes. The path is short because a socket's path must be short.
  const profile = await mkdtemp(path.join(os.tmpdir(), 'p-'));
  // Not a second development path, of which VS Code's server in a browser takes only one.
  const anotherExtension = path.join(profile, 'extensions', 'example.waiting-extension-1.0.0');
  await cp(inProject('out', 'test', 'fixtures', 'waiting-extension'), anotherExtension, { recursive: true });
  const desktop = process.env['VSCODE_EXECUTABLE'] ?? (await findDesktopVscode(versionToTest()));
  const executable = desktop ?? (await prepareLauncher());
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: word(projectRoot),
      extensionTestsPath: word(inProject('out', 'test', 'host', 'index.js')),
      launchArgs: [
        word(fixtureWorkspace),
        `--user-data-dir=${word(path.join(profile, 'user-data'))}`,
        `--extensions-dir=${word(path.join(profile, 'extensions'))}`,
      ],
      extensionTestsEnv: {
        [reportVariable]: process.env[reportVariable],
        ...(await desktopHomeVariables(executable, path.join(profile, 'home'))),
      },
    });
  } catch (error) {
    if (!(error instanceof TestRunFailedError)) throw error;
    process.exitCode = 1; // The tests have printed the reason.
  }
});

/** On Windows, test-electron starts VS Code with cmd.exe, and quotes the program only. @param {string} text */
function word(text) {
  return process.platform === 'win32' ? cmdWord(text) : text;
}

async function prepareLauncher() {
  await ensureVscodeServer(serverToTest());
  await ensureChromium();
  const launcher = inProject('scripts', 'lib', 'editor', 'launcher.mjs');
  await chmod(launcher, 0o755); // An archive may have lost the executable bit.
  return launcher;
}
