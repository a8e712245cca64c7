import * as vscode from 'vscode';
import type { GuestMessage, HostMessage } from '../../src/webview/panel/messages.ts';

/** A panel's tab without a page: tests send what the page would send. */
export interface FakeWebview {
  readonly panel: vscode.WebviewPanel;
  /** Messages to the page so far. */
  readonly received: readonly HostMessage[];
  /** Sends a message of the page to the extension host. */
  send(message: GuestMessage): void;
}

export function fakeWebview(): FakeWebview {
  const messages = new vscode.EventEmitter<unknown>();
  const disposed = new vscode.EventEmitter<void>();
  const received: HostMessage[] = [];
  const webview = {
    onDidReceiveMessage: messages.event,
    asWebviewUri: (uri: vscode.Uri) => uri,
    cspSource: '',
    postMessage: (message: HostMessage) => Promise.resolve(received.push(message) > 0),
  };
  const panel = {
    webview,
    visible: true,
    onDidDispose: disposed.event,
    reveal: () => undefined,
    dispose: () => {
      disposed.fire();
    },
  };
  return {
    panel: panel as unknown as vscode.WebviewPanel,
    received,
    send: (message) => {
      messages.fire(message);
    },
  };
}
