"""The YOLOX loss (Ge et al., YOLOX, arXiv:2107.08430) with masks for what a source does not label.

SimOTA assignment, IoU box loss, BCE objectness, IoU-weighted BCE classes, and L1 at the end.
"""
import torch
import torch.nn.functional as F

from network import STRIDES

HEAD, TORSO = (-0.1, 0.35), (0.12, 0.85)
WORN_ON = {'helmet': HEAD, 'head': HEAD, 'vest': TORSO, 'no_vest': TORSO}


def make_grid(size):
    """Cell corners [A, 2] (in cells) and strides [A] of all anchors of a square image."""
    cells, strides = [], []
    for stride in STRIDES:
        count = size // stride
        y, x = torch.meshgrid(torch.arange(count), torch.arange(count), indexing='ij')
        cells.append(torch.stack((x, y), -1).reshape(-1, 2))
        strides.append(torch.full((count * count,), stride))
    return torch.cat(cells).float(), torch.cat(strides).float()


def decode(raw, cells, strides):
    """Network outputs [..., A, 4] to boxes (cx, cy, w, h) in pixels."""
    strides = strides[:, None]
    return torch.cat(((raw[..., :2] + cells) * strides, raw[..., 2:4].clamp(max=8).exp() * strides), -1)


def box_iou(a, b):
    """IoU of boxes (cx, cy, w, h), broadcast over the leading dimensions."""
    low = torch.maximum(a[..., :2] - a[..., 2:] / 2, b[..., :2] - b[..., 2:] / 2)
    high = torch.minimum(a[..., :2] + a[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2)
    inter = (high - low).clamp(min=0).prod(-1)
    return inter / (a[..., 2:].prod(-1) + b[..., 2:].prod(-1) - inter + 1e-6)


@torch.no_grad()
def sim_ota(boxes, probabilities, cells, strides, targets, class_mask, radius=2.5, top=10):
    """Assign the anchors of one image to its targets (class, cx, cy, w, h).

    probabilities [A, C] = sqrt(objectness * class).  Returns (anchor indices, target indices,
    IoU of each pair).
    """
    centres = (cells + 0.5) * strides[:, None]
    distance = (centres[:, None] - targets[:, 1:3]).abs()
    in_box = (distance < targets[:, 3:5] / 2).all(-1)
    near_centre = (distance < radius * strides[:, None, None]).all(-1)
    candidates = (in_box | near_centre).any(1).nonzero()[:, 0]
    iou = box_iou(boxes[candidates, None], targets[:, 1:])
    p = probabilities[candidates].clamp(1e-6, 1 - 1e-6)
    # BCE to the one-hot class = sum over classes of -log(1 - p), corrected at the true class
    negative = -torch.log1p(-p) * class_mask
    label = targets[:, 0].long()
    class_cost = negative.sum(1, keepdim=True) - negative[:, label] - torch.log(p[:, label])
    cost = class_cost - 3 * torch.log(iou + 1e-8) + 1e5 * ~(in_box & near_centre)[candidates]
    top = min(top, len(candidates))
    counts = iou.topk(top, 0).values.sum(0).int().clamp(min=1)
    chosen = torch.zeros_like(cost, dtype=torch.bool)
    order = cost.topk(top, 0, largest=False).indices
    for t, count in enumerate(counts.tolist()):
        chosen[order[:count, t], t] = True
    contested = chosen.sum(1) > 1
    if contested.any():
        best = cost[contested].argmin(1)
        chosen[contested] = F.one_hot(best, len(targets)).bool()
    row, target = chosen.nonzero(as_tuple=True)
    return candidates[row], target, iou[row, target]


def worn_on(classes):
    """Where on a person each class lies: float32 [C, 2], from and to, in heights below the top of
    the person's box. Wide, because people sit, bend and are cut off by the picture's edge."""
    return torch.tensor([WORN_ON.get(name, (0.0, 1.0)) for name in classes])


def bodies_of(targets, class_mask, person, bands):
    """Boxes (low [M, 2], high [M, 2]) of the people of one image: as labelled, or else reckoned from
    what they wear. A head is a seventh of a body and a third as wide, a torso 0.32 of it."""
    rows = targets[:, 0].long()
    low, high = targets[:, 1:3] - targets[:, 3:5] / 2, targets[:, 1:3] + targets[:, 3:5] / 2
    if class_mask[person]:
        return low[rows == person], high[rows == person]
    on_head = bands[rows, 0] < 0
    tall = targets[:, 4] * torch.where(on_head, 7.0, 1 / 0.32)
    half = targets[:, 3] * torch.where(on_head, 1.5, 0.8)
    top = low[:, 1] - tall * torch.where(on_head, 0.02, 0.18)
    return (torch.stack((targets[:, 1] - half, top), 1),
            torch.stack((targets[:, 1] + half, top + tall), 1))


def unsure_anchors(targets, class_mask, person, bands, cells, strides, people=True):
    """Anchors [A] of one image that may lie on an object whose class its source does not label.

    Such an anchor is no proof of background, so it must not lower the objectness. These are the
    anchors on that part of a person on which an unlabelled class is worn (`bands`, see worn_on()),
    unless a labelled thing lies there: without that exception nothing would ever teach the network
    not to draw a second helmet beside the first. Where people are not labelled, they are all
    anchors on the body that is reckoned from what is worn.
    targets (class, cx, cy, w, h) in pixels; `person` is the number of that class; `people` False
    where the network does not answer for people.
    """
    points = (cells + 0.5) * strides[:, None]
    low, high = bodies_of(targets, class_mask, person, bands)
    missing = class_mask == 0
    if missing[person] and people:
        return inside(points, low, high)
    missing[person] = False
    unsure = torch.zeros(len(points), dtype=torch.bool)
    for start, end in bands[missing].unique(dim=0).tolist():
        top, bottom = low.clone(), high.clone()
        height = high[:, 1] - low[:, 1]
        bottom[:, 1] = low[:, 1] + end * height
        top[:, 1] += start * height
        unsure |= inside(points, top, bottom)
    worn = targets[targets[:, 0] != person]
    return unsure & ~inside(points, worn[:, 1:3] - worn[:, 3:5] / 2, worn[:, 1:3] + worn[:, 3:5] / 2)


def inside(points, low, high):
    """Which points [A, 2] lie in at least one of the boxes low..high [M, 2]."""
    return ((points[:, None] > low) & (points[:, None] < high)).all(-1).any(1)


def detection_loss(raw, targets, class_masks, classes, size, with_l1, people=True):
    """Sum of the YOLOX losses per positive anchor, and its parts as floats.

    raw      logits [N, A, 5 + C] of square images of `size` pixels
    targets  [M, 6] (image, class, cx, cy, w, h) in pixels
    class_masks  [N, C], 1 where the source of the image labels the class
    classes  the C names, `person` among them
    people   False where another network finds people: their boxes are no targets then, they only
             say where an unlabelled thing may lie
    """
    person, bands = classes.index('person'), worn_on(classes)
    cells, strides = make_grid(size)
    with torch.no_grad():
        boxes = decode(raw, cells, strides)
        probabilities = (raw[..., 4:5].sigmoid() * raw[..., 5:].sigmoid()).sqrt()
        matches, background_weight = [], torch.ones(raw.shape[:2])
        for n in range(len(raw)):
            rows = (targets[:, 0] == n).nonzero()[:, 0]
            if len(rows):
                if not class_masks[n].all():
                    unsure = unsure_anchors(targets[rows, 1:], class_masks[n], person, bands,
                                            cells, strides, people)
                    background_weight[n, unsure] = 0
                if not people:
                    rows = rows[targets[rows, 1] != person]
            if len(rows):
                anchor, target, iou = sim_ota(boxes[n], probabilities[n], cells, strides,
                                              targets[rows, 1:], class_masks[n])
                matches.append((torch.full_like(anchor, n), anchor, rows[target], iou))
        if matches:
            image, anchor, target, quality = (torch.cat(part) for part in zip(*matches))
        else:
            image = anchor = target = torch.zeros(0, dtype=torch.long)
            quality = torch.zeros(0)
        wanted_objectness = torch.zeros(raw.shape[:2])
        wanted_objectness[image, anchor] = 1
        background_weight[image, anchor] = 1
        truth = targets[target, 2:]
        wanted_class = F.one_hot(targets[target, 1].long(), raw.shape[2] - 5) * quality[:, None]
    predicted = raw[image, anchor]
    iou = box_iou(decode(predicted, cells[anchor], strides[anchor]), truth)
    bce = F.binary_cross_entropy_with_logits
    parts = {
        'box': 5 * (1 - iou ** 2).sum(),
        'obj': bce(raw[..., 4], wanted_objectness, weight=background_weight, reduction='sum'),
        'cls': (bce(predicted[:, 5:], wanted_class, reduction='none') * class_masks[image]).sum(),
    }
    if with_l1:
        scale = strides[anchor, None]
        wanted_raw = torch.cat((truth[:, :2] / scale - cells[anchor],
                                (truth[:, 2:] / scale).clamp(min=1e-4).log()), 1)
        parts['l1'] = (predicted[:, :4] - wanted_raw).abs().sum()
    positives = max(1, len(image))
    parts = {name: part / positives for name, part in parts.items()}
    return sum(parts.values()), {name: part.item() for name, part in parts.items()}
