import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { findLocations } from './locations.ts';
import { EngineServer } from './server.ts';

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
  connection.onError(([error]) => {
    console.error(error.message);
  });
  new EngineServer(connection, findLocations(process.env), exit);
  connection.listen();
}

serve();
