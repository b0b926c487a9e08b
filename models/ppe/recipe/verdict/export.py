#!/usr/bin/env python3
"""Write a trained classifier as ONNX.

  export.py --run runs/a/ema.pt --backbone STEM --out ../../verdict.onnx --temperature 1.2 1.1

  input    images  float32 [1, 3, 112, 112]  BGR, 0..255: the square over head and torso, padded with 114
  output   answers float32 [1, 2, 3]         helmet and vest: probabilities of worn, not worn, cannot tell
"""
import argparse
from pathlib import Path

import onnx
import torch
from torch import nn

from shared import weights_file
from train_verdict import SIZE, VerdictNet


class Answers(nn.Module):
    """Probabilities of a network, calibrated by a temperature for each item."""

    def __init__(self, net, temperature):
        super().__init__()
        self.net = net
        self.register_buffer('temperature', torch.tensor(temperature).view(1, 2, 1))

    def forward(self, images):
        return (self.net(images) / self.temperature).softmax(-1)


def load_averaged(run, backbone, bare=False):
    net = VerdictNet(backbone, bare=bare)
    state = torch.load(weights_file(run), weights_only=False)['ema']
    net.backbone.add_norms(torch.full((2, 3, SIZE, SIZE), 114.0) + torch.randn(2, 3, SIZE, SIZE))
    net.load_state_dict(state)
    return net.eval()


def write(run, backbone, out, temperature, bare=False):
    """Writes the averaged weights of a run; `bare` as of the backbone."""
    net = load_averaged(run, backbone, bare)
    images = torch.rand(1, 3, SIZE, SIZE) * 255
    with torch.no_grad():
        torch.onnx.export(Answers(net, temperature).eval(), images, str(out), opset_version=13,
                          input_names=['images'], output_names=['answers'], dynamo=False)
    onnx.checker.check_model(onnx.load(str(out)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--run', type=Path, required=True)
    parser.add_argument('--backbone', required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--temperature', type=float, nargs=2, default=(1.0, 1.0))
    args = parser.parse_args()
    write(args.run, args.backbone, args.out, args.temperature)


if __name__ == '__main__':
    main()
