import * as vscode from 'vscode';
import type { NetworkOptions } from '../../protocol/store.ts';

/** VS Code's proxy settings; the engine takes what they leave out from the environment. */
export function networkOptions(): NetworkOptions {
  const http = vscode.workspace.getConfiguration('http');
  if (http.get('proxySupport') === 'off') return { noProxy: '*' };
  const proxy = http.get<string>('proxy')?.trim();
  const noProxy = http.get<string[]>('noProxy') ?? [];
  return {
    ...(proxy && { proxy }),
    ...(noProxy.length > 0 && { noProxy: noProxy.join(',') }),
  };
}
