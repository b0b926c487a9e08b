#!/usr/bin/env python3
"""The classifier against the parts that the detector draws, at the same share of unknown.

  npm run -s bench -- verdict --data DIR --sets SET --model FOLDER --answers FILE
  score_answers.py FILE [FILE ...] [--parts-of OTHER] [--least-height 50]

FILE holds what parts, classifier and the rule that joins them said of each labelled person.  The classifier's answer
counts from a probability on, of worn or of missing alike, that leaves as many of the people found unknown as the parts
do: no threshold is chosen by what is right.  Intervals are by bootstrap over pictures, differences of the same draws.
--parts-of takes the parts from the answers of another model on the same pictures, such as a detector that was trained
without them; people whom either does not find count as not found by it.
"""
import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent / 'verdict'))

from intervals import difference, share, text  # noqa: E402

SAID = ('worn', 'missing', 'unknown', 'notFound')
FIELDS = {'set': str, 'picture': str, 'item': str, 'height': (int, float), 'labelled': str, 'said': dict}


def read_answers(path):
    """Rows of a file of answers; what cannot be used is named with its line."""
    try:
        lines = Path(path).read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f'{path}: cannot be read: {error}')
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if (not isinstance(row, dict) or any(not isinstance(row.get(key), kind) for key, kind in FIELDS.items())
                or row['labelled'] not in SAID[:2]
                or any(row['said'].get(way) not in SAID for way in ('rule', 'parts', 'classifier'))):
            raise SystemExit(f'{path}:{number}: not an answer of bench verdict --answers')
        rows.append(row)
    if not rows:
        raise SystemExit(f'{path}: holds no answers')
    return rows


def with_parts_of(rows, others, path):
    """The rows, with what the parts of another model say of the same people."""
    same = ('set', 'picture', 'item', 'height', 'labelled')
    if len(rows) != len(others) or any(one[key] != other[key] for one, other in zip(rows, others) for key in same):
        raise SystemExit(f'{path}: is of other people: give --data and --sets alike')
    return [{**row, 'said': {**row['said'], 'parts': other['said']['parts']}} for row, other in zip(rows, others)]


def probability(row, answer):
    value = row.get(answer)
    return value if isinstance(value, (int, float)) and math.isfinite(value) else 0.0


def at_unknown(rows, found, wanted):
    """What the classifier says of each person where as large a share of those found is unknown; [N] of SAID."""
    worn, missing = (np.array([probability(row, answer) for row in rows]) for answer in SAID[:2])
    sure = np.maximum(worn, missing)
    said = np.where(worn >= missing, 'worn', 'missing').astype('U8')
    order = np.argsort(sure[found], kind='stable')
    said[np.flatnonzero(found)[order[:round(wanted * found.sum())]]] = 'unknown'
    said[~found] = 'notFound'
    return said


def shares(labelled, said):
    """{name: (part, whole)} of the figures of `bench verdict`."""
    known = np.isin(said, SAID[:2])
    return {'right': (known & (said == labelled), known),
            'unknown': (said == 'unknown', said != 'notFound'),
            'missing found': ((said == 'missing') & (labelled == 'missing'), labelled == 'missing'),
            'reports right': ((said == 'missing') & (labelled == 'missing'), said == 'missing')}


def compare(rows):
    """{way: shares} and the pictures, for the people of one set and item."""
    labelled = np.array([row['labelled'] for row in rows])
    pictures = np.array([row['picture'] for row in rows])
    ways = {way: np.array([row['said'][way] for row in rows]) for way in ('parts', 'classifier', 'rule')}
    unknown = (ways['parts'] == 'unknown').sum() / max(1, (ways['parts'] != 'notFound').sum())
    ways['classifier, as much unknown'] = at_unknown(rows, ways['classifier'] != 'notFound', unknown)
    return pictures, {way: shares(labelled, said) for way, said in ways.items()}


def lines_of(name, item, rows):
    pictures, ways = compare(rows)
    lines = [[name, item, way, str(len(rows)), *(text(*share(pictures, *of)) for of in figures.values())]
             for way, figures in ways.items()]
    parts, alone = ways['parts'], ways['classifier, as much unknown']
    lines.append([name, item, 'difference to the parts', '',
                  *(text(*difference(pictures, parts[key], alone[key]), signed=True) for key in parts)])
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('files', nargs='+')
    parser.add_argument('--parts-of', help='answers of another model; FILE is one then')
    parser.add_argument('--least-height', type=float, default=50, help='of people, pixels')
    args = parser.parse_args()
    if args.parts_of and len(args.files) > 1:
        raise SystemExit('--parts-of: name one FILE')
    groups = {}
    for path in args.files:
        rows = read_answers(path)
        if args.parts_of:
            rows = with_parts_of(rows, read_answers(args.parts_of), args.parts_of)
        for row in rows:
            if row['height'] >= args.least_height:
                groups.setdefault((row['set'], row['item']), []).append(row)
    head = ['set', 'item', 'judged by', 'people', 'right of decided', 'unknown', 'missing found', 'reports right']
    for line in [head, ['---'] * len(head)] + [line for (name, item), rows in groups.items()
                                                for line in lines_of(name, item, rows)]:
        print(f'| {" | ".join(line)} |')


if __name__ == '__main__':
    main()
