#!/usr/bin/env python3
"""Turn the float32 detector into INT8 (QDQ, per channel), calibrated on training pictures.

The last convolutions of the head stay float32: box sizes leave them as logarithms, and objectness
and classes are compared with small thresholds.

  quantize.py --model model.onnx --data DATASET_DIR --sets css/train esp/train --out model.int8.onnx
"""
import argparse
import random
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnx.reference  # before onnxruntime, which adds operators of the same names
from onnxruntime.quantization import (CalibrationDataReader, CalibrationMethod, QuantFormat,
                                      QuantType, quantize_static)
from onnxruntime.quantization.shape_inference import quant_pre_process

from files import read_picture

PAD_VALUE = 114


class Pictures(CalibrationDataReader):
    """Letterboxed pictures of the sets, chosen by chance with a fixed seed."""

    def __init__(self, files, size, name):
        self.files, self.size, self.name = iter(files), size, name

    def get_next(self):
        file = next(self.files, None)
        if file is None:
            return None
        image = read_picture(file)
        r = self.size / max(image.shape[:2])
        small = cv2.resize(image, None, fx=r, fy=r)[:self.size, :self.size]
        canvas = np.full((self.size, self.size, 3), PAD_VALUE, np.uint8)
        canvas[:small.shape[0], :small.shape[1]] = small
        return {self.name: canvas.transpose(2, 0, 1)[None].astype(np.float32)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--model', type=Path, required=True)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--sets', nargs='+', required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--size', type=int, default=416)
    parser.add_argument('--pictures', type=int, default=128)
    parser.add_argument('--ops', nargs='+', default=['Conv'], help='operators to quantise')
    args = parser.parse_args()
    files = [f for name in args.sets for f in sorted((args.data / name / 'images').iterdir())]
    files = random.Random(0).sample(files, min(args.pictures, len(files)))
    prepared = args.out.with_suffix('.prepared.onnx')
    quant_pre_process(str(args.model), str(prepared), skip_symbolic_shape=True)
    graph = onnx.load(str(prepared)).graph
    last = [n.name for n in graph.node if n.op_type == 'Conv' and '_preds' in ' '.join(n.input)]
    quantize_static(str(prepared), str(args.out), Pictures(files, args.size, graph.input[0].name),
                    quant_format=QuantFormat.QDQ, per_channel=True, activation_type=QuantType.QUInt8,
                    weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax,
                    op_types_to_quantize=args.ops, nodes_to_exclude=last,
                    extra_options={'ActivationSymmetric': False, 'CalibMovingAverage': True})
    prepared.unlink()


if __name__ == '__main__':
    main()
