#!/usr/bin/env python3
"""Train the head of the shipped people detector on people of labelled sets, gently, using a CPU.

  train_people.py --data PREPARED --trunk ../model.onnx --features FEATURES --out OUT
    --sources css:0.8:2.3:0 esp:0.5:1.8:1 rf100:0.5:1.8:1 [--steps 300] [--rate 2e-4] [--shares 0.25 0.5 1]

A source is NAME:min scale:max scale:partly; `partly` is 1 where people in the background are not labelled.  Backbone and
neck stay frozen: their answers for augmented pictures are kept in FEATURES, so that runs on other companies of sources,
or with another rate, need no trunk.  Each step takes one batch of every source, so each counts alike.

Writes OUT/head.npz, the averaged weights, and OUT/share-S.onnx: the model of --trunk with a head that went the share S of
the way.  The branch for equipment answers in all of them as before.
"""
import argparse
import hashlib
import json
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from torch import nn

from augment import AugmentedBatches
from files import labelled_in, read_dataset, weights_file
from people_head import PeopleHead, mixed, write_with_head
from people_loss import people_loss
from sources import Source
from train import Ema, RunLog, learning_rate_factor
from trunk import NECK, PeopleTrunk

CLASSES = ['person']
CLIP = 10.0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--data', type=Path, nargs='+', required=True,
                        help='what prepare.py writes; a source is read from the first that trains on it')
    parser.add_argument('--trunk', type=Path, required=True, help='ONNX of the shipped model')
    parser.add_argument('--features', type=Path, required=True, help='folder in which answers of the neck are kept')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--sources', nargs='+', required=True, help='name:min scale:max scale:partly (0 or 1)')
    parser.add_argument('--batches', type=int, default=48, help='augmented batches of each source')
    parser.add_argument('--batch', type=int, default=8)
    parser.add_argument('--sizes', type=int, nargs='+', default=[352, 416])
    parser.add_argument('--steps', type=int, default=300)
    parser.add_argument('--rate', type=float, default=2e-4, help='learning rate')
    parser.add_argument('--warmup', type=int, default=30, help='steps')
    parser.add_argument('--ema', type=float, default=0.99)
    parser.add_argument('--shares', type=float, nargs='+', default=[0.25, 0.5, 1.0],
                        help='of the way from the old head to the new one')
    parser.add_argument('--seed', type=int, default=1)
    return parser.parse_args()


def source_of(text, folders):
    """(name, low scale, high scale, partly, folder) of an entry of --sources."""
    try:
        name, low, high, partly = text.split(':')
        low, high = float(low), float(high)
        if not 0 < low <= high or partly not in ('0', '1'):
            raise ValueError
    except ValueError:
        raise SystemExit(f'--sources: {text} is not name:min scale:max scale:partly, with partly 0 or 1')
    for folder in folders:
        if (folder / name / 'train').is_dir():
            if 'person' not in labelled_in(folder, read_dataset(folder), name):
                raise SystemExit(f'{folder / "dataset.json"}: {name} does not label people')
            return name, low, high, partly == '1', folder
    raise SystemExit(f'there is no source "{name}" in {", ".join(map(str, folders))}')


def batches_of(args, trunk, head, name, low, high, folder):
    """The files of a source's batches; those that are missing are made: neck's answers in half precision, logits of the head
    before training, people, size."""
    digest = hashlib.sha256(weights_file(args.trunk).read_bytes()).hexdigest()[:12]
    settings = json.dumps([digest, name, str(folder.resolve()), low, high, args.batch, args.sizes, args.seed])
    kept = args.features / f'{name}-{args.seed}'
    kept.mkdir(parents=True, exist_ok=True)
    said = kept / 'settings.json'
    if said.exists() and said.read_text() != settings:
        raise SystemExit(f'{said}: was made with {said.read_text()}, not {settings}: name another --features')
    said.write_text(settings)
    paths = [kept / f'{i}.npz' for i in range(args.batches)]
    if all(path.exists() for path in paths):
        return paths
    began = time.monotonic()
    source = Source(folder, name, 'train', CLASSES, {}, (low, high), mosaic=False)
    if not sum(map(len, source.boxes)):
        raise SystemExit(f'{folder / name / "train"}: there are no people')
    made = iter(AugmentedBatches([source], [1], args.batch, args.sizes, args.sizes, 0.0, 0.0,
                                 SimpleNamespace(value=False), args.seed))
    for path in paths:
        images, targets, _ = next(made)
        if path.exists():
            continue
        necks = trunk(images.permute(0, 3, 1, 2).float(), NECK)
        part = path.with_suffix('.part.npz')
        with torch.no_grad():
            before, _ = head(necks)
        np.savez(part, targets=targets, size=images.shape[1], before=before,
                 **{f'neck{i}': neck.half().numpy() for i, neck in enumerate(necks)})
        part.rename(path)
    print(f'{name}: {len(source.images)} pictures, {sum(map(len, source.boxes))} people, '
          f'{(time.monotonic() - began) / 60:.1f} min', flush=True)
    return paths


def read_batch(path):
    with np.load(weights_file(path)) as file:
        necks = [torch.from_numpy(file[f'neck{i}']).float().contiguous(memory_format=torch.channels_last)
                 for i in range(len(NECK))]
        return necks, *(torch.from_numpy(file[name]) for name in ('targets', 'before')), int(file['size'])


def main():
    args = parse_arguments()
    if (args.out / 'head.npz').exists():
        raise SystemExit(f'{args.out / "head.npz"} exists: name another --out')
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    trunk = PeopleTrunk(args.trunk).eval()
    head = PeopleHead(trunk)
    first = {name: array.copy() for name, array in head.arrays().items()}
    sources = [source_of(text, args.data) for text in args.sources]
    files = [(batches_of(args, trunk, head, name, low, high, folder), partly) for name, low, high, partly, folder in sources]

    optimizer = torch.optim.AdamW(head.parameters(), lr=args.rate, weight_decay=0.0)
    ema, log, draw = Ema(head, args.ema), RunLog(), np.random.default_rng(args.seed)
    began = time.monotonic()
    for step in range(args.steps):
        optimizer.zero_grad()
        for paths, partly in files:
            necks, targets, before, size = read_batch(paths[draw.integers(len(paths))])
            loss, parts = people_loss(*head(necks), targets, size, before, partly)
            (loss / len(files)).backward()
            log.add(parts)
        norm = nn.utils.clip_grad_norm_(head.parameters(), CLIP)
        if not torch.isfinite(norm):
            raise SystemExit(f'step {step}: the gradient is not finite: try a smaller --rate')
        for group in optimizer.param_groups:
            group['lr'] = args.rate * learning_rate_factor(step, step / args.steps, args.warmup)
        optimizer.step()
        ema.update(head, step + 1)
        if (step + 1) % 25 == 0:
            print(f'step {step + 1} {time.monotonic() - began:.0f} s {log.text()}', flush=True)
    tuned = head.arrays(ema.state)
    np.savez(args.out / 'head.npz', **tuned)
    for share in args.shares:
        write_with_head(args.trunk, mixed(first, tuned, share), args.out / f'share-{share:g}.onnx')
    print(f'done: {args.steps} steps, {(time.monotonic() - began) / 60:.1f} min', flush=True)


if __name__ == '__main__':
    main()
