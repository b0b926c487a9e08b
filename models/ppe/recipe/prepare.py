#!/usr/bin/env python3
"""Bring the labelled sets to one convention and hold back development pictures.

  prepare.py --data DIR [DIR ...] --out OUT [--leave-out NAME ...]

DIR holds the sets as they were published (see README.md).  OUT must not exist; it gets the same layout:

- helmets and heads are whole heads, down to the chin.  Where a set draws the hat or the hair alone,
  its boxes are moved by WHOLE_HEAD and LEAST_HEIGHT; where another source drew whole heads
  (`labels_wholehead`), its labels are taken.  Pictures of a set that mixes both ways and has no such
  labels become a set of their own, NAME-moved, which only trains: its boxes are less exact.
- OUT/NAME/val has the validation pictures in the same style.
- one group of pictures that look alike in about eight goes to OUT/NAME/development instead of
  OUT/NAME/train.  Groups are made over all sets, because collections share photographs.
- a set that is left out becomes OUT/NAME/development, without the pictures that another set's train has
  as well: what a network finds on it says what happens on a new site.

Pictures are linked, not copied.  Errors name the file and the line, and leave no OUT behind.
"""
import argparse
import hashlib
import json
import os
import shutil
from pathlib import Path

import cv2
import numpy as np

from files import read_dataset, read_picture, read_rows

# Upper and lower edge of a hat box, moved outwards by these shares of its height: measured on 130
# pairs of boxes of pictures that two sets share.
WHOLE_HEAD = (0.07, 0.47)
# Hair seen from the front is a flat band: a head is at least this much higher than it is wide.
LEAST_HEIGHT = 1.25
# Sets of reviewed verdicts (npm run -s labels): their heads are those of the shipped detector.
REVIEWED = ('helmet', 'vest', 'person')
# Of each set: `moved`, `whole` (already whole heads), `folder` (labels_wholehead for all pictures)
# or `mixed` (labels_wholehead for some).
STYLES = {'css': 'moved', 'esp': 'mixed', 'svest': 'whole', 'rf100': 'folder', 'hhw': 'whole',
          'scene': 'whole', **dict.fromkeys(REVIEWED, 'whole')}
# Sets whose pictures are collages of others: no picture of theirs is independent of the rest. Reviewed verdicts are
# divided by camera and week already.
NEVER_HELD_BACK = {'css', 'scene', *REVIEWED}
# Labels that a set carries beyond those that dataset.json counts, because they are whole heads.
ALSO_LABELLED = {'svest': ['helmet', 'head']}
HEADS = {'helmet', 'head', 'other_headwear'}
# Difference hashes with at most so many different bits of 64, as they are or mirrored, are taken for
# the same picture. Some of 7 to 10 are not: that costs a few pictures, a twin on both sides costs the
# figure.
ALIKE = 10


class Picture:
    """One picture of one set, with its labels in the common style."""

    def __init__(self, path, name, split):
        self.path, self.name, self.split = path, name, split
        image = read_picture(path, cv2.IMREAD_GRAYSCALE)
        self.width_by_height = image.shape[1] / image.shape[0]
        self.hashes = [difference_hash(image), difference_hash(image[:, ::-1])]


def difference_hash(image):
    """64 booleans: whether brightness rises from left to right, on a grid of 8 x 8."""
    small = cv2.resize(image, (9, 8), interpolation=cv2.INTER_AREA).astype(int)
    return (small[:, 1:] > small[:, :-1]).ravel()


def twins_of(pictures):
    """For each picture the indices of those that look like it, itself among them."""
    plain, mirrored = (np.array([p.hashes[side] for p in pictures]) for side in (0, 1))
    return [np.flatnonzero(np.minimum((plain != plain[i]).sum(1), (mirrored != plain[i]).sum(1)) <= ALIKE)
            for i in range(len(pictures))]


def groups_of(twins):
    """For each picture the least index of its group: it looks like the others directly or by steps."""
    group = list(range(len(twins)))

    def root(i):
        while group[i] != i:
            i = group[i]
        return i

    for i, alike in enumerate(twins):
        for j in alike:
            a, b = sorted((root(i), root(int(j))))
            group[b] = a
    return [root(i) for i in range(len(twins))]


def places_of(pictures, share, left_out):
    """For each picture of train the part of OUT that it goes to; None for nowhere."""
    twins = twins_of(pictures)
    groups = groups_of(twins)
    # A group with a collage or a rendered picture cannot be held back.
    bound = {groups[i] for i, picture in enumerate(pictures) if picture.name in NEVER_HELD_BACK}
    places = []
    for i, picture in enumerate(pictures):
        first = pictures[groups[i]]
        digest = hashlib.sha256(f'{first.name}/{first.path.name}'.encode()).digest()
        chosen = int.from_bytes(digest[:4], 'big') / 2 ** 32 < share and groups[i] not in bound
        if picture.name in left_out:
            shared = any(pictures[j].name not in left_out for j in twins[i])
            places.append(None if shared else 'development')
        else:
            places.append('development' if chosen else 'train')
    return places


def read_labels(path, classes):
    """Rows [class name, cx, cy, w, h] of a YOLO label file, shares of the picture."""
    return [[classes[index], *box] for index, *box in read_rows(path, classes)]


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


def labels_in_style(picture, style, classes):
    """Rows of one picture, and whether they are as exact as its set's style promises."""
    folder, stem = picture.path.parent.parent, picture.path.stem
    whole = folder / 'labels_wholehead' / f'{stem}.txt'
    plain = read_labels(folder / 'labels' / f'{stem}.txt', classes)
    if style == 'whole':
        return plain, True
    if style != 'moved' and whole.exists():
        return read_labels(whole, classes), True
    return whole_heads(plain, picture.width_by_height), style == 'moved'


def write(out, picture, rows, classes):
    for part in ('images', 'labels'):
        (out / part).mkdir(parents=True, exist_ok=True)
    os.symlink(picture.path.resolve(), out / 'images' / picture.path.name)
    text = ''.join(f'{classes.index(label)} {cx:.5f} {cy:.5f} {w:.5f} {h:.5f}\n'
                   for label, cx, cy, w, h in rows)
    (out / 'labels' / f'{picture.path.stem}.txt').write_text(text)


def read_sets(roots):
    """The pictures of all sets, and for each set its root's dataset.json."""
    pictures, infos = [], {}
    for root in roots:
        info = read_dataset(root)
        for name in info['labelled']:
            for split in ('train', 'val'):
                folder = root / name / split / 'images'
                if not folder.is_dir():
                    continue
                if name not in STYLES:
                    raise SystemExit(f'{root / name}: say in STYLES how this set draws heads')
                infos[name] = info
                pictures += [Picture(path, name, split) for path in sorted(folder.iterdir())]
    return pictures, infos


def prepare(roots, out, share, left_out):
    """Writes OUT; returns {set: labelled classes}."""
    pictures, infos = read_sets(roots)
    if unknown := set(left_out) - set(infos):
        raise SystemExit(f'--leave-out: there is no set {", ".join(sorted(unknown))}')
    classes = next(iter(infos.values()))['classes']
    training = [p for p in pictures if p.split == 'train']
    place = dict(zip(map(id, training), places_of(training, share, left_out) if training else []))
    labelled = {}
    for picture in pictures:
        info, part = infos[picture.name], place.get(id(picture), 'val')
        rows, exact = labels_in_style(picture, STYLES[picture.name], info['classes'])
        if part is None or (part != 'train' and not exact):
            continue
        target = picture.name if exact else f'{picture.name}-moved'
        labelled[target] = [*info['labelled'][picture.name], *ALSO_LABELLED.get(picture.name, [])]
        write(out / target / part, picture, rows, classes)
    (out / 'dataset.json').write_text(
        json.dumps({'classes': classes, 'labelled': labelled}, indent=1))
    return labelled


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--data', type=Path, nargs='+', required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--share', type=float, default=0.12, help='held back for development')
    parser.add_argument('--leave-out', nargs='*', default=[], help='sets to score on only')
    args = parser.parse_args()
    if args.out.exists():
        raise SystemExit(f'{args.out} exists: a picture of an earlier run would stand in two parts')
    part = args.out.with_name(f'{args.out.name}.part')
    shutil.rmtree(part, ignore_errors=True)
    try:
        labelled = prepare(args.data, part, args.share, args.leave_out)
        part.rename(args.out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    for name in labelled:
        for part in ('train', 'development', 'val'):
            folder = args.out / name / part / 'images'
            if folder.is_dir():
                print(f'{name}/{part}: {len(list(folder.iterdir()))} pictures')


if __name__ == '__main__':
    main()
