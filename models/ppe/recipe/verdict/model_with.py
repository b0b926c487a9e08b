#!/usr/bin/env python3
"""The shipped model with the classifier of a run, to score it with `bench verdict --model`; it is not for shipping.

  model_with.py --run runs/a/ema.pt|base-without-rf100.npz --left-out rf100 --out FOLDER
"""
import argparse
import tempfile
from pathlib import Path

from model_folder import digest, read_card, write_folder
from shared import weights_file

HERE = Path(__file__).resolve().parent


def write_model(run, left_out, model, out):
    """Writes OUT unless it is there: the detector of the folder `model`, the classifier of `run`, a card without figures."""
    card = read_card(model)
    weights_file(run)
    if (out / 'card.yaml').exists():
        return
    import export
    import torch
    from start import GRAPH, from_npz
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if run.suffix == '.npz':
            state, run = from_npz(run), Path(folder, 'ema.pt')
            torch.save({'ema': state}, run)
        export.write(run, GRAPH, out / 'verdict.onnx', (1.0, 1.0), bare=True)
    made = {**card, 'version': f'{card["version"]}-without.{left_out}', 'figures': [],
            'verdict': {**card['verdict'],
                        'weights': {'file': 'verdict.onnx', 'sha256': digest(out / 'verdict.onnx')}}}
    write_folder(out, model, made)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--run', type=Path, required=True)
    parser.add_argument('--left-out', required=True, help='what the run has not seen, for the version of the card')
    parser.add_argument('--model', type=Path, default=HERE.parents[1], help='folder of the shipped model')
    parser.add_argument('--out', type=Path, required=True)
    args = parser.parse_args()
    write_model(args.run, args.left_out, args.model, args.out)


if __name__ == '__main__':
    main()
