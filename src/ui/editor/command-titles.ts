/** The titles of the commands in the manifest, in the editor's language. */

/** VS Code passes a translated text together with the original. */
type Title = string | { readonly value: string };

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: Title }[] };
}

/** @param manifest `packageJSON`, as VS Code provides it. */
export function commandTitles(manifest: unknown): (command: string) => string {
  return (command) => {
    const { commands } = (manifest as Manifest).contributes;
    const title = commands.find((each) => each.command === command)?.title ?? '';
    return typeof title === 'string' ? title : title.value;
  };
}
