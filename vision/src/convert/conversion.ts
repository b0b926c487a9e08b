import { type Attributes, type ConstantTensor, OnnxGraph, type TensorName } from './onnx-graph.ts';
import { ConversionError, type TfjsGraph, type TfNode } from './tfjs-graph.ts';

/**
 * A tensor of the TensorFlow graph in the ONNX graph. TensorFlow stores pictures channels-last
 * (batch, height, width, channels), ONNX's convolutions want channels-first. Each form is made on
 * demand, so that a chain of convolutions is never transposed and back.
 */
interface Value {
  last?: TensorName;
  /** Pictures only: four dimensions. */
  first?: TensorName;
}

/** The ONNX graph under construction, in the node order of the TensorFlow graph. */
export class Conversion {
  readonly graph = new OnnxGraph();
  readonly #weights: TfjsGraph['weights'];
  readonly #values = new Map<string, Value>();

  constructor(weights: TfjsGraph['weights']) {
    this.#weights = weights;
  }

  /** The constant of this name, if it is one. */
  constant(name: string): ConstantTensor | undefined {
    return this.#weights.get(name);
  }

  /**
   * Integers that must be constant, such as axes.
   *
   * @throws ConversionError where they are computed at run time.
   */
  integers(node: TfNode, input: number): number[] {
    return Array.from(this.tensor(node, input).values);
  }

  /** @throws ConversionError where an input is not constant. */
  tensor(node: TfNode, input: number): ConstantTensor {
    const constant = this.#weights.get(node.inputs[input] ?? '');
    if (constant) return constant;
    throw new ConversionError(
      `${node.op} "${node.name}": input ${input} has to be constant to be converted`,
    );
  }

  isPicture(name: string): boolean {
    return this.#values.get(name)?.first !== undefined;
  }

  /** The tensor in TensorFlow's own layout. */
  last(name: string): TensorName {
    const value = this.#value(name);
    value.last ??= this.graph.node('Transpose', [value.first!], { perm: [0, 2, 3, 1] });
    return value.last;
  }

  /** The tensor channels-first; it has to be a picture. */
  first(name: string): TensorName {
    const value = this.#value(name);
    value.first ??= this.graph.node('Transpose', [value.last!], { perm: [0, 3, 1, 2] });
    return value.first;
  }

  /** A shape, axes or the like as ONNX wants it: int64, one dimension. */
  int64(name: string): TensorName {
    const constant = this.#weights.get(name);
    if (constant) return this.graph.int64s(Array.from(constant.values));
    return this.graph.node('Cast', [this.last(name)], { to: 7 });
  }

  setLast(name: string, tensor: TensorName): void {
    this.#values.set(name, { last: tensor });
  }

  setFirst(name: string, tensor: TensorName): void {
    this.#values.set(name, { first: tensor });
  }

  /** Declares `name` as an alias of `other`. */
  alias(name: string, other: string): void {
    this.#values.set(name, this.#value(other));
  }

  /** Converts an element-wise node, in the layout of its inputs. */
  elementwise(
    node: TfNode,
    op: string,
    more: readonly TensorName[] = [],
    attributes?: Attributes,
  ): void {
    if (node.inputs.some((input) => this.isPicture(input))) {
      const forms = node.inputs.map((input) => this.#broadcast(input)).filter(isKnown);
      if (forms.length === node.inputs.length) {
        this.setFirst(node.name, this.graph.node(op, [...forms, ...more], attributes));
        return;
      }
    }
    const inputs = node.inputs.map((input) => this.last(input));
    this.setLast(node.name, this.graph.node(op, [...inputs, ...more], attributes));
  }

  /** The second operand in channels-first form; undefined where it has none. */
  #broadcast(name: string): TensorName | undefined {
    if (this.isPicture(name)) return this.first(name);
    const constant = this.#weights.get(name);
    if (!constant) return undefined;
    const { dims, values, type } = constant;
    // A scalar, or one value for each channel.
    if (values.length === 1) return this.graph.constant({ type, dims: [], values });
    const channels = dims.at(-1)!;
    if (values.length !== channels) return undefined;
    return this.graph.constant({ type, dims: [channels, 1, 1], values });
  }

  #value(name: string): Value {
    const known = this.#values.get(name);
    if (known) return known;
    const constant = this.#weights.get(name);
    if (!constant) throw new ConversionError(`no node outputs the tensor "${name}"`);
    const value = { last: this.graph.constant(constant) };
    this.#values.set(name, value);
    return value;
  }
}

const isKnown = (name: TensorName | undefined): name is TensorName => name !== undefined;
