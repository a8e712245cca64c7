import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type Message,
} from 'vscode-jsonrpc/node';
import { findLocations } from './store/locations.ts';
import { EngineServer } from './requests/server.ts';
import { onnxruntimeVersion } from './runtime/version.ts';

/** Standard output carries the protocol alone; whatever a library prints goes to the log. */
function redirectConsole(): void {
  for (const level of ['log', 'info', 'warn', 'debug'] as const) {
    console[level] = (...values: unknown[]) => {
      console.error(...values);
    };
  }
}

/** A writer that knows when the last message it was given has left the process. */
class TrackedWriter extends StreamMessageWriter {
  #last: Promise<void> = Promise.resolve();

  override write(message: Message): Promise<void> {
    this.#last = super.write(message);
    return this.#last;
  }

  get written(): Promise<void> {
    return this.#last;
  }
}

function serve(): void {
  redirectConsole();
  const reader = new StreamMessageReader(process.stdin);
  const writer = new TrackedWriter(process.stdout);
  const connection = createMessageConnection(reader, writer);
  const exit = (): void => {
    process.exit(0);
  };
  // The parent's end, however it ends, closes our standard input.
  connection.onClose(exit);
  process.stdin.once('end', exit);
  process.stdout.on('error', exit);
  // A log that nobody reads any more is no reason to stop.
  process.stderr.on('error', () => undefined);
  // Ctrl+C in a terminal reaches the whole group; the parent decides what becomes of the request.
  process.on('SIGINT', () => undefined);
  connection.onError(([error]) => {
    console.error(error.message);
  });
  new EngineServer(connection, findLocations(process.env), () => {
    void writer.written.then(exit, exit);
  });
  connection.listen();
}

/** With --probe it is only seen whether the native binding loads, which imports have done. */
if (process.argv.includes('--probe')) console.log(onnxruntimeVersion());
else serve();
