"""Layers in ncnn's terms, without convolutions: what `backbone.py` and `people_frontier.py` run them by."""
import torch
import torch.nn.functional as F


def outputs_of(layer, args):
    """The values of one layer's outputs for those of its inputs.

    Raises ValueError for a layer that is not known here.
    """
    kind, params = layer['type'], layer['params']
    if kind == 'Split':
        return args * len(layer['outputs'])
    if kind == 'Concat':
        return [torch.cat(args, 1)]
    if kind == 'ShuffleChannel':
        return [shuffle(args[0])]
    if kind == 'Slice':
        return slices(args[0], params)
    if kind == 'Pooling':
        return [args[0].mean((2, 3), keepdim=True) if params.get('4') == '1' else F.max_pool2d(args[0], 3, 2, 1)]
    if kind == 'BinaryOp':
        return [args[0] * args[1] if params.get('0') == '2' else args[0] + args[1]]
    if kind == 'Interp':
        bilinear = {'mode': 'bilinear', 'align_corners': False}
        return [F.interpolate(args[0], scale_factor=2.0, **(bilinear if params['0'] == '2' else {'mode': 'nearest'}))]
    if kind in ACTIVATIONS:
        return [ACTIVATIONS[kind](args[0])]
    raise ValueError(f'unsupported layer {kind} {layer["name"]}')


ACTIVATIONS = {'HardSwish': F.hardswish, 'HardSigmoid': F.hardsigmoid, 'ReLU': F.relu, 'Sigmoid': torch.sigmoid}


def slices(x, params):
    """By sizes, of which -233 is an equal share of what is left; two halves where none is given."""
    sizes = [int(size) for size in params.get('-23300', '2,-233,-233').split(',')[1:]]
    left = x.shape[1] - sum(size for size in sizes if size > 0)
    equal = left // max(1, sum(size < 0 for size in sizes))
    return list(x.split([size if size > 0 else equal for size in sizes], 1))


def shuffle(x):
    """Channels of two halves, one from each in turn."""
    _, c, h, w = x.shape
    return x.view(-1, 2, c // 2, h, w).transpose(1, 2).reshape(-1, c, h, w)
