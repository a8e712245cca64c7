import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** A page of the panel: name of its script and style in dist, and whether it draws images. */
export interface PanelPage {
  readonly name: 'webview' | 'report';
  readonly images: boolean;
}

/**
 * A panel's document: nothing inline, nothing from elsewhere, scripts by nonce alone, and images
 * only as data that the script was given.
 */
export function panelHtml(
  webview: vscode.Webview,
  dist: vscode.Uri,
  { name, images }: PanelPage,
): string {
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, `${name}.js`));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(dist, `${name}.css`));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    ...(images ? ['img-src data:'] : []),
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
