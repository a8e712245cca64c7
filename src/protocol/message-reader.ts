import type { Readable } from 'node:stream';
import {
  AbstractMessageReader,
  Disposable,
  type DataCallback,
  type Message,
  type MessageReader,
} from 'vscode-jsonrpc/node';

const headerEnd = '\r\n\r\n';
/** Two header fields fit many times. */
const maxHeaderBytes = 4096;
/** Documents of several MB travel in one message. */
const maxBodyBytes = 256 * 2 ** 20;
/** Valid JSON cannot contain it: line breaks inside of texts are escaped. */
const nextHeader = /Content-Length: *\d+\r\n/iu;
/** Longer than a header field, which may arrive in two pieces. */
const tailLength = 64;

/** Why the messages that follow cannot be read; the message is one sentence. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

/** Why one message cannot be used; those that follow can. The message is one sentence. */
export class MessageError extends Error {
  override readonly name = 'MessageError';

  constructor(
    message: string,
    /** JSON-RPC's code: -32700 for what is not JSON, -32600 for what is no message. */
    readonly code: -32700 | -32600,
  ) {
    super(message);
  }
}

/**
 * Reads JSON-RPC messages from a stream, each after a header with its length in bytes, as
 * StreamMessageReader does. That one loses the messages after one of a wrong length without a word;
 * this one stops there, and reports a FramingError.
 */
export class StrictMessageReader extends AbstractMessageReader implements MessageReader {
  #received: Buffer[] = [];
  #receivedBytes = 0;
  /** Bytes of the message whose header has been read. */
  #bodyBytes: number | undefined;
  /** The last characters of an incomplete body. */
  #tail = '';
  #hasStopped = false;

  constructor(private readonly input: Readable) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const take = (data: Buffer): void => {
      if (this.#hasStopped) return;
      this.#received.push(data);
      this.#receivedBytes += data.length;
      try {
        while (this.#takeMessage(callback));
      } catch (error) {
        this.#hasStopped = true;
        this.fireError(error);
      }
    };
    this.input.on('data', take);
    this.input.on('error', (error) => {
      this.fireError(error);
    });
    this.input.on('close', () => {
      this.fireClose();
    });
    return Disposable.create(() => this.input.off('data', take));
  }

  /** Takes one message, or a header; returns whether there may be more. */
  #takeMessage(callback: DataCallback): boolean {
    if (this.#bodyBytes === undefined) {
      const length = this.#takeHeader();
      if (length === undefined) return false;
      this.#bodyBytes = length;
    }
    if (this.#receivedBytes < this.#bodyBytes) {
      const part = this.#tail + (this.#received.at(-1)?.toString('latin1') ?? '');
      this.#requireOneMessage(part);
      this.#tail = part.slice(-tailLength);
      return false;
    }
    const body = this.#take(this.#bodyBytes);
    this.#bodyBytes = undefined;
    this.#tail = '';
    try {
      callback(messageOf(body));
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#requireOneMessage(body.toString('latin1'));
      this.fireError(error);
    }
    return true;
  }

  /** A body with the header of another message has swallowed it. */
  #requireOneMessage(part: string): void {
    if (!nextHeader.test(part)) return;
    throw new FramingError(
      'A message is shorter than its Content-Length; the messages after it cannot be read.',
    );
  }

  /** The length that the next header gives; undefined if it has not arrived. */
  #takeHeader(): number | undefined {
    const start = this.#peek(maxHeaderBytes).toString('latin1');
    const end = start.indexOf(headerEnd);
    if (end < 0) {
      requireHeaderStart(start);
      return undefined;
    }
    this.#take(end + headerEnd.length);
    return lengthOf(start.slice(0, end));
  }

  #peek(bytes: number): Buffer {
    this.#received = [Buffer.concat(this.#received)];
    return this.#received[0]!.subarray(0, bytes);
  }

  #take(bytes: number): Buffer {
    const all = Buffer.concat(this.#received);
    this.#received = [all.subarray(bytes)];
    this.#receivedBytes -= bytes;
    return all.subarray(0, bytes);
  }
}

/** Refuses what cannot become a header: the rest of a message that was longer than it said. */
function requireHeaderStart(start: string): void {
  const isHeader = /^(?:[\w-]+:[^\r\n]*\r\n)*(?:[\w-]*|[\w-]+:[^\r\n]*\r?|\r)$/u.test(start);
  if (isHeader && start.length < maxHeaderBytes) return;
  throw new FramingError(
    `Expected a header with Content-Length, received ${quoted(start)}; the messages after it cannot be read.`,
  );
}

function lengthOf(header: string): number {
  const fields = header.split('\r\n').map((line) => /^([\w-]+): *(.*)$/u.exec(line));
  if (fields.includes(null)) requireHeaderStart(`${header}\n`);
  const lengths = fields.flatMap((field) =>
    field?.[1]!.toLowerCase() === 'content-length' ? [field[2]!.trim()] : [],
  );
  const [given] = lengths;
  if (given === undefined) {
    throw new FramingError(
      `The header ${quoted(header)} has no Content-Length; the messages after it cannot be read.`,
    );
  }
  const length = Number(given);
  if (lengths.length === 1 && /^\d+$/u.test(given) && length <= maxBodyBytes) return length;
  throw new FramingError(
    `The Content-Length ${quoted(lengths.join(' and '))} must be one integer from 0 to ${maxBodyBytes}; the messages after it cannot be read.`,
  );
}

function messageOf(body: Buffer): Message {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new MessageError('A message is not JSON in UTF-8.', -32700);
  }
  if (isMessage(value)) return value;
  throw new MessageError(
    'A message is not a JSON-RPC 2.0 request, notification or response; see docs/protocol.md.',
    -32600,
  );
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null || !('jsonrpc' in value)) return false;
  if (value.jsonrpc !== '2.0') return false;
  const id = 'id' in value ? value.id : undefined;
  const hasId = typeof id === 'string' || typeof id === 'number';
  if ('method' in value) return typeof value.method === 'string' && (hasId || id === undefined);
  return ('result' in value || 'error' in value) && (hasId || id === null);
}

/** The start of a text that is not ours, for a sentence. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
