/** The part of the `vscode` module that the views use, for tests and benchmarks in plain Node.js. */

/** Texts of notifications, progress and quick picks, in the order in which they were shown. */
export const shownTexts: string[] = [];
/** Texts in the order in which they were copied to the clipboard. */
export const copiedTexts: string[] = [];
/** Commands with their arguments, in the order in which they ran. */
export const executedCommands: (readonly unknown[])[] = [];

export class EventEmitter<T> {
  private readonly listeners: ((event: T) => void)[] = [];

  readonly event = (listener: (event: T) => void) => {
    this.listeners.push(listener);
    return { dispose: () => undefined };
  };

  fire(event: T): void {
    for (const listener of this.listeners) listener(event);
  }

  dispose(): void {
    this.listeners.length = 0;
  }
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState: number,
  ) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class MarkdownString {
  value = '';

  appendText(text: string): this {
    return this.appendMarkdown(text.replace(/[\\`*_{}[\]()#+\-!~>]/g, '\\$&'));
  }

  appendMarkdown(markdown: string): this {
    this.value += markdown;
    return this;
  }
}

export class Range {
  constructor(
    readonly start: unknown,
    readonly end: unknown,
  ) {}
}

export class CustomExecution {
  constructor(readonly open: (definition: unknown) => Promise<unknown>) {}
}

export class Task {
  presentationOptions: unknown;

  constructor(
    readonly definition: unknown,
    readonly scope: unknown,
    readonly name: string,
    readonly source: string,
    readonly execution: CustomExecution,
    readonly problemMatchers: readonly string[],
  ) {}
}

export const TaskScope = { Global: 1, Workspace: 2 } as const;

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;
export const InputBoxValidationSeverity = { Info: 1, Warning: 2, Error: 3 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const QuickInputButtons = { Back: {} };
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const ProgressLocation = { Notification: 15 } as const;
export const UIKind = { Desktop: 1, Web: 2 } as const;
export const ExtensionKind = { UI: 1, Workspace: 2 } as const;
export const version = '1.100.0';
export const ViewColumn = { Active: -1 } as const;

export const Uri = { joinPath: (...parts: readonly string[]) => parts.join('/') };

export const env = {
  language: 'en',
  uiKind: 1,
  appName: 'Fake Code',
  appHost: 'desktop',
  remoteName: undefined as string | undefined,
  clipboard: {
    /** The last copied text. */
    readText: () => Promise.resolve(copiedTexts.at(-1) ?? ''),
    writeText: (text: string) => {
      copiedTexts.push(text);
      return Promise.resolve();
    },
  },
};

/** Values of settings, by their whole names. */
export const settings = new Map<string, unknown>();

export const FileType = { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 };

export const workspace = {
  isTrusted: true,
  /** Paths, as those of `Uri` here. */
  workspaceFolders: undefined as readonly { readonly uri: string }[] | undefined,
  fs: {
    stat: (_path: string): Promise<{ readonly type: number; readonly size: number }> =>
      Promise.reject(new Error('There are no files.')),
    readFile: (_path: string): Promise<Uint8Array> => Promise.reject(new Error('There are no files.')),
  },
  getConfiguration: (section?: string) => ({
    get: (name: string) => settings.get(section === undefined ? name : `${section}.${name}`),
  }),
};

/** By the ids of the registered commands. */
export const commandHandlers = new Map<string, (...args: readonly unknown[]) => unknown>();

export const commands = {
  registerCommand: (command: string, handler: (...args: readonly unknown[]) => unknown) => {
    commandHandlers.set(command, handler);
    return { dispose: () => commandHandlers.delete(command) };
  },
  executeCommand: (...command: readonly unknown[]) => {
    executedCommands.push(command);
    return Promise.resolve();
  },
};

export class CancellationError extends Error {}

export class LanguageModelTextPart {
  constructor(readonly value: string) {}
}

export class LanguageModelToolResult {
  constructor(readonly content: readonly unknown[]) {}
}

/** By the names of the registered tools. */
export const registeredTools = new Map<string, unknown>();

export const TaskRevealKind = { Always: 1 } as const;

export const tasks = {
  taskExecutions: [],
  registerTaskProvider: () => ({ dispose: () => undefined }),
  executeTask: () => Promise.reject(new Error('The fake editor runs no tasks.')),
};

/** An editor without tools has no `registerTool`. */
export const lm: { registerTool?: (name: string, tool: unknown) => { readonly dispose: () => void } } = {
  registerTool: (name, tool) => {
    registeredTools.set(name, tool);
    return { dispose: () => registeredTools.delete(name) };
  },
};

export const l10n = {
  t: (text: string, values: Readonly<Record<string, unknown>> = {}) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name])),
};

function show(text: string): Promise<undefined> {
  shownTexts.push(text);
  return Promise.resolve(undefined);
}

interface Item {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

/** A quick pick that is closed as soon as it is shown with items. */
class QuickPick {
  items: readonly Item[] = [];
  activeItems: readonly Item[] = [];
  selectedItems: readonly Item[] = [];
  private readonly hides = new EventEmitter<void>();
  readonly onDidHide = this.hides.event;
  readonly onDidAccept = new EventEmitter<void>().event;
  readonly onDidChangeValue = new EventEmitter<string>().event;
  readonly onDidChangeSelection = new EventEmitter<unknown>().event;
  readonly onDidTriggerButton = new EventEmitter<unknown>().event;

  show(): void {
    void Promise.resolve().then(() => {
      for (const { label, description, detail } of this.items) {
        shownTexts.push(...[label, description, detail].filter((text) => text !== undefined));
      }
      this.hides.fire();
    });
  }

  dispose(): void {
    this.items = [];
  }
}

interface Row {
  readonly id: string;
  readonly kind: string;
}

/** A view that has drawn the rows in `drawn`, by default all, and has no person: a test acts for it. */
export class FakeTreeView {
  visible = true;
  selection: readonly Row[] = [];
  /** The ids of the rows that can be revealed; undefined: all. */
  drawn: ReadonlySet<string> | undefined;
  /** What `reveal` waits for before it selects the row. */
  isBusy: Promise<void> = Promise.resolve();
  readonly reveals: { readonly row: string; readonly focus: boolean | undefined }[] = [];
  private readonly selections = new EventEmitter<unknown>();
  readonly onDidChangeSelection = this.selections.event;
  private readonly expansions = new EventEmitter<{ element: Row }>();
  readonly onDidExpandElement = this.expansions.event;
  private readonly collapses = new EventEmitter<{ element: Row }>();
  readonly onDidCollapseElement = this.collapses.event;
  private readonly visibilities = new EventEmitter<{ visible: boolean }>();
  readonly onDidChangeVisibility = this.visibilities.event;

  async reveal(row: Row, { focus }: { readonly focus?: boolean } = {}): Promise<void> {
    this.reveals.push({ row: row.id, focus });
    await this.isBusy;
    this.setVisible(true);
    // As in VS Code, a row that is not drawn is no error.
    if (this.drawn?.has(row.id) === false) return;
    this.select(row);
    this.setExpanded(row, true);
  }

  select(...rows: Row[]): void {
    this.selection = rows;
    this.selections.fire({ selection: rows });
  }

  setExpanded(row: Row, isExpanded: boolean): void {
    (isExpanded ? this.expansions : this.collapses).fire({ element: row });
  }

  setVisible(visible: boolean): void {
    if (this.visible === visible) return;
    this.visible = visible;
    this.visibilities.fire({ visible });
  }

  dispose(): void {
    this.selection = [];
  }
}

/** The views in the order in which they were created. */
export const treeViews: FakeTreeView[] = [];

interface ProgressToken {
  readonly onCancellationRequested: (cancel: () => void) => { readonly dispose: () => void };
}

/** Fires when the window gets or loses the focus. */
export const windowStateChanges = new EventEmitter<{ readonly focused: boolean }>();

export const window = {
  showInformationMessage: show,
  showWarningMessage: show,
  showErrorMessage: show,
  setStatusBarMessage: (text: string) => {
    shownTexts.push(text);
    return { dispose: () => undefined };
  },
  createOutputChannel: () => ({
    ...{ debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    ...{ show: () => undefined, dispose: () => undefined },
  }),
  onDidChangeWindowState: windowStateChanges.event,
  createQuickPick: () => new QuickPick(),
  createStatusBarItem: () => ({ text: '', show: () => undefined, hide: () => undefined, dispose: () => undefined }),
  withProgress: <T>(
    _: unknown,
    task: (progress: { report: (value: { message?: string }) => void }, token: ProgressToken) => Promise<T>,
  ) =>
    task(
      { report: ({ message = '' }) => void show(message) },
      { onCancellationRequested: () => ({ dispose: () => undefined }) },
    ),
  createTreeView: () => {
    const view = new FakeTreeView();
    treeViews.push(view);
    return view;
  },
};
