import type { Conversion } from './conversion.ts';
import { elementType, type TensorName } from './onnx-graph.ts';
import type { Rule } from './rules.ts';
import { ConversionError, type TfNode } from './tfjs-graph.ts';

/** Element-wise operators that ONNX has too, with a different name at most. */
const plain = {
  Abs: 'Abs',
  AddN: 'Sum',
  AddV2: 'Add',
  Equal: 'Equal',
  Exp: 'Exp',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LogicalAnd: 'And',
  Maximum: 'Max',
  Minimum: 'Min',
  Mul: 'Mul',
  RealDiv: 'Div',
  Reciprocal: 'Reciprocal',
  Select: 'Where',
  Sigmoid: 'Sigmoid',
  Sub: 'Sub',
};

const castTo = { DT_FLOAT: 'float', DT_INT32: 'int32', DT_BOOL: 'bool' } as const;

/** Arithmetic, comparison, choice and reduction, by TensorFlow's operator. */
export const numberRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    Object.entries(plain).map(([op, onnx]): [string, Rule] => [
      op,
      (conversion, node) => conversion.elementwise(node, onnx),
    ]),
  ),
  FloorDiv(conversion, node) {
    // ONNX's integer division truncates; the graphs divide non-negative numbers only.
    if (node.type('T') !== 'DT_INT32') {
      throw new ConversionError(`FloorDiv "${node.name}": only int32 is known`);
    }
    conversion.elementwise(node, 'Div');
  },
  SquaredDifference(conversion, node) {
    const inputs = node.inputs.map((input) => conversion.last(input));
    const difference = conversion.graph.node('Sub', inputs);
    conversion.setLast(node.name, conversion.graph.node('Mul', [difference, difference]));
  },
  Cast(conversion, node) {
    const to = castTo[node.type('DstT') as keyof typeof castTo];
    if (!to) {
      throw new ConversionError(`Cast "${node.name}": type ${node.type('DstT')} is not known`);
    }
    conversion.elementwise(node, 'Cast', [], { to: elementType[to] });
  },
  Sum(conversion, node) {
    const axes = conversion.graph.int64s(conversion.integers(node, 1));
    reduce(conversion, node, 'ReduceSum', [axes], {});
  },
  Max(conversion, node) {
    reduce(conversion, node, 'ReduceMax', [], { axes: conversion.integers(node, 1) });
  },
  ArgMax(conversion, node) {
    const [axis] = conversion.integers(node, 1);
    const found = conversion.graph.node('ArgMax', [conversion.last(node.inputs[0]!)], {
      axis: axis!,
      keepdims: 0,
    });
    conversion.setLast(node.name, int32(conversion, found));
  },
  TopKV2(conversion, node) {
    const { graph } = conversion;
    const count = graph.node('Reshape', [conversion.int64(node.inputs[1]!), graph.int64s([1])]);
    const inputs = [conversion.last(node.inputs[0]!), count];
    const [values, places] = graph.nodes('TopK', inputs, 2, { axis: -1 });
    conversion.setLast(node.name, values!);
    conversion.setLast(`${node.name}:1`, int32(conversion, places!));
  },
  Range(conversion, node) {
    const inputs = node.inputs.map((input) => conversion.last(input));
    conversion.setLast(node.name, conversion.graph.node('Range', inputs));
  },
};

function reduce(
  conversion: Conversion,
  node: TfNode,
  op: string,
  more: TensorName[],
  attributes: { axes?: number[] },
): void {
  const inputs = [conversion.last(node.inputs[0]!), ...more];
  const keepdims = node.flag('keep_dims') ? 1 : 0;
  conversion.setLast(node.name, conversion.graph.node(op, inputs, { ...attributes, keepdims }));
}

/** TensorFlow uses int32 where ONNX gives int64. */
export function int32({ graph }: Conversion, tensor: TensorName): TensorName {
  return graph.node('Cast', [tensor], { to: elementType.int32 });
}
