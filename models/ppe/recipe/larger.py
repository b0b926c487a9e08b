#!/usr/bin/env python3
"""Writes the weights of the larger card: the shipped network, and NanoDet-Plus as a second detector of people.

  larger.py --model ../model.onnx --second WEIGHTS/nanodet-plus/nanodet-plus-m-1.5x_416_int8 --out ../../ppe-large/model.onnx
    [--most-shared 0.4]

Nothing is trained.  Both networks see the same picture, and their people are joined in the graph (people_union.py), so
that one file with one input and one output is left, in the form of the shipped one:

  input    images  float32 [1, 3, H, W]           as the shipped network
  output   output  float32 [1, 2 A + B, 5 + C]    its rows, then those of the second network: strides 8, 16, 32, 32

OUT must not exist.  `--most-shared` was chosen on development sets (README.md).
"""
import argparse
import io
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper

from files import weights_file
from people_union import PeopleUnion

# What both graphs may not call by the same name.
PREFIX, FIRST_ROWS = 'second.', 'first.rows'
# The form of graphs that the shipped network has.
OPSET, SIDE, CLASSES = 11, 64, 5


def union_graph(stem, most_shared):
    """The second network and the joining as an ONNX graph of `images` and FIRST_ROWS."""
    union = PeopleUnion(stem, most_shared).eval()
    # Something has to be drawn, or suppression is not traced.
    images = torch.full((1, 3, SIDE, SIDE), 114.0)
    first = torch.full((1, 2 * sum((SIDE // stride) ** 2 for stride in (8, 16, 32)), 5 + CLASSES), 0.5)
    file = io.BytesIO()
    with torch.no_grad():
        torch.onnx.export(
            union, (images, first), file, opset_version=OPSET, input_names=['images', FIRST_ROWS], output_names=['output'],
            dynamic_axes={'images': {2: 'height', 3: 'width'}, FIRST_ROWS: {1: 'rows'}, 'output': {1: 'rows'}}, dynamo=False)
    return onnx.load_model_from_string(file.getvalue()).graph


def renamed(graph, names):
    """The nodes and initializers of a graph; `names` gives the new name of each value."""
    for node in graph.node:
        for values in (node.input, node.output):
            values[:] = [names(value) for value in values]
        node.name = names(node.name)
    for array in graph.initializer:
        array.name = names(array.name)
    return graph.node, graph.initializer


def joined(model, stem, most_shared):
    """`model` with the people of the second network."""
    graph = model.graph
    renamed(graph, lambda name: FIRST_ROWS if name == 'output' else name)
    kept = {'', 'images', 'output', FIRST_ROWS}
    nodes, arrays = renamed(union_graph(stem, most_shared), lambda name: name if name in kept else PREFIX + name)
    graph.node.extend(nodes)
    graph.initializer.extend(arrays)
    width = graph.output[0].type.tensor_type.shape.dim[2].dim_value
    del graph.output[:], graph.value_info[:]
    graph.output.append(helper.make_tensor_value_info('output', TensorProto.FLOAT, (1, 'rows', width)))
    onnx.checker.check_model(model)
    return model


def share(text):
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f'{text} is no share between 0 and 1')
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--model', type=Path, required=True)
    parser.add_argument('--second', required=True, help='path of graph and weights without their endings')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--most-shared', type=share, default=0.4)
    args = parser.parse_args()
    if args.out.exists():
        raise SystemExit(f'{args.out}: is there already')
    for ending in ('.graph.json', '.npz'):
        weights_file(f'{args.second}{ending}')
    model = joined(onnx.load(str(weights_file(args.model))), args.second, args.most_shared)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(args.out))


if __name__ == '__main__':
    main()
