import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The panel's document: nothing inline, nothing from elsewhere, scripts by nonce alone. */
export function panelHtml(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js'));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.css'));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Transfer Q⋆</title>
    <link rel="stylesheet" href="${String(style)}">
  </head>
  <body>
    <main id="panel"></main>
    <script nonce="${nonce}" src="${String(script)}"></script>
  </body>
</html>`;
}
