#!/usr/bin/env python3
"""Average the weights of runs that began from the same model (model soup, Wortsman et al.,
arXiv:2203.05482): runs with different seeds err in different places, their mean errs less.

  average.py --models runs/a/ema.onnx runs/b/ema.onnx --out model.onnx [--shares 1 1]
"""
import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--models', type=Path, nargs='+', required=True)
    parser.add_argument('--shares', type=float, nargs='*', help='weight of each model, equal by default')
    parser.add_argument('--out', type=Path, required=True)
    args = parser.parse_args()
    shares = np.array(args.shares or [1.0] * len(args.models))
    if len(shares) != len(args.models):
        raise SystemExit(f'{len(args.models)} models need as many shares, not {len(shares)}')
    shares /= shares.sum()
    models = [onnx.load(str(path)) for path in args.models]
    tensors = [{t.name: t for t in model.graph.initializer} for model in models]
    for name, item in tensors[0].items():
        if item.data_type != onnx.TensorProto.FLOAT:
            continue
        parts = [numpy_helper.to_array(of_one[name]) for of_one in tensors]
        if any(part.shape != parts[0].shape for part in parts):
            raise SystemExit(f'{name}: the models are not of one shape')
        mean = sum(share * part.astype(np.float64) for share, part in zip(shares, parts))
        item.CopyFrom(numpy_helper.from_array(mean.astype(np.float32), name))
    onnx.checker.check_model(models[0])
    onnx.save(models[0], str(args.out))


if __name__ == '__main__':
    main()
