import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { VSCodeServer, type ServerOptions } from './vscode-server.ts';
import { remoteUri, Workbench } from './workbench.ts';

export interface HostRun extends ServerOptions {
  /** Folder of the extension under development; an empty extension when testing a package. */
  readonly extension: string;
  /** CommonJS file with the run() that the extension host calls. */
  readonly tests: string;
  readonly testEnvironment?: Readonly<Record<string, string>>;
  readonly limitSeconds: number;
  /** Folder for a screenshot when no result arrives. */
  readonly failures: string;
}

interface Result {
  readonly tests: number;
  readonly failures: number;
}

/**
 * Runs tests inside the extension host. They report over a socket, because VS Code reports success
 * for a host that died and nothing for one that hangs.
 * @returns problems; empty when all tests passed
 */
export async function runInExtensionHost(options: HostRun): Promise<string[]> {
  const server = await VSCodeServer.start(options);
  const socket = join(server.folder, 'report.sock');
  const { sink, result } = listen(socket);
  const window = await Workbench.open(server);
  const problems: string[] = [];
  const { page } = window;
  try {
    const limit = delay(options.limitSeconds * 1000, undefined, { ref: false });
    const ended = new Promise<void>((resolve) => {
      void page.exposeFunction('codeAutomationExit', () => {
        resolve();
      });
    });
    const environment = { TEST_REPORT_SOCKET: socket, ...options.testEnvironment };
    await page.goto(
      server.url([
        ['extensionDevelopmentPath', remoteUri(options.extension)],
        ['extensionTestsPath', remoteUri(options.tests)],
        ['extensionEnvironment', JSON.stringify(environment)],
      ]),
    );
    await Promise.race([ended, result, limit]);
    const found = await Promise.race([result, delay(1000, undefined, { ref: false })]);
    if (!found) {
      await mkdir(options.failures, { recursive: true });
      await page.screenshot({ path: join(options.failures, 'no-result.png') });
      problems.push(`The extension host sent no result within ${options.limitSeconds} s.`);
    } else if (found.tests === 0) problems.push('No test ran.');
    else if (found.failures > 0) problems.push(`${found.failures} tests failed.`);
  } finally {
    await window.close();
    sink.close();
    const escaped = await server.stop();
    problems.push(...escaped.map((command) => `Left behind: ${command}`));
  }
  return problems;
}

function listen(socket: string): { sink: Server; result: Promise<Result> } {
  let settle!: (result: Result) => void;
  const result = new Promise<Result>((resolve) => {
    settle = resolve;
  });
  const sink = createServer((connection) => {
    createInterface({ input: connection }).on('line', (line) => {
      if (line.startsWith('@@RESULT ')) settle(JSON.parse(line.slice(9)) as Result);
      else console.log(line);
    });
  }).listen(socket);
  return { sink, result };
}
