"""A second detector of people beside the frozen one: NanoDet-Plus-m-1.5x, people alone, and both joined.

NanoDet-Plus-m-1.5x (Apache-2.0, RangiLyu/nanodet) was trained on COCO and stays as it is; of its 80 classes the first,
`person`, is kept.  It draws at four strides.  Its rows have the form of the other detector's: cx, cy, log w, log h in
cells of a grid, objectness, classes.  A worker's grids end at stride 32, so the cells of stride 64 stand in a second grid
of stride 32, each in the cell at its upper left.
"""
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import nms

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

from backbone import Backbone  # noqa: E402

# Strides of the network, and those of the grids in which its rows stand.
STRIDES, GRIDS = (8, 16, 32, 64), (8, 16, 32, 32)
# Of the rows of people, and again of those of equipment, of the first network.
FIRST_GRIDS = (8, 16, 32)
# Scores and distances of all classes before their parts are divided, by stride.
HEADS = ('237', '232', '227', '222')
CLASSES, BINS = 80, 8
# The least width and height in cells.
LEAST_SIZE = 1e-3
# No card keeps people with a lower score.
LEAST_SCORE = 0.05


class SecondPeople(nn.Module):
    """People by NanoDet-Plus as rows [N, B, 6] of images [N, 3, H, W], BGR, 0..255; H and W are multiples of 32.

    stem  path of graph and weights without their endings
    """

    def __init__(self, stem):
        super().__init__()
        self.net = Backbone(stem, [(name, 0) for name in HEADS])
        for layer in self.net.layers:
            if layer['outputs'][0] in HEADS:
                keep_people(self.net.convolutions[layer['name']])
        self.register_buffer('bins', torch.arange(BINS).float().view(1, 1, BINS, 1, 1))

    def forward(self, images):
        values = self.net(images)
        rows = [self.rows(of, stride, grid) for of, stride, grid in zip(values[:3], STRIDES, GRIDS)]
        coarse = self.rows(values[3], STRIDES[3], GRIDS[3])
        rows.append(spread(coarse, values[2]))
        return torch.cat([of.flatten(2) for of in rows], 2).permute(0, 2, 1)

    def rows(self, values, stride, grid):
        """[N, 6, H, W] in cells of `grid`; the points of the network are the corners of its own cells."""
        count, _, height, width = values.shape
        sides = values[:, 1:].reshape(count, 4, BINS, height, width).softmax(2)
        sides = (sides * self.bins).sum(2) * (stride / grid)
        low, high = sides[:, :2], sides[:, 2:]
        size = (low + high).clamp(min=LEAST_SIZE).log()
        score = values[:, :1].sigmoid()
        return torch.cat(((high - low) / 2, size, torch.ones_like(score), score), 1)


def keep_people(conv):
    """Leaves of a head its first class and the distances."""
    kept = [0, *range(CLASSES, CLASSES + 4 * BINS)]
    conv.weight = nn.Parameter(conv.weight[kept])
    conv.bias = nn.Parameter(conv.bias[kept])
    conv.out_channels = len(kept)


def spread(rows, finer):
    """Rows of the coarsest stride in the grid of `finer`: each in the cell at its upper left, the others empty."""
    repeated = F.interpolate(rows, scale_factor=2.0, mode='nearest')
    height, width = finer.shape[2:]
    first = lambda count: (torch.arange(count, device=rows.device) % 2 == 0).float()
    corner = first(height).view(-1, 1) * first(width).view(1, -1)
    repeated = repeated[:, :, :height, :width]
    return torch.cat((repeated[:, :4], repeated[:, 4:] * corner), 1)


def cells(height, width, grids):
    """Column, row and stride of each row: [B, 3]."""
    found = []
    for stride in grids:
        y, x = torch.arange(height // stride), torch.arange(width // stride)
        down, across = torch.meshgrid(y, x, indexing='ij')
        strides = torch.full_like(down, stride)
        found.append(torch.stack((across, down, strides), 2).flatten(0, 1))
    return torch.cat(found).float()


def boxes_of(rows, where):
    """Boxes x1, y1, x2, y2 in pixels [B, 4] of rows [B, 6 or more]."""
    stride = where[:, 2:]
    centre = (rows[:, :2] + where[:, :2]) * stride
    half = rows[:, 2:4].exp() * stride / 2
    return torch.cat((centre - half, centre + half), 1)


class PeopleUnion(nn.Module):
    """Rows of the first network with the people of the second, each person drawn once.

    The boxes of both are suppressed together: of two that share more than `most_shared` the one with the better score stays,
    whichever network drew it.  The others, and those below LEAST_SCORE, keep their place in the rows with an objectness of 0.
    Equipment is as the first network draws it.
    """

    def __init__(self, stem, most_shared):
        super().__init__()
        self.second, self.most_shared = SecondPeople(stem), most_shared

    def forward(self, images, first):
        """Rows [1, 2 A + B, 5 + C] of images [1, 3, H, W] and the first network's rows [1, 2 A, 5 + C]."""
        height, width = images.shape[2:]
        own, others = cells(height, width, FIRST_GRIDS), cells(height, width, GRIDS)
        count = own.shape[0]
        rows = first[0]
        second = self.second(images)[0]
        people = torch.cat((rows[:count, :6], second))
        score = people[:, 4] * people[:, 5]
        kept = self.kept(boxes_of(people, torch.cat((own, others))), score)
        objectness = people[:, 4:5] * kept.unsqueeze(1)
        no_parts = torch.zeros_like(rows[:1, 6:]).expand(second.shape[0], -1)
        return torch.cat((
            torch.cat((rows[:count, :4], objectness[:count], rows[:count, 5:]), 1),
            rows[count:],
            torch.cat((second[:, :4], objectness[count:], second[:, 5:], no_parts), 1),
        )).unsqueeze(0)

    def kept(self, boxes, score):
        """1 for each box that stays, 0 for the others: [N]."""
        drawn = (score >= LEAST_SCORE).nonzero()[:, 0]
        best = drawn[nms(boxes[drawn], score[drawn], self.most_shared)]
        return torch.zeros_like(score).scatter(0, best, torch.ones_like(score[best]))
