/** What a page could load or run if a text of the service became part of it. */
import type { HostileInputs } from './hostile-inputs';

export interface PageSource {
  readonly what: string;
  /** The directive of the page's Content Security Policy that decides. */
  readonly directive: string;
  readonly source: string;
}

const EVIL = 'https://evil.example';

export const PAGE_SOURCES: HostileInputs<PageSource> = {
  kind: 'What a text could make the timeline’s page load or run',
  holds: 'blocked by the Content Security Policy',
  inputs: [
    of('an inline script', 'script-src', "'unsafe-inline'"),
    of('eval', 'script-src', "'unsafe-eval'"),
    of('a script with a handler in an attribute', 'script-src-attr', "'unsafe-inline'"),
    of('a script of another host', 'script-src-elem', EVIL),
    of('a script in a data URL', 'script-src-elem', 'data:'),
    of('WebAssembly', 'script-src', "'wasm-unsafe-eval'"),
    of('an inline style', 'style-src', "'unsafe-inline'"),
    of('a style attribute', 'style-src-attr', "'unsafe-inline'"),
    of('a style sheet of another host', 'style-src-elem', EVIL),
    of('an image', 'img-src', EVIL),
    of('an image in a data URL', 'img-src', 'data:'),
    of('a font', 'font-src', EVIL),
    of('a request', 'connect-src', EVIL),
    of('a frame', 'frame-src', EVIL),
    of('a plug-in', 'object-src', EVIL),
    of('a video', 'media-src', EVIL),
    of('a worker', 'worker-src', 'blob:'),
    of('a manifest', 'manifest-src', EVIL),
    of('another base of addresses', 'base-uri', EVIL),
    of('a form', 'form-action', EVIL),
  ],
};

function of(what: string, directive: string, source: string): PageSource {
  return { what, directive, source };
}
