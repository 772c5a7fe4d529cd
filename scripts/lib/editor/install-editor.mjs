// Installs VS Code's server and Chromium for the tests that need them, if they are missing.
import { ensureChromium } from '../browser/chromium.mjs';
import { ensureVscodeServer, canServerRun } from './install-vscode-server.mjs';
import { main } from '../process/main.mjs';

await main(async () => {
  if (!canServerRun()) return;
  await ensureVscodeServer();
  await ensureChromium();
});
