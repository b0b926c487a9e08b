#!/usr/bin/env python3
"""Whether the probabilities of the shipped classifier are as often right as they say: reliability curve and expected
calibration error.

  verdict/crops.py --data PREPARED --detector ../model.onnx --out CROPS --sets esp/development rf100/development
  calibration.py --crops CROPS --sets esp/development rf100/development [--card]

For people of 50 px and more whom the detector finds, cut as the worker cuts them: of the answer that is preferred among
worn and missing, its probability among these two, in bins of a tenth, against how often it is right.  The error is the
mean distance of both over the bins, each by its people (Naeini et al. 2015).  --card prints the values of the card.
"""
import argparse
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

from files import weights_file  # noqa: E402
from model_folder import read_card  # noqa: E402
from scored_people import ITEMS, MISSING, TRUSTED, WORN, has_both, people_of, table  # noqa: E402

# From a half to one.
BINS = 5
EDGES = [50 + 50 * i // BINS for i in range(BINS + 1)]


def calibration(states, answers):
    """(expected calibration error, rows of each bin: its number, people, mean probability, share right), for people who
    were found and labelled.

    states  [N] 1 worn, 0 missing, -1 not labelled; answers [N, 3], NaN where a person was not found
    """
    told = (states >= 0) & ~np.isnan(answers[:, 0])
    worn = answers[told, WORN] / (answers[told, WORN] + answers[told, MISSING])
    sure, right = np.maximum(worn, 1 - worn), (worn >= 0.5) == (states[told] == 1)
    at = np.minimum(((sure - 0.5) * 2 * BINS + 1e-6).astype(int), BINS - 1)
    rows = [(i, int((at == i).sum()), sure[at == i].mean(), right[at == i].mean()) for i in range(BINS) if (at == i).any()]
    return sum(count * abs(mean - share_right) for _, count, mean, share_right in rows) / max(1, len(sure)), rows


def answers_of_shipped(path, people):
    """Probabilities [N, 2, 3] of verdict.onnx; NaN for people who were not found."""
    import onnxruntime
    from train_verdict import plain_window
    session = onnxruntime.InferenceSession(str(weights_file(path)), providers=['CPUExecutionProvider'])
    answers = np.full((len(people['states']), 2, 3), np.nan, np.float32)
    for i in np.flatnonzero(people['found'] >= TRUSTED):
        image = plain_window(people, i, True).transpose(2, 0, 1)[None].astype(np.float32)
        answers[i] = session.run(None, {'images': image})[0][0]
    return answers


class Reliability:
    """Calibration of several sets, and of all of them together."""

    def __init__(self):
        self.of = {}

    def add(self, name, people, answers):
        for i, item in enumerate(ITEMS):
            if has_both(people['states'][:, i]):
                self.of.setdefault(item, {})[name] = (people['states'][:, i], answers[:, i])

    def show(self, title):
        for item, sets in self.of.items():
            sets = {**sets, 'all': tuple(np.concatenate(parts) for parts in zip(*sets.values()))}
            rows = []
            for name, parts in sets.items():
                error, bins = calibration(*parts)
                cells = {i: f'{mean:.2f}: {right:.2f} ({count})' for i, count, mean, right in bins}
                rows.append([name, item, sum(count for _, count, _, _ in bins), f'{error:.3f}',
                             *(cells.get(i, '-') for i in range(BINS))])
            spans = [f'.{low}-{f".{high}" if high < 100 else "1"}' for low, high in zip(EDGES, EDGES[1:])]
            table([title, 'item', 'people', 'error', *spans], rows)

    def card_values(self):
        """{set: values of the card}: the error, and of each bin the mean probability (`said`) and the share right."""
        values = {}
        for item, sets in self.of.items():
            for name, parts in sets.items():
                error, bins = calibration(*parts)
                of = values.setdefault(name, {})
                of[f'{item}.calibrationError'] = round(float(error), 3)
                for i, count, mean, right in bins:
                    of.update({f'{item}.people{EDGES[i]}': count, f'{item}.said{EDGES[i]}': round(float(mean), 3),
                               f'{item}.right{EDGES[i]}': round(float(right), 3)})
        return values


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--crops', type=Path, required=True)
    parser.add_argument('--sets', nargs='+', required=True)
    parser.add_argument('--model', type=Path, default=HERE.parent, help='folder of the model')
    parser.add_argument('--card', action='store_true')
    args = parser.parse_args()
    weights, found = args.model / read_card(args.model)['verdict']['weights']['file'], Reliability()
    for name in args.sets:
        people = people_of(args.crops / f'{name.replace("/", "-")}.npz')
        found.add(name, people, answers_of_shipped(weights, people))
    found.show('set')
    if args.card:
        for name, values in found.card_values().items():
            print(f'{name}: {{ {", ".join(f"{key}: {value}" for key, value in values.items())} }}')


if __name__ == '__main__':
    main()
