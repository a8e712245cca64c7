import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type Message,
} from 'vscode-jsonrpc/node';
import { findLocations } from './store/locations.ts';
import { receiveEnvironment } from './limits/environment.ts';
import { startWatchdog } from './limits/watchdog.ts';
import { EngineServer } from './requests/server.ts';
import { onnxruntimeVersion } from './runtime/version.ts';

/** Standard output carries only the protocol; what libraries print goes to the log. */
function redirectConsole(): void {
  for (const level of ['log', 'info', 'warn', 'debug'] as const) {
    console[level] = (...values: unknown[]) => {
      console.error(...values);
    };
  }
}

/** A writer that can wait until the last message has been written. */
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
  receiveEnvironment(process.env);
  startWatchdog(new URL('watchdog.js', import.meta.url));
  redirectConsole();
  const reader = new StreamMessageReader(process.stdin);
  const writer = new TrackedWriter(process.stdout);
  const connection = createMessageConnection(reader, writer);
  const exit = (): void => {
    process.exit(0);
  };
  // Standard input closes when the parent process ends, for whatever reason.
  connection.onClose(exit);
  process.stdin.once('end', exit);
  process.stdout.on('error', exit);
  // Keep running when nobody reads the log.
  process.stderr.on('error', () => undefined);
  // Ctrl+C in a terminal reaches the whole process group; the parent decides what to cancel.
  process.on('SIGINT', () => undefined);
  connection.onError(([error]) => {
    console.error(error.message);
  });
  new EngineServer(connection, findLocations(process.env), () => {
    void writer.written.then(exit, exit);
  });
  connection.listen();
}

/** --probe tests only that the native binding loads, which the imports above have done. */
if (process.argv.includes('--probe')) console.log(onnxruntimeVersion());
else serve();
