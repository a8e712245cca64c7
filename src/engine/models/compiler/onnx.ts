import protobuf from 'protobufjs';

/** The subset of ONNX's protobuf schema (onnx.proto, IR version 10) that the compiler writes. */
const schema = protobuf.Root.fromJSON({
  nested: {
    Attribute: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        s: { type: 'bytes', id: 4 },
        floats: { rule: 'repeated', type: 'float', id: 7 },
        ints: { rule: 'repeated', type: 'int64', id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    ValueInfo: {
      fields: { name: { type: 'string', id: 1 }, type: { type: 'Type', id: 2 } },
    },
    Node: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'Attribute', id: 5 },
        domain: { type: 'string', id: 7 },
      },
    },
    Graph: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'Tensor', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfo', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfo', id: 12 },
      },
    },
    StringEntry: {
      fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } },
    },
    Tensor: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
        externalData: { rule: 'repeated', type: 'StringEntry', id: 13 },
        dataLocation: { type: 'int32', id: 14 },
      },
    },
    Dimension: {
      fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } },
    },
    Shape: { fields: { dim: { rule: 'repeated', type: 'Dimension', id: 1 } } },
    TensorType: {
      fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'Shape', id: 2 } },
    },
    Type: { fields: { tensorType: { type: 'TensorType', id: 1 } } },
    OperatorSet: {
      fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } },
    },
    Model: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        opsetImport: { rule: 'repeated', type: 'OperatorSet', id: 8 },
        producerName: { type: 'string', id: 2 },
        producerVersion: { type: 'string', id: 3 },
        graph: { type: 'Graph', id: 7 },
      },
    },
  },
});

/** ONNX TensorProto.DataType. */
export const DataType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  float16: 10,
  float64: 11,
} as const;
export type DataTypeName = keyof typeof DataType;

export type AttributeValue =
  { readonly int: number } | { readonly float: number } | { readonly ints: readonly number[] };

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly domain: string;
}

/** A graph input or output; a string dimension is symbolic. */
export interface ValueSpec {
  readonly name: string;
  readonly type: DataTypeName;
  readonly shape: readonly (number | string)[];
}

export interface InitializerSpec {
  readonly name: string;
  readonly type: DataTypeName;
  readonly dims: readonly number[];
  /** The bytes, or their place in the external data file. */
  readonly data:
    Uint8Array | { readonly file: string; readonly offset: number; readonly length: number };
}

export interface GraphSpec {
  readonly name: string;
  readonly nodes: readonly NodeSpec[];
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  readonly initializers: readonly InitializerSpec[];
}

const attributeTypes = { float: 1, int: 2, ints: 7 } as const;

function encodeAttribute(name: string, value: AttributeValue): Record<string, unknown> {
  if ('int' in value) return { name, i: value.int, type: attributeTypes.int };
  if ('float' in value) return { name, f: value.float, type: attributeTypes.float };
  return { name, ints: value.ints, type: attributeTypes.ints };
}

function encodeValue(value: ValueSpec): Record<string, unknown> {
  const dim = value.shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return {
    name: value.name,
    type: { tensorType: { elemType: DataType[value.type], shape: { dim } } },
  };
}

function encodeInitializer(spec: InitializerSpec): Record<string, unknown> {
  const tensor = { name: spec.name, dims: spec.dims, dataType: DataType[spec.type] };
  if (spec.data instanceof Uint8Array) return { ...tensor, rawData: spec.data };
  const { file, offset, length } = spec.data;
  return {
    ...tensor,
    dataLocation: 1,
    externalData: [
      { key: 'location', value: file },
      { key: 'offset', value: String(offset) },
      { key: 'length', value: String(length) },
    ],
  };
}

/** Serialises a graph as an ONNX model: opset 21 and com.microsoft 1. */
export function encodeModel(graph: GraphSpec, producerVersion: string): Uint8Array {
  const model = {
    irVersion: 10,
    producerName: 'transfer-q-star',
    producerVersion,
    opsetImport: [
      { domain: '', version: 21 },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: graph.name,
      node: graph.nodes.map((node, index) => ({
        name: `${node.op}.${index}`,
        opType: node.op,
        domain: node.domain,
        input: node.inputs,
        output: node.outputs,
        attribute: Object.entries(node.attributes).map(([name, value]) =>
          encodeAttribute(name, value),
        ),
      })),
      input: graph.inputs.map(encodeValue),
      output: graph.outputs.map(encodeValue),
      initializer: graph.initializers.map(encodeInitializer),
    },
  };
  return schema.lookupType('Model').encode(model).finish();
}
