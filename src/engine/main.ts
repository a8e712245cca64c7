import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { findLocations } from './locations.ts';
import { EngineServer } from './server.ts';
import { onnxruntimeVersion } from './version.ts';

/** Standard output carries the protocol alone; whatever a library prints goes to the log. */
function redirectConsole(): void {
  for (const level of ['log', 'info', 'warn', 'debug'] as const) {
    console[level] = (...values: unknown[]) => {
      console.error(...values);
    };
  }
}

function serve(): void {
  redirectConsole();
  const reader = new StreamMessageReader(process.stdin);
  const writer = new StreamMessageWriter(process.stdout);
  const connection = createMessageConnection(reader, writer);
  const exit = (): void => {
    process.exit(0);
  };
  // The parent's end, however it ends, closes our standard input.
  connection.onClose(exit);
  process.stdin.once('end', exit);
  process.stdout.on('error', exit);
  // A terminal interrupts the whole process group; what it means for us the parent decides.
  process.on('SIGINT', () => undefined);
  connection.onError(([error]) => {
    console.error(error.message);
  });
  new EngineServer(connection, findLocations(process.env), exit);
  connection.listen();
}

/** With --probe it is only seen whether the native binding loads, which imports have done. */
if (process.argv.includes('--probe')) console.log(onnxruntimeVersion());
else serve();
