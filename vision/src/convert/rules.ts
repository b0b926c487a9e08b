import type { Conversion } from './conversion.ts';
import type { TfNode } from './tfjs-graph.ts';

/** Converts one node: adds ONNX nodes and returns its output tensors. */
export type Rule = (conversion: Conversion, node: TfNode) => void;
