#!/usr/bin/env python3
"""Weights to begin at: those of a shipped classifier, or those of a run, small enough to be kept in the repository.

  start.py --run runs/base/ema.pt --out base-without-rf100.npz

A run's averaged weights are written in half precision, as far as they are matrices; their numbers per channel keep
single precision, because the variances of the normalization do not fit into half.
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from shared import weights_file
from train_verdict import SIZE, VerdictNet, load_run

# The layers alone; weights come from the file that is read.
GRAPH = str(Path(__file__).resolve().parent / 'backbone')


def empty_net():
    """A network whose weights are loaded afterwards."""
    net = VerdictNet(GRAPH, bare=True)
    net.backbone.add_norms(torch.full((2, 3, SIZE, SIZE), 114.0) + torch.randn(2, 3, SIZE, SIZE))
    return net


def from_onnx(path, images):
    """The state of a network that answers as verdict.onnx, whose normalization is folded into the convolutions: it is
    taken out again by what it sees in `images` [N, 3, SIZE, SIZE]."""
    import onnx
    from onnx import numpy_helper
    graph = onnx.load(str(weights_file(path))).graph
    values = {one.name: torch.from_numpy(numpy_helper.to_array(one).astype(np.float32)) for one in graph.initializer}
    weighted = [node for node in graph.node if node.op_type in ('Conv', 'Gemm')]
    net = VerdictNet(GRAPH, bare=True)
    layers = [net.backbone.convolutions[layer['name']] for layer in net.backbone.layers
              if layer['name'] in net.backbone.convolutions]
    layers += [net.fine[0], net.coarse[0], net.hidden[1], net.out[1]]
    if len(layers) != len(weighted):
        raise SystemExit(f'{path}: has {len(weighted)} layers with weights, not {len(layers)}: '
                         'it is no classifier of this recipe')
    with torch.no_grad():
        for layer, node in zip(layers, weighted):
            if layer.weight.shape != values[node.input[1]].shape:
                raise SystemExit(f'{path}: {node.name} is of another size: it is no classifier of this recipe')
            layer.weight.copy_(values[node.input[1]])
            layer.bias.copy_(values[node.input[2]])
        net.eval().backbone.add_norms(images)
    return net.state_dict()


def from_npz(path):
    """The state that `write_npz` wrote."""
    with np.load(weights_file(path)) as arrays:
        return {name: torch.from_numpy(arrays[name].astype(np.float32) if arrays[name].dtype == np.float16
                                       else arrays[name]) for name in arrays.files}


def write_npz(state, path):
    np.savez_compressed(path, **{
        name: value.numpy().astype(np.float16) if value.ndim > 1 else value.numpy() for name, value in state.items()})


def mixed(before, after, share):
    """Weights `share` of the way from one state of a network to what it became: it keeps more of what it could, for less
    of what it learnt (Wortsman et al., arXiv:2109.01903)."""
    return {name: torch.lerp(value, after[name], share) if value.dtype.is_floating_point else after[name]
            for name, value in before.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--run', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    args = parser.parse_args()
    write_npz(load_run(weights_file(args.run))['ema'], args.out)


if __name__ == '__main__':
    main()
