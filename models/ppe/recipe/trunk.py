"""A frozen people detector with a trainable branch for equipment, as one network.

The people detector is RTMDet-nano (Lyu et al., arXiv:2212.07784; person only, MMPose), read from its
ONNX file.  Its weights stay as they are, so people are found as well as before on sites that the
equipment never saw.  The branch reads the features of its neck and of its backbone.

  input    images  float32 [1, 3, H, W]   BGR, 0..255, letterboxed with 114; H and W multiples of 32
  output   output  float32 [1, 2 A, 5 + C]  rows of the people detector, then rows of the branch, each
                                            with the grid cells of the strides 8, 16, 32:
                                            cx, cy, log w, log h in grid units; objectness and class
                                            probabilities after the sigmoid
"""
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from files import weights_file

STRIDES = (8, 16, 32)
MEAN, DEVIATION = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)
BACKBONE = '/model/backbone/stage{0}/stage{0}.{1}/final_conv/activate/Mul_output_0'
# What the branch reads, finest first, with its channels. The finest backbone layer has stride 4.
FINE = (BACKBONE.format(1, 1), 32)
SKIPS = ((BACKBONE.format(2, 1), 64), (BACKBONE.format(3, 1), 128), (BACKBONE.format(4, 2), 256))
NECK = [f'/model/neck/out_convs.{i}/pointwise_conv/activate/Mul_output_0' for i in range(3)]
NECK_CHANNELS = 64
# Of the people detector: logits, and distances to the four sides in pixels of its input.
LOGITS = [f'/model/rtm_cls.{i}/Conv_output_0' for i in range(3)]
SIDES = [f'/model/{name}_output_0' for name in ('Mul', 'Mul_1', 'Mul_2')]
# The least width and height in grid units that a row can have: distances may be negative.
LEAST_SIZE = 1e-3


# The input after its colours were scaled, in the graphs that Export writes.
SCALED = 'people.input'


def people_nodes(graph):
    """The nodes of the people detector, of its own file or of a file that Export wrote."""
    needed = {*LOGITS, *SIDES, *NECK, FINE[0], *(name for name, _ in SKIPS)}
    nodes = []
    for node in reversed(graph.node):
        # What scales the colours is written again.
        if node.output[0] in needed and node.output[0] != SCALED:
            nodes.append(node)
            needed.update(node.input)
    return nodes[::-1]


class PeopleTrunk(nn.Module):
    """The people detector as a PyTorch module without gradients."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(str(weights_file(path))).graph
        self.arrays = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy())
                       for i in graph.initializer}
        for node in graph.node:
            if node.op_type == 'Constant':
                value = onnx.helper.get_attribute_value(node.attribute[0])
                self.arrays[node.output[0]] = torch.from_numpy(numpy_helper.to_array(value).copy())
        for name, array in self.arrays.items():
            if array.ndim == 4:
                self.arrays[name] = array.to(memory_format=torch.channels_last)
        self.nodes = [(n.op_type, list(n.input), n.output[0],
                       {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute})
                      for n in people_nodes(graph) if n.op_type != 'Constant']
        self.register_buffer('mean', torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer('deviation', torch.tensor(DEVIATION).view(1, 3, 1, 1))

    @torch.no_grad()
    def forward(self, images, wanted):
        """The values named `wanted` for images [N, 3, H, W], BGR, 0..255; SCALED is the input with
        scaled colours."""
        values = {'images': (images - self.mean) / self.deviation}
        values[SCALED] = values['images']
        left = set(wanted) - {SCALED}
        for op, inputs, output, attributes in self.nodes:
            args = [values[i] if i in values else self.arrays[i] for i in inputs if i]
            values[output] = self._run(op, args, attributes)
            left.discard(output)
            if not left:
                break
        return [values[name] for name in wanted]

    @staticmethod
    def _run(op, args, attributes):
        if op == 'Conv':
            return F.conv2d(args[0], args[1], args[2], stride=attributes['strides'],
                            padding=tuple(attributes['pads'][:2]), groups=attributes['group'])
        if op == 'Sigmoid':
            return args[0].sigmoid()
        if op == 'HardSigmoid':
            return (args[0] * attributes['alpha'] + 0.5).clamp(0, 1)
        if op == 'Mul':
            return args[0] * args[1]
        if op == 'Add':
            return args[0] + args[1]
        if op == 'Concat':
            return torch.cat(args, attributes['axis'])
        if op == 'MaxPool':
            return F.max_pool2d(args[0], attributes['kernel_shape'], attributes['strides'],
                                attributes['pads'][0])
        if op == 'GlobalAveragePool':
            return args[0].mean((2, 3), keepdim=True)
        if op == 'Resize':
            return F.interpolate(args[0], scale_factor=2, mode='nearest')
        if op == 'Transpose':
            return args[0].permute(attributes['perm'])
        raise ValueError(f'unsupported ONNX operator {op}')


def convolution(inputs, outputs, size=1, groups=1, stride=1):
    """Convolution, batch normalization and SiLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, 1e-3, 0.03), nn.SiLU())


def separable(channels, size=5):
    return nn.Sequential(convolution(channels, channels, size, channels),
                         convolution(channels, channels))


# Channels of the fine features, and of the colours: red, green and blue of a quarter of a cell each.
FINE_CHANNELS, COLOUR_CHANNELS = 32, 12


def colours(images, stride):
    """Mean colours [N, 12, H / stride, W / stride] of the quarters of each cell, in the order of
    ONNX's SpaceToDepth. The features of a people detector hardly tell colours apart."""
    quarters = F.avg_pool2d(images, stride // 2)
    n, c, h, w = quarters.shape
    return quarters.view(n, c, h // 2, 2, w // 2, 2).permute(0, 3, 5, 1, 2, 4).reshape(
        n, 4 * c, h // 2, w // 2)


class EquipmentBranch(nn.Module):
    """For each stride: a convolution that mixes neck, backbone and colours, two towers, three
    outputs."""

    def __init__(self, classes, channels=64):
        super().__init__()
        self.fine = convolution(FINE[1], FINE_CHANNELS, 3, stride=2)
        self.mixes, self.towers, self.outputs = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for _, skip in SKIPS:
            self.mixes.append(convolution(
                NECK_CHANNELS + skip + FINE_CHANNELS + COLOUR_CHANNELS, channels))
            self.towers.append(nn.ModuleList(
                [nn.Sequential(separable(channels), separable(channels)) for _ in range(2)]))
            heads = [nn.Conv2d(channels, count, 1) for count in (4, 1, classes)]
            # About one anchor in a hundred is an object.
            for head in heads[1:]:
                nn.init.constant_(head.bias, -4.6)
                nn.init.normal_(head.weight, std=0.01)
            self.outputs.append(nn.ModuleList(heads))

    def forward(self, images, fine, skips, necks):
        """Logits [N, A, 5 + C]: cx, cy, log w, log h in grid units, objectness, classes.
        `images` [N, 3, H, W] have scaled colours."""
        rows, fine = [], self.fine(fine)
        for level, (neck, skip) in enumerate(zip(necks, skips)):
            pooled = F.avg_pool2d(fine, 2 ** level) if level else fine
            parts = [neck, skip, pooled, colours(images, STRIDES[level])]
            mixed = self.mixes[level](torch.cat(parts, 1))
            boxes, kinds = (tower(mixed) for tower in self.towers[level])
            to_box, to_object, to_class = self.outputs[level]
            rows.append(torch.cat((to_box(boxes), to_object(boxes), to_class(kinds)), 1).flatten(2))
        return torch.cat(rows, 2).permute(0, 2, 1)


class Export:
    """Writes trunk and branch as one ONNX graph."""

    def __init__(self, trunk_path):
        self.model = onnx.load(str(weights_file(trunk_path)))
        self.graph = self.model.graph
        self.count = 0

    def constant(self, array, kind=np.float32):
        name = f'equipment.constant.{self.count}'
        self.count += 1
        self.graph.initializer.append(numpy_helper.from_array(np.asarray(array, kind), name))
        return name

    def add(self, op, inputs, output=None, **attributes):
        self.count += 1
        output = output or f'equipment.{op}.{self.count}'
        self.graph.node.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def convolve(self, x, conv, weight, bias):
        pad = list(conv.padding) * 2
        return self.add('Conv', [x, self.constant(weight), self.constant(bias)],
                        kernel_shape=list(conv.kernel_size), strides=list(conv.stride), pads=pad,
                        group=conv.groups)

    def block(self, x, block):
        """A `convolution()` with its normalization folded in, or a sequence of them."""
        if not isinstance(block[0], nn.Conv2d):
            for part in block:
                x = self.block(x, part)
            return x
        conv, norm, _ = block
        factor = norm.weight / (norm.running_var + norm.eps).sqrt()
        weight = conv.weight * factor[:, None, None, None]
        x = self.convolve(x, conv, weight.numpy(), (norm.bias - norm.running_mean * factor).numpy())
        return self.add('Mul', [x, self.add('Sigmoid', [x])])

    def pool(self, x, side):
        return self.add('AveragePool', [x], kernel_shape=[side, side], strides=[side, side])

    def flat(self, x, channels):
        """[1, C, h, w] to [1, C, h w]."""
        return self.add('Reshape', [x, self.constant([1, channels, -1], np.int64)])

    def people_rows(self, level, classes):
        """Rows of the people detector: [1, 5 + C, A]. Its points are the corners of the cells."""
        sides = self.add('Mul', [self.flat(SIDES[level], 4), self.constant(1 / STRIDES[level])])
        low, high = f'people.low.{level}', f'people.high.{level}'
        self.graph.node.append(helper.make_node('Split', [sides], [low, high], axis=1, split=[2, 2]))
        middle = self.add('Mul', [self.add('Sub', [high, low]), self.constant(0.5)])
        size = self.add('Clip', [self.add('Add', [high, low]), self.constant(LEAST_SIZE)])
        score = self.add('Sigmoid', [self.flat(LOGITS[level], 1)])
        one = self.add('Clip', [score, self.constant(1.0), self.constant(1.0)])
        none = self.add('Clip', [score, self.constant(0.0), self.constant(0.0)])
        return self.add('Concat', [middle, self.add('Log', [size]), one, score, *[none] * classes],
                        axis=1)

    def equipment_rows(self, level, branch, fine):
        stride = STRIDES[level]
        pooled = self.pool(fine, 2 ** level) if level else fine
        quarters = self.add('SpaceToDepth', [self.pool(SCALED, stride // 2)], blocksize=2)
        parts = [NECK[level], SKIPS[level][0], pooled, quarters]
        mixed = self.block(self.add('Concat', parts, axis=1), branch.mixes[level])
        boxes, kinds = (self.block(mixed, tower) for tower in branch.towers[level])
        outputs = []
        for head, x in zip(branch.outputs[level], (boxes, boxes, kinds)):
            outputs.append(self.flat(
                self.convolve(x, head, head.weight.numpy(), head.bias.numpy()), head.out_channels))
        box, objectness, classes = outputs
        objectness = self.add('Sigmoid', [objectness])
        no_person = self.add('Clip', [objectness, self.constant(0.0), self.constant(0.0)])
        return self.add('Concat', [box, objectness, no_person, self.add('Sigmoid', [classes])], axis=1)

    @torch.no_grad()
    def write(self, branch, classes, out):
        """`classes` names all outputs, `person` first."""
        branch.eval()
        graph, others = self.graph, len(classes) - 1
        keep = people_nodes(graph)
        for node in keep:
            for i, name in enumerate(node.input):
                if name == 'images':
                    node.input[i] = SCALED
        centred = helper.make_node('Sub', ['images', 'people.mean'], ['people.centred'])
        scaled = helper.make_node('Div', ['people.centred', 'people.deviation'], [SCALED])
        nodes = [centred, scaled, *keep]
        del graph.node[:]
        graph.node.extend(nodes)
        arrays = [i for i in graph.initializer if not i.name.startswith(('people.', 'equipment.'))]
        for name, value in (('mean', MEAN), ('deviation', DEVIATION)):
            array = np.array(value, np.float32).reshape(1, 3, 1, 1)
            arrays.append(numpy_helper.from_array(array, f'people.{name}'))
        del graph.initializer[:]
        graph.initializer.extend(arrays)
        fine = self.block(FINE[0], branch.fine)
        people = [self.people_rows(level, others) for level in range(3)]
        equipment = [self.equipment_rows(level, branch, fine) for level in range(3)]
        rows = self.add('Concat', [*people, *equipment], axis=2)
        self.add('Transpose', [rows], 'output', perm=[0, 2, 1])
        del graph.output[:], graph.value_info[:], graph.input[:]
        width = 5 + len(classes)
        graph.input.append(helper.make_tensor_value_info(
            'images', TensorProto.FLOAT, (1, 3, 'height', 'width')))
        graph.output.append(helper.make_tensor_value_info(
            'output', TensorProto.FLOAT, (1, 'rows', width)))
        self.prune()
        helper.set_model_props(self.model, {'classes': ','.join(classes)})
        onnx.checker.check_model(self.model)
        onnx.save(self.model, str(out))

    def prune(self):
        """Drops nodes and initializers that the output does not need."""
        needed, nodes = {o.name for o in self.graph.output}, []
        for node in reversed(self.graph.node):
            if any(name in needed for name in node.output):
                nodes.append(node)
                needed.update(node.input)
        del self.graph.node[:]
        self.graph.node.extend(reversed(nodes))
        arrays = [i for i in self.graph.initializer if i.name in needed]
        del self.graph.initializer[:]
        self.graph.initializer.extend(arrays)
