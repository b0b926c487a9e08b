#!/usr/bin/env python3
"""How a trained classifier answers for the people of a set, at several thresholds.

  score.py --crops CROPS --run runs/a/ema.pt --backbone STEM --sets rf100-development esp-development

People are cut as the worker cuts them, by the detector's box; those it did not find are told apart.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from shared import weights_file
from train_verdict import ITEMS, MISSING, WORN, VerdictNet, load_crops, plain_window

TRUSTED = 0.35
# Probabilities of worn and of missing from which an answer counts.
PAIRS = ((.5, .5), (.6, .6), (.7, .7), (.8, .8), (.9, .9), (.6, .8), (.7, .9), (.8, .9))
BINS = 10


@torch.no_grad()
def probabilities(net, crops, chosen, temperature=(1.0, 1.0), mirrored=False):
    """[N, 2, 3] for the people `chosen`."""
    answers = []
    for at in range(0, len(chosen), 64):
        pictures = np.stack([plain_window(crops, i, True) for i in chosen[at:at + 64]])
        images = torch.from_numpy(pictures).permute(0, 3, 1, 2).float()
        logits = net(images)
        if mirrored:
            logits = (logits + net(images.flip(3))) / 2
        answers.append((logits / torch.tensor(temperature).view(1, 2, 1)).softmax(-1))
    return torch.cat(answers).numpy()


def load_net(run, backbone, crops):
    net = VerdictNet(backbone)
    net.backbone.add_norms(torch.from_numpy(crops['pictures'][:64, ::2, ::2][:, :96, :96].copy())
                           .permute(0, 3, 1, 2).float())
    net.load_state_dict(torch.load(weights_file(run), weights_only=False)['ema'])
    return net.eval()


def table(states, answers, thresholds, not_found):
    """Shares as in `bench verdict`: right of decided, unknown of found, recall and precision of missing."""
    worn_at, missing_at = thresholds
    said_worn = answers[:, WORN] >= worn_at
    said_missing = (answers[:, MISSING] >= missing_at) & ~said_worn
    worn = states == 1
    decided = said_worn | said_missing
    right = (said_worn & worn) | (said_missing & ~worn)
    missing = (states == 0).sum() + not_found[0]
    return (right.sum() / max(1, decided.sum()), 1 - decided.mean(),
            (said_missing & ~worn).sum() / max(1, missing),
            (said_missing & ~worn).sum() / max(1, said_missing.sum()))


def calibration_error(states, answers):
    """Expected calibration error of worn against missing, over BINS equal bins (Naeini et al. 2015)."""
    said = answers[:, WORN] / (answers[:, WORN] + answers[:, MISSING])
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    return sum(np.mean(bins == i) * abs(said[bins == i].mean() - states[bins == i].mean())
               for i in range(BINS) if (bins == i).any())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--crops', type=Path, required=True)
    parser.add_argument('--run', type=Path, required=True)
    parser.add_argument('--backbone', required=True)
    parser.add_argument('--sets', nargs='+', required=True)
    parser.add_argument('--least-height', type=float, default=50)
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    for name in args.sets:
        crops = load_crops(args.crops, [name])
        net = load_net(args.run, args.backbone, crops)
        tall = crops['heights'] >= args.least_height
        found = crops['found'] >= TRUSTED
        chosen = np.flatnonzero(found & tall)
        answers = probabilities(net, crops, chosen)
        for item, label in enumerate(ITEMS):
            states = crops['states'][chosen, item]
            known = states >= 0
            if not known.any():
                continue
            lost = crops['states'][~found & tall, item]
            not_found = ((lost == 0).sum(), (lost == 1).sum())
            print(f'{name} {label}: {known.sum()} found, {sum(not_found)} not; '
                  f'missing {(states == 0).sum()} + {not_found[0]}; '
                  f'calibration error {calibration_error(states[known], answers[known, item]):.3f}')
            for at in PAIRS:
                figures = table(states[known], answers[known, item], at, not_found)
                print('  ', at, ' right %.3f unknown %.3f missing: recall %.3f precision %.3f' % figures)


if __name__ == '__main__':
    main()
