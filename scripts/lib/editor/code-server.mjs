// Starts VS Code's server with code-server's front end, which saves secrets so that they survive a reload.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeSettings } from './editor-folders.mjs';
import { startServerProcess } from './server-process.mjs';
import { serverPaths } from './vscode-server-paths.mjs';
import { serverEnvironment } from './vscode-server.mjs';

/**
 * @param {import('./editor-folders.mjs').EditorFolders} folders
 * @param {{ env: NodeJS.ProcessEnv, settings: Readonly<Record<string, unknown>> }} options
 * @returns {Promise<import('./server-process.mjs').ServerProcess>} its address has no trailing slash
 */
export async function startCodeServer(folders, { env, settings }) {
  await writeSettings(folders, settings);
  await mkdir(folders.home, { recursive: true });
  // Without a config file, code-server would create one in the home folder.
  const config = path.join(folders.userDataDir, 'code-server.yaml');
  await writeFile(config, 'auth: none\n');
  return startServerProcess(
    serverPaths().node,
    [
      ...[serverPaths().codeServer, '--config', config, '--bind-addr', '127.0.0.1:0', '--auth', 'none'],
      ...['--user-data-dir', folders.userDataDir, '--extensions-dir', folders.extensionsDir],
      ...['--session-socket', path.join(folders.temp, 'code-server.sock')],
      ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
      ...['--disable-getting-started-override', '--ignore-last-opened'],
    ],
    {
      env: { ...serverEnvironment(folders, env), PORT: undefined }, // PORT would override --bind-addr.
      listening: /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/,
    },
  );
}
