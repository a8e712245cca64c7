import type { FileHandle } from 'node:fs/promises';
import type { DataTypeName, InitializerSpec } from './onnx.ts';

/** ONNX Runtime maps external data into memory; this is the largest page size. */
const alignment = 65_536;

/** Appends tensors to the graph's weight file. */
export class ExternalData {
  #offset = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly fileName: string,
  ) {}

  /** Writes one tensor and returns the initializer that refers to it. */
  async write(
    name: string,
    type: DataTypeName,
    dims: readonly number[],
    values: Float32Array | Int8Array | Uint8Array | Uint16Array,
  ): Promise<InitializerSpec> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const offset = Math.ceil(this.#offset / alignment) * alignment;
    for (let done = 0; done < bytes.byteLength;) {
      const { bytesWritten } = await this.file.write(
        bytes,
        done,
        bytes.byteLength - done,
        offset + done,
      );
      done += bytesWritten;
    }
    this.#offset = offset + bytes.byteLength;
    return { name, type, dims, data: { file: this.fileName, offset, length: bytes.byteLength } };
  }
}
