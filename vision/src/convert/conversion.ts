import { type Attributes, type ConstantTensor, OnnxGraph, type TensorName } from './onnx-graph.ts';
import { ConversionError, type TfjsGraph, type TfNode } from './tfjs-graph.ts';

/**
 * A tensor of the TensorFlow graph in the ONNX graph. TensorFlow keeps the channels of a picture
 * last (batch, height, width, channels), ONNX's convolutions want them first. Each form is made when
 * somebody asks for it, so that a chain of convolutions is never turned over and back.
 */
interface Value {
  last?: TensorName;
  /** Of pictures only: four dimensions. */
  first?: TensorName;
}

/** The ONNX graph while it grows, node after node of the TensorFlow graph. */
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
   * Whole numbers that have to be known now, such as axes.
   *
   * @throws ConversionError where they are only known when the model runs.
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

  /** The tensor in TensorFlow's own form. */
  last(name: string): TensorName {
    const value = this.#value(name);
    value.last ??= this.graph.node('Transpose', [value.first!], { perm: [0, 2, 3, 1] });
    return value.last;
  }

  /** The tensor with channels first; it has to be a picture. */
  first(name: string): TensorName {
    const value = this.#value(name);
    value.first ??= this.graph.node('Transpose', [value.last!], { perm: [0, 3, 1, 2] });
    return value.first;
  }

  /** A shape or the like as ONNX wants it: int64, one dimension. */
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

  /** `name` is the same tensor as `other`. */
  alias(name: string, other: string): void {
    this.#values.set(name, this.#value(other));
  }

  /** Converts a node that works number by number, in the form that its inputs have. */
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

  /** An operand beside a picture with channels first; undefined where it has no such form. */
  #broadcast(name: string): TensorName | undefined {
    if (this.isPicture(name)) return this.first(name);
    const constant = this.#weights.get(name);
    if (!constant) return undefined;
    const { dims, values, type } = constant;
    // One number, or one for each channel.
    if (values.length === 1) return this.graph.constant({ type, dims: [], values });
    const channels = dims.at(-1)!;
    if (values.length !== channels) return undefined;
    return this.graph.constant({ type, dims: [channels, 1, 1], values });
  }

  #value(name: string): Value {
    const known = this.#values.get(name);
    if (known) return known;
    const constant = this.#weights.get(name);
    if (!constant) throw new ConversionError(`nothing gives the tensor "${name}"`);
    const value = { last: this.graph.constant(constant) };
    this.#values.set(name, value);
    return value;
  }
}

const isKnown = (name: TensorName | undefined): name is TensorName => name !== undefined;
