/** The empty page of a timeline: it may run one script and one style of ours, and fetch nothing. */
import { randomBytes } from 'node:crypto';
import { env, Uri, type Webview } from 'vscode';

export function timelineHtml(webview: Webview, media: Uri): string {
  const nonce = randomBytes(16).toString('hex');
  const address = (file: string) => attribute(webview.asWebviewUri(Uri.joinPath(media, file)).toString());
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${attribute(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ELB Job Tracker</title>
<link rel="stylesheet" href="${address('timeline.css')}">
</head>
<body>
<main id="timeline"></main>
<script nonce="${nonce}" src="${address('timeline.js')}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
