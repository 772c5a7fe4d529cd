/** The empty page of a timeline. It loads one script and one style sheet of the extension, and nothing else. */
import { randomBytes } from 'node:crypto';
import { env, Uri, type Webview } from 'vscode';

/** The folders of the page's files, for `localResourceRoots`. */
export function timelineResourceRoots(extensionUri: Uri): Uri[] {
  return ['dist', 'media'].map((folder) => Uri.joinPath(extensionUri, folder));
}

export function timelineHtml(webview: Webview, extensionUri: Uri): string {
  const nonce = randomBytes(16).toString('hex');
  const address = (...file: string[]) =>
    escapeAttribute(webview.asWebviewUri(Uri.joinPath(extensionUri, ...file)).toString());
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ELB Job Tracker</title>
<link rel="stylesheet" href="${address('media', 'timeline.css')}">
</head>
<body>
<main id="timeline"></main>
<script nonce="${nonce}" src="${address('dist', 'timeline.js')}"></script>
</body>
</html>`;
}

function escapeAttribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
