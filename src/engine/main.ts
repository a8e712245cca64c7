import {
  createMessageConnection,
  ResponseError,
  StreamMessageWriter,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { TqError } from '../protocol/errors.ts';
import { FramingError, MessageError, StrictMessageReader } from '../protocol/message-reader.ts';
import { requests } from '../protocol/requests.ts';
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
  const reader = new StrictMessageReader(process.stdin);
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
  const exitWhenWritten = (): void => {
    void writer.written.then(exit, exit);
  };
  const fail = (): void => {
    process.exit(1);
  };
  reader.onError((error) => {
    console.error(error.message);
    const { message } = error;
    const code = error instanceof MessageError ? error.code : -32700;
    void writer.write({ jsonrpc: '2.0', id: null, error: { code, message } } as Message);
    if (error instanceof FramingError) void writer.written.then(fail, fail);
  });
  connection.onError(() => undefined);
  try {
    new EngineServer(connection, findLocations(process.env), exitWhenWritten);
  } catch (error) {
    if (!(error instanceof TqError)) throw error;
    refuseAll(connection, error, exitWhenWritten);
  }
  connection.listen();
}

/** Answers every request with the reason why the engine cannot start. */
function refuseAll(connection: MessageConnection, reason: TqError, exit: () => void): void {
  connection.onRequest((method) => {
    if (method !== requests.shutdown.method) return new ResponseError(reason.code, reason.message);
    setImmediate(exit);
    return {};
  });
}

/** --probe tests only that the native binding loads, which the imports above have done. */
if (process.argv.includes('--probe')) console.log(onnxruntimeVersion());
else serve();
