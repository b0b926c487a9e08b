#!/usr/bin/env python3
"""Bring the labelled sets to one convention and hold back development pictures.

  prepare.py --data DIR [DIR ...] --out OUT

DIR holds the sets as they were published (see README.md).  OUT gets the same layout:

- helmets and heads are whole heads, down to the chin.  Where a set draws the hat or the hair alone,
  its boxes are moved by WHOLE_HEAD and LEAST_HEIGHT; where another source drew whole heads
  (`labels_wholehead`), its labels are taken.  Pictures of a set that mixes both ways and has no such
  labels become a set of their own, NAME-moved, which only trains: its boxes are less exact.
- OUT/NAME/val has the validation pictures in the same style.
- one group of near-duplicates in SHARE goes to OUT/NAME/development instead of OUT/NAME/train.
  Pictures that look alike stay on one side.

Pictures are linked, not copied.  Errors name the file and the line.
"""
import argparse
import hashlib
import json
import os
from pathlib import Path

import cv2
import numpy as np

# Upper and lower edge of a hat box, moved outwards by these shares of its height: measured on 130
# pairs of boxes of pictures that two sets share.
WHOLE_HEAD = (0.07, 0.47)
# Hair seen from the front is a flat band: a head is at least this much higher than it is wide.
LEAST_HEIGHT = 1.25
# Of each set: `moved`, `whole` (already whole heads), `folder` (labels_wholehead for all pictures)
# or `mixed` (labels_wholehead for some).
STYLES = {'css': 'moved', 'esp': 'mixed', 'svest': 'whole', 'rf100': 'folder', 'hhw': 'whole',
          'scene': 'whole'}
# Sets whose pictures are collages of others: no picture of theirs is independent of the rest.
NEVER_HELD_BACK = {'css', 'scene'}
# Labels that a set carries beyond those that dataset.json counts, because they are whole heads.
ALSO_LABELLED = {'svest': ['helmet', 'head']}
HEADS = {'helmet', 'head', 'other_headwear'}
# Difference hashes with at most so many different bits of 64 are of the same picture.
ALIKE = 10


def difference_hash(path):
    """64 booleans: whether brightness rises from left to right, on a grid of 8 x 8."""
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise SystemExit(f'{path}: not a picture')
    small = cv2.resize(image, (9, 8), interpolation=cv2.INTER_AREA).astype(int)
    return (small[:, 1:] > small[:, :-1]).ravel()


def groups_of(hashes):
    """For each picture the least index among those that look like it, directly or by steps."""
    group = list(range(len(hashes)))

    def root(i):
        while group[i] != i:
            i = group[i]
        return i

    for i in range(len(hashes)):
        for j in np.flatnonzero((hashes[i + 1:] != hashes[i]).sum(1) <= ALIKE) + i + 1:
            a, b = sorted((root(i), root(int(j))))
            group[b] = a
    return [root(i) for i in range(len(hashes))]


def held_back(paths, share):
    """Which of the pictures are for development: whole groups, chosen by a digest of their first."""
    chosen = []
    for first in groups_of(np.array([difference_hash(path) for path in paths])):
        digest = hashlib.sha256(paths[first].name.encode()).digest()
        chosen.append(int.from_bytes(digest[:4], 'big') / 2 ** 32 < share)
    return chosen


def read_labels(path, classes):
    """Rows [class name, cx, cy, w, h] of a YOLO label file, shares of the picture."""
    rows = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fields = line.split()
        try:
            label, box = classes[int(fields[0])], [float(f) for f in fields[1:5]]
        except (ValueError, IndexError):
            raise SystemExit(f'{path}:{number}: not "class cx cy w h" of a known class: {line}')
        if len(box) < 4 or min(box) < 0 or max(box) > 1:
            raise SystemExit(f'{path}:{number}: the box lies outside of the picture: {line}')
        rows.append([label, *box])
    return rows


def whole_heads(rows, width_by_height):
    """The rows with hats and hair drawn down to the chin, cut at the picture's edge.
    `width_by_height` is that of the picture."""
    moved = []
    for label, cx, cy, w, h in rows:
        if label in HEADS:
            top, bottom = cy - h / 2 - WHOLE_HEAD[0] * h, cy + h / 2 + WHOLE_HEAD[1] * h
            if label == 'head':
                bottom = max(bottom, top + LEAST_HEIGHT * w * width_by_height)
            top, bottom = max(0.0, top), min(1.0, bottom)
            cy, h = (top + bottom) / 2, bottom - top
        moved.append([label, cx, cy, w, h])
    return moved


def width_by_height(path):
    height, width = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION).shape
    return width / height


def labels_in_style(folder, picture, style, classes):
    """Rows of one picture, and whether they are as exact as its set's style promises."""
    whole = folder / 'labels_wholehead' / f'{picture.stem}.txt'
    plain = read_labels(folder / 'labels' / f'{picture.stem}.txt', classes)
    if style == 'whole':
        return plain, True
    if style != 'moved' and whole.exists():
        return read_labels(whole, classes), True
    return whole_heads(plain, width_by_height(picture)), style == 'moved'


def write(out, picture, rows, classes):
    for part in ('images', 'labels'):
        (out / part).mkdir(parents=True, exist_ok=True)
    link = out / 'images' / picture.name
    link.unlink(missing_ok=True)
    os.symlink(picture.resolve(), link)
    text = ''.join(f'{classes.index(label)} {cx:.5f} {cy:.5f} {w:.5f} {h:.5f}\n'
                   for label, cx, cy, w, h in rows)
    (out / 'labels' / f'{picture.stem}.txt').write_text(text)


def prepare(root, name, info, out, share, written, split):
    """Writes the sets that come of `split` (train or val) of one, with the class numbers of
    `written`; returns {set: labelled classes}."""
    folder, classes = root / name / split, info['classes']
    style = STYLES.get(name)
    if style is None:
        raise SystemExit(f'{root / name}: say in STYLES how this set draws heads')
    labelled = [*info['labelled'][name], *ALSO_LABELLED.get(name, [])]
    pictures = sorted((folder / 'images').iterdir())
    never = split == 'val' or name in NEVER_HELD_BACK
    chosen = [False] * len(pictures) if never else held_back(pictures, share)
    sets = {}
    for picture, development in zip(pictures, chosen):
        rows, exact = labels_in_style(folder, picture, style, classes)
        if not exact and (development or split == 'val'):
            continue
        target = name if exact else f'{name}-moved'
        sets[target] = labelled
        write(out / target / ('development' if development else split), picture, rows, written)
    return sets


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--data', type=Path, nargs='+', required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--share', type=float, default=0.12, help='held back for development')
    args = parser.parse_args()
    labelled, classes = {}, None
    for root in args.data:
        info = json.loads((root / 'dataset.json').read_text())
        classes = classes or info['classes']
        for name in info['labelled']:
            for split in ('train', 'val'):
                if (root / name / split).is_dir():
                    labelled.update(
                        prepare(root, name, info, args.out, args.share, classes, split))
    (args.out / 'dataset.json').write_text(
        json.dumps({'classes': classes, 'labelled': labelled}, indent=1))
    for name in labelled:
        for part in ('train', 'development', 'val'):
            folder = args.out / name / part / 'images'
            if folder.is_dir():
                print(f'{name}/{part}: {len(list(folder.iterdir()))} pictures')


if __name__ == '__main__':
    main()
