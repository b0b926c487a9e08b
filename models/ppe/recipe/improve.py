#!/usr/bin/env python3
"""Train the classifier of equipment on with the verdicts of a site, and keep it only where it is better.

  improve.py --labels LABELS --data PREPARED --out OUT [--hold-out CAMERA ...] [--items vest]

LABELS is what `npm run -s labels` writes, PREPARED what `prepare.py --leave-out rf100` writes.  Two runs of the same
steps and seed: from the present classifier, and from the base, which has never seen the source left out.  The first one
becomes a model in OUT/model, with its card, where

- the second one is worse than the base on the source left out by no more than a point.  Where it is, both go only a part
  of the way from the weights before to those after, the largest of some shares at which it is not; and
- the first one is then better than the present classifier on people of the site that were held out, whole cameras or
  weeks;

else the script ends with 1, says why, and writes no model.  Both are judged by the classifier alone, at the card's
probabilities, for people of the card's least heights.  What was begun goes on when the script is started again.
"""
import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

import numpy as np  # noqa: E402

import compare  # noqa: E402
from files import read_dataset, weights_file  # noqa: E402
from model_folder import digest, new_card, read_card, write_folder  # noqa: E402
from site_labels import NAMES, read_site  # noqa: E402

BASE = HERE / 'verdict/base-without-rf100.npz'
SITE = 'site-train'
# Of the worker: a person below it is not found.
TRUSTED = 0.35


def left_out_of(data):
    """The set of PREPARED that no training part has, and the names of those for training and development."""
    train = sorted(path.parent.parent.name for path in data.glob('*/train/images'))
    development = sorted(path.parent.parent.name for path in data.glob('*/development/images'))
    alone = [name for name in development if name not in train]
    if len(alone) != 1 or not train:
        raise SystemExit(f'{data}: exactly one set must be left out of the training (prepare.py --leave-out rf100); '
                         f'there is {", ".join(alone) or "none"}')
    return alone[0], train


def fingerprint(args):
    """A digest of what decides the result: settings, weights to begin at, and all files of the labelled set."""
    total = hashlib.sha256(repr([args.items, args.hold_out, args.steps, args.rate, args.share, args.seed,
                                 digest(args.base), digest(args.model / 'card.yaml')]).encode())
    for path in sorted(p for p in args.labels.rglob('*') if p.is_file()):
        total.update(f'{path.relative_to(args.labels)} {digest(path)}\n'.encode())
    return total.hexdigest()


def refuse_other_settings(args):
    """Ends the script where OUT was begun otherwise: its runs would be taken for runs with these labels."""
    mark, now = args.out / 'begun.sha256', fingerprint(args)
    if mark.exists() and mark.read_text() != now:
        raise SystemExit(f'{args.out}: was begun with other labels or settings: name another --out')
    args.out.mkdir(parents=True, exist_ok=True)
    mark.write_text(now)


def run(script, *arguments):
    """Runs a script of verdict/; ends this one with its status where it fails."""
    command = [sys.executable, str(HERE / 'verdict' / script), *map(str, arguments)]
    if status := subprocess.run(command).returncode:
        raise SystemExit(status if status > 0 else 1)


def cut_out(data, sets, detector, out):
    """Crops of the sets of PREPARED that OUT does not have yet."""
    missing = [name for name in sets if not (out / f'{name.replace("/", "-")}.npz').exists()]
    for name in missing:
        part = out / 'part'
        run('crops.py', '--data', data, '--detector', detector, '--out', part, '--sets', name)
        made = f'{name.replace("/", "-")}.npz'
        (part / made).replace(out / made)
    shutil.rmtree(out / 'part', ignore_errors=True)


def train(args, name, init, sets):
    """One run; goes on where it was stopped. Returns the file of its averaged weights."""
    out = args.out / 'runs' / name
    if not (out / 'ema.pt').exists():
        resume = ('--resume',) if (out / 'last.pt').exists() else ()
        run('train_verdict.py', '--crops', args.out / 'crops', '--train', *sets, SITE, '--share', SITE, args.share,
            '--backbone', HERE / 'verdict/backbone', '--init', init, '--out', out, '--steps', args.steps,
            '--seed', args.seed, '--rate', args.rate, '--ema', 0.99, '--threads', args.threads, *resume)
    return out / 'ema.pt'


def answers_of(run_file, crops):
    """Probabilities [N, 2, 3] of a run for the people of some crops, cut as the worker cuts them."""
    from score import probabilities
    from start import empty_net
    from train_verdict import load_run
    net = empty_net()
    net.load_state_dict(load_run(run_file)['ema'])
    return probabilities(net.eval(), crops, np.arange(len(crops['states'])))


def judged(crops, card):
    """Of each item the people whose state is known, whom the worker finds and whose item it reads."""
    least = card.get('leastHeights', {})
    return {item: np.flatnonzero((crops['found'] >= TRUSTED) & (crops['states'][:, i] >= 0)
                                 & (crops['heights'] >= least.get(item, 0))) for i, item in enumerate(NAMES)}


def compared(args, card, people, name, runs):
    """Figures on some people: {item: {run: figures}}, and what the networks said: {item: (states, {run: answers})}."""
    chosen, answers = judged(people, card), {run: answers_of(file, people) for run, file in runs.items()}
    table, said = {}, {}
    for i, item in enumerate(NAMES):
        states, trust = people['states'][chosen[item], i], card['verdict']['trust'][item]
        if not len(states) or (name == 'site' and item not in args.items):
            continue
        said[item] = states, {run: compare.said(of[chosen[item], i], (trust['worn'], trust['missing']))
                              for run, of in answers.items()}
        table[item] = {run: compare.figures(states, says) for run, says in said[item][1].items()}
    return table, said


def part_of_the_way(args, share, runs, name):
    """The file of weights this share of the way from those before a run to those after it."""
    import torch
    from start import mixed
    from train_verdict import load_run
    before, after, file = runs[0], runs[1], args.out / 'runs' / f'{name}-{share}.pt'
    torch.save({'ema': mixed(load_run(before)['ema'], load_run(after)['ema'], share)}, file)
    return file


def compare_all(args, card, crops, left_out, runs):
    """The share of the way that is gone, the file of the new weights, all figures, and what stands against them."""
    for share in compare.SHARES:
        tried = part_of_the_way(args, share, runs['base'], 'base')
        table, _ = compared(args, card, crops[left_out], left_out, {'base': runs['base'][0], 'base, trained on': tried})
        objections = [one for item, of in table.items()
                      for one in compare.objections_on_left_out(left_out, item, *of.values())]
        print(f'{share} of the way: {"; ".join(objections) or "a point is kept"}', flush=True)
        if not objections:
            break
    new = part_of_the_way(args, share, runs['new'], 'new')
    on_site, said = compared(args, card, crops['held out'], 'site', {'present': runs['new'][0], 'new': new})
    for item, (states, says) in said.items():
        objections += compare.objections_on_site(item, states, says['present'], says['new'])
    figures = {f'{name} {item}': of for name, part in (('site', on_site), (left_out, table)) for item, of in part.items()}
    return share, new, figures, objections


def show(table):
    keys = ('people', 'balanced', 'rightOfWorn', 'rightOfMissing', 'rightOfKnown', 'unknown', 'missingPrecision')
    print('| people of | network |', ' | '.join(keys), '|\n|', ' --- |' * (len(keys) + 2), sep='')
    for name, of in table.items():
        for run, figures in of.items():
            cells = [str(figures[key]) if key == 'people' else f'{figures[key]:.3f}' for key in keys]
            print(f'| {name} | {run} |', ' | '.join(cells), '|')


def card_figures(table, left_out, command):
    """Entries of the card's `figures`."""
    def values(name, run):
        return {f'{item}.{key}': round(value, 4) for item in NAMES if f'{name} {item}' in table
                for key, value in table[f'{name} {item}'][run].items() if value == value}
    alone = 'the classifier alone at the shipped probabilities, in single pictures; '
    return [
        {'set': 'site/held-out', 'command': command, 'values': values('site', 'new'),
         'conditions': alone + 'people of the site that were held out'},
        {'set': 'site/held-out', 'command': command, 'values': values('site', 'present'),
         'conditions': alone + 'the earlier classifier on the same people'},
        {'set': f'{left_out}/development', 'command': command, 'values': values(left_out, 'base, trained on'),
         'conditions': alone + 'development set, left out: the base trained on in the same way'},
        {'set': f'{left_out}/development', 'command': command, 'values': values(left_out, 'base'),
         'conditions': alone + 'development set, left out: the base'},
    ]


def settings():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--labels', type=Path, required=True)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--model', type=Path, default=HERE.parent, help='folder of the present model')
    parser.add_argument('--base', type=Path, default=BASE)
    parser.add_argument('--hold-out', nargs='+', default=[], metavar='CAMERA')
    parser.add_argument('--items', nargs='+', choices=NAMES, default=list(NAMES))
    parser.add_argument('--steps', type=int, default=200)
    parser.add_argument('--rate', type=float, default=3e-4)
    parser.add_argument('--share', type=float, default=0.2, help='of the people drawn, those of the site')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=1)
    return parser.parse_args()


def main():
    args, began = settings(), time.time()
    card = read_card(args.model)
    left_out, others = left_out_of(args.data)
    read_dataset(args.data)
    weights_file(args.base)
    site = dict(zip(('train', 'held out'), read_site(args.labels, args.items, args.hold_out)))
    people = {side: sum(not empty for empty in crops.rows['empty']) for side, crops in site.items()}
    print(f'{people["train"]} people of the site for training, {people["held out"]} held out', flush=True)
    if (args.out / 'model').exists():
        raise SystemExit(f'{args.out / "model"} exists: name another --out')
    refuse_other_settings(args)
    folder = args.out / 'crops'
    folder.mkdir(exist_ok=True)
    for side, crops in site.items():
        crops.write(folder / f'site-{side.replace(" ", "-")}.npz')
    sets = [f'{name}/train' for name in others]
    cut_out(args.data, [*sets, f'{left_out}/development'], args.model / card['weights']['file'], folder)
    runs = train_all(args, card, [name.replace('/', '-') for name in sets])
    from train_verdict import load_crops
    crops = {'held out': load_crops(folder, ['site-held-out']), left_out: load_crops(folder, [f'{left_out}-development'])}
    share, new, table, objections = compare_all(args, card, crops, left_out, runs)
    show(table)
    (args.out / 'figures.json').write_text(
        json.dumps({'share': share, 'figures': table, 'objections': objections}, indent=1))
    print(f'{(time.time() - began) / 60:.0f} minutes')
    if objections:
        raise SystemExit('refused:\n' + '\n'.join(f'- {one}' for one in objections))
    about = {'labels': people['train'], 'command': f'{command_of(args)}; weights {share} of the way from the earlier ones'}
    write_model(args, card, new, card_figures(table, left_out, command_of(args)), about)


def train_all(args, card, sets):
    """The files of the weights before and after each of the two runs."""
    import torch
    from start import from_npz, from_onnx
    from train_verdict import load_crops, plain_window
    torch.set_num_threads(args.threads)
    runs = args.out / 'runs'
    runs.mkdir(exist_ok=True)
    some = load_crops(args.out / 'crops', sets[-1:])
    windows = np.stack([plain_window(some, i, False) for i in range(min(128, len(some['states'])))])
    torch.save({'ema': from_onnx(args.model / card['verdict']['weights']['file'],
                                 torch.from_numpy(windows).permute(0, 3, 1, 2).float())}, runs / 'present.pt')
    torch.save({'ema': from_npz(args.base)}, runs / 'base.pt')
    return {name: (runs / f'{begin}.pt', train(args, name, runs / f'{begin}.pt', sets))
            for name, begin in (('new', 'present'), ('base', 'base'))}


def command_of(args):
    hold_out = f' --hold-out {" ".join(args.hold_out)}' if args.hold_out else ''
    return (f'improve.py --labels LABELS --data PREPARED --out OUT{hold_out} --items {" ".join(args.items)} '
            f'--steps {args.steps} --rate {args.rate} --share {args.share} --seed {args.seed}')


def write_model(args, card, run_file, figures, about):
    import export
    part = args.out / 'model.part'
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    export.write(run_file, str(HERE / 'verdict/backbone'), part / 'verdict.onnx', (1.0, 1.0), bare=True)
    weeks = sorted({json.loads(line).get('week', '') for line in (args.labels / 'manifest.jsonl').read_text().splitlines()})
    made = new_card(card, part / 'verdict.onnx', figures, {**about, 'period': f'{weeks[0]} to {weeks[-1]}'})
    write_folder(part, args.model, made)
    part.rename(args.out / 'model')
    print(f'kept: {args.out / "model"} is version {made["version"]}')


if __name__ == '__main__':
    main()
