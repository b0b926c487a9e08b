"""ShuffleNetV2 of NanoDet-Plus-m as a PyTorch module whose weights can be trained.

Read from the layers (`*.graph.json`, in ncnn's terms) and weights (`*.npz`) of NanoDet-Plus-m
(Apache-2.0, RangiLyu/nanodet; trained on COCO).  Only the layers up to the last block are used.
The file has batch normalization folded into the convolutions; `add_norms` takes it out again,
because training is slow without it.
"""
import json

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from layers import outputs_of
from shared import weights_file

# Outputs of the last blocks of stride 16 and 32, with their channels.
STAGES = (('91', 232), ('122', 464))
# Of the input in BGR, 0..255.
MEAN, DEVIATION = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)
SLOPE = 0.1


class Backbone(nn.Module):
    """Features [N, 232, H/16, W/16] and [N, 464, H/32, W/32] of images [N, 3, H, W], BGR, 0..255.

    stem  path of graph and weights without their endings
    bare  the layers alone, for a network whose weights are loaded afterwards: STEM.npz is not read
    """

    def __init__(self, stem, stages=None, bare=False):
        super().__init__()
        layers = json.loads(weights_file(f'{stem}.graph.json').read_text())
        arrays = None if bare else np.load(weights_file(f'{stem}.npz'))
        self.stages = [name for name, _ in stages or STAGES]
        self.layers = used_layers(layers, self.stages)
        self.input = next((layer['outputs'][0] for layer in layers if layer['type'] == 'Input'), 'data')
        self.convolutions, self.norms = nn.ModuleDict(), nn.ModuleDict()
        for layer in self.layers:
            if layer['type'].startswith('Convolution'):
                conv = convolution(layer['params'])
                if arrays is not None:
                    with torch.no_grad():
                        for part in ('weight', 'bias'):
                            values = arrays[f"{layer['name']}.{part}"].astype(np.float32)
                            getattr(conv, part).copy_(torch.from_numpy(values))
                self.convolutions[layer['name']] = conv
        self.register_buffer('mean', torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer('deviation', torch.tensor(DEVIATION).view(1, 3, 1, 1))

    @torch.no_grad()
    def add_norms(self, images):
        """Puts a normalization behind each convolution. The network answers as before wherever
        pictures are like `images` [N, 3, H, W], of which the statistics are."""
        values = {}
        self.forward(images, values)
        for layer in self.layers:
            name = layer['name']
            if name not in self.convolutions:
                continue
            conv, raw = self.convolutions[name], values[f'{name}.raw']
            variance, mean = torch.var_mean(raw, (0, 2, 3))
            norm = nn.BatchNorm2d(len(mean), 1e-3, 0.03)
            norm.running_mean.copy_(mean - conv.bias)
            norm.running_var.copy_(variance)
            norm.weight.copy_((variance + norm.eps).sqrt())
            norm.bias.copy_(mean)
            conv.bias = None
            self.norms[name] = norm

    def forward(self, images, values=None):
        x = (images - self.mean) / self.deviation
        seen = {self.input: x}
        for layer in self.layers:
            name = layer['name']
            args = [seen[i] for i in layer['inputs']]
            if layer['type'].startswith('Convolution'):
                y = self.convolutions[name](args[0])
                if values is not None:
                    values[f'{name}.raw'] = y
                if name in self.norms:
                    y = self.norms[name](y)
                if layer['params'].get('9') == '2':
                    y = F.leaky_relu(y, SLOPE)
                outputs = [y]
            else:
                outputs = outputs_of(layer, args)
            seen.update(zip(layer['outputs'], outputs))
        return [seen[name] for name in self.stages]


def convolution(params):
    """A convolution by ncnn's parameters: 0 outputs, 1 side, 3 stride, 4 padding, 6 number of weights, 7 groups."""
    outputs, side, groups = int(params['0']), int(params['1']), int(params.get('7', 1))
    inputs = int(params['6']) * groups // (outputs * side ** 2)
    return nn.Conv2d(inputs, outputs, side, int(params.get('3', 1)), int(params.get('4', 0)), groups=groups)


def used_layers(layers, wanted):
    """The layers that the wanted values depend on, in order."""
    needed, used = set(wanted), []
    for layer in reversed(layers):
        if layer['type'] != 'Input' and needed & set(layer['outputs']):
            used.append(layer)
            needed.update(layer['inputs'])
    return used[::-1]
