import { join } from 'node:path';
import { type ServerOptions, VSCodeServer } from '../harness/vscode-server.ts';
import { remoteUri, Workbench, type WindowOptions } from '../harness/workbench.ts';

const root = join(import.meta.dirname, '../..');

export interface OpenWindow {
  readonly server: VSCodeServer;
  readonly workbench: Workbench;
  /** Closes the window; returns the commands of processes that were left behind. */
  close(): Promise<string[]>;
}

/** Opens the sample folder in a window, with `options.vsix` or with the extension from source. */
export async function openWindow(options: ServerOptions & WindowOptions = {}): Promise<OpenWindow> {
  const workspace = join(root, 'test/extension/workspace');
  const server = await VSCodeServer.start({ workspace, ...options });
  try {
    const workbench = await Workbench.open(server, options);
    const fromSource = options.vsix === undefined;
    const payload = [['extensionDevelopmentPath', remoteUri(root)]] as const;
    await workbench.page.goto(server.url(fromSource ? payload : undefined));
    await workbench.statusItem('smollm2').waitFor();
    return {
      server,
      workbench,
      close: async () => {
        await workbench.close();
        return server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
