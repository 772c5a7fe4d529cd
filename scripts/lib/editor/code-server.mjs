// Starts VS Code's server with code-server's front end, which saves secrets so that they survive a reload.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeSettings } from './editor-folders.mjs';
import { startServerProcess } from './server-process.mjs';
import { newSecret, writeSecretFile } from './server-secret.mjs';
import { serverPaths } from './vscode-server-paths.mjs';
import { serverToTest } from './vscode-servers.mjs';
import { serverEnvironment } from './vscode-server.mjs';

/** Variables that would override --bind-addr and the config file. */
const unset = { PORT: undefined, PASSWORD: undefined, HASHED_PASSWORD: undefined };

/**
 * @param {import('./editor-folders.mjs').EditorFolders} folders
 * @param {{ version?: import('./vscode-servers.mjs').ServerVersion, env: NodeJS.ProcessEnv, settings: Readonly<Record<string, unknown>> }} options
 * @returns {Promise<import('./server-process.mjs').ServerProcess & { password: string }>} its address has no trailing
 *   slash; password: the login page asks for it
 */
export async function startCodeServer(folders, { version = serverToTest(), env, settings }) {
  await writeSettings(folders, settings);
  await mkdir(folders.home, { recursive: true });
  const password = newSecret();
  const config = path.join(folders.userDataDir, 'code-server.yaml');
  await writeSecretFile(config, `auth: password\npassword: ${password}\n`);
  const { node, codeServer } = serverPaths(version.root);
  const server = await startServerProcess(
    node,
    [
      ...[codeServer, '--config', config, '--bind-addr', '127.0.0.1:0'],
      ...['--user-data-dir', folders.userDataDir, '--extensions-dir', folders.extensionsDir],
      ...['--session-socket', path.join(folders.temp, 'code-server.sock')],
      ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
      ...['--disable-getting-started-override', '--ignore-last-opened'],
    ],
    {
      env: { ...serverEnvironment(folders, version, env), ...unset },
      listening: /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/,
      secret: password,
    },
  );
  return { ...server, password };
}
