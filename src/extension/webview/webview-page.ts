import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { z } from 'zod';

/** A page of this extension, and who handles its messages. */
export interface WebviewPage<Message> {
  readonly extensionUri: vscode.Uri;
  /** Name of its script and its style in dist. */
  readonly name: 'webview' | 'report';
  /** Whether it draws images, which must be data: URLs. */
  readonly images: boolean;
  /** Messages that do not match are ignored. */
  readonly messageSchema: z.ZodType<Message>;
  readonly onMessage: (message: Message) => Promise<void>;
  /** Gets what `onMessage` throws. */
  readonly onError: (error: unknown) => void;
}

/** Loads a page into a panel and connects its messages. */
export function loadPage<Message>(panel: vscode.WebviewPanel, page: WebviewPage<Message>): void {
  const { extensionUri, messageSchema, onMessage, onError } = page;
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'panel.svg');
  panel.webview.onDidReceiveMessage((raw: unknown) => {
    const message = messageSchema.safeParse(raw);
    if (message.success) onMessage(message.data).catch(onError);
  });
  panel.webview.html = htmlOf(panel.webview, dist, page);
}

/**
 * The page's document. Its policy allows the script by its nonce, styles and fonts of the
 * extension, and no network.
 */
function htmlOf(
  webview: vscode.Webview,
  dist: vscode.Uri,
  { name, images }: Pick<WebviewPage<never>, 'name' | 'images'>,
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
