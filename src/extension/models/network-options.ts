import * as vscode from 'vscode';
import type { NetworkOptions } from '../../protocol/store.ts';

/** VS Code's own settings of the network; what they leave open the environment decides. */
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
