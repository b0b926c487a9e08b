import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** Element types of ONNX tensors (TensorProto.DataType). */
export const elementType = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementType;

/** A constant tensor. Booleans are bytes, int64 are given as numbers. */
export interface ConstantTensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
}

/** The name of a tensor in the graph. */
export type TensorName = string;
export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

interface ValueInfo {
  readonly name: TensorName;
  readonly type: ElementType;
  /** A string is a symbolic size, known only at run time. */
  readonly dims: readonly (number | string)[];
}

const IR_VERSION = 8;
const OPSET = 13;

let schema: protobuf.Root | undefined;

/**
 * Collects the nodes of an ONNX graph (opset 13) and serialises them. The output is deterministic,
 * byte for byte.
 *
 * Numeric attributes are written as integers: no operator used here takes a float.
 */
export class OnnxGraph {
  readonly #nodes: object[] = [];
  readonly #initializers: object[] = [];
  /** Equal small constants (axes, shapes) are stored once. */
  readonly #constants = new Map<string, TensorName>();
  #count = 0;

  /** Adds a constant. */
  constant(tensor: ConstantTensor): TensorName {
    const { type, dims, values } = tensor;
    const key =
      values.length <= 16 ? `${type} [${dims.join()}] ${Array.from(values).join()}` : undefined;
    const known = key && this.#constants.get(key);
    if (known) return known;
    const name = `c${this.#initializers.length}`;
    this.#initializers.push({
      name,
      dims: [...dims],
      dataType: elementType[type],
      rawData: littleEndian(type, values),
    });
    if (key) this.#constants.set(key, name);
    return name;
  }

  /** A list of int64, such as a shape or axes. */
  int64s(values: readonly number[]): TensorName {
    return this.constant({ type: 'int64', dims: [values.length], values });
  }

  /** Adds a node with one output. */
  node(op: string, inputs: readonly TensorName[], attributes: Attributes = {}): TensorName {
    return this.nodes(op, inputs, 1, attributes)[0]!;
  }

  /** Adds a node with several outputs. */
  nodes(
    op: string,
    inputs: readonly TensorName[],
    outputs: number,
    attributes: Attributes = {},
  ): TensorName[] {
    const names = Array.from({ length: outputs }, () => `t${this.#count++}`);
    this.#nodes.push({
      input: [...inputs],
      output: names,
      opType: op,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return names;
  }

  /** Renames a tensor. */
  name(tensor: TensorName, name: TensorName): void {
    this.#nodes.push({ input: [tensor], output: [name], opType: 'Identity', attribute: [] });
  }

  /** @returns the bytes of an ONNX file. */
  encode(name: string, inputs: readonly ValueInfo[], outputs: readonly ValueInfo[]): Uint8Array {
    const file = new URL('./onnx.proto', import.meta.url);
    schema ??= protobuf.parse(readFileSync(file, 'utf8')).root;
    const model = schema.lookupType('onnx.ModelProto');
    return model
      .encode(
        model.create({
          irVersion: IR_VERSION,
          producerName: 'anshi',
          producerVersion: '1',
          opsetImport: [{ domain: '', version: OPSET }],
          graph: {
            name,
            node: this.#nodes,
            initializer: this.#initializers,
            input: inputs.map(valueInfo),
            output: outputs.map(valueInfo),
          },
        }),
      )
      .finish();
  }
}

function valueInfo({ name, type, dims }: ValueInfo): object {
  const dim = dims.map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: elementType[type], shape: { dim } } } };
}

/** Numbers of AttributeProto.AttributeType. */
const attributeType = { int: 2, string: 3, ints: 7 };

function attribute(name: string, value: Attributes[string]): object {
  if (typeof value === 'number') return { name, type: attributeType.int, i: value };
  if (typeof value === 'string') {
    return { name, type: attributeType.string, s: new TextEncoder().encode(value) };
  }
  return { name, type: attributeType.ints, ints: [...value] };
}

function littleEndian(type: ElementType, values: ArrayLike<number>): Uint8Array {
  const width = { float: 4, int32: 4, int64: 8, bool: 1 }[type];
  const view = new DataView(new ArrayBuffer(values.length * width));
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (type === 'float') view.setFloat32(4 * i, value, true);
    else if (type === 'int32') view.setInt32(4 * i, value, true);
    else if (type === 'int64') view.setBigInt64(8 * i, BigInt(value), true);
    else view.setUint8(i, value);
  }
  return new Uint8Array(view.buffer);
}
