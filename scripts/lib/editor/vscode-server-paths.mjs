// Paths in an install of VS Code's server.
import path from 'node:path';

/** @param {string} root */
export function serverPaths(root) {
  const modules = path.join(root, 'node_modules');
  const nodeHome = path.join(modules, `node-linux-${process.arch}`);
  return {
    root,
    /** The Node.js that runs the server. */
    nodeHome,
    node: path.join(nodeHome, 'bin', 'node'),
    codeServer: path.join(modules, 'code-server', 'out', 'node', 'entry.js'),
    vscode: path.join(modules, 'code-server', 'lib', 'vscode'),
    serverMain: path.join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
    chineseStrings: path.join(root, 'chinese-strings.json'),
    /** Shared by all runs, so that VS Code is compiled once. */
    compileCache: path.join(root, 'compile-cache'),
    /** Written last; holds what the install was made from. */
    stamp: path.join(root, 'installed.json'),
  };
}
