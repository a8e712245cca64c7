/** A named tensor of a model file; shape is row-major, outermost dimension first. */
export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  /** The file's own type name, such as F16 or Q4_K. */
  readonly type: string;
  /** Bytes of the tensor in the file. */
  readonly byteLength: number;
}

/** A model file, or the shards of one model, with checked headers. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * Reads rows [start, start + count) of a tensor as float32, dequantised; default all. A row is
   * the last dimension.
   */
  read(name: string, start?: number, count?: number): Promise<Float32Array>;
  close(): Promise<void>;
}
