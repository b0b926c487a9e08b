#!/usr/bin/env python3
"""Fine-tune a YOLOX detector, read straight from an ONNX file, on PPE classes using a CPU.

The ONNX graph is run as a PyTorch module (batch norm is already folded into the convolutions), its
class head is replaced where the classes differ, and the averaged (EMA) weights are written back into
the same graph, so the export has the layout of the input model (see network.py).  A source that does
not label some class adds no class loss for it, and no background loss where such an object may be.

Example:
  train.py --data DATASET_DIR --init yolox_nano.onnx --out runs/a --minutes 60
  train.py ... --resume            # continues from runs/a/last.pt
"""
import argparse
import math
import multiprocessing
import time
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader

from augment import AugmentedBatches
from files import weights_file
from loss import detection_loss
from network import OnnxDetector, export_onnx
from sources import Source


class Ema:
    """Exponential moving average of weights and statistics, quick to follow at first."""

    def __init__(self, model, decay):
        self.decay = decay
        self.state = {k: v.clone() for k, v in model.state_dict().items() if v.is_floating_point()}

    @torch.no_grad()
    def update(self, model, step):
        decay = min(self.decay, (1 + step) / (10 + step))
        state = model.state_dict()
        for name, value in self.state.items():
            value.lerp_(state[name], 1 - decay)


class RunLog:
    """Running means of the losses, and the time that the run waited for batches."""

    def __init__(self):
        self.means, self.waited = {}, 0.0

    def next_batch(self, loader):
        before = time.monotonic()
        batch = next(loader)
        self.waited += time.monotonic() - before
        return batch

    def add(self, values):
        for name, value in values.items():
            self.means[name] = self.means.get(name, value) * 0.98 + value * 0.02

    def text(self):
        means = ' '.join(f'{name} {value:.3f}' for name, value in self.means.items())
        return f'{means} waited {self.waited:.0f} s'


def make_optimizer(model, args):
    """AdamW; the class and objectness outputs learn faster than the pretrained rest."""
    groups = {}
    # In a fixed order: a checkpoint tells the moments of the parameters by their numbers.
    for name, parameter in sorted(model.named_parameters()):
        fast = 'cls_preds' in name or 'obj_preds' in name
        decay = args.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((args.head_lr if fast else args.body_lr, decay), []).append(parameter)
    return torch.optim.AdamW([{'params': params, 'peak': lr, 'lr': lr, 'weight_decay': decay}
                              for (lr, decay), params in groups.items()])


def learning_rate_factor(step, progress, warmup, floor=0.02):
    """Linear warm-up over `warmup` steps, then a cosine over progress 0..1."""
    cosine = floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    return min(1.0, (step + 1) / warmup) * cosine


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--data', type=Path, nargs='+', required=True,
                        help='folders with dataset.json; a source is read from the first that has it')
    parser.add_argument('--init', type=Path, required=True, help='YOLOX ONNX to start from')
    parser.add_argument('--out', type=Path, required=True, help='folder for checkpoints and exports')
    parser.add_argument('--resume', action='store_true', help='go on from OUT/last.pt')
    parser.add_argument('--classes', nargs='+',
                        default=['person', 'helmet', 'head', 'vest', 'no_vest'])
    parser.add_argument('--keep', nargs='*', default=['person=0'],
                        help='classes that keep an output of the initial model: name=index')
    parser.add_argument('--alias', nargs='*', default=['other_headwear=head'],
                        help='label names to read as another: from=to')
    parser.add_argument('--sources', nargs='+', default=['css:1:0.7:1.7:0', 'esp:1:0.5:1.5:1', 'svest:1:0.4:1.2:1'],
                        help='name:repeats:min scale:max scale:mosaic (0 or 1)')
    parser.add_argument('--share', type=float, default=1.0,
                        help='share of the pictures of each source, for the curve over the data')
    parser.add_argument('--minutes', type=float, help='length of the run by the clock')
    parser.add_argument('--steps', type=int, default=10000, help='length without --minutes')
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--sizes', type=int, nargs='+', default=[288, 320, 352])
    parser.add_argument('--final-sizes', type=int, nargs='+', default=[384, 416])
    parser.add_argument('--final-fraction', type=float, default=0.25,
                        help='last part of the run: final sizes, no mosaic, L1 loss')
    parser.add_argument('--mosaic', type=float, default=0.4, help='probability, where allowed')
    parser.add_argument('--body-lr', type=float, default=3e-4)
    parser.add_argument('--head-lr', type=float, default=3e-3)
    parser.add_argument('--weight-decay', type=float, default=0.01)
    parser.add_argument('--warmup', type=int, default=200, help='steps')
    parser.add_argument('--ema', type=float, default=0.9995)
    parser.add_argument('--clip', type=float, default=10.0, help='largest gradient norm')
    parser.add_argument('--bf16', action='store_true',
                        help='bfloat16 where that is safe: half the time on processors with AMX')
    parser.add_argument('--close', type=float, default=0.2,
                        help='share of batches that are close crops')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--save-minutes', type=float, default=5)
    parser.add_argument('--seed', type=int, default=0)
    return parser.parse_args()


def folder_of(name, folders):
    """The folder that holds the source `name`."""
    for folder in folders:
        if (folder / name / 'train').is_dir():
            return folder
    raise SystemExit(f'there is no source "{name}" in {", ".join(map(str, folders))}')


def load_sources(args):
    aliases = dict(pair.split('=') for pair in args.alias)
    sources, repeats = [], []
    for text in args.sources:
        name, times, low, high, mosaic = text.split(':')
        sources.append(Source(folder_of(name, args.data), name, 'train', args.classes, aliases,
                              (float(low), float(high)), mosaic == '1', args.share))
        repeats.append(int(times))
        print(f'{name}: {len(sources[-1].images)} images, '
              f'{sum(map(len, sources[-1].boxes))} boxes', flush=True)
    return sources, repeats


def main():
    args = parse_arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    model = OnnxDetector(args.init)
    if len(model.parameter('head.cls_preds.0.bias')) != len(args.classes):
        keep = {args.classes.index(n): int(i) for n, i in (pair.split('=') for pair in args.keep)}
        model.replace_classes(len(args.classes), keep)
    checkpoint = args.out / 'last.pt'
    state = torch.load(weights_file(checkpoint)) if args.resume else {'step': 0, 'elapsed': 0.0}
    step, elapsed = state['step'], state['elapsed']

    sources, repeats = load_sources(args)
    final_flag = multiprocessing.Value('b', 0)
    batches = AugmentedBatches(sources, repeats, args.batch, args.sizes, args.final_sizes,
                               args.mosaic, args.close, final_flag, args.seed + step)
    loader = iter(DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=4))
    print(f'{len(batches.items) / args.batch:.0f} steps per epoch', flush=True)

    model = model.to(memory_format=torch.channels_last)
    # a permuted NHWC tensor is a channels_last NCHW tensor
    model.add_batch_norm(next(loader)[0].permute(0, 3, 1, 2).float())
    optimizer, ema = make_optimizer(model, args), Ema(model, args.ema)
    if args.resume:
        model.load_state_dict(state['model'])
        optimizer.load_state_dict(state['optimizer'])
        ema.state = state['ema']

    def save():
        """Checkpoint for --resume, and the averaged model as ONNX."""
        part = checkpoint.with_suffix('.tmp')
        torch.save({'model': model.state_dict(), 'ema': ema.state, 'step': step,
                    'elapsed': elapsed, 'optimizer': optimizer.state_dict()}, part)
        part.rename(checkpoint)
        export_onnx(args.init, model.folded(ema.state), args.classes, args.out / 'ema.onnx')

    begun = time.monotonic() - elapsed
    saved, log = elapsed, RunLog()
    while True:
        elapsed = time.monotonic() - begun
        progress = elapsed / (60 * args.minutes) if args.minutes else step / args.steps
        if progress >= 1:
            break
        final = progress >= 1 - args.final_fraction
        final_flag.value = final
        images, targets, class_masks = log.next_batch(loader)

        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=args.bf16):
            raw = model(images.permute(0, 3, 1, 2).float())
        raw = raw.float()
        loss, parts = detection_loss(raw, targets, class_masks, args.classes,
                                     images.shape[1], final)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), args.clip)
        if not torch.isfinite(norm):
            print(f'step {step}: gradient is not finite, skipped', flush=True)
            continue
        factor = learning_rate_factor(step, progress, args.warmup)
        for group in optimizer.param_groups:
            group['lr'] = group['peak'] * factor
        optimizer.step()
        step += 1
        ema.update(model, step)

        log.add({**parts, 'norm': norm.item()})
        if step % 50 == 0:
            print(f'step {step} {progress:.1%} {elapsed:.0f} s lr x{factor:.3f} {log.text()}',
                  flush=True)
        if elapsed - saved > 60 * args.save_minutes:
            saved = elapsed
            save()
    save()
    print(f'done: {step} steps, {step * args.batch / len(batches.items):.1f} epochs, '
          f'{elapsed / 60:.1f} min', flush=True)


if __name__ == '__main__':
    main()
