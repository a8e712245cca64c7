import type {
  AttributeValue,
  DataTypeName,
  GraphSpec,
  InitializerSpec,
  NodeSpec,
  ValueSpec,
} from './onnx.ts';

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Collects nodes, inputs, outputs and initializers; generates a name for every value. */
export class GraphBuilder {
  readonly #nodes: NodeSpec[] = [];
  readonly #inputs: ValueSpec[] = [];
  readonly #outputs: ValueSpec[] = [];
  readonly #initializers: InitializerSpec[] = [];
  readonly #constants = new Map<string, string>();
  /**
   * Output names by value. Values are renamed when the graph is built: a node that only renames
   * would copy its value in every run.
   */
  readonly #outputNames = new Map<string, string>();
  #count = 0;

  input(name: string, type: DataTypeName, shape: readonly (number | string)[]): string {
    this.#inputs.push({ name, type, shape });
    return name;
  }

  /** Declares a node's output `value` as the graph output `name`; once for each value. */
  output(
    name: string,
    value: string,
    type: DataTypeName,
    shape: readonly (number | string)[],
  ): void {
    this.#outputNames.set(value, name);
    this.#outputs.push({ name, type, shape });
  }

  /** Adds an ONNX operator and returns its first output. */
  op(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.#add('', op, inputs, attributes, 1)[0]!;
  }

  /** Adds an ONNX operator with several outputs. */
  ops(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Attributes = {},
  ): string[] {
    return this.#add('', op, inputs, attributes, outputs);
  }

  /** Adds an operator of ONNX Runtime's domain com.microsoft. */
  microsoft(
    op: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    outputs = 1,
  ): string[] {
    return this.#add('com.microsoft', op, inputs, attributes, outputs);
  }

  initializer(spec: InitializerSpec): string {
    this.#initializers.push(spec);
    return spec.name;
  }

  /** A named float32 constant. */
  table(name: string, values: Float32Array, dims: readonly number[]): string {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.initializer({ name, type: 'float32', dims, data });
  }

  /** A small float32 constant, shared by value and shape. */
  floats(values: readonly number[], dims: readonly number[] = []): string {
    const data = new Uint8Array(Float32Array.from(values).buffer);
    return this.#constant('float32', values, dims, data);
  }

  /** A small int64 constant (shapes, axes), shared by value. */
  ints(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const data = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
    return this.#constant('int64', values, dims, data);
  }

  /** A uint8 scalar. */
  byte(value: number): string {
    return this.#constant('uint8', [value], [], Uint8Array.of(value));
  }

  build(name: string): GraphSpec {
    const named = (value: string): string => this.#outputNames.get(value) ?? value;
    return {
      name,
      nodes: this.#nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(named),
        outputs: node.outputs.map(named),
      })),
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: this.#initializers,
    };
  }

  #add(
    domain: string,
    op: string,
    inputs: readonly string[],
    attributes: Attributes,
    count: number,
  ): string[] {
    const outputs = Array.from({ length: count }, () => `v${this.#count++}`);
    this.#nodes.push({ op, inputs, outputs, attributes, domain });
    return outputs;
  }

  #constant(
    type: DataTypeName,
    values: readonly number[],
    dims: readonly number[],
    data: Uint8Array,
  ) {
    const key = `${type}[${dims.join()}]=${values.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `c${this.#constants.size}`;
    this.#constants.set(key, name);
    return this.initializer({ name, type, dims, data });
  }
}
