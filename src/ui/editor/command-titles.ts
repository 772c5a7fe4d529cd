/** What the manifest calls the commands, in the editor's language. */

/** VS Code hands over what it has translated together with the original. */
type Title = string | { readonly value: string };

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: Title }[] };
}

/** @param manifest as VS Code hands it over. */
export function commandTitles(manifest: unknown): (command: string) => string {
  return (command) => {
    const { commands } = (manifest as Manifest).contributes;
    const title = commands.find((each) => each.command === command)?.title ?? '';
    return typeof title === 'string' ? title : title.value;
  };
}
