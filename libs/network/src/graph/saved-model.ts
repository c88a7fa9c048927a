import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * The part of TensorFlow's SavedModel format that a graph needs, written straight to protobuf's wire format: ten messages of
 * which a field or two are used do not deserve a schema to generate from, and tfjs-node's own message classes are private to it.
 * Field numbers: tensorflow/core/protobuf/{saved_model,meta_graph}.proto and tensorflow/core/framework/{graph,node_def,
 * attr_value,tensor,tensor_shape,types,versions}.proto, TensorFlow 2.21.
 */

/** Element types, by their number in TensorFlow's types.proto. */
const DATA_TYPE_NUMBERS = { float32: 1, int32: 3, bool: 10, bfloat16: 14, resource: 20 } as const;

export type ElementType = keyof typeof DATA_TYPE_NUMBERS;

/** A tensor's dimensions; -1 where the size is known only when the graph runs. */
export type Shape = readonly number[];

/** The value of one attribute of a node, tagged with its kind. */
export type Attribute =
  | { readonly type: ElementType }
  | { readonly shape: Shape }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly tensor: { readonly type: ElementType; readonly shape: Shape; readonly content: Uint8Array } };

/** One operation of a graph. */
export interface Node {
  readonly name: string;
  readonly operation: string;
  /** `node` or `node:output`; `^node` for one that must only have run before. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A tensor that is fed to or fetched from a graph. */
export interface Endpoint {
  /** `node:output` */
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

/** A function of the graph that can be called: what is fed, what is fetched. */
export interface Signature {
  readonly inputs: Readonly<Record<string, Endpoint>>;
  readonly outputs: Readonly<Record<string, Endpoint>>;
}

/** The tag under which the graph is found in its file. */
export const SAVED_MODEL_TAG = 'serve';

/** GraphDef producer version 1882 is TensorFlow 2.15's: recent enough for every operation used, read by all that came later. */
const GRAPH_PRODUCER = 1882;
const GRAPH_MINIMUM_CONSUMER = 12;

const message = (writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
};
const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, WireType.LengthDelimited).string(value);
};
const integer = (writer: BinaryWriter, field: number, value: number): void => {
  writer.tag(field, WireType.Varint).int64(value);
};

/** A map field is a repeated message of key (1) and value (2). */
function map<T>(
  writer: BinaryWriter,
  field: number,
  entries: Readonly<Record<string, T>>,
  write: (inner: BinaryWriter, value: T) => void,
): void {
  for (const [key, value] of Object.entries(entries)) {
    message(writer, field, (entry) => {
      text(entry, 1, key);
      message(entry, 2, (inner) => write(inner, value));
    });
  }
}

function writeShape(writer: BinaryWriter, shape: Shape): void {
  for (const size of shape) message(writer, 2, (dimension) => integer(dimension, 1, size));
}

function writeAttribute(writer: BinaryWriter, attribute: Attribute): void {
  if ('type' in attribute) integer(writer, 6, DATA_TYPE_NUMBERS[attribute.type]);
  else if ('shape' in attribute) message(writer, 7, (inner) => writeShape(inner, attribute.shape));
  else if ('int' in attribute) integer(writer, 3, attribute.int);
  else if ('bool' in attribute) writer.tag(5, WireType.Varint).bool(attribute.bool);
  else if ('text' in attribute) text(writer, 2, attribute.text);
  else if ('ints' in attribute) {
    message(writer, 1, (list) => message(list, 3, (packed) => attribute.ints.forEach((value) => packed.int64(value))));
  } else {
    const { type, shape, content } = attribute.tensor;
    message(writer, 8, (inner) => {
      integer(inner, 1, DATA_TYPE_NUMBERS[type]);
      message(inner, 2, (dimensions) => writeShape(dimensions, shape));
      inner.tag(4, WireType.LengthDelimited).bytes(content);
    });
  }
}

function writeNode(writer: BinaryWriter, node: Node): void {
  text(writer, 1, node.name);
  text(writer, 2, node.operation);
  for (const input of node.inputs) text(writer, 3, input);
  map(writer, 5, node.attributes, writeAttribute);
}

function writeEndpoint(writer: BinaryWriter, endpoint: Endpoint): void {
  text(writer, 1, endpoint.name);
  integer(writer, 2, DATA_TYPE_NUMBERS[endpoint.type]);
  message(writer, 3, (inner) => writeShape(inner, endpoint.shape));
}

function writeSignature(writer: BinaryWriter, signature: Signature): void {
  map(writer, 1, signature.inputs, writeEndpoint);
  map(writer, 2, signature.outputs, writeEndpoint);
  text(writer, 3, 'tensorflow/serving/predict');
}

/** The bytes of `saved_model.pb` for a graph and the functions that can be called on it. */
export function encodeSavedModel(nodes: readonly Node[], signatures: Readonly<Record<string, Signature>>): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, 1);
  message(writer, 2, (metaGraph) => {
    message(metaGraph, 1, (info) => text(info, 4, SAVED_MODEL_TAG));
    message(metaGraph, 2, (graph) => {
      for (const node of nodes) message(graph, 1, (inner) => writeNode(inner, node));
      message(graph, 4, (versions) => {
        integer(versions, 1, GRAPH_PRODUCER);
        integer(versions, 2, GRAPH_MINIMUM_CONSUMER);
      });
    });
    map(metaGraph, 5, signatures, writeSignature);
  });
  return writer.finish();
}
