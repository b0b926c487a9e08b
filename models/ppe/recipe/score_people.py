#!/usr/bin/env python3
"""Compare heads of the people detector on labelled sets: average precision, and recall by height at the same trust.

  score_people.py --data PREPARED --sets esp/development --models ../model.onnx OUT/share-0.5.onnx --out BOXES
    [--least-precision 0.9] [--pictures 400] [--sizes 416 448]

The first model is the one that the others are compared with, on the same pictures, of the whole picture as the worker sees it
(without crops), with 416 px or, by `--sizes`, so many for each model.  Recall is at the lowest score from which so many of the boxes are right (IoU .5), which is
another one for each model.  Intervals: 95 %, bootstrap over pictures, at fixed scores.  Boxes are kept in BOXES.  Prints
Markdown.
"""
import argparse
import hashlib
import random
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

from files import read_picture, weights_file  # noqa: E402
from intervals import TAIL, difference, draws, share, text  # noqa: E402
from people import MULTIPLE, SIZE, PeopleFinder  # noqa: E402
from people_frontier import LEAST_SCORE, lowest_score, matched, people_in  # noqa: E402

HEIGHTS = ((50, 100), (100, 200), (200, 10 ** 6))


def boxes_by(model, pictures, folder, size=SIZE):
    """[rows x1, y1, x2, y2, score] of the model for each picture; kept in the folder by what the file holds."""
    digest = hashlib.sha256(weights_file(model).read_bytes()).hexdigest()[:12]
    # The same names may be of other pictures in another folder, or of ones that were prepared again.
    stats = [(path, Path(path).stat()) for _, path, _ in pictures]
    seen = [f'{path} {stat.st_size} {stat.st_mtime_ns}' for path, stat in stats]
    kept = folder / f'{digest}-{size}-{hashlib.sha256(" ".join(seen).encode()).hexdigest()[:12]}.npz'
    if not kept.exists():
        finder = PeopleFinder(model, size)
        found = [finder.find(read_picture(path), LEAST_SCORE) for _, path, _ in pictures]
        np.savez(kept.with_suffix('.part.npz'), count=[len(of) for of in found], boxes=np.concatenate(found))
        kept.with_suffix('.part.npz').rename(kept)
    with np.load(weights_file(kept)) as file:
        return np.split(file['boxes'], np.cumsum(file['count'])[:-1])


def precision_of(scores, right, picture, people, drawn):
    """Average precision (area under the envelope of precision over recall) for each row of `drawn` [R, P], which says how
    often each picture counts.

    scores, right, picture  [M] of the boxes; people  [P] how many there are in each picture
    """
    order = np.argsort(-scores, kind='stable')
    times = drawn[:, picture[order]]
    hits = times * right[order]
    precision = hits.cumsum(1) / np.maximum(times.cumsum(1), 1)
    envelope = np.maximum.accumulate(precision[:, ::-1], 1)[:, ::-1]
    return (envelope * hits).sum(1) / np.maximum(drawn @ people, 1)


class Scored:
    """What one model found in the pictures."""

    def __init__(self, boxes, pictures, least_precision):
        results = [matched(found, people) for found, (_, _, people) in zip(boxes, pictures)]
        self.scores, self.right = (np.concatenate([of[k] for of in results]) for k in (0, 1))
        self.picture = np.repeat(np.arange(len(boxes)), [len(of) for of in boxes])
        self.people = np.array([len(people) for _, _, people in pictures])
        self.least = lowest_score(self.scores, self.right, least_precision)
        seen = np.concatenate([of[2] for of in results])
        self.hit = seen >= (np.inf if self.least is None else self.least)

    def precisions(self, drawn):
        return precision_of(self.scores, self.right.astype(float), self.picture, self.people, drawn)


def cells_of(scored, base, names, tall):
    """Average precision and recalls as text, each with its difference from `base` where that is another model."""
    count = len(scored.people)
    once, drawn = np.ones((1, count)), draws(count)
    value, values = scored.precisions(once)[0], scored.precisions(drawn)
    cells = [text(value, *np.quantile(values, (TAIL, 1 - TAIL)))]
    if base is not scored:
        apart = values - base.precisions(drawn)
        cells[0] += f'; {text(value - base.precisions(once)[0], *np.quantile(apart, (TAIL, 1 - TAIL)), signed=True)}'
    cells.append('-' if scored.least is None else f'{scored.least:.2f}')
    for low, high in ((0, 10 ** 6), *HEIGHTS):
        of = (tall >= low) & (tall < high)
        cell = text(*share(names, scored.hit & of, of))
        if base is not scored and of.any():
            cell += f'; {text(*difference(names, (base.hit & of, of), (scored.hit & of, of)), signed=True)}'
        cells.append(cell)
    return cells


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--sets', nargs='+', required=True)
    parser.add_argument('--models', type=Path, nargs='+', required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--pictures', type=int, help='at most, drawn once')
    parser.add_argument('--least-precision', type=float, default=0.9)
    parser.add_argument('--sizes', type=int, nargs='+', help='longer side of the picture for each model')
    args = parser.parse_args()
    sizes = args.sizes or [SIZE] * len(args.models)
    if len(sizes) != len(args.models):
        parser.error(f'--sizes: {len(sizes)} for {len(args.models)} models')
    if wrong := [size for size in sizes if size <= 0 or size % MULTIPLE]:
        parser.error(f'--sizes: {wrong[0]} is no multiple of {MULTIPLE}')
    pictures = people_in(args.data, args.sets)
    if args.pictures and args.pictures < len(pictures):
        pictures = random.Random(1).sample(pictures, args.pictures)
    people = np.concatenate([boxes for _, _, boxes in pictures])
    if not len(people):
        raise SystemExit(f'{args.data}: there are no people in {", ".join(args.sets)}')
    names, tall = np.repeat([name for name, _, _ in pictures], [len(of) for _, _, of in pictures]), people[:, 3] - people[:, 1]
    args.out.mkdir(parents=True, exist_ok=True)
    counts = [int(((tall >= low) & (tall < high)).sum()) for low, high in ((0, 10 ** 6), *HEIGHTS)]
    head = ['model', 'AP .5', 'score', 'recall, all', '50-100 px', '100-200', '200 and more']
    print(f'{", ".join(args.sets)}: {len(pictures)} pictures\n')
    for row in (head, ['---'] * len(head), ['people', '', '', *counts]):
        print(f'| {" | ".join(map(str, row))} |')
    base = None
    for model, size in zip(args.models, sizes):
        scored = Scored(boxes_by(model, pictures, args.out, size), pictures, args.least_precision)
        base = base or scored
        print(f'| {" | ".join([f"{model.parent.name}/{model.stem}", *cells_of(scored, base, names, tall)])} |', flush=True)


if __name__ == '__main__':
    main()
