#!/usr/bin/env python3
"""Train the classifier of equipment without each source in turn, to score it on what it has never seen.

  leave_out.py --data DIR --out OUT --backbone STEM [--steps 200] [--without css esp ...]

DIR holds the sets as they were published, STEM is the path of `nanodet-plus-m_416`.  All runs have the same steps and
seed, and begin at STEM.  The detector stays as it is shipped: its people are found by a network that none of our
pictures has trained, but its parts have seen every source.

Writes
  OUT/prepared/X            DIR without X in the training: X/development is what no other set has (prepare.py)
  OUT/crops/X-train.npz, OUT/crops/X-development.npz
  OUT/runs/A+B/ema.pt       a run on the sources A and B
  OUT/models/without-X      the shipped model with the classifier that was trained on all but X, for `bench verdict`
What is there is kept; a run that was stopped goes on.  score_left_out.py and curve_over_sources.py print the tables.
"""
import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

from files import read_dataset, weights_file  # noqa: E402
from improve import cut_out, run  # noqa: E402
from model_folder import read_card  # noqa: E402
from model_with import write_model  # noqa: E402


def sources_of(data):
    """The names of the sets of DIR that have pictures to train on, sorted."""
    labelled = read_dataset(data)['labelled']
    found = sorted(name for name in labelled if (data / name / 'train/images').is_dir())
    if len(found) < 2:
        raise SystemExit(f'{data}: of {len(found)} sets none can be left out: two or more with train/images are needed')
    return found


def plan_of(sources, without):
    """{source left out: the sources that are trained on}."""
    if unknown := set(without) - set(sources):
        raise SystemExit(f'--without: there is no source {", ".join(sorted(unknown))} of {", ".join(sources)}')
    return {name: tuple(one for one in sources if one != name) for name in without or sources}


def name_of(trained_on):
    return '+'.join(trained_on)


def parts_of(prepared, source):
    """The training sets of PREPARED that are of one source: NAME, and NAME-moved where heads were drawn in two ways."""
    return [name for name in (source, f'{source}-moved') if (prepared / name / 'train/images').is_dir()]


def prepare_all(args, sources):
    for name in sources:
        if not (args.out / 'prepared' / name).exists():
            (args.out / 'prepared').mkdir(parents=True, exist_ok=True)
            run('../prepare.py', '--data', args.data, '--out', args.out / 'prepared' / name, '--leave-out', name)


def cut_all(args, sources):
    """Crops of each source, to train on and left out. Returns {source: its training sets, as train_verdict.py names them}."""
    detector, sets = args.model / read_card(args.model)['weights']['file'], {}
    crops = args.out / 'crops'
    crops.mkdir(exist_ok=True)
    for i, name in enumerate(sources):
        # Which pictures of a source train does not depend on the source that is left out.
        beside = args.out / 'prepared' / sources[i - 1]
        sets[name] = [f'{part}-train' for part in parts_of(beside, name)]
        cut_out(beside, [f'{part}/train' for part in parts_of(beside, name)], detector, crops)
        cut_out(args.out / 'prepared' / name, [f'{name}/development'], detector, crops)
    return sets


def train(args, trained_on, sets):
    """One run; goes on where it was stopped."""
    out = args.out / 'runs' / name_of(trained_on)
    if (out / 'ema.pt').exists():
        return
    began = time.time()
    resume = ('--resume',) if (out / 'last.pt').exists() else ()
    run('train_verdict.py', '--crops', args.out / 'crops', '--train', *(part for one in trained_on for part in sets[one]),
        '--backbone', args.backbone, '--out', out, '--steps', args.steps, '--seed', args.seed,
        '--threads', args.threads, *resume)
    print(f'{name_of(trained_on)}: {(time.time() - began) / 60:.1f} minutes', flush=True)


def settings():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--backbone', type=Path, required=True)
    parser.add_argument('--model', type=Path, default=HERE.parent, help='folder of the shipped model')
    parser.add_argument('--without', nargs='+', default=[], metavar='SOURCE', help='to leave out; otherwise each of them')
    parser.add_argument('--steps', type=int, default=200)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=1)
    return parser.parse_args()


def main():
    args = settings()
    sources = sources_of(args.data)
    plan = plan_of(sources, args.without)
    for end in ('npz', 'graph.json'):
        weights_file(f'{args.backbone}.{end}')
    prepare_all(args, sources)
    sets = cut_all(args, sources)
    for left_out, trained_on in plan.items():
        train(args, trained_on, sets)
        write_model(args.out / 'runs' / name_of(trained_on) / 'ema.pt', left_out, args.model,
                    args.out / 'models' / f'without-{left_out}')


if __name__ == '__main__':
    main()
