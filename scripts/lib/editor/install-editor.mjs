// Installs what the tests in an editor need, where it is missing: VS Code's server and a Chromium.
import { ensureChromium } from '../browser/chromium.mjs';
import { ensureVscodeServer, serverRunsHere } from './install-vscode-server.mjs';
import { main } from '../process/main.mjs';

await main(async () => {
  if (!serverRunsHere()) return;
  await ensureVscodeServer();
  await ensureChromium();
});
