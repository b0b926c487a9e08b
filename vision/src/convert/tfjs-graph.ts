import { z } from 'zod';
import { readHalfFloats } from './half-float.ts';
import type { ConstantTensor } from './onnx-graph.ts';

/** TensorFlow writes 64-bit integers as text. */
const integer = z.union([z.number().int(), z.string().regex(/^-?\d+$/)]).transform(Number);
const integers = z.array(integer);

const attribute = z.object({
  i: integer.optional(),
  b: z.boolean().optional(),
  /** Base64. */
  s: z.string().optional(),
  type: z.string().optional(),
  list: z.object({ i: integers.optional(), s: z.array(z.string()).optional() }).optional(),
});

const node = z.object({
  name: z.string().min(1),
  op: z.string().min(1),
  input: z.array(z.string()).default([]),
  attr: z.record(z.string(), attribute).default({}),
});

const weight = z.object({
  name: z.string().min(1),
  shape: z.array(z.number().int().nonnegative()),
  dtype: z.enum(['float32', 'int32', 'bool']),
  quantization: z.object({ dtype: z.literal('float16') }).optional(),
});

/** The part of a TensorFlow.js model.json (graph model) that a converter needs. */
const graphModel = z.object({
  format: z.literal('graph-model'),
  modelTopology: z.object({ node: z.array(node).min(1) }),
  weightsManifest: z.array(z.object({ weights: z.array(weight) })).length(1),
});

/** A graph model: its nodes in the order of execution, and its constants by name. */
export interface TfjsGraph {
  readonly nodes: readonly TfNode[];
  readonly weights: ReadonlyMap<string, ConstantTensor>;
}

/** A graph that cannot be read or converted; the message says which part and why. */
export class ConversionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConversionError';
  }
}

/** One node of a TensorFlow graph. */
export class TfNode {
  readonly name: string;
  readonly op: string;
  /** Names of tensors: a node's name is its first output, `name:1` its second. */
  readonly inputs: readonly string[];
  readonly #attributes: z.infer<typeof node>['attr'];

  constructor({ name, op, input, attr }: z.infer<typeof node>) {
    this.name = name;
    this.op = op;
    // `^name` is a control dependency only.
    this.inputs = input
      .filter((one) => !one.startsWith('^'))
      .map((one) => (one.endsWith(':0') ? one.slice(0, -2) : one));
    this.#attributes = attr;
  }

  integer(name: string, otherwise = 0): number {
    return this.#attributes[name]?.i ?? otherwise;
  }

  flag(name: string): boolean {
    return this.#attributes[name]?.b ?? false;
  }

  /** A type such as `DT_INT32`. */
  type(name: string): string | undefined {
    return this.#attributes[name]?.type;
  }

  text(name: string): string | undefined {
    const encoded = this.#attributes[name]?.s;
    return encoded === undefined ? undefined : decodeBase64(encoded);
  }

  texts(name: string): string[] {
    return (this.#attributes[name]?.list?.s ?? []).map(decodeBase64);
  }

  integers(name: string): readonly number[] {
    return this.#attributes[name]?.list?.i ?? [];
  }
}

/**
 * @param json the content of model.json.
 * @param bytes the weights that it names, all of them.
 * @throws ConversionError where either is not in TensorFlow.js format, or they do not match.
 */
export function readTfjsGraph(json: string, bytes: Uint8Array): TfjsGraph {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (error) {
    throw new ConversionError(`the graph is not JSON: ${(error as Error).message}`);
  }
  const checked = graphModel.safeParse(content);
  if (!checked.success) {
    const issue = checked.error.issues[0]!;
    throw new ConversionError(
      `the graph is no TensorFlow.js graph model: ${issue.path.join('.')}: ${issue.message}`,
    );
  }
  const weights = new Map<string, ConstantTensor>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of checked.data.weightsManifest[0]!.weights) {
    const count = shape.reduce((product, size) => product * size, 1);
    const width = quantization ? 2 : dtype === 'bool' ? 1 : 4;
    // A copy is aligned for numbers of any width.
    const part = Uint8Array.from(bytes.subarray(at, at + count * width));
    at += count * width;
    if (at > bytes.length) {
      throw new ConversionError(
        `the weights end within "${name}": ${bytes.length} bytes are there, ${at} or more are needed`,
      );
    }
    const type = dtype === 'float32' ? 'float' : dtype;
    const values = quantization
      ? readHalfFloats(part)
      : dtype === 'float32'
        ? new Float32Array(part.buffer)
        : dtype === 'int32'
          ? new Int32Array(part.buffer)
          : part;
    weights.set(name, { type, dims: shape, values });
  }
  if (at !== bytes.length) {
    throw new ConversionError(`${bytes.length - at} bytes follow the last weight`);
  }
  return { nodes: checked.data.modelTopology.node.map((one) => new TfNode(one)), weights };
}

const decodeBase64 = (text: string) => Buffer.from(text, 'base64').toString('utf8');
