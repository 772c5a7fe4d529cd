/** Finds the keys that a person keeps on this computer outside the editor, and reads them where they are, at each use. */
import type { Clock } from '../../base/clock';
import { type Environment, findInEnvironment, readEnvironment } from './environment';
import { foundKeySource } from './key-content';
import type { FoundKeySource, KeyReading, KeySource } from './key-source';
import { findInKooCli, kooCliAsWhole, kooCliConfigFile, readKooCli } from './koocli-config';
import { findInSdkFile, readSdkFile, sdkCredentialsFile, sdkFileAsWhole } from './sdk-credentials-file';
import { readSourceFile, type SourceFiles } from './source-file';

export interface KeySourcesParts {
  readonly environment: () => Environment;
  /** The person's home folder. */
  readonly home: string;
  readonly files: SourceFiles;
  readonly clock: Pick<Clock, 'now'>;
}

export class KeySources {
  constructor(private readonly parts: KeySourcesParts) {}

  /** What is there, best first. A file that cannot be read is there, too, and says so. */
  async find(): Promise<readonly FoundKeySource[]> {
    const { environment, home, clock } = this.parts;
    const variables = environment();
    const sdkFile = sdkCredentialsFile(variables, home);
    const kooCliFile = kooCliConfigFile(home);
    const [ofSdk, ofKooCli] = await Promise.all([
      this.findIn(sdkFileAsWhole(sdkFile), (text) => findInSdkFile(sdkFile, text)),
      this.findIn(kooCliAsWhole(kooCliFile), (text) => findInKooCli(kooCliFile, text, clock.now())),
    ]);
    return [...findInEnvironment(variables), ...ofSdk, ...ofKooCli];
  }

  /** What is returned is to be used at once and kept nowhere: the next use reads again. */
  async read(source: KeySource): Promise<KeyReading> {
    const { environment, files, clock } = this.parts;
    if (source.kind === 'environment') return readEnvironment(environment(), source.family);
    const content = await readSourceFile(files, source.file);
    if (!content.ok) return content;
    return source.kind === 'sdk-file'
      ? readSdkFile(source, content.text)
      : readKooCli(source, content.text, clock.now());
  }

  /** @param whole stands for the file where that cannot be read. */
  private async findIn(
    whole: Exclude<KeySource, { kind: 'environment' }>,
    find: (text: string) => readonly FoundKeySource[],
  ): Promise<readonly FoundKeySource[]> {
    const content = await readSourceFile(this.parts.files, whole.file);
    if (content.ok) return find(content.text);
    if (content.problem.kind === 'absent') return [];
    return [foundKeySource(whole, { reading: content, names: [], hints: {} })];
  }
}
