#!/usr/bin/env python3
"""Train the equipment branch on a frozen people detector, using a CPU (see trunk.py).

Example:
  train_equipment.py --data DIR --trunk rtmdet-nano.onnx --out runs/a --steps 2000
  train_equipment.py ... --resume        # continues from runs/a/last.pt
"""
import argparse
import multiprocessing
import time
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader

from augment import AugmentedBatches
from files import weights_file
from loss import detection_loss
from runs import read_checkpoint, settings_of
from train import Ema, RunLog, learning_rate_factor, load_sources
from trunk import FINE, NECK, SCALED, SKIPS, EquipmentBranch, Export, PeopleTrunk

CLASSES = ['person', 'helmet', 'head', 'vest', 'no_vest']
# Logit of a class that the branch does not answer.
NEVER = -10.0
# Steps with a gradient that is not finite in a row after which a run ends.
MOST_SKIPPED = 20
# What a run that is resumed may have changed: how it runs, not what it learns.
FREE = {'resume', 'out', 'threads', 'loaders', 'save_minutes', 'init'}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--data', type=Path, nargs='+', required=True,
                        help='folders with dataset.json; a source is read from the first that has it')
    parser.add_argument('--trunk', type=Path, required=True, help='ONNX of the people detector')
    parser.add_argument('--init', type=Path, help='last.pt of a run whose averaged weights to start from')
    parser.add_argument('--out', type=Path, required=True, help='folder for checkpoints and exports')
    parser.add_argument('--resume', action='store_true', help='go on from OUT/last.pt')
    parser.add_argument('--alias', nargs='*', default=['other_headwear=head'],
                        help='label names to read as another: from=to')
    parser.add_argument('--sources', nargs='+', required=True,
                        help='name:repeats:min scale:max scale:mosaic (0 or 1)')
    parser.add_argument('--share', type=float, default=1.0,
                        help='share of the pictures of each source, for the curve over the data')
    parser.add_argument('--steps', type=int, default=2000)
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--sizes', type=int, nargs='+', default=[288, 320, 352])
    parser.add_argument('--final-sizes', type=int, nargs='+', default=[384, 416])
    parser.add_argument('--final-fraction', type=float, default=0.3,
                        help='last part of the run: final sizes, no mosaic, L1 loss')
    parser.add_argument('--mosaic', type=float, default=0.4, help='probability, where allowed')
    parser.add_argument('--rate', type=float, default=2e-3, help='learning rate')
    parser.add_argument('--weight-decay', type=float, default=0.02)
    parser.add_argument('--warmup', type=int, default=100, help='steps')
    parser.add_argument('--ema', type=float, default=0.999)
    parser.add_argument('--clip', type=float, default=10.0, help='largest gradient norm')
    parser.add_argument('--close', type=float, default=0.2,
                        help='share of batches that are close crops')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--loaders', type=int, default=1,
                        help='processes that make batches; 0: in this one')
    parser.add_argument('--save-minutes', type=float, default=5)
    parser.add_argument('--seed', type=int, default=0)
    args = parser.parse_args()
    args.classes = CLASSES
    return args


def logits(trunk, branch, images):
    """[N, A, 5 + C] for images [N, H, W, 3] of bytes."""
    wanted = [SCALED, FINE[0], *(name for name, _ in SKIPS), *NECK]
    values = trunk(images.permute(0, 3, 1, 2).float(), wanted)
    raw = branch(values[0], values[1], values[2:5], values[5:])
    never = raw.new_full((*raw.shape[:2], 1), NEVER)
    return torch.cat((raw[..., :5], never, raw[..., 5:]), -1)


def load_branch(branch, state, file):
    """Loads averaged weights; a file of another network is refused."""
    missing, unexpected = branch.load_state_dict(state, strict=False)
    missing = [key for key in missing if not key.endswith('num_batches_tracked')]
    if missing or unexpected:
        raise SystemExit(f'{file}: holds another network: {(missing + unexpected)[0]} does not fit')


def main():
    args = parse_arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    trunk = PeopleTrunk(args.trunk).eval()
    branch = EquipmentBranch(len(CLASSES) - 1).to(memory_format=torch.channels_last)
    if args.init:
        load_branch(branch, torch.load(weights_file(args.init))['ema'], args.init)
    checkpoint, state = args.out / 'last.pt', read_checkpoint(args, FREE, torch.load)
    step, elapsed = state['step'], state['elapsed']

    sources, repeats = load_sources(args)
    final_flag = multiprocessing.Value('b', 0)
    batches = AugmentedBatches(sources, repeats, args.batch, args.sizes, args.final_sizes,
                               args.mosaic, args.close, final_flag, args.seed + step)
    ahead = {'num_workers': args.loaders, 'prefetch_factor': 4} if args.loaders else {}
    loader = iter(DataLoader(batches, batch_size=None, **ahead))
    print(f'{len(batches.items) / args.batch:.0f} steps per epoch', flush=True)

    groups = [{'params': [p for p in branch.parameters() if (p.ndim > 1) == decayed],
               'weight_decay': args.weight_decay if decayed else 0.0} for decayed in (True, False)]
    optimizer = torch.optim.AdamW(groups, lr=args.rate)
    ema = Ema(branch, args.ema)
    if args.resume:
        branch.load_state_dict(state['model'])
        optimizer.load_state_dict(state['optimizer'])
        ema.state = state['ema']

    def save():
        """Checkpoint for --resume, and the averaged branch with its trunk as ONNX."""
        part = checkpoint.with_suffix('.tmp')
        torch.save({'model': branch.state_dict(), 'ema': ema.state, 'step': step,
                    'elapsed': elapsed, 'optimizer': optimizer.state_dict(),
                    'settings': settings_of(args, FREE)}, part)
        part.rename(checkpoint)
        averaged = EquipmentBranch(len(CLASSES) - 1)
        load_branch(averaged, ema.state, checkpoint)
        Export(args.trunk).write(averaged, CLASSES, args.out / 'ema.onnx')

    begun = time.monotonic() - elapsed
    saved, log, skipped = elapsed, RunLog(), 0
    while step < args.steps:
        progress = step / args.steps
        final = progress >= 1 - args.final_fraction
        final_flag.value = final
        images, targets, class_masks = log.next_batch(loader)

        raw = logits(trunk, branch, images)
        loss, parts = detection_loss(raw, targets, class_masks, CLASSES, images.shape[1], final,
                                     people=False)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(branch.parameters(), args.clip)
        if not torch.isfinite(norm):
            skipped += 1
            if skipped > MOST_SKIPPED:
                raise SystemExit(f'step {step}: {skipped} gradients in a row were not finite; '
                                 f'{checkpoint} is as it was')
            print(f'step {step}: gradient is not finite, skipped', flush=True)
            continue
        skipped = 0
        for group in optimizer.param_groups:
            group['lr'] = args.rate * learning_rate_factor(step, progress, args.warmup)
        optimizer.step()
        step += 1
        elapsed = time.monotonic() - begun
        ema.update(branch, step)

        log.add({**parts, 'norm': norm.item()})
        if step % 50 == 0:
            print(f'step {step} {progress:.1%} {elapsed:.0f} s {log.text()}', flush=True)
        if elapsed - saved > 60 * args.save_minutes:
            saved = elapsed
            save()
    save()
    print(f'done: {step} steps, {step * args.batch / len(batches.items):.1f} epochs, '
          f'{elapsed / 60:.1f} min', flush=True)


if __name__ == '__main__':
    main()
