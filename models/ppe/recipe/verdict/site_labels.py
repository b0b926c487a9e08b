"""The people of a labelled set of this site (`npm run -s labels`), cut out for train_verdict.py.

`manifest.jsonl` has a line for each picture with the judged person's whole box (`person`: left, top, right and bottom
in shares of the picture, not cut at it), whether it is a person (`isPerson`), and what the reviewer said of the item
(`helmet` or `vest`: worn or missing).  The label file says where the item is.

What cannot be used ends the script with file and line, before anything is trained.  Needs OpenCV alone.
"""
import json
import math
from pathlib import Path

import numpy as np

from crops import ITEMS, LEAST_HEIGHT, Crops, cut, read_labels, square_of
from shared import labelled_in, read_dataset, read_picture

NAMES = ('helmet', 'vest')
SAID = {'worn': 1, 'missing': 0}
# Of the person's box, the least share that lies in the picture: the crop of a set shows head and torso.
LEAST_INSIDE = 0.2
# Verdicts of each kind that are needed on the side that trains and on the one that is held out.
LEAST = {'train': 10, 'held out': 5}


def read_site(folder, items=NAMES, hold_out=()):
    """Crops of the people for training, and of those held out.

    items     what is trained on; verdicts on another item are left out
    hold_out  names of cameras whose people are held out, all of them and no others; none: the set's own `val`, which
              are whole weeks of a camera
    """
    folder = Path(folder)
    about, path = read_dataset(folder), folder / 'manifest.jsonl'
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        raise SystemExit(f'{path}: cannot be read; it is written by npm run -s labels')
    sides = {'train': Crops(), 'held out': Crops()}
    cameras = set()
    for number, line in enumerate(lines, 1):
        where = f'{path}:{number}'
        one = read_line(where, line)
        cameras.add(one['camera'])
        said = [SAID[one[item]] if item in items and item in one else -1 for item in NAMES]
        if one['isPerson'] and max(said) < 0:
            continue
        is_held_out = one['camera'] in hold_out if hold_out else one['picture'].split('/')[1] == 'val'
        add_person(sides['held out' if is_held_out else 'train'], folder, about, where, one, said)
    if unknown := set(hold_out) - cameras:
        raise SystemExit(f'{path}: has no camera {", ".join(sorted(unknown))}')
    refuse_too_few(path, sides, items)
    return sides['train'], sides['held out']


def read_line(where, line):
    """The fields of one line of the manifest, as they are used."""
    try:
        one = json.loads(line)
    except ValueError:
        raise SystemExit(f'{where}: not JSON')
    if not isinstance(one, dict) or 'person' not in one:
        raise SystemExit(f'{where}: does not say where the person is ("person"): make the set again with npm run -s labels')
    box = one['person']
    if not (isinstance(box, list) and len(box) == 4 and all(isinstance(v, (int, float)) and math.isfinite(v) for v in box)
            and box[0] < box[2] and box[1] < box[3]):
        raise SystemExit(f'{where}: "person" is not left, top, right and bottom: {box}')
    inside = np.prod(np.minimum(box[2:], 1) - np.maximum(box[:2], 0)) if min(box[:2]) < 1 and min(box[2:]) > 0 else 0
    if inside < LEAST_INSIDE * (box[2] - box[0]) * (box[3] - box[1]):
        raise SystemExit(f'{where}: the person lies outside of the picture: {box}')
    for key, kind in (('picture', str), ('camera', str), ('isPerson', bool)):
        if not isinstance(one.get(key), kind):
            raise SystemExit(f'{where}: has no "{key}"')
    parts = one['picture'].split('/')
    if len(parts) != 4 or parts[1] not in ('train', 'val') or parts[2] != 'images' or '..' in parts:
        raise SystemExit(f'{where}: "picture" is not SET/train/images/NAME or SET/val/images/NAME: {one["picture"]}')
    for item in NAMES:
        if item in one and one[item] not in SAID:
            raise SystemExit(f'{where}: "{item}" is neither worn nor missing: {one[item]}')
    return one


def add_person(crops, folder, about, where, one, said):
    """Cuts one person out, or the place that was taken for one."""
    path = folder / one['picture']
    if not path.is_file():
        raise SystemExit(f'{where}: {path} is not there')
    image = read_picture(path)
    height, width = image.shape[:2]
    labelled_in(folder, about, one['picture'].split('/')[0])
    labels = read_labels(path.parents[1] / 'labels' / f'{path.stem}.txt', about['classes'], width, height)
    person = np.array(one['person']) * (width, height, width, height)
    if person[3] - person[1] < LEAST_HEIGHT:
        return
    picture, to_square = cut(image, *square_of(person))
    parts = np.full((2, 4), np.nan)
    for item, pair in enumerate(ITEMS):
        if said[item] < 0:
            continue
        boxes = labels.get(pair[1 - said[item]][0], [])
        if len(boxes) != 1:
            raise SystemExit(f'{where}: {NAMES[item]} is {one[NAMES[item]]}, and the label file has '
                             f'{len(boxes)} boxes of {pair[1 - said[item]][0]}')
        parts[item] = to_square(boxes[0])
    box = to_square(person)
    for name, value in (('pictures', picture), ('boxes', [box, box]), ('parts', parts), ('states', said),
                        ('heights', person[3] - person[1]), ('found', 1), ('empty', not one['isPerson']),
                        ('picture', one['picture'])):
        crops.rows[name].append(value)


def refuse_too_few(path, sides, items):
    """Ends the script where the verdicts on an item are too few on a side, or all say the same."""
    for item in items:
        for side, crops in sides.items():
            states = np.array(crops.rows['states'], int).reshape(-1, 2)[:, NAMES.index(item)]
            counts = {said: int((states == value).sum()) for said, value in SAID.items()}
            if min(counts.values()) >= LEAST[side]:
                continue
            found = ', '.join(f'{count} {said}' for said, count in counts.items())
            others = [other for other in items if other != item]
            way_out = f', or leave the item out: --items {" ".join(others)}' if others else ''
            raise SystemExit(
                f'{path}: {item}, {side}: {found}; at least {LEAST[side]} of each are needed: a classifier that only '
                f'sees one answer learns to give it. Judge more violations, name other cameras with --hold-out{way_out}')
