"""The loss of the people detector's head: quality focal loss for scores and IoU for boxes, as RTMDet was made with
(Lyu et al., arXiv:2212.07784), with SimOTA's assignment.  At its own weights a head that fits changes little."""
import torch
import torch.nn.functional as F

from loss import box_iou, inside, make_grid, sim_ota
from people_head import people_boxes

# A place to which the head gave this score before training may show a person whom the set does not label.
PERHAPS = 0.1
BOX_WEIGHT = 2.0


def people_loss(logits, sides, targets, size, before, partly):
    """The loss, and its parts as floats.

    logits, sides  of PeopleHead for square images of `size` pixels
    targets  [M, 6] (image, class, cx, cy, w, h) in pixels, people alone
    before   logits [N, A] of the head that training began at
    partly   whether people in the background are not labelled: where `before` sees one, it is no proof of background
    """
    cells, strides = make_grid(size)
    points = cells * strides[:, None]
    boxes = people_boxes(sides, size)
    with torch.no_grad():
        quality, weight = torch.zeros_like(logits), torch.ones_like(logits)
        matches = []
        for n in range(len(logits)):
            of = targets[targets[:, 0] == n, 1:]
            if partly:
                labelled = inside(points, of[:, 1:3] - of[:, 3:5] / 2, of[:, 1:3] + of[:, 3:5] / 2)
                weight[n, (before[n].sigmoid() >= PERHAPS) & ~labelled] = 0
            if len(of):
                rows = torch.cat((torch.zeros(len(of), 1), of[:, 1:]), 1)
                # sim_ota() adds half a cell: the points of this head are the corners.
                anchor, target, iou = sim_ota(boxes[n], logits[n].sigmoid()[:, None], cells - 0.5, strides, rows, torch.ones(1))
                quality[n, anchor], weight[n, anchor] = iou, 1
                matches.append((torch.full_like(anchor, n), anchor, of[target, 1:]))
    wrong = (quality - logits.sigmoid()).abs() ** 2
    score = (wrong * F.binary_cross_entropy_with_logits(logits, quality, reduction='none') * weight).sum()
    box = logits.new_zeros(())
    if matches:
        image, anchor, truth = (torch.cat(part) for part in zip(*matches))
        box = BOX_WEIGHT * ((1 - box_iou(boxes[image, anchor], truth)) * quality[image, anchor]).sum()
    positives = quality.sum().clamp(min=1)
    return (score + box) / positives, {'score': (score / positives).item(), 'box': (box / positives).item()}
