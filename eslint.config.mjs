import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * A room of src/ and what it must not import. Dependencies run one way:
 * ui → credentials → jobs → (types of) elb; the simulator stands apart, so that a fault in
 * one side's signing cannot hide in the other's. The demo alone plays the simulator's scripts to a person.
 * @param {string} name
 * @param {object[]} patterns
 * @returns {import('eslint').Linter.Config}
 */
const room = (name, patterns) => ({
  files: [`src/${name}/**/*.ts`],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});
/**
 * @param {string[]} names
 * @param {object} [options]
 */
const rooms = (names, options = {}) => ({
  group: names.map((name) => `**/${name}/*`),
  message: 'Dependencies run one way: see CONTRIBUTING.md.',
  ...options,
});
const editor = { group: ['vscode'], message: 'Only ui/, credentials/ and composition/ know the editor.' };

export default defineConfig(
  globalIgnores(['dist/', 'out/', '.vscode-test/', '**/node_modules/']),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'A name that is exported is found by its name.' },
        { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file itself.' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  room('elb', [editor, rooms(['jobs', 'credentials', 'ui', 'simulator', 'demo'])]),
  room('jobs', [editor, rooms(['credentials', 'ui', 'simulator', 'demo']), rooms(['elb'], { allowTypeImports: true })]),
  room('credentials', [rooms(['ui', 'simulator', 'demo'])]),
  room('demo', [editor, rooms(['credentials', 'ui'])]),
  room('ui', [rooms(['simulator'])]),
  room('simulator', [editor, rooms(['elb', 'jobs', 'credentials', 'ui', 'demo'])]),
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        module: 'writable',
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
      },
    },
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['media/*.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        window: 'readonly',
        Element: 'readonly',
        HTMLElement: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  prettier,
);
