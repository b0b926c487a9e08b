import { Conversion } from './conversion.ts';
import { numberRules } from './number-rules.ts';
import { pictureRules } from './picture-rules.ts';
import type { Rule } from './rules.ts';
import { shapeRules } from './shape-rules.ts';
import { ConversionError, readTfjsGraph } from './tfjs-graph.ts';

export interface OnnxForm {
  /** Name of the graph. */
  readonly name: string;
  /** Names of the input and the output. */
  readonly input: string;
  readonly output: string;
  /** Shape of the output. */
  readonly outputDims: readonly number[];
}

const rules: Readonly<Record<string, Rule>> = { ...pictureRules, ...numberRules, ...shapeRules };

/**
 * Converts a TensorFlow.js graph model with one input picture to ONNX, opset 13. The output is
 * reproducible byte for byte.
 *
 * The model's own input is int32, channels-last; that of the result is float32, channels-first, of
 * any height and width, with the same values. No transpose is needed before the first convolution.
 *
 * @param json the content of model.json.
 * @param weights the bytes of its weights file.
 * @throws ConversionError where the graph cannot be read, or has an unsupported operator.
 */
export function tfjsToOnnx(json: string, weights: Uint8Array, form: OnnxForm): Uint8Array {
  const source = readTfjsGraph(json, weights);
  const conversion = new Conversion(source.weights);
  let result: string | undefined;
  for (const node of source.nodes) {
    if (node.op === 'Const') continue;
    if (node.op === 'Placeholder') {
      conversion.setFirst(node.name, form.input);
      continue;
    }
    const rule = rules[node.op];
    if (!rule) {
      throw new ConversionError(`the operator ${node.op} ("${node.name}") is not known`);
    }
    rule(conversion, node);
    result = node.name;
  }
  if (result === undefined) throw new ConversionError('the graph computes nothing');
  conversion.graph.name(conversion.last(result), form.output);
  return conversion.graph.encode(
    form.name,
    [{ name: form.input, type: 'float', dims: [1, 3, 'height', 'width'] }],
    [{ name: form.output, type: 'float', dims: form.outputDims }],
  );
}
