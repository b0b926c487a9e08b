#!/usr/bin/env python3
"""What classifiers say of the sources that they have never seen: the answers, and their calibration.

  score_left_out.py --out OUT [--pictures 700]

OUT is what leave_out.py writes.  Every run is scored on the crops of the source that it has not seen: people of 50 px
and more, cut by the box of the shipped detector's people, which no picture of ours has trained; by the classifier alone.
Prints, in Markdown, figures at the card's probabilities and at a share of unknown (UNKNOWN), with 95 % intervals by
bootstrap over pictures, and calibration as calibration.py does.  Answers are kept in OUT/answers.
"""
import argparse
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

from calibration import Reliability  # noqa: E402
from files import weights_file  # noqa: E402
from intervals import share, text  # noqa: E402
from model_folder import read_card  # noqa: E402
from scored_people import (ITEMS, TRUSTED, UNKNOWN, has_both, people_of, said_at, said_at_unknown, shares,  # noqa: E402
                           table)


def answers_of(run, people, kept):
    """Probabilities [N, 2, 3]; NaN for people who were not found. Kept in the file `kept`."""
    if kept.exists():
        return np.load(weights_file(kept))
    import torch
    from score import probabilities
    from start import empty_net
    from train_verdict import load_run
    torch.set_num_threads(1)
    net = empty_net()
    net.load_state_dict(load_run(weights_file(run))['ema'])
    found = np.flatnonzero(people['found'] >= TRUSTED)
    answers = np.full((len(people['states']), 2, 3), np.nan, np.float32)
    answers[found] = probabilities(net.eval(), people, found)
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.save(kept, answers)
    return answers


def runs_of(out):
    """{source left out: the run that has not seen it}, of a folder that leave_out.py writes."""
    sources = {path.name.removesuffix('-development.npz') for path in out.glob('crops/*-development.npz')}
    runs = {}
    for path in sorted(out.glob('runs/*/ema.pt')):
        seen = set(path.parent.name.split('+'))
        if len(left := sources - seen) == 1 and seen < sources:
            runs[left.pop()] = path
    if not runs:
        raise SystemExit(f'{out}: has no run that leaves out one of the sources {", ".join(sorted(sources)) or "(none)"}: '
                         'run leave_out.py first')
    return runs


HEAD = ('left out', 'item', 'pictures', 'people', 'without it', 'right of decided', 'unknown', 'not found',
        'missing found', 'reports right', 'right at .15, .20 unknown', 'missing found there')


def row_of(item, source, pictures, states, answers, card):
    """One row of the table: the answers [N, 3] on one item for the people of a source left out."""
    trust = card['verdict']['trust'][item]
    figures = shares(states, said_at(answers, trust['worn'], trust['missing']))
    alike = shares(states, said_at_unknown(answers, UNKNOWN[item]))
    return [source, item, len(np.unique(pictures)), int((states >= 0).sum()), int((states == 0).sum()),
            *(text(*share(pictures, *of)) for of in figures.values()),
            *(text(*share(pictures, *alike[key])) for key in ('right of decided', 'missing found'))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--model', type=Path, default=HERE.parent, help='folder of the shipped model')
    parser.add_argument('--pictures', type=int, default=700, help='of a source at most')
    args = parser.parse_args()
    card, rows, reliability = read_card(args.model), [], Reliability()
    for source, run in runs_of(args.out).items():
        people = people_of(args.out / 'crops' / f'{source}-development.npz', args.pictures)
        answers = answers_of(run, people, args.out / 'answers' / f'{source}-{args.pictures}.npy')
        rows += [row_of(item, source, people['picture'], people['states'][:, i], answers[:, i], card)
                 for i, item in enumerate(ITEMS) if has_both(people['states'][:, i])]
        reliability.add(source, people, answers)
    table(HEAD, rows)
    reliability.show('left out')


if __name__ == '__main__':
    main()
