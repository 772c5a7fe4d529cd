// What lies where in an install of VS Code's server.
import path from 'node:path';
import { cacheRoot } from '../paths.mjs';

export function serverPaths(root = path.join(cacheRoot, 'server')) {
  const modules = path.join(root, 'node_modules');
  const nodeHome = path.join(modules, `node-linux-${process.arch}`);
  return {
    root,
    /** The Node.js it runs on, whatever runs this file. */
    nodeHome,
    node: path.join(nodeHome, 'bin', 'node'),
    codeServer: path.join(modules, 'code-server', 'out', 'node', 'entry.js'),
    vscode: path.join(modules, 'code-server', 'lib', 'vscode'),
    serverMain: path.join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
    chineseStrings: path.join(root, 'chinese-strings.json'),
    /** Kept over runs, or each would compile VS Code anew. */
    compileCache: path.join(root, 'compile-cache'),
    /** Tells what the install was made from, and that it is complete. */
    stamp: path.join(root, 'installed.json'),
  };
}
