/** What a row of the job tree shows. */
import type { Command, ThemeIcon, TreeItemCollapsibleState } from 'vscode';

export interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: ThemeIcon;
  /** For screen readers, if the icon or a mark says more than label and description. */
  readonly accessibleLabel?: string;
  readonly state?: TreeItemCollapsibleState;
  readonly contextValue?: string;
  /** Runs when the row is clicked, or Enter is pressed on it. */
  readonly command?: Command;
}
