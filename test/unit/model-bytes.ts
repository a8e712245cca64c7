/** Writes the bytes of small model files, well-formed by default. */

/** A GGUF metadata value with its type. */
export type MetadataEntry =
  | { key: string; type: 'u8' | 'u32' | 'f32' | 'bool'; value: number }
  | { key: string; type: 'u64'; value: bigint }
  | { key: string; type: 'string'; value: string }
  | { key: string; type: 'raw'; number: number; bytes: Buffer };

export interface TensorSpec {
  name: string;
  /** GGUF order: row length first. */
  dimensions: (number | bigint)[];
  type: number;
  data: Buffer;
  /** Offset to write instead of the next free one. */
  offset?: number;
  dimensionCount?: number;
}

export interface GgufSpec {
  magic?: string;
  version?: number;
  metadata?: MetadataEntry[];
  tensors?: TensorSpec[];
  metadataCount?: bigint;
  tensorCount?: bigint;
}

export const ggufTypes = { f32: 0, f16: 1, q4_0: 2, iq2_xxs: 16 };

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint | number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export function ggufString(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([u64(bytes.length), bytes]);
}

/** An array value: element type, count and the elements' bytes. */
export function ggufArray(elementType: number, elements: Buffer[], count = elements.length) {
  return Buffer.concat([u32(elementType), u64(count), ...elements]);
}

function metadataBytes(entry: MetadataEntry): Buffer {
  const value = (number: number, bytes: Buffer) =>
    Buffer.concat([ggufString(entry.key), u32(number), bytes]);
  switch (entry.type) {
    case 'u8':
      return value(0, Buffer.from([entry.value]));
    case 'u32':
      return value(4, u32(entry.value));
    case 'f32': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(entry.value);
      return value(6, bytes);
    }
    case 'bool':
      return value(7, Buffer.from([entry.value]));
    case 'string':
      return value(8, ggufString(entry.value));
    case 'u64':
      return value(10, u64(entry.value));
    case 'raw':
      return value(entry.number, entry.bytes);
  }
}

function padding(length: number, alignment: number): Buffer {
  return Buffer.alloc((alignment - (length % alignment)) % alignment);
}

export function ggufBytes(spec: GgufSpec = {}): Buffer {
  const { metadata = [], tensors = [] } = spec;
  const found = metadata.find((entry) => entry.key === 'general.alignment');
  const alignment = found?.type === 'u32' ? found.value : 32;
  const parts = [
    Buffer.from(spec.magic ?? 'GGUF', 'latin1'),
    u32(spec.version ?? 3),
    u64(spec.tensorCount ?? tensors.length),
    u64(spec.metadataCount ?? metadata.length),
    ...metadata.map(metadataBytes),
  ];
  const data: Buffer[] = [];
  let next = 0;
  for (const tensor of tensors) {
    parts.push(
      ggufString(tensor.name),
      u32(tensor.dimensionCount ?? tensor.dimensions.length),
      ...tensor.dimensions.map(u64),
      u32(tensor.type),
      u64(tensor.offset ?? next),
    );
    const padded = Buffer.concat([tensor.data, padding(tensor.data.length, alignment)]);
    data.push(padded);
    next += padded.length;
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, padding(header.length, alignment), ...data]);
}

export function float32Bytes(values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

/** A safetensors file with a header (an object or its text) and data. */
export function safetensorsBytes(header: object | string, data: Buffer): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  return Buffer.concat([u64(json.length), json, data]);
}
