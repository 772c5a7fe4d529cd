// Installs VS Code's server and Chromium for the tests that need them, if they are missing: `install-editor.mjs
// [--vscode=VERSION]`.
import { ensureChromium } from '../browser/chromium.mjs';
import { ensureVscodeServer, canServerRun } from './install-vscode-server.mjs';
import { readVscodeOption } from './vscode-version.mjs';
import { serverOf } from './vscode-servers.mjs';
import { main } from '../process/main.mjs';

await main(async () => {
  const server = serverOf(readVscodeOption(process.argv.slice(2)).vscode);
  if (!canServerRun()) return;
  await ensureVscodeServer(server);
  await ensureChromium();
});
