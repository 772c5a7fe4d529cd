// Checks the structure of src/: no import circle of files or folders, no file name twice, no large file or folder.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { main } from '../lib/process/main.mjs';
import { inProject } from '../lib/paths.mjs';
import { folderOf } from './folder-imports.mjs';

const MAX_LINES = 320;
const MAX_FILES = 20;

/** @typedef {Map<string, Set<string>>} Graph  From a file or folder to those it imports. */

await main(async () => {
  const source = inProject('src');
  const names = await readdir(source, { recursive: true });
  const files = names.map((name) => name.split(path.sep).join('/')).filter((name) => name.endsWith('.ts'));
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (const file of files) texts.set(file, await readFile(path.join(source, file), 'utf8'));
  const imports = importsOf(texts);
  const problems = [
    ...circles(imports).map((circle) => `These files import each other: ${circle.join(', ')}.`),
    ...circles(byFolder(imports)).map((circle) => `These folders import each other: ${circle.join(', ')}.`),
    ...repeated(files).map((name) => `Two files are named ${name}. Give one another name.`),
    ...longFiles(texts),
    ...fullFolders(files),
  ];
  for (const problem of problems) console.log(`src: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
});

/**
 * @param {ReadonlyMap<string, string>} texts
 * @returns {Graph}
 */
function importsOf(texts) {
  return new Map(
    [...texts].map(([file, text]) => {
      const targets = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
      const own = targets
        .filter((target) => target.startsWith('.'))
        .map((target) => `${path.posix.join(path.posix.dirname(file), target)}.ts`);
      return [file, new Set(own.filter((target) => texts.has(target)))];
    }),
  );
}

/**
 * @param {Graph} imports
 * @returns {Graph}
 */
function byFolder(imports) {
  /** @type {Graph} */
  const folders = new Map();
  for (const [file, targets] of imports) {
    const folder = folderOf(file);
    const known = folders.get(folder) ?? new Set();
    for (const target of targets) if (folderOf(target) !== folder) known.add(folderOf(target));
    folders.set(folder, known);
  }
  return folders;
}

/**
 * The groups in which each member reaches each other (Tarjan's strongly connected components), of two members or more.
 * @param {Graph} graph
 * @returns {string[][]}
 */
function circles(graph) {
  /** @type {Map<string, number>} */
  const order = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const found = [];
  /** @param {string} node */
  const visit = (node) => {
    const index = order.size;
    order.set(node, index);
    let lowest = index;
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) lowest = Math.min(lowest, visit(next));
      else if (stack.includes(next)) lowest = Math.min(lowest, order.get(next) ?? index);
    }
    if (lowest === index) {
      const circle = stack.splice(stack.indexOf(node));
      if (circle.length > 1) found.push(circle.sort());
    }
    return lowest;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

/** @param {readonly string[]} files */
function repeated(files) {
  const names = files.map((file) => path.posix.basename(file));
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** @param {ReadonlyMap<string, string>} texts */
function longFiles(texts) {
  return [...texts].flatMap(([file, text]) => {
    const lines = text.split('\n').length - 1;
    return lines > MAX_LINES
      ? [`${file} has ${lines} lines; ${MAX_LINES} are allowed. Look for two reasons to exist.`]
      : [];
  });
}

/** @param {readonly string[]} files */
function fullFolders(files) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const file of files) counts.set(folderOf(file), (counts.get(folderOf(file)) ?? 0) + 1);
  return [...counts].flatMap(([folder, count]) =>
    count > MAX_FILES ? [`${folder}/ holds ${count} files; ${MAX_FILES} are allowed. Find the subjects in it.`] : [],
  );
}
