// Which folders of src/ may import which: the table, and the ESLint rule that enforces it.
import path from 'node:path';

/**
 * @typedef {object} Folder
 * @property {readonly string[]} imports  The folders it may import. `x/*` is every folder below x.
 * @property {readonly string[]} [types]  Folders of which it may import types only.
 * @property {boolean} [vscode]  Whether it may import `vscode`.
 */

const base = ['base', 'base/json', 'base/work'];
const cloud = ['cloud/places', 'cloud/http', 'cloud/api'];
const core = [
  ...base,
  'storage',
  'cloud/*',
  'mentions',
  'mentions/text',
  'jobs',
  'jobs/*',
  'credentials',
  'credentials/*',
  'demo',
];
const simulator = [...base, 'simulator/base'];

/** @param {readonly string[]} imports */
const ui = (...imports) => ({ imports: [...core, ...imports.map((name) => `ui/${name}`)], vscode: true });

/** @param {readonly string[]} imports */
const automation = (...imports) => ({
  imports: [...core, 'ui/text', 'ui/editor', 'ui/parts', ...imports],
  vscode: true,
});

/** @type {Readonly<Record<string, Folder>>} One direction of dependency; docs/architecture.md explains it. */
export const folders = {
  base: { imports: [] },
  'base/json': { imports: [] },
  'base/work': { imports: [], types: ['base'] },
  storage: { imports: base },
  'cloud/places': { imports: base },
  'cloud/http': { imports: [...base, 'cloud/places'] },
  'cloud/api': { imports: [...base, 'cloud/places', 'cloud/http'] },
  'mentions/names': { imports: base },
  'mentions/text': { imports: [...base, 'mentions/names'] },
  mentions: { imports: [...base, 'cloud/places', 'mentions/*'] },

  'jobs/budget': { imports: [...base, 'storage'], types: cloud },
  'jobs/model': { imports: [...base, 'storage'], types: cloud },
  // job-source.ts alone, which credentials/ implements.
  jobs: { imports: base, types: ['jobs/model', 'jobs/budget', ...cloud] },
  'jobs/files': { imports: [...base, 'storage', 'jobs/model'], types: cloud },
  'jobs/store/segments': { imports: [...base, 'storage', 'jobs/model', 'jobs/files'], types: cloud },
  'jobs/store': { imports: [...base, 'storage', 'jobs/model', 'jobs/files', 'jobs/store/segments'], types: cloud },
  'jobs/endings': { imports: [...base, 'storage', 'jobs/model', 'jobs/store'], types: cloud },
  'jobs/discovery': {
    imports: [...base, 'storage', 'jobs', 'jobs/model', 'jobs/store'],
    types: ['jobs/budget', ...cloud],
  },
  'jobs/waiting': { imports: [...base, 'storage', 'jobs/model', 'jobs/store'], types: cloud },
  'jobs/resources': {
    imports: [...base, 'storage', 'jobs', 'jobs/model', 'jobs/store'],
    types: ['jobs/budget', ...cloud],
  },
  'jobs/polling': {
    imports: [
      ...base,
      'storage',
      'jobs',
      'jobs/model',
      'jobs/budget',
      'jobs/store',
      'jobs/endings',
      'jobs/discovery',
      'jobs/resources',
    ],
    types: cloud,
  },

  'credentials/sources': { imports: [...base, 'storage', 'cloud/*', 'jobs/model'], vscode: true },
  'credentials/secrets': { imports: [...base, 'storage', 'cloud/*'], vscode: true },
  'credentials/refusals': {
    imports: [...base, 'storage', 'cloud/*', 'jobs/model'],
    types: ['credentials/secrets'],
    vscode: true,
  },
  'credentials/profiles': {
    imports: [...base, 'storage', 'cloud/*', 'jobs/model', 'credentials/sources', 'credentials/refusals'],
    vscode: true,
  },
  credentials: {
    imports: [...base, 'storage', 'cloud/*', 'jobs/model', 'jobs/budget', 'credentials/*'],
    types: ['jobs', 'jobs/resources', 'mentions'],
    vscode: true,
  },

  // Shares no signing code with cloud/: a bug in one must not hide in the other.
  'simulator/base': { imports: base },
  'simulator/http': { imports: simulator },
  'simulator/jobs': { imports: simulator },
  'simulator/gateway': { imports: [...simulator, 'simulator/http'] },
  'simulator/resources': { imports: [...simulator, 'simulator/jobs'] },
  'simulator/services': {
    imports: [...simulator, 'simulator/http', 'simulator/jobs', 'simulator/gateway', 'simulator/resources'],
  },
  'simulator/faults': { imports: [...simulator, 'simulator/services'] },
  'simulator/control': {
    imports: [
      ...simulator,
      'simulator/http',
      'simulator/jobs',
      'simulator/gateway',
      'simulator/resources',
      'simulator/services',
      'simulator/faults',
    ],
  },
  simulator: { imports: [...base, 'simulator/*'] },
  demo: { imports: [...base, 'cloud/*', 'jobs', 'jobs/*', 'simulator/base', 'simulator/jobs', 'simulator/resources'] },

  'ui/text': ui(),
  'ui/editor': ui(),
  'ui/parts': ui('text'),
  'ui/tree': ui('text', 'editor', 'parts'),
  'ui/documents': ui('text', 'editor', 'parts', 'tree'),
  'ui/selection': ui('text', 'editor', 'parts', 'tree', 'documents'),
  'ui/timeline': ui('text', 'editor', 'parts', 'tree', 'documents', 'selection'),
  'ui/notices': ui('text', 'editor', 'parts', 'tree', 'documents', 'selection', 'timeline'),
  // Runs in the webview's page, without Node and the editor.
  'ui/timeline/webview': { imports: [], types: ['ui/timeline'] },
  'ui/sign-in': ui('text', 'editor', 'parts', 'tree', 'documents', 'selection', 'notices'),
  'ui/tracking': ui('text', 'editor', 'parts', 'tree', 'documents', 'selection', 'notices', 'sign-in'),
  'ui/job-commands': ui(
    'text',
    'editor',
    'parts',
    'tree',
    'documents',
    'selection',
    'notices',
    'timeline',
    'sign-in',
    'tracking',
  ),
  'ui/diagnostics': ui('text', 'editor'),
  ui: ui('*'),

  // Of the user interface, only words and small helpers.
  'automation/jobs': automation(),
  'automation/tasks': automation('automation/jobs'),
  'automation/tools': automation('automation/jobs'),
  'automation/api': automation('automation/jobs'),
  automation: automation('automation/*'),
  composition: { imports: [...core, 'ui', 'ui/*', 'automation'], vscode: true },
  // extension.ts and dev-extension.ts.
  '.': { imports: [...core, 'ui', 'ui/*', 'automation', 'composition'], vscode: true },
};

/**
 * @param {string} file  A path relative to src/.
 * @returns {string} its folder, relative to src/; `.` for src/ itself
 */
export const folderOf = (file) => path.posix.dirname(file);

/**
 * @param {readonly string[]} allowed
 * @param {string} folder
 */
const includes = (allowed, folder) =>
  allowed.some((each) => each === folder || (each.endsWith('/*') && folder.startsWith(each.slice(0, -1))));

/**
 * Says why the file must not import the target.
 * @param {string} file  Relative to src/, with slashes.
 * @param {string} target  A module specifier.
 * @param {boolean} isTypeOnly
 * @returns {string | undefined}
 */
export function problemOfImport(file, target, isTypeOnly) {
  const name = folderOf(file);
  const folder = folders[name];
  if (!folder)
    return `src/${name}/ is not in the table of scripts/lint/folder-imports.mjs. Add it there and in docs/architecture.md.`;
  if (target === 'vscode') return folder.vscode ? undefined : `src/${name}/ must not know the editor.`;
  if (!target.startsWith('.')) return undefined;
  const imported = path.posix.join(name, target);
  if (imported.startsWith('..')) return undefined;
  const importedFolder = folderOf(imported);
  if (importedFolder === name || includes(folder.imports, importedFolder)) return undefined;
  if (!includes(folder.types ?? [], importedFolder)) return `src/${name}/ must not import src/${importedFolder}/.`;
  return isTypeOnly ? undefined : `src/${name}/ may import types only from src/${importedFolder}/.`;
}

/**
 * What the rule reads of an import or export, in the form that typescript-eslint's parser gives it.
 * @typedef {object} ImportNode
 * @property {{ readonly value?: unknown } | null} [source]
 * @property {string} [importKind]
 * @property {string} [exportKind]
 * @property {readonly { readonly importKind?: string, readonly exportKind?: string }[]} [specifiers]
 */

/** @type {import('eslint').Rule.RuleModule} */
const oneWay = {
  meta: { type: 'problem', schema: [] },
  create: (context) => {
    const source = path.join(context.cwd, 'src');
    const file = path.relative(source, context.filename).split(path.sep).join('/');
    /** @param {import('eslint').Rule.Node} node */
    const check = (node) => {
      const imported = /** @type {ImportNode} */ (/** @type {unknown} */ (node));
      if (typeof imported.source?.value !== 'string') return;
      const problem = problemOfImport(file, imported.source.value, isTypeOnly(imported));
      if (problem)
        context.report({ node, message: `${problem} Dependencies run one way: see scripts/lint/folder-imports.mjs.` });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

/** @param {ImportNode} node */
function isTypeOnly({ importKind, exportKind, specifiers = [] }) {
  if (importKind === 'type' || exportKind === 'type') return true;
  return specifiers.length > 0 && specifiers.every((each) => each.importKind === 'type' || each.exportKind === 'type');
}

export const foldersPlugin = { rules: { 'one-way': oneWay } };
