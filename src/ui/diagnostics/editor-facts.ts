/** Collects facts about the editor and the settings for a bug report. */
import { env, ExtensionKind, UIKind, version, workspace } from 'vscode';
import type { DiagnosticSection } from './diagnostics-report';

type Fact = readonly [name: string, value: string];

/** The kinds of remote windows that VS Code's own extensions open; others may be named after a host. */
const REMOTES: ReadonlySet<string> = new Set([
  ...['ssh-remote', 'wsl', 'dev-container', 'attached-container', 'k8s-container', 'codespaces', 'tunnel'],
]);

/** Of the editor, those that decide how requests reach the service, and that hold no address. */
const HTTP_SETTINGS = ['proxyStrictSSL', 'proxySupport', 'systemCertificates', 'electronFetch'];
/** The words of `http.proxySupport`. */
const PROXY_SUPPORT = ['off', 'on', 'fallback', 'override'];
const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];

interface EditorFactsParts {
  readonly extension: { readonly packageJSON: unknown; readonly extensionKind: ExtensionKind };
  readonly environment: () => NodeJS.ProcessEnv;
}

interface Manifest {
  readonly version: string;
  readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, SettingSchema>> } };
}

interface SettingSchema {
  readonly enum?: readonly unknown[];
}

export function editorSections({ extension, environment }: EditorFactsParts): readonly DiagnosticSection[] {
  const manifest = extension.packageJSON as Manifest;
  return [
    {
      title: 'Versions',
      facts: [
        ['Extension', manifest.version],
        ['Runs as', extension.extensionKind === ExtensionKind.UI ? 'UI extension' : 'workspace extension'],
        ['Editor', `${env.appName} ${version} (${env.uiKind === UIKind.Web ? 'web' : 'desktop'}, ${env.appHost})`],
        ['Remote', remoteWord(env.remoteName)],
        ['Node.js', process.versions.node],
        ['System', `${process.platform} ${process.arch}`],
        ['Language', env.language],
        ['Trusted workspace', workspace.isTrusted ? 'yes' : 'no'],
      ],
    },
    {
      title: 'Settings',
      facts: [
        ...Object.entries(manifest.contributes.configuration.properties).map(([name, schema]): Fact => {
          return [name, valueWord(workspace.getConfiguration().get(name), schema)];
        }),
        ['http.proxy', isSet(workspace.getConfiguration('http').get('proxy')) ? 'set' : 'not set'],
        ...HTTP_SETTINGS.map((name): Fact => {
          return [`http.${name}`, valueWord(workspace.getConfiguration('http').get(name))];
        }),
        ['Proxy variables', PROXY_VARIABLES.filter((name) => isSet(environment()[name])).join(', ') || 'none'],
      ],
    },
  ];
}

export function remoteWord(name: string | undefined): string {
  if (name === undefined) return 'none';
  return REMOTES.has(name) ? name : 'other';
}

/** @returns numbers, booleans and words of an enumeration; other texts may hold anything */
export function valueWord(value: unknown, { enum: words = PROXY_SUPPORT }: SettingSchema = {}): string {
  if (value === undefined) return 'not set';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && words.includes(value) ? value : 'another value';
}

function isSet(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
