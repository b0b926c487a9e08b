#!/usr/bin/env python3
"""Train the classifier that says of one person whether helmet and vest are worn, using a CPU.

  train_verdict.py --crops CROPS --train rf100-train css-train ... --backbone STEM --out runs/a --steps 1600
  train_verdict.py ... --resume

CROPS is what crops.py writes, STEM the path of `nanodet-plus-m_416` without its ending (with --init, the path of
backbone.graph.json without its own is enough).  For each item
the classifier gives the probabilities of worn, not worn and cannot tell; they are trained as well on people
whose head or torso was painted over, and on
places without a person.  OUT/last.pt has the state of the run, OUT/ema.pt averaged weights.
"""
import argparse
import random
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from backbone import Backbone
from crops import MARGIN, PAD, SIDE, square_of
from shared import read_checkpoint, refuse_one_class, settings_of, weights_file

SIZE = 112
ITEMS = ('helmet', 'vest')
# Answers for each item, in the order of the output.
WORN, MISSING, UNTOLD = range(3)
# What a run that is resumed may have changed: how it runs, not what it learns.
FREE = {'resume', 'out', 'threads', 'init'}
# People are shown at heights from this on, pixels.
LEAST_HEIGHT = 28


class VerdictNet(nn.Module):
    """Logits [N, 2, 3] for images [N, 3, SIZE, SIZE], BGR, 0..255; `bare` as of the backbone."""

    def __init__(self, stem, bare=False):
        super().__init__()
        self.backbone = Backbone(stem, bare=bare)
        self.fine = nn.Sequential(nn.Conv2d(232, 64, 1), nn.LeakyReLU(0.1))
        self.coarse = nn.Sequential(nn.Conv2d(464, 64, 1), nn.LeakyReLU(0.1))
        self.hidden = nn.Sequential(nn.Dropout(0.2), nn.Linear(64 * 49 + 64 * 16, 96), nn.LeakyReLU(0.1))
        self.out = nn.Sequential(nn.Dropout(0.2), nn.Linear(96, len(ITEMS) * 3))

    def forward(self, images):
        fine, coarse = self.backbone(images)
        flat = torch.cat((self.fine(fine).flatten(1), self.coarse(coarse).flatten(1)), 1)
        return self.out(self.hidden(flat)).view(-1, len(ITEMS), 3)


def load_crops(folder, names):
    """The crops of several sets as one; `source` says which each is of."""
    files = [np.load(weights_file(folder / f'{name}.npz')) for name in names]
    keys = ('pictures', 'boxes', 'parts', 'states', 'heights', 'found', 'empty')
    crops = {key: np.concatenate([file[key] for file in files]) for key in keys}
    crops['source'] = np.concatenate([np.full(len(file['states']), i) for i, file in enumerate(files)])
    return crops


def refuse_one_sided(crops, names):
    """Ends the script where the people of a set all wear an item, or all do not."""
    for source, name in enumerate(names):
        states = crops['states'][crops['source'] == source]
        for item, of_item in zip(ITEMS, states.T):
            if (of_item >= 0).any():
                refuse_one_class(f'{name}: {item}', {'worn': (of_item == 1).sum(), 'not worn': (of_item == 0).sum()})


def window(picture, centre, top, side):
    """SIZE x SIZE pixels of a square of a crop."""
    scale = SIZE / side
    matrix = np.array([[scale, 0, -(centre - side / 2) * scale], [0, scale, -top * scale]])
    return cv2.warpAffine(picture, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR,
                          borderValue=(PAD,) * 3)


def plain_window(crops, i, by_detector):
    """The window as the worker cuts it."""
    box = crops['boxes'][i][1 if by_detector else 0]
    return window(crops['pictures'][i], *square_of(box))


def hide(picture, part):
    """Paints a part over: a blurred neighbourhood, one colour, or noise."""
    x1, y1, x2, y2 = part
    grow = random.uniform(0.05, 0.25)
    w, h = x2 - x1, y2 - y1
    x1, x2 = (int(np.clip(v, 0, SIDE)) for v in (x1 - grow * w, x2 + grow * w))
    y1, y2 = (int(np.clip(v, 0, SIDE)) for v in (y1 - grow * h, y2 + grow * h))
    if x2 - x1 < 2 or y2 - y1 < 2:
        return False
    kind = random.random()
    if kind < 0.4:
        # Another part of the same crop.
        x = random.randint(0, SIDE - (x2 - x1))
        y = random.randint(0, SIDE - (y2 - y1))
        picture[y1:y2, x1:x2] = picture[y:y + y2 - y1, x:x + x2 - x1].copy()
        if abs(x - x1) < w and abs(y - y1) < h:
            picture[y1:y2, x1:x2] = PAD
    elif kind < 0.7:
        picture[y1:y2, x1:x2] = np.random.randint(0, 256, 3)
    else:
        small = np.random.randint(0, 256, (4, 4, 3), np.uint8)
        picture[y1:y2, x1:x2] = cv2.resize(small, (x2 - x1, y2 - y1), interpolation=cv2.INTER_CUBIC)
    return True


def spoil(image):
    """Distance, blur, compression, light and colour of cameras."""
    if random.random() < 0.55:
        native = random.randint(24, SIZE)
        image = cv2.resize(cv2.resize(image, (native, native), interpolation=cv2.INTER_AREA),
                           (SIZE, SIZE), interpolation=random.choice((1, 2, 4)))
    if random.random() < 0.12:
        image = cv2.GaussianBlur(image, (5, 5), random.uniform(0.4, 1.6))
    if random.random() < 0.08:
        kernel = np.zeros((7, 7), np.float32)
        kernel[3] = 1 / 7
        image = cv2.filter2D(image, -1, kernel if random.random() < 0.7 else kernel.T)
    image = image.astype(np.float32)
    if random.random() < 0.8:
        image = image * random.uniform(0.6, 1.4) + random.uniform(-25, 25)
        image = (image - 114) * random.uniform(0.7, 1.25) + 114
    if random.random() < 0.4:
        image *= np.random.uniform(0.88, 1.12, 3).astype(np.float32)
    if random.random() < 0.3:
        image += np.random.normal(0, random.uniform(2, 9), image.shape)
    image = image.clip(0, 255).astype(np.uint8)
    if random.random() < 0.03:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if random.random() < 0.35:
        quality = random.randint(25, 85)
        image = cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1)
    return image


def sample(crops, i, hidden_share):
    """One augmented picture and its targets [2, 3], NaN where nothing is labelled."""
    picture = crops['pictures'][i].copy()
    states = crops['states'][i]
    target = np.full((2, 3), np.nan, np.float32)
    for item in range(2):
        if states[item] >= 0:
            target[item] = 0.015
            target[item, WORN if states[item] else MISSING] = 0.97
        elif crops['empty'][i]:
            target[item] = 0.02, 0.02, 0.96
    for item in range(2):
        part = crops['parts'][i][item]
        if not np.isnan(part[0]) and random.random() < hidden_share and hide(picture, part):
            target[item] = 0.05
            target[item, UNTOLD] = 0.9
    boxes = crops['boxes'][i]
    box = boxes[1] if not np.isnan(boxes[1, 0]) and random.random() < 0.6 else boxes[0]
    centre, top, side = square_of(box)
    ratio = random.uniform(0.86, 1.2)
    centre += side * random.uniform(-0.09, 0.09)
    top += side * (random.uniform(-0.07, 0.07) - (ratio - 1) * 0.2)
    image = window(picture, centre, top, side * ratio)
    if random.random() < 0.25:
        turned = cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), random.uniform(-14, 14), 1)
        image = cv2.warpAffine(image, turned, (SIZE, SIZE), borderMode=cv2.BORDER_REFLECT)
    if random.random() < 0.5:
        image = image[:, ::-1]
    return spoil(np.ascontiguousarray(image)), target


def weights_of(crops, shares=None):
    """How often each person is drawn: rare answers of a source oftener, small sources too.

    shares  {source: share of all that are drawn}, for sources that would come too seldom otherwise
    """
    key = crops['source'] * 9 + (crops['states'][:, 0] + 1) * 3 + crops['states'][:, 1] + 1
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    weights = counts[inverse] ** -0.5
    if shares:
        rest = ~np.isin(crops['source'], list(shares))
        weights[rest] *= (1 - sum(shares.values())) / weights[rest].sum()
        for source, share in shares.items():
            of_source = crops['source'] == source
            weights[of_source] *= share / weights[of_source].sum()
    return weights / weights.sum()


def loss_of(logits, targets, balance):
    """Cross entropy over what is labelled; `balance` [2] is the weight of an item."""
    known = ~torch.isnan(targets[..., 0])
    terms = -(targets.nan_to_num() * F.log_softmax(logits, -1)).sum(-1)
    return sum(balance[i] * terms[:, i][known[:, i]].sum() / max(1, int(known[:, i].sum()))
               for i in range(2))


def rate_factor(step, steps, warmup):
    return step / warmup if step < warmup else 0.5 * (1 + np.cos(np.pi * (step - warmup) / (steps - warmup)))


def batch_of(crops, chosen, hidden_share):
    pairs = [sample(crops, i, hidden_share) for i in chosen]
    images = torch.from_numpy(np.stack([image for image, _ in pairs])).permute(0, 3, 1, 2).float()
    return images, torch.from_numpy(np.stack([target for _, target in pairs]))


def load_run(path):
    """The state of a run, which holds more than tensors."""
    return torch.load(path, weights_only=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--crops', type=Path, required=True)
    parser.add_argument('--train', nargs='+', required=True)
    parser.add_argument('--backbone', required=True)
    parser.add_argument('--init', type=Path, help='last.pt of a run whose averaged weights to start from')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--share', nargs=2, action='append', default=[], metavar=('SET', 'SHARE'),
                        help='of the people who are drawn, for a set of --train')
    parser.add_argument('--steps', type=int, default=1600)
    parser.add_argument('--batch', type=int, default=48)
    parser.add_argument('--rate', type=float, default=1e-3)
    parser.add_argument('--weight-decay', type=float, default=0.03)
    parser.add_argument('--hidden', type=float, default=0.12, help='share of parts that are painted over')
    parser.add_argument('--ema', type=float, default=0.998)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--resume', action='store_true')
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    random.seed(args.seed), np.random.seed(args.seed), torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    checkpoint, state = args.out / 'last.pt', read_checkpoint(args, FREE, load_run)
    crops = load_crops(args.crops, args.train)
    refuse_one_sided(crops, args.train)
    crops_weights = weights_of(crops, {args.train.index(name): float(share) for name, share in args.share})
    net = VerdictNet(args.backbone, bare=bool(args.init or args.resume))
    pick = lambda: np.random.choice(len(crops_weights), args.batch, p=crops_weights)
    net.backbone.add_norms(batch_of(crops, np.concatenate([pick() for _ in range(4)]), 0)[0])
    if args.init:
        net.load_state_dict(load_run(weights_file(args.init))['ema'])
    decayed = [p for p in net.parameters() if p.ndim > 1]
    rest = [p for p in net.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{'params': decayed, 'weight_decay': args.weight_decay},
                                   {'params': rest, 'weight_decay': 0}], lr=args.rate)
    ema = {k: v.clone() for k, v in net.state_dict().items()}
    first = state['step']
    if args.resume:
        net.load_state_dict(state['net']), optimizer.load_state_dict(state['optimizer'])
        ema = state['ema']
        random.seed(args.seed + first), np.random.seed(args.seed + first)
    started, mean = time.time(), None
    net.train()
    for step in range(first, args.steps):
        for group in optimizer.param_groups:
            group['lr'] = args.rate * rate_factor(step + 1, args.steps, 80)
        images, targets = batch_of(crops, pick(), args.hidden)
        loss = loss_of(net(images), targets, (1.0, 1.0))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimizer.step()
        with torch.no_grad():
            keep = min(args.ema, (step + 1) / (step + 10))
            for name, value in net.state_dict().items():
                if value.dtype.is_floating_point:
                    ema[name].lerp_(value, 1 - keep)
                else:
                    ema[name].copy_(value)
        mean = loss.item() if mean is None else 0.97 * mean + 0.03 * loss.item()
        if (step + 1) % 50 == 0:
            print(f'{step + 1} loss {mean:.3f} {(time.time() - started) / 60:.1f} min', flush=True)
        if (step + 1) % 200 == 0 or step + 1 == args.steps:
            torch.save({'net': net.state_dict(), 'optimizer': optimizer.state_dict(), 'ema': ema,
                        'step': step + 1, 'settings': settings_of(args, FREE)}, args.out / 'last.new')
            (args.out / 'last.new').replace(checkpoint)
    torch.save({'ema': ema, 'args': vars(args)}, args.out / 'ema.pt')


if __name__ == '__main__':
    main()
