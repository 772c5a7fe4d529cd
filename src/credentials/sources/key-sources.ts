/** Finds keys on this computer outside the editor, and reads them from there at each use. */
import type { Clock } from '../../base/clock';
import { type Environment, findInEnvironment, inTerraformCloud, readEnvironment } from './environment';
import { foundKeySource } from './key-content';
import type { FoundKeySource, KeyReading, KeySource } from './key-source';
import {
  findInKooCli,
  kooCliAsWhole,
  kooCliConfigFile,
  readKooCli,
  SHARED_CONFIG_VARIABLE,
  sharedConfigFile,
  sharedProfile,
} from './koocli-config';
import {
  findInSdkFile,
  isSdkFileNamed,
  readSdkFile,
  SDK_FILE_VARIABLE,
  sdkCredentialsFile,
  sdkFileAsWhole,
} from './sdk-credentials-file';
import { readSourceFile, type SourceFiles } from './source-file';

interface KeySourcesParts {
  readonly environment: () => Environment;
  /** The person's home folder. */
  readonly home: string;
  readonly files: SourceFiles;
  readonly clock: Pick<Clock, 'now'>;
}

export class KeySources {
  constructor(private readonly parts: KeySourcesParts) {}

  /** @returns the sources in order of preference; a file that cannot be read is one of them, with its problem. */
  async find(): Promise<readonly FoundKeySource[]> {
    const { environment, home } = this.parts;
    const variables = environment();
    const sdkFile = sdkCredentialsFile(variables, home);
    const namedBy = isSdkFileNamed(variables) ? SDK_FILE_VARIABLE : undefined;
    const kooCliFile = kooCliConfigFile(home);
    const sharedFile = sharedConfigFile(variables, home);
    const [ofSdk, ofTerraform, ofKooCli] = await Promise.all([
      this.findIn(sdkFileAsWhole(sdkFile), (text) => findInSdkFile(sdkFile, text), namedBy),
      sharedFile === undefined ? [] : this.findInShared(sharedFile, variables),
      sharedFile === kooCliFile ? [] : this.findInConfiguration(kooCliFile),
    ]);
    return [...findInEnvironment(variables), ...ofSdk, ...ofTerraform, ...ofKooCli];
  }

  /** @returns the key for a single use; the next use must read it again. Never rejects. */
  async read(source: KeySource): Promise<KeyReading> {
    const { environment, files, clock } = this.parts;
    if (source.kind === 'environment') return readEnvironment(environment(), source.family);
    const content = await readSourceFile(files, source.file);
    if (!content.ok) return content;
    return source.kind === 'sdk-file'
      ? readSdkFile(source, content.text)
      : readKooCli(source, content.text, clock.now());
  }

  private async findInShared(file: string, variables: Environment): Promise<readonly FoundKeySource[]> {
    const found = await this.findInConfiguration(file, { first: sharedProfile(variables), by: SHARED_CONFIG_VARIABLE });
    return inTerraformCloud(variables, found);
  }

  /** @param named the profile to list first, and the variable that names the file */
  private findInConfiguration(
    file: string,
    named?: { readonly first: string | undefined; readonly by: string },
  ): Promise<readonly FoundKeySource[]> {
    const find = (text: string) => findInKooCli(file, text, this.parts.clock.now(), named?.first);
    return this.findIn(kooCliAsWhole(file), find, named?.by);
  }

  /**
   * @param whole stands for a file that cannot be read
   * @param namedBy the variable that names the file; a file that no variable names may be missing
   */
  private async findIn(
    whole: Exclude<KeySource, { kind: 'environment' }>,
    find: (text: string) => readonly FoundKeySource[],
    namedBy?: string,
  ): Promise<readonly FoundKeySource[]> {
    const content = await readSourceFile(this.parts.files, whole.file);
    if (content.ok) return find(content.text);
    const { problem } = content;
    if (problem.kind !== 'absent') return [foundKeySource(whole, { reading: content, names: [], hints: {} })];
    if (namedBy === undefined) return [];
    const reading: KeyReading = { ok: false, problem: { ...problem, names: [namedBy] } };
    return [foundKeySource(whole, { reading, names: [], hints: {} })];
  }
}
