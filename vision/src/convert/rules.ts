import type { Conversion } from './conversion.ts';
import type { TfNode } from './tfjs-graph.ts';

/** Converts one node: adds ONNX nodes and says which tensors they give. */
export type Rule = (conversion: Conversion, node: TfNode) => void;
