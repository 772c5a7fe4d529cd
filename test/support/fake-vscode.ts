/** The part of the `vscode` module that the tree uses, for benchmarks in plain Node.js. */

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

/** For hovers, which no benchmark shows. */
export class MarkdownString {
  value = '';
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;

export const env = { language: 'en' };

export const l10n = {
  t: (text: string, values: Readonly<Record<string, unknown>> = {}) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name])),
};

export const window = {
  createTreeView: () => ({
    visible: true,
    onDidChangeVisibility: () => ({ dispose: () => undefined }),
    reveal: () => Promise.resolve(),
    dispose: () => undefined,
  }),
};
