/** Reads the file that a task names for its jobs. In a remote window, it is where the task before it has run. */
import path from 'node:path';
import { FileType, l10n, Uri, workspace } from 'vscode';
import { errorMessageOf } from '../../base/error-message';
import { MAX_PASTED_LENGTH } from '../../base/limits';
import { decodeText } from '../../storage/decode-text';
import { shownName } from '../../ui/text/job-words';
import { JobRequestError } from '../jobs/job-request-error';

const KIBIBYTE = 1024;

/** @param file a path, relative to a folder of the workspace or absolute. Rejects with a JobRequestError. */
export async function readJobFile(file: string): Promise<string> {
  let cause: unknown = l10n.t('no workspace is open');
  for (const uri of urisOf(file)) {
    try {
      const { type, size } = await workspace.fs.stat(uri);
      // The end of a pipe or a device may never come. Its target counts, not that a file is a link.
      if ((type & FileType.File) === 0) throw new Error(l10n.t('it is not a file'));
      if (size > MAX_PASTED_LENGTH) throw tooLarge(file);
      // Files of the system have no size, and may be endless.
      if (size === 0) return '';
      const bytes = await workspace.fs.readFile(uri);
      // It grew.
      if (bytes.length > MAX_PASTED_LENGTH) throw tooLarge(file);
      // A file without a text has no id.
      return decodeText(Buffer.from(bytes)) ?? '';
    } catch (error) {
      if (error instanceof JobRequestError) throw error;
      cause = error;
    }
  }
  const reason = errorMessageOf(cause);
  throw new JobRequestError(
    'no-job',
    l10n.t('The file {file} cannot be read: {reason}', { file: nameOf(file), reason }),
  );
}

function urisOf(file: string): readonly Uri[] {
  const folders = workspace.workspaceFolders ?? [];
  if (!path.isAbsolute(file) && !path.win32.isAbsolute(file)) return folders.map(({ uri }) => Uri.joinPath(uri, file));
  const absolute = Uri.file(file);
  const [first] = folders;
  return [first === undefined ? absolute : first.uri.with({ path: absolute.path })];
}

function tooLarge(file: string): JobRequestError {
  const limit = MAX_PASTED_LENGTH / KIBIBYTE;
  const message = l10n.t('The file {file} is too large: at most {limit} KB are read.', { file: nameOf(file), limit });
  return new JobRequestError('invalid-argument', message);
}

function nameOf(file: string): string {
  return shownName(path.basename(file));
}
