import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { versionToTest } from '../../scripts/lib/editor/vscode-version.mjs';

describe('the host tests', () => {
  it('run in the VS Code that --vscode names: otherwise the oldest version is not tested', () => {
    const wanted = versionToTest();
    if (wanted !== undefined && /^\d/.test(wanted)) assert.equal(vscode.version, wanted);
  });
});
