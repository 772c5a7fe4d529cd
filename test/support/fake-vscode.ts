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

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const QuickInputButtons = { Back: {} };
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const ProgressLocation = { Notification: 15 } as const;
export const ViewColumn = { Active: -1 } as const;

export const Uri = { joinPath: (...parts: readonly string[]) => parts.join('/') };

export const env = {
  language: 'en',
  clipboard: {
    writeText: (text: string) => {
      copiedTexts.push(text);
      return Promise.resolve();
    },
  },
};

export const commands = {
  executeCommand: (...command: readonly unknown[]) => {
    executedCommands.push(command);
    return Promise.resolve();
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

interface ProgressToken {
  readonly onCancellationRequested: (cancel: () => void) => { readonly dispose: () => void };
}

export const window = {
  showInformationMessage: show,
  showWarningMessage: show,
  showErrorMessage: show,
  onDidChangeWindowState: () => ({ dispose: () => undefined }),
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
  createTreeView: () => ({
    visible: true,
    onDidChangeVisibility: () => ({ dispose: () => undefined }),
    reveal: () => Promise.resolve(),
    dispose: () => undefined,
  }),
};
