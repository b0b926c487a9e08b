#!/usr/bin/env python3
"""Give a detector more layers without changing what it answers (function-preserving growth,
Chen et al., Net2Net, arXiv:1511.05641): after each named value a residual bottleneck
x + conv1x1(silu(conv3x3(silu(conv1x1(x))))) whose last convolution begins at zero.

  deepen.py --model ema.onnx --out deeper.onnx --after input.175 input.283 [--width 0.5] [--seed 0]
"""
import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper


def channels_of(graph, value):
    """How many channels `value`, which a SiLU gave, has: those of the convolution before it."""
    makers = {node.output[0]: node for node in graph.node}
    shapes = {item.name: item.dims for item in graph.initializer}
    node = makers[value]
    while node.op_type != 'Conv':
        node = makers[node.input[0]]
    return shapes[node.input[1]][0]


def insert_block(graph, value, width, random):
    """A residual bottleneck of `width` (share of the channels) behind `value`."""
    channels = channels_of(graph, value)
    inner = int(channels * width)
    at = 1 + next(i for i, node in enumerate(graph.node) if value in node.output)
    for node in graph.node:
        for i, name in enumerate(node.input):
            if name == value:
                node.input[i] = f'{value}.deeper'
    nodes, source = [], value
    for part, (taken, given, kernel) in enumerate(((channels, inner, 1), (inner, inner, 3),
                                                   (inner, channels, 1))):
        name = f'{value}.deeper.{part}'
        is_last = part == 2
        weight = random.standard_normal((given, taken, kernel, kernel)) * (2 / (taken * kernel ** 2)) ** 0.5
        for suffix, array in (('weight', weight * (not is_last)), ('bias', np.zeros(given))):
            graph.initializer.append(numpy_helper.from_array(array.astype(np.float32), f'{name}.{suffix}'))
        nodes.append(helper.make_node('Conv', [source, f'{name}.weight', f'{name}.bias'], [f'{name}.conv'],
                                      kernel_shape=[kernel, kernel], pads=[kernel // 2] * 4))
        source = f'{name}.conv'
        if not is_last:
            nodes.append(helper.make_node('Sigmoid', [source], [f'{name}.gate']))
            nodes.append(helper.make_node('Mul', [source, f'{name}.gate'], [f'{name}.silu']))
            source = f'{name}.silu'
    nodes.append(helper.make_node('Add', [value, source], [f'{value}.deeper']))
    for offset, node in enumerate(nodes):
        graph.node.insert(at + offset, node)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--model', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--after', nargs='+', required=True, help='values that a SiLU gave')
    parser.add_argument('--width', type=float, default=0.5, help='inner channels, share of the outer')
    parser.add_argument('--seed', type=int, default=0)
    args = parser.parse_args()
    model = onnx.load(str(args.model))
    random = np.random.default_rng(args.seed)
    for value in args.after:
        insert_block(model.graph, value, args.width, random)
    onnx.checker.check_model(model)
    onnx.save(model, str(args.out))


if __name__ == '__main__':
    main()
