import type { Conversion } from './conversion.ts';
import { int32 } from './number-rules.ts';
import type { TensorName } from './onnx-graph.ts';
import type { Rule } from './rules.ts';
import { ConversionError, type TfNode } from './tfjs-graph.ts';

/** A slice to the end of an axis. */
const TO_THE_END = 2 ** 31 - 1;

/** Shapes, slices, concatenation and gather, by TensorFlow's operator. */
export const shapeRules: Readonly<Record<string, Rule>> = {
  Identity: (conversion, node) => conversion.alias(node.name, node.inputs[0]!),
  Shape(conversion, node) {
    const { graph } = conversion;
    const input = node.inputs[0]!;
    const shape = conversion.isPicture(input)
      ? graph.node('Gather', [
          graph.node('Shape', [conversion.first(input)]),
          graph.int64s([0, 2, 3, 1]),
        ])
      : graph.node('Shape', [conversion.last(input)]);
    conversion.setLast(node.name, int32(conversion, shape));
  },
  Size(conversion, node) {
    const size = conversion.graph.node('Size', [conversion.last(node.inputs[0]!)]);
    conversion.setLast(node.name, int32(conversion, size));
  },
  Reshape: (conversion, node) => withInt64s(conversion, node, 'Reshape'),
  Tile: (conversion, node) => withInt64s(conversion, node, 'Tile'),
  Fill(conversion, node) {
    const [shape, value] = node.inputs as [string, string];
    const inputs = [conversion.last(value), conversion.int64(shape)];
    conversion.setLast(node.name, conversion.graph.node('Expand', inputs));
  },
  ExpandDims(conversion, node) {
    const axes = conversion.graph.int64s(conversion.integers(node, 1));
    const inputs = [conversion.last(node.inputs[0]!), axes];
    conversion.setLast(node.name, conversion.graph.node('Unsqueeze', inputs));
  },
  Squeeze(conversion, node) {
    const { graph } = conversion;
    const axes = node.integers('squeeze_dims');
    const inputs = [conversion.last(node.inputs[0]!), graph.int64s(axes)];
    conversion.setLast(node.name, graph.node('Squeeze', axes.length > 0 ? inputs : [inputs[0]!]));
  },
  Pack(conversion, node) {
    const { graph } = conversion;
    const axis = node.integer('axis');
    const parts = node.inputs.map((input) =>
      graph.node('Unsqueeze', [conversion.last(input), graph.int64s([axis])]),
    );
    conversion.setLast(node.name, graph.node('Concat', parts, { axis }));
  },
  Unpack(conversion, node) {
    const { graph } = conversion;
    const axis = node.integer('axis');
    const input = conversion.last(node.inputs[0]!);
    const parts = graph.nodes('Split', [input], node.integer('num'), { axis });
    for (const [i, part] of parts.entries()) {
      conversion.setLast(nth(node, i), graph.node('Squeeze', [part, graph.int64s([axis])]));
    }
  },
  Split(conversion, node) {
    const [axis] = conversion.integers(node, 0);
    const input = conversion.last(node.inputs[1]!);
    const count = node.integer('num_split');
    const parts = conversion.graph.nodes('Split', [input], count, { axis: axis! });
    for (const [i, part] of parts.entries()) conversion.setLast(nth(node, i), part);
  },
  ConcatV2(conversion, node) {
    const [axis] = conversion.integers(node, node.inputs.length - 1);
    const parts = node.inputs.slice(0, -1).map((input) => conversion.last(input));
    conversion.setLast(node.name, conversion.graph.node('Concat', parts, { axis: axis! }));
  },
  GatherNd: (conversion, node) => withInt64s(conversion, node, 'GatherND'),
  StridedSlice: slice,
};

/** The name of a node's output. */
const nth = (node: TfNode, output: number) => (output === 0 ? node.name : `${node.name}:${output}`);

function withInt64s(conversion: Conversion, node: TfNode, op: string): void {
  const [input, numbers] = node.inputs as [string, string];
  const inputs = [conversion.last(input), conversion.int64(numbers)];
  conversion.setLast(node.name, conversion.graph.node(op, inputs));
}

/**
 * A slice with constant bounds. TensorFlow's bit masks, one bit per entry: begin or end are those
 * of the axis, the axis is dropped, the entry is a new axis of size 1.
 */
function slice(conversion: Conversion, node: TfNode): void {
  if (node.integer('ellipsis_mask') !== 0) {
    throw new ConversionError(`StridedSlice "${node.name}": an ellipsis is not known`);
  }
  const [begin, end, stride] = [1, 2, 3].map((input) => conversion.integers(node, input)) as [
    number[],
    number[],
    number[],
  ];
  const has = (mask: string, entry: number) => ((node.integer(mask) >> entry) & 1) === 1;
  const bounds = {
    from: [] as number[],
    to: [] as number[],
    axes: [] as number[],
    steps: [] as number[],
  };
  const dropped: number[] = [];
  const added: number[] = [];
  let axis = 0;
  let axisOfResult = 0;
  for (let entry = 0; entry < begin.length; entry++) {
    if (has('new_axis_mask', entry)) {
      added.push(axisOfResult++);
      continue;
    }
    const isDropped = has('shrink_axis_mask', entry);
    const from = has('begin_mask', entry) ? 0 : begin[entry]!;
    let to = has('end_mask', entry) ? TO_THE_END : end[entry]!;
    if (isDropped) {
      to = from === -1 ? TO_THE_END : from + 1;
      dropped.push(axis);
    } else axisOfResult++;
    if (from !== 0 || to !== TO_THE_END || stride[entry] !== 1) {
      bounds.from.push(from);
      bounds.to.push(to);
      bounds.axes.push(axis);
      bounds.steps.push(stride[entry]!);
    }
    axis++;
  }
  const { graph } = conversion;
  let result: TensorName = conversion.last(node.inputs[0]!);
  const { from, to, axes, steps } = bounds;
  if (axes.length > 0) {
    const limits = [from, to, axes, steps].map((values) => graph.int64s(values));
    result = graph.node('Slice', [result, ...limits]);
  }
  if (dropped.length > 0) result = graph.node('Squeeze', [result, graph.int64s(dropped)]);
  if (added.length > 0) result = graph.node('Unsqueeze', [result, graph.int64s(added)]);
  conversion.setLast(node.name, result);
}
