"""The head of the people detector, the only part of the shipped network that train_people.py changes.

It is what lies behind the neck: for each stride two towers of separable convolutions, one for the logit of a person and
one for the distances to the four sides.  The branch for equipment reads the neck and the backbone, so its answers stay
as they are, bit for bit, whatever is trained here.
"""
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from files import weights_file
from loss import make_grid
from trunk import LEAST_SIZE, LOGITS, NECK, SIDES


class PeopleHead(nn.Module):
    """The head of a PeopleTrunk, with its own weights as parameters."""

    def __init__(self, trunk):
        super().__init__()
        behind, self.nodes, other = set(NECK), [], set()
        for node in trunk.nodes:
            _, inputs, output, _ = node
            if behind & set(inputs):
                behind.add(output)
                self.nodes.append(node)
            else:
                other.update(inputs)
        self.names = sorted({name for op, inputs, _, _ in self.nodes if op == 'Conv' for name in inputs[1:]})
        if not self.names or other & set(self.names):
            raise SystemExit('the people detector has no head of its own behind its neck')
        self.weights = nn.ParameterList([nn.Parameter(trunk.arrays[name].clone()) for name in self.names])
        self.constants = {name: trunk.arrays[name] for _, inputs, _, _ in self.nodes for name in inputs
                          if name in trunk.arrays and name not in self.names}
        self.run = trunk._run

    def forward(self, necks):
        """Logits [N, A] of a person, and distances [N, A, 4] to left, top, right and bottom in pixels, for the values of
        the neck's three outputs."""
        values = dict(zip(NECK, necks)) | self.constants | dict(zip(self.names, self.weights))
        for op, inputs, output, attributes in self.nodes:
            values[output] = self.run(op, [values[name] for name in inputs if name], attributes)
        logits = torch.cat([values[name].flatten(2) for name in LOGITS], 2)[:, 0]
        return logits, torch.cat([values[name].flatten(2) for name in SIDES], 2).permute(0, 2, 1)

    def arrays(self, state=None):
        """{initializer: its weights}; those of a state of this module where one is given."""
        values = state or self.state_dict()
        return {name: values[f'weights.{i}'].detach().contiguous().numpy() for i, name in enumerate(self.names)}


def people_boxes(sides, size):
    """Distances [N, A, 4] to boxes (cx, cy, w, h) in pixels of a square of `size`, as Export writes them. A point is the
    corner of its cell."""
    cells, strides = make_grid(size)
    low, high = sides[..., :2], sides[..., 2:]
    least = LEAST_SIZE * strides[:, None]
    return torch.cat((cells * strides[:, None] + (high - low) / 2, torch.maximum(low + high, least)), -1)


def mixed(start, tuned, share):
    """Weights on the straight line from those that training began at to those it ended at (Wortsman et al., Robust
    fine-tuning of zero-shot models, arXiv:2109.01903)."""
    return {name: (value + share * (tuned[name].astype(np.float64) - value)).astype(np.float32)
            for name, value in start.items()}


def write_with_head(model, arrays, out):
    """Writes the ONNX file `model` with other weights of the head; nothing else of it changes."""
    file = onnx.load(str(weights_file(model)))
    of = {item.name: item for item in file.graph.initializer}
    for name, array in arrays.items():
        if name not in of or tuple(of[name].dims) != array.shape:
            raise SystemExit(f'{model}: holds another network: {name} does not fit')
        of[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name))
    onnx.checker.check_model(file)
    onnx.save(file, str(out))
