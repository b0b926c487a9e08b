#!/usr/bin/env python3
"""Learning curve of the classifier over sources (not pictures): what another kind of site would bring.

  curve_over_sources.py --out OUT --backbone STEM [--copies 3] [--steps 150] [--people 500]

OUT is what leave_out.py writes.  For every company of sources that leaves one out, a head is trained on features of the
backbone, which stays as it came from COCO, and is scored on the sources left out.  So each run takes seconds instead of
the half hour of train_verdict.py; right answers are fewer than those of a network that is trained as a whole, but how
they grow with the sources can be read.  All runs see as many people, with the same weights to begin at.

  people     of each source at most, and `copies` augmented pictures of each, as train_verdict.py makes them
  compared   at the same share of unknown for all (verdict/scored_people.py, UNKNOWN), people of 50 px and more

Features and answers are kept in OUT/features.  Prints in Markdown the mean over the sources left out, each counting alike, and for
the companies that leave out one alone the figures of score_left_out.py.
"""
import argparse
import itertools
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

import torch  # noqa: E402

from scored_people import (ITEMS, TRUSTED, UNKNOWN, has_both, people_of, said_at_unknown, shares,  # noqa: E402
                           table)
from files import weights_file  # noqa: E402
from intervals import share, text  # noqa: E402
from model_folder import read_card  # noqa: E402
from score_left_out import HEAD, row_of  # noqa: E402

BATCH, RATE, HIDDEN = 32, 2e-3, 0.12


def features_of(backbone, images):
    """[N, F] half precision, for images [N, SIDE, SIDE, 3]."""
    rows = []
    with torch.no_grad():
        for at in range(0, len(images), 48):
            fine, coarse = backbone(torch.from_numpy(images[at:at + 48]).permute(0, 3, 1, 2).float())
            rows.append(torch.cat((fine.flatten(1), coarse.flatten(1)), 1).half())
    return torch.cat(rows).numpy()


def kept_arrays(path, make):
    """Arrays of a file; those of `make` are written where it is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path.with_suffix('.part.npz'), **make())
        path.with_suffix('.part.npz').rename(path)
    with np.load(weights_file(path)) as file:
        return dict(file)


def to_train_on(args, backbone, source):
    """Features, targets and weights of the augmented people of a source."""
    import random
    from train_verdict import load_crops, sample, weights_of
    names = [path.stem for path in sorted((args.out / 'crops').glob(f'{source}*-train.npz'))
             if path.stem in (f'{source}-train', f'{source}-moved-train')]
    crops = load_crops(args.out / 'crops', names)
    random.seed(args.seed), np.random.seed(args.seed)
    weights = weights_of(crops)
    count = min(args.people, len(weights))
    chosen = np.random.choice(len(weights), count, replace=False, p=weights)
    pairs = [sample(crops, i, HIDDEN) for i in chosen for _ in range(args.copies)]
    return {'features': features_of(backbone, np.stack([image for image, _ in pairs])),
            'targets': np.stack([target for _, target in pairs])}


def to_score(args, backbone, source):
    from train_verdict import plain_window
    people = people_of(args.out / 'crops' / f'{source}-development.npz', args.pictures)
    found = people['found'] >= TRUSTED
    windows = np.stack([plain_window(people, i, True) for i in np.flatnonzero(found)])
    return {'features': features_of(backbone, windows), 'found': found, 'states': people['states'],
            'picture': people['picture']}


def head():
    """The layers of VerdictNet behind the backbone, on its flat features."""
    from torch import nn

    class Head(nn.Module):
        def __init__(self):
            super().__init__()
            self.fine = nn.Sequential(nn.Conv2d(232, 64, 1), nn.LeakyReLU(0.1))
            self.coarse = nn.Sequential(nn.Conv2d(464, 64, 1), nn.LeakyReLU(0.1))
            self.rest = nn.Sequential(nn.Dropout(0.2), nn.Linear(64 * 49 + 64 * 16, 96), nn.LeakyReLU(0.1),
                                      nn.Dropout(0.2), nn.Linear(96, len(ITEMS) * 3))

        def forward(self, flat):
            fine = self.fine(flat[:, :232 * 49].view(-1, 232, 7, 7))
            coarse = self.coarse(flat[:, 232 * 49:].view(-1, 464, 4, 4))
            return self.rest(torch.cat((fine.flatten(1), coarse.flatten(1)), 1)).view(-1, len(ITEMS), 3)
    return Head()


def train(sets, steps, seed):
    """A head that has seen the people of some sources, each source as often as the others."""
    from train_verdict import loss_of, rate_factor
    torch.manual_seed(seed), np.random.seed(seed)
    net = head().train()
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.03)
    for step in range(steps):
        for group in optimizer.param_groups:
            group['lr'] = RATE * rate_factor(step + 1, steps, steps // 8)
        picks = [(sets[k], np.random.randint(len(sets[k]['targets']))) for k in np.random.randint(len(sets), size=BATCH)]
        flat = torch.from_numpy(np.stack([of['features'][i] for of, i in picks])).float()
        loss = loss_of(net(flat), torch.from_numpy(np.stack([of['targets'][i] for of, i in picks])), (1.0, 1.0))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net.eval()


def answers_for(net, scored):
    """[N, 2, 3]; NaN for people who were not found."""
    answers = np.full((len(scored['states']), 2, 3), np.nan, np.float32)
    with torch.no_grad():
        rows = [net(torch.from_numpy(scored['features'][at:at + 256]).float()).softmax(-1).numpy()
                for at in range(0, len(scored['features']), 256)]
    answers[scored['found']] = np.concatenate(rows)
    return answers


def teaches(training, item):
    """Whether a source has people with the item and without it."""
    targets = training['targets'][:, item]
    return bool((targets[:, 0] > 0.5).any() and (targets[:, 1] > 0.5).any())


def points(training, scored, steps, seed, folder):
    """(item, sources that teach it, the company, source left out, states, answers) of every company; answers are kept in
    the folder. Those that leave out one alone come first."""
    for size in (len(training) - 1, *range(1, len(training) - 1)):
        for company in itertools.combinations(sorted(training), size):
            def answers_of_company():
                net = train([training[one] for one in company], steps, seed)
                return {source: answers_for(net, scored[source]) for source in set(scored) - set(company)}
            kept = kept_arrays(folder / f'{"+".join(company)}-{steps}-{seed}.npz', answers_of_company)
            for source, answers in sorted(kept.items()):
                for i, item in enumerate(ITEMS):
                    states, taught = scored[source]['states'][:, i], sum(teaches(training[one], i) for one in company)
                    if has_both(states) and taught:
                        yield item, taught, company, source, states, answers[:, i]


def compared(found, scored):
    """Rows (item, sources, company, source left out, right of decided, missing found) of points."""
    for item, taught, company, source, states, answers in found:
        figures = shares(states, said_at_unknown(answers, UNKNOWN[item]))
        yield (item, taught, company, source,
               *(share(scored[source]['picture'], *figures[key])[0] for key in ('right of decided', 'missing found')))


def curve_rows(found):
    """The mean over sources left out; first that of each source over the companies, so that each counts alike. Only of
    sources that are scored at every size."""
    for item in ITEMS:
        of_item = [row for row in found if row[0] == item]
        sizes = sorted({row[1] for row in of_item})
        common = [source for source in sorted({row[3] for row in of_item})
                  if all(any(row[1] == size and row[3] == source for row in of_item) for size in sizes)]
        for size in sizes:
            by_source = [np.mean([row[4:] for row in of_item if row[1] == size and row[3] == source], 0) for source in common]
            runs = len({row[2] for row in of_item if row[1] == size and row[3] in common})
            yield [item, size, runs, *(text(value) for value in np.mean(by_source, 0)),
                   ', '.join(f'{source} {text(values[0])}' for source, values in zip(common, by_source))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--backbone', type=Path, required=True)
    parser.add_argument('--model', type=Path, default=HERE.parent, help='folder of the shipped model')
    parser.add_argument('--people', type=int, default=500, help='of a source to train on, at most')
    parser.add_argument('--copies', type=int, default=3, help='augmented pictures of a person')
    parser.add_argument('--pictures', type=int, default=400, help='of a source to score on, at most')
    parser.add_argument('--steps', type=int, default=150)
    parser.add_argument('--seeds', type=int, nargs='+', default=[1])
    parser.add_argument('--seed', type=int, default=1, help='of the augmented pictures')
    args = parser.parse_args()
    began = time.time()
    sources = sorted(path.name.removesuffix('-development.npz')
                     for path in (args.out / 'crops').glob('*-development.npz'))
    if len(sources) < 2:
        raise SystemExit(f'{args.out}: has crops of {len(sources)} sources: run leave_out.py first')
    torch.set_num_threads(1)
    from backbone import Backbone
    backbone = Backbone(str(args.backbone)).eval()
    folder = args.out / 'features'
    training = {one: kept_arrays(folder / f'{one}-{args.people}x{args.copies}-{args.seed}.npz',
                                   lambda: to_train_on(args, backbone, one)) for one in sources}
    scored = {one: kept_arrays(folder / f'{one}-{args.pictures}-score.npz',
                                 lambda: to_score(args, backbone, one)) for one in sources}
    heads = folder / f'heads-{args.people}x{args.copies}-{args.seed}-{args.pictures}'
    found = [row for seed in args.seeds for row in points(training, scored, args.steps, seed, heads)]
    table(['item', 'sources', 'runs', 'right of decided', 'missing found', 'right of decided by source left out'],
          curve_rows(list(compared(found, scored))))
    card = read_card(args.model)
    table(HEAD, [row_of(item, source, scored[source]['picture'], states, answers, card)
                 for item, _, company, source, states, answers in found if len(company) == len(sources) - 1])
    print(f'{(time.time() - began) / 60:.0f} minutes')


if __name__ == '__main__':
    main()
