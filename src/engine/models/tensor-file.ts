/** A named tensor of a model file; shape is row-major, outermost dimension first. */
export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  /** The file's own type name, such as F16 or Q4_K. */
  readonly type: string;
  /** Bytes of the tensor in the file. */
  readonly byteLength: number;
}

/** A model file, or several that belong together, whose header was read and checked. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * Reads rows [start, start + count) of a tensor as float32, dequantised; a row is the last
   * dimension. Without a range, the whole tensor.
   */
  read(name: string, start?: number, count?: number): Promise<Float32Array>;
  close(): Promise<void>;
}
