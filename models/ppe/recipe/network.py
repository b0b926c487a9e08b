"""A YOLOX detector, read from an ONNX file, as a PyTorch module that can be trained and written back.

  input   images  float32 [1, 3, H, W]   BGR, 0..255, letterboxed with 114; H and W multiples of 32
  output  output  float32 [1, A, 5 + C]  cx, cy, log w, log h in grid units; objectness and class
                                         probabilities after the sigmoid; strides 8, 16, 32
"""
import math

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper, version_converter
from torch import nn

from files import weights_file

STRIDES = (8, 16, 32)
# Of batch normalization, as YOLOX trains with.
NORM_EPS, NORM_MOMENTUM = 1e-3, 0.03


class OnnxDetector(nn.Module):
    """A YOLOX ONNX graph as a trainable module.

    Convolution weights become parameters.  `x * sigmoid(x)` pairs are merged into one SiLU, and
    the sigmoids in front of the output are dropped: forward() returns logits [N, A, 5 + C].
    Exports have batch normalization folded into the convolutions; add_batch_norm() takes it out
    again, because without it training is slow.
    """

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(str(weights_file(path))).graph
        arrays = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy())
                  for i in graph.initializer}
        conv_inputs = {name for n in graph.node if n.op_type == 'Conv' for name in n.input[1:]}
        self.input_name = next(i.name for i in graph.input if i.name not in arrays)
        self.output_name = graph.output[0].name
        self.keys = {name: name.replace('.', '/').replace(':', '_') for name in conv_inputs}
        self.weights = nn.ParameterDict(
            {self.keys[name]: nn.Parameter(arrays[name]) for name in sorted(conv_inputs)})
        self.constants = {k: v for k, v in arrays.items() if k not in conv_inputs}
        self.norms = nn.ModuleDict()
        self.nodes = self._simplify(graph)

    @staticmethod
    def _simplify(graph):
        """List the nodes as (op, inputs, output, attributes), with SiLU merged, logits out."""
        users = {}
        for node in graph.node:
            for name in node.input:
                users.setdefault(name, []).append(node)
        gate_of, nodes = {}, []
        for node in graph.node:
            inputs, output = list(node.input), node.output[0]
            op = node.op_type
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            if op == 'Sigmoid':
                if users[output][0].op_type == 'Mul':
                    gate_of[output] = inputs[0]
                    continue
                op = 'Identity'
            elif op == 'Mul':
                if gate_of.get(inputs[1]) != inputs[0]:
                    raise ValueError(f'multiplication {output} is not part of a SiLU')
                op, inputs = 'SiLU', inputs[:1]
            nodes.append((op, inputs, output, attributes))
        return nodes

    def parameter(self, name):
        """The parameter that holds the ONNX initializer `name`."""
        return self.weights[self.keys[name]]

    @torch.no_grad()
    def add_batch_norm(self, images):
        """Normalize what each convolution in front of an activation gives. The network answers
        as before wherever pictures are like `images` [N, 3, H, W], which its statistics are of."""
        values = {}
        self.forward(images, values)
        activated = {inputs[0] for op, inputs, _, _ in self.nodes if op == 'SiLU'}
        for op, inputs, output, _ in self.nodes:
            if op != 'Conv' or output not in activated:
                continue
            variance, mean = torch.var_mean(values[output].float(), (0, 2, 3))
            norm = nn.BatchNorm2d(len(mean), NORM_EPS, NORM_MOMENTUM)
            norm.running_mean.copy_(mean - self.parameter(inputs[2]))
            norm.running_var.copy_(variance)
            norm.weight.copy_((variance + NORM_EPS).sqrt())
            norm.bias.copy_(mean)
            self.norms[self.keys[inputs[1]]] = norm
            del self.weights[self.keys[inputs[2]]]

    def _convolve(self, image, inputs, attributes):
        key = self.keys[inputs[1]]
        norm = self.norms[key] if key in self.norms else None
        top, left = attributes.get('pads', [0, 0, 0, 0])[:2]
        result = F.conv2d(image, self.weights[key], None if norm else self.parameter(inputs[2]),
                          stride=attributes.get('strides', [1, 1]), padding=(top, left),
                          groups=attributes.get('group', 1))
        return norm(result) if norm else result

    @torch.no_grad()
    def folded(self, state):
        """The initializers {ONNX name: tensor} that `state`, like state_dict(), comes to."""
        arrays = {}
        for op, inputs, _, _ in self.nodes:
            if op != 'Conv':
                continue
            key = self.keys[inputs[1]]
            weight, bias = state[f'weights.{key}'], state.get(f'weights.{self.keys[inputs[2]]}')
            if key in self.norms:
                mean, variance, scale, shift = (
                    state[f'norms.{key}.{part}']
                    for part in ('running_mean', 'running_var', 'weight', 'bias'))
                factor = scale / (variance + NORM_EPS).sqrt()
                weight, bias = weight * factor[:, None, None, None], shift - mean * factor
            arrays[inputs[1]], arrays[inputs[2]] = weight, bias
        return arrays

    def forward(self, images, values=None):
        """Logits [N, A, 5 + C]; `values`, where given, keeps what every node gave."""
        values = {} if values is None else values
        values[self.input_name] = images
        for op, inputs, output, attributes in self.nodes:
            args = [values[name] for name in inputs if name in values]
            if op == 'Conv':
                result = self._convolve(args[0], inputs, attributes)
            elif op == 'SiLU':
                result = F.silu(args[0])
            elif op == 'Identity':
                result = args[0]
            elif op == 'Add':
                result = args[0] + args[1]
            elif op == 'Concat':
                result = torch.cat(args, attributes['axis'])
            elif op == 'MaxPool':
                result = F.max_pool2d(args[0], attributes['kernel_shape'],
                                      attributes['strides'], attributes['pads'][0])
            elif op == 'Resize':
                result = F.interpolate(args[0], scale_factor=2, mode='nearest')
            elif op == 'Slice':
                starts, ends, axes, steps = (self.constants[n].tolist() for n in inputs[1:5])
                result = args[0]
                for start, end, axis, step in zip(starts, ends, axes, steps):
                    window = slice(start, min(end, result.shape[axis]), step)
                    result = result[(slice(None),) * axis + (window,)]
            elif op == 'Reshape':
                result = args[0].flatten(2)
            elif op == 'Transpose':
                result = args[0].permute(attributes['perm'])
            else:
                raise ValueError(f'unsupported ONNX operator {op}')
            values[output] = result
        return values[self.output_name]

    def replace_classes(self, count, keep):
        """Give the class head `count` outputs; `keep` maps new class -> old class to copy."""
        for level in range(len(STRIDES)):
            for part in ('weight', 'bias'):
                key = self.keys[f'head.cls_preds.{level}.{part}']
                old = self.weights[key].data
                new = torch.randn(count, *old.shape[1:]) * 0.01
                if part == 'bias':
                    new.fill_(-math.log(99))
                for target, origin in keep.items():
                    new[target] = old[origin]
                self.weights[key] = nn.Parameter(new)


def export_onnx(source, arrays, classes, out):
    """Write `arrays` {initializer: tensor} into a copy of the ONNX graph `source`, opset 13, with
    free image size."""
    model = onnx.load(str(source))
    graph = model.graph
    width = 5 + len(classes)
    reshape_targets = {n.input[1] for n in graph.node if n.op_type == 'Reshape'}
    for item in graph.initializer:
        if item.name in arrays:
            array = arrays[item.name].detach().contiguous().numpy()
        elif item.name in reshape_targets:
            array = np.array([1, width, -1], np.int64)
        else:
            continue
        item.CopyFrom(numpy_helper.from_array(array, item.name))
    del graph.value_info[:]
    for value, shape in ((graph.input[0], (1, 3, 'height', 'width')),
                         (graph.output[0], (1, 'anchors', width))):
        value.CopyFrom(onnx.helper.make_tensor_value_info(
            value.name, onnx.TensorProto.FLOAT, shape))
    model = version_converter.convert_version(model, 13)
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {'classes': ','.join(classes)})
    onnx.checker.check_model(model)
    onnx.save(model, str(out))
