import type { Conversion } from './conversion.ts';
import type { Attributes, ConstantTensor, TensorName } from './onnx-graph.ts';
import type { Rule } from './rules.ts';
import { ConversionError, type TfNode } from './tfjs-graph.ts';

/** Convolution, pooling and resizing, by TensorFlow's operator. */
export const pictureRules: Readonly<Record<string, Rule>> = {
  _FusedConv2D: convolve,
  FusedDepthwiseConv2dNative: convolve,
  DepthwiseConv2dNative: convolve,
  MaxPool(conversion, node) {
    const pooled = conversion.graph.node('MaxPool', [conversion.first(node.inputs[0]!)], {
      kernel_shape: node.integers('ksize').slice(1, 3),
      strides: node.integers('strides').slice(1, 3),
      ...padding(node),
    });
    conversion.setFirst(node.name, pooled);
  },
  ResizeBilinear(conversion, node) {
    const { graph } = conversion;
    const picture = conversion.first(node.inputs[0]!);
    const shape = graph.node('Shape', [picture]);
    const kept = graph.node('Slice', [shape, graph.int64s([0]), graph.int64s([2])]);
    const sizes = graph.node('Concat', [kept, conversion.int64(node.inputs[1]!)], { axis: 0 });
    const resized = graph.node('Resize', [picture, '', '', sizes], {
      mode: 'linear',
      coordinate_transformation_mode: node.flag('half_pixel_centers')
        ? 'half_pixel'
        : node.flag('align_corners')
          ? 'align_corners'
          : 'asymmetric',
    });
    conversion.setFirst(node.name, resized);
  },
};

function convolve(conversion: Conversion, node: TfNode): void {
  const { graph } = conversion;
  const isDepthwise = node.op.includes('Depthwise');
  const filter = conversion.tensor(node, 1);
  const weights = isDepthwise ? depthwiseFilter(filter) : wholeFilter(filter);
  const fused = node.texts('fused_ops');
  const inputs = [conversion.first(node.inputs[0]!), graph.constant(weights)];
  if (fused[0] === 'BiasAdd') inputs.push(graph.constant(conversion.tensor(node, 2)));
  const dilations = node.integers('dilations').slice(1, 3);
  let result: TensorName = graph.node('Conv', inputs, {
    group: isDepthwise ? filter.dims[2]! : 1,
    kernel_shape: weights.dims.slice(2),
    strides: node.integers('strides').slice(1, 3),
    ...(dilations.length > 0 && { dilations }),
    ...padding(node),
  });
  for (const [i, name] of fused.entries()) {
    if (name === 'BiasAdd' && i === 0) continue;
    if (name === 'Relu') result = graph.node('Relu', [result]);
    else if (name === 'Relu6') result = graph.node('Clip', [result, ...zeroToSix(conversion)]);
    else throw new ConversionError(`${node.op} "${node.name}": ${name} is not known after it`);
  }
  conversion.setFirst(node.name, result);
}

function zeroToSix({ graph }: Conversion): TensorName[] {
  return [0, 6].map((limit) => graph.constant({ type: 'float', dims: [], values: [limit] }));
}

function padding(node: TfNode): Attributes {
  const kind = node.text('padding');
  // TensorFlow puts the odd padding pixel at the end.
  if (kind === 'SAME') return { auto_pad: 'SAME_UPPER' };
  if (kind === 'VALID') return { auto_pad: 'VALID' };
  throw new ConversionError(`${node.op} "${node.name}": padding ${kind} is not known`);
}

/** (height, width, in, out) to (out, in, height, width). */
function wholeFilter({ dims, values }: ConstantTensor): ConstantTensor {
  const [height, width, inputs, outputs] = dims as [number, number, number, number];
  return arranged(
    [outputs, inputs, height, width],
    values,
    (o, i, y, x) => ((y * width + x) * inputs + i) * outputs + o,
  );
}

/** (height, width, in, times) to (in * times, 1, height, width). */
function depthwiseFilter({ dims, values }: ConstantTensor): ConstantTensor {
  const [height, width, inputs, times] = dims as [number, number, number, number];
  const channels = inputs * times;
  return arranged(
    [channels, 1, height, width],
    values,
    (c, _, y, x) => (y * width + x) * channels + c,
  );
}

function arranged(
  dims: [number, number, number, number],
  from: ArrayLike<number>,
  indexOf: (a: number, b: number, c: number, d: number) => number,
): ConstantTensor {
  const values = new Float32Array(from.length);
  let at = 0;
  for (let a = 0; a < dims[0]; a++) {
    for (let b = 0; b < dims[1]; b++) {
      for (let c = 0; c < dims[2]; c++) {
        for (let d = 0; d < dims[3]; d++) values[at++] = from[indexOf(a, b, c, d)]!;
      }
    }
  }
  return { type: 'float', dims, values };
}
