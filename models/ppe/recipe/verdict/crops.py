#!/usr/bin/env python3
"""Cut the people of labelled sets out, with what they wear, for train_verdict.py.

  crops.py --data PREPARED --detector ../../model.onnx --out CROPS [--sets css/train ...]

PREPARED is what models/ppe/recipe/prepare.py writes.  Each person of a set becomes a square of SIDE
pixels, MARGIN times as large as the square that the classifier sees, so that training can move it.
The person's box is the label's; where the detector found the person, its box is kept beside it: the
worker cuts by that one.  In sets without labels of people the detector's people are taken, and the
heads and vests that none of them has become people by their proportions.

Where people are labelled, boxes of the detector that show none of them, and places without a person, become
entries of which nothing can be told (`empty`).

CROPS/SET.npz holds, for N people
  pictures  uint8 [N, SIDE, SIDE, 3]   BGR
  boxes     float32 [N, 2, 4]          label's and detector's box in the square, pixels; NaN: not found
  parts     float32 [N, 2, 4]          head and torso in the square; NaN: not labelled
  states    int8 [N, 2]                helmet and vest: 1 worn, 0 not, -1 not labelled
  heights   float32 [N]                of the person in the picture, pixels
  found     float32 [N]                score of the detector's box; 0: not found
  picture   names of the files
"""
import argparse
import math
import random
from pathlib import Path

import cv2
import numpy as np

from people import PeopleFinder, iou
from shared import labelled_in, pictures_in, read_dataset, read_picture, read_rows

SIDE, MARGIN = 192, 1.7
PAD = 114
# Classes for and against each item, and where such a part is expected: share of the height from the top.
ITEMS = ((('helmet', 0.06), ('head', 0.08)), (('vest', 0.35), ('no_vest', 0.35)))
ALIASES = {'other_headwear': 'head'}
LEAST_SCORE = 0.2
# A person whom the detector alone found, in sets without labels of people.
TRUSTED = 0.35
SAME = 0.5
LEAST_HEIGHT = 24
# Places without a person of one picture.
MOST_EMPTY = 4
RANDOM = random.Random(1)
# Proportions of a person who stands, in heights of a whole head.
BODY_HEIGHT, BODY_WIDTH = 7.0, 2.4


def square_of(box):
    """The square that the classifier sees of a person: centre x, top, side."""
    width, height = box[2] - box[0], box[3] - box[1]
    side = max(1.15 * width, 0.62 * height)
    return (box[0] + box[2]) / 2, box[1] - 0.12 * side, side


def distance(part, box, down):
    """From its expected place, in shares of the body; infinite: not on this person."""
    width, height = box[2] - box[0], box[3] - box[1]
    shared = (np.minimum(part[2:], box[2:4]) - np.maximum(part[:2], box[:2])).clip(0).prod()
    area = (part[2] - part[0]) * (part[3] - part[1])
    if shared < 0.5 * area or width <= 0 or height <= 0:
        return math.inf
    off_down = ((part[1] + part[3]) / 2 - box[1]) / height - down
    aside = (part[0] + part[2] - box[0] - box[2]) / 2 / width
    return math.hypot(aside / 2, off_down)


def owners(parts, boxes, down):
    """{person: part}; the best pairs first, each person and each part once."""
    pairs = sorted((distance(part, box, down), j, i)
                   for i, part in enumerate(parts) for j, box in enumerate(boxes))
    taken, given = {}, set()
    for off, person, part in pairs:
        if math.isfinite(off) and person not in taken and part not in given:
            taken[person] = part
            given.add(part)
    return taken


def read_labels(path, classes, width, height):
    """{class: boxes [N, 4] in pixels}."""
    found = {}
    for index, cx, cy, w, h in read_rows(path, classes):
        name = ALIASES.get(classes[index], classes[index])
        box = [(cx - w / 2) * width, (cy - h / 2) * height, (cx + w / 2) * width, (cy + h / 2) * height]
        found.setdefault(name, []).append(box)
    return {name: np.array(boxes) for name, boxes in found.items()}


def bodies_without_person(labels, boxes):
    """Boxes of people by the proportions of heads that none of `boxes` has."""
    made = []
    for names in (('helmet', 'head'),):
        for name in names:
            parts = labels.get(name, np.empty((0, 4)))
            owned = set(owners(parts, boxes, 0.07).values())
            for i, (x1, y1, x2, y2) in enumerate(parts):
                if i in owned:
                    continue
                tall, middle = y2 - y1, (x1 + x2) / 2
                half = BODY_WIDTH * tall / 2
                made.append([middle - half, y1, middle + half, y1 + BODY_HEIGHT * tall])
    return made


def cut(image, centre, top, side):
    """SIDE x SIDE pixels around the square, and the scale and offset of its pixels."""
    large = side * MARGIN
    left, above = centre - large / 2, top + side / 2 - large / 2
    scale = SIDE / large
    matrix = np.array([[scale, 0, -left * scale], [0, scale, -above * scale]], np.float64)
    if scale < 0.6:
        # Areas are averaged first, else fine patterns alias.
        factor = scale / 0.6 * 0.9
        small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        shrunk = matrix.copy()
        shrunk[:, :2] /= factor
        picture = cv2.warpAffine(small, shrunk, (SIDE, SIDE), flags=cv2.INTER_LINEAR,
                                 borderValue=(PAD,) * 3)
    else:
        picture = cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR,
                                 borderValue=(PAD,) * 3)
    return picture, lambda box: (np.asarray(box, np.float64).reshape(2, 2) - (left, above)).ravel() * scale


class Crops:
    def __init__(self):
        self.rows = {name: [] for name in
                     ('pictures', 'boxes', 'parts', 'states', 'heights', 'found', 'empty', 'picture')}

    def add_picture(self, path, image, labels, labelled, finder):
        height, width = image.shape[:2]
        found = finder.find(image, LEAST_SCORE)
        if 'person' in labelled:
            people = list(labels.get('person', []))
        else:
            people = [box[:4] for box in found if box[4] >= TRUSTED]
            people += bodies_without_person(labels, people)
        states = np.full((len(people), 2), -1)
        parts = np.full((len(people), 2, 4), np.nan)
        for item, pair in enumerate(ITEMS):
            if not any(name in labelled for name, _ in pair):
                continue
            has = [owners(labels.get(name, []), people, down) for name, down in pair]
            for person in range(len(people)):
                owned = [which for which, of in enumerate(has) if person in of]
                if len(owned) == 1:
                    states[person, item] = 1 - owned[0]
                    name = pair[owned[0]][0]
                    parts[person, item] = labels[name][has[owned[0]][person]]
        matches = match(found, people)
        for i, person in enumerate(people):
            if (states[i] < 0).all() or person[3] - person[1] < LEAST_HEIGHT:
                continue
            seen = found[matches[i]] if i in matches else None
            picture, to_square = cut(image, *square_of(person))
            self.rows['pictures'].append(picture)
            boxes = [to_square(person), to_square(seen[:4]) if seen is not None else np.full(4, np.nan)]
            self.rows['boxes'].append(boxes)
            self.rows['parts'].append([to_square(part) for part in parts[i]])
            self.rows['states'].append(states[i])
            self.rows['heights'].append(person[3] - person[1])
            self.rows['found'].append(0 if seen is None else seen[4])
            self.rows['empty'].append(False)
            self.rows['picture'].append(path.name)
        if 'person' in labelled:
            self.add_empty_places(path, image, people, found)

    def add_empty_places(self, path, image, people, found):
        """False detections, weak ones too, and a few places where nothing was found."""
        height, width = image.shape[:2]
        taken = np.array([*people, *(box[:4] for box in found)]).reshape(-1, 4)
        false = [box[:4] for box in found
                 if not len(people) or iou(box[:4], np.asarray(people)).max() < 0.1]
        for _ in range(8):
            high = RANDOM.uniform(0.15, 0.7) * height
            wide = high * RANDOM.uniform(0.3, 0.6)
            left, top = RANDOM.uniform(0, max(1, width - wide)), RANDOM.uniform(0, max(1, height - high))
            box = np.array([left, top, left + wide, top + high])
            if not len(taken) or iou(box, taken).max() < 0.05:
                false.append(box)
                break
        for box in false[:MOST_EMPTY]:
            if box[3] - box[1] < LEAST_HEIGHT:
                continue
            picture, to_square = cut(image, *square_of(box))
            boxes = [to_square(box)] * 2
            for name, value in (('pictures', picture), ('boxes', boxes), ('parts', np.full((2, 4), np.nan)),
                                ('states', [-1, -1]), ('heights', box[3] - box[1]), ('found', 0),
                                ('empty', True), ('picture', path.name)):
                self.rows[name].append(value)

    def write(self, path):
        kinds = {'pictures': np.uint8, 'states': np.int8, 'empty': bool, 'picture': str}
        np.savez(path, **{name: np.array(rows, kinds.get(name, np.float32))
                          for name, rows in self.rows.items()})


def match(found, people):
    """{person: index of its detection}, best scores first, each person once."""
    matches = {}
    for j, box in enumerate(found):
        if not len(people):
            break
        shared = iou(box[:4], np.asarray(people))
        shared[list(matches)] = 0
        best = int(shared.argmax())
        if shared[best] >= SAME:
            matches[best] = j
    return matches


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--detector', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--sets', nargs='*')
    args = parser.parse_args()
    about = read_dataset(args.data)
    finder = PeopleFinder(args.detector)
    args.out.mkdir(parents=True, exist_ok=True)
    sets = args.sets or sorted(f'{p.parent.parent.name}/{p.parent.name}'
                               for p in args.data.glob('*/*/images'))
    for name in sets:
        source = name.split('/')[0]
        labelled = {ALIASES.get(c, c) for c in labelled_in(args.data, about, source)}
        crops = Crops()
        for path in pictures_in(args.data / name / 'images'):
            image = read_picture(path)
            height, width = image.shape[:2]
            labels = read_labels(args.data / name / 'labels' / f'{path.stem}.txt', about['classes'],
                                 width, height)
            crops.add_picture(path, image, labels, labelled, finder)
        crops.write(args.out / f"{name.replace('/', '-')}.npz")
        states = np.array(crops.rows['states'])
        print(name, len(states), 'people; helmets', np.bincount(states[:, 0] + 1, minlength=3)[1:],
              'vests', np.bincount(states[:, 1] + 1, minlength=3)[1:],
              'found', round(float(np.mean(np.array(crops.rows['found']) >= 0.35)), 3), flush=True)


if __name__ == '__main__':
    main()
