import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/**
 * Runs the suites; VS Code calls this in the extension host. Rejects when a test fails. Reports to
 * the socket in TEST_REPORT_SOCKET, or, with @vscode/test-electron, to the console.
 */
export async function run(): Promise<void> {
  const path = process.env['TEST_REPORT_SOCKET'];
  const socket = path === undefined ? undefined : connect(path);
  const consoleLog = console.log;
  const print = (...values: unknown[]): void => {
    if (socket) socket.write(`${format(...values)}\n`);
    else consoleLog(...values);
  };
  // The extension host ignores assignments to console.log.
  Object.defineProperty(console, 'log', { value: print, configurable: true, writable: true });
  Mocha.reporters.Base.consoleLog = print;
  const mocha = new Mocha({ color: false, timeout: 300_000, ...grep() });
  const suite = process.env['TEST_SUITE'] ?? '';
  for (const file of readdirSync(__dirname).sort()) {
    if (file.endsWith('.test.cjs') && file.startsWith(suite)) mocha.addFile(join(__dirname, file));
  }
  try {
    const stats = await new Promise<Mocha.Stats>((resolve) => {
      const runner = mocha.run(() => {
        resolve(runner.stats!);
      });
    });
    print(`@@RESULT ${JSON.stringify(stats)}`);
    if (stats.failures > 0 || stats.tests === 0) throw new Error(`${stats.failures} tests failed`);
  } finally {
    Object.defineProperty(console, 'log', { value: consoleLog, configurable: true });
    if (socket) await new Promise<void>((resolve) => socket.end(resolve));
  }
}

function grep(): { grep?: string } {
  const pattern = process.env['TEST_GREP'];
  return pattern === undefined ? {} : { grep: pattern };
}
