#!/usr/bin/env python3
"""Small detectors of people as their makers left them: time of one thread against recall by height.

  people_frontier.py --data DIR --weights WEIGHTS --sets esp/development rf100/development --out OUT
    [--sizes 320 416 512] [--least-precision 0.9]

WEIGHTS holds `rtmdet-nano-person/rtmdet-nano.onnx`, `nanodet-plus/nanodet-plus-m-1.5x_416_int8`,
`picodet/picodet-s-416` (graph.json and npz) and `yolox_nano.onnx`.  None of them was trained on our pictures.  Pictures
are scaled to the size of the square at their longer side and padded with 114.

The score from which a box counts is for each network and size the lowest at which so many of the boxes are right
(IoU .5): so the recalls are of the same trust.  Choose on development sets alone.  Times are CPU milliseconds of the
bare network, median of rounds in which all networks take turns, and the ratio to RTMDet-nano at 416 px: compare ratios.
OUT/NAME-SIZE.onnx and the boxes found are kept; the table is printed in Markdown.
"""
import argparse
import os
import sys
import time
from pathlib import Path

import cv2
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

from crops import match, read_labels  # noqa: E402
from files import labelled_in, pictures_in, read_dataset, read_picture, weights_file  # noqa: E402
from intervals import share, text  # noqa: E402
from people import suppress  # noqa: E402

PAD, LEAST_SCORE, MULTIPLE = 114, 0.05, 32
HEIGHTS = ((25, 50), (50, 100), (100, 200), (200, 10 ** 6))
ROUNDS = 15
# Of distances: bins of a distribution on each side, from 0 to BINS - 1 strides.
BINS = 8
MEAN, DEVIATION = np.float32((103.53, 116.28, 123.675)), np.float32((57.375, 57.12, 58.395))
BASE = ('RTMDet-nano', 416)


def points(size, stride):
    """x and y of the cells of a grid, [N]."""
    side = -(-size // stride)
    y, x = np.divmod(np.arange(side * side), side)
    return x, y


def from_rtmdet(outputs, size):
    found = []
    for values, stride in zip(outputs, (8, 16, 32)):
        values = values.reshape(-1, 5)
        x, y = (axis * stride for axis in points(size, stride))
        left, top, right, bottom = values[:, 1:].T
        found.append(np.stack((x - left, y - top, x + right, y + bottom, 1 / (1 + np.exp(-values[:, 0]))), 1))
    return np.concatenate(found)


def from_yolox(outputs, size):
    values, found, at = outputs[0][0], [], 0
    for stride in (8, 16, 32):
        x, y = points(size, stride)
        part = values[at:at + len(x)]
        at += len(x)
        centre = (part[:, :2] + np.stack((x, y), 1)) * stride
        half = np.exp(part[:, 2:4]) * stride / 2
        found.append(np.concatenate((centre - half, centre + half, (part[:, 4] * part[:, 5])[:, None]), 1))
    return np.concatenate(found)


def from_distances(offset):
    """Of networks with scores [80, H, W] and distributions of distances [4 * BINS, H, W] at four strides; `offset` of a
    cell's point, in cells."""
    def boxes(outputs, size):
        found = []
        for scores, distances, stride in zip(outputs[:4], outputs[4:], (8, 16, 32, 64)):
            x, y = ((axis + offset) * stride for axis in points(size, stride))
            of = distances[0].reshape(4, BINS, -1)
            of = np.exp(of - of.max(1, keepdims=True))
            left, top, right, bottom = (of / of.sum(1, keepdims=True) * np.arange(BINS)[:, None]).sum(1) * stride
            found.append(np.stack((x - left, y - top, x + right, y + bottom, scores[0, 0].reshape(-1)), 1))
        return np.concatenate(found)
    return boxes


def write_graph(stem, wanted, size, out):
    """Writes a network in ncnn's terms as ONNX; its outputs are `wanted`."""
    import torch
    from backbone import Backbone
    net = Backbone(stem, [(name, 0) for name in wanted]).eval()
    with torch.no_grad():
        torch.onnx.export(net, torch.zeros(1, 3, size, size), str(out), opset_version=13, input_names=['images'],
                          dynamo=False)


def write_resized(path, size, out):
    """The same file for another size of pictures."""
    import onnx
    model = onnx.load(str(path))
    for side in model.graph.input[0].type.tensor_type.shape.dim[2:]:
        side.dim_value = size
    for output in model.graph.output:
        output.type.tensor_type.ClearField('shape')
    del model.graph.value_info[:]
    onnx.save(model, str(out))


PICO = [f'sigmoid_{i}.tmp_0' for i in range(4)] + [f'split_1{i}.tmp_1' for i in range(4)]
NANO = [f'{kind}{stride}{end}' for kind, end in (('cls', ''), ('dis', '_pre')) for stride in (8, 16, 32, 64)]
# File, outputs of a graph in ncnn's terms, reading of the outputs, and whether the network has its own normalization.
NETWORKS = {
    'RTMDet-nano': ('rtmdet-nano-person/rtmdet-nano.onnx', None, from_rtmdet, False),
    'NanoDet-Plus-m-1.5x': ('nanodet-plus/nanodet-plus-m-1.5x_416_int8', NANO, from_distances(0.0), True),
    'PicoDet-S': ('picodet/picodet-s-416', PICO, from_distances(0.5), True),
    'YOLOX-nano': ('yolox_nano.onnx', None, from_yolox, True),
}


class Network:
    def __init__(self, name, size, weights, out):
        import onnxruntime
        file, wanted, self.read, self.normalizes = NETWORKS[name]
        self.name, self.size, path = name, size, out / f'{name}-{size}.onnx'
        if not path.exists():
            part = path.with_suffix('.part')
            if wanted:
                write_graph(str(weights / file), wanted, size, part)
            else:
                write_resized(weights_file(weights / file), size, part)
            part.rename(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(weights_file(path)), options, ['CPUExecutionProvider'])
        self.input = self.session.get_inputs()[0].name

    def run(self, images):
        return self.session.run(None, {self.input: images})

    def find(self, image):
        """Rows x1, y1, x2, y2, score of people in `image` (BGR)."""
        height, width = image.shape[:2]
        ratio = self.size / max(height, width)
        scaled = cv2.resize(image, (round(width * ratio), round(height * ratio)),
                            interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
        canvas = np.full((self.size, self.size, 3), PAD, np.float32)
        canvas[:scaled.shape[0], :scaled.shape[1]] = scaled
        if not self.normalizes:
            canvas = (canvas - MEAN) / DEVIATION
        boxes = self.read(self.run(canvas.transpose(2, 0, 1)[None]), self.size)
        boxes = boxes[boxes[:, 4] >= LEAST_SCORE]
        boxes[:, :4] /= ratio
        boxes[:, 0:4:2] = boxes[:, 0:4:2].clip(0, width)
        boxes[:, 1:4:2] = boxes[:, 1:4:2].clip(0, height)
        return suppress(boxes)


def people_in(data, sets):
    """[(picture's name, path, boxes of people [N, 4])] of labelled sets."""
    about, found = read_dataset(data), []
    for name in sets:
        if 'person' not in labelled_in(data, about, name.split('/')[0]):
            raise SystemExit(f'{Path(data, "dataset.json")}: {name} does not label people')
        for path in pictures_in(Path(data, name, 'images')):
            height, width = read_picture(path).shape[:2]
            labels = read_labels(Path(data, name, 'labels', f'{path.stem}.txt'), about['classes'], width, height)
            found.append((f'{name}/{path.name}', path, labels.get('person', np.empty((0, 4)))))
    return found


def matched(found, people):
    """(scores of the boxes, whether each is right, for each of `people` the score of its box; 0: none)."""
    of = match(found, people)
    right, scores = np.zeros(len(found), bool), np.zeros(len(people))
    for person, box in of.items():
        right[box], scores[person] = True, found[box, 4]
    return found[:, 4], right, scores


def lowest_score(scores, right, precision):
    """The lowest score from which at least so many of the boxes are right; None where there is none."""
    order = np.argsort(-scores, kind='stable')
    enough = np.flatnonzero(np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= precision)
    return scores[order[enough[-1]]] if len(enough) else None


def cpu_times(networks):
    """{(name, size): median CPU ms}; the networks take turns, so that the load is the same for all."""
    times = {net: [] for net in networks}
    for _ in range(ROUNDS):
        for net in networks:
            images = np.zeros((1, 3, net.size, net.size), np.float32)
            began = time.process_time()
            net.run(images)
            times[net].append(time.process_time() - began)
    return {(net.name, net.size): 1000 * float(np.median(of[1:])) for net, of in times.items()}


def boxes_of(net, pictures, kept):
    if not kept.exists():
        found = [net.find(read_picture(path)) for _, path, _ in pictures]
        np.savez(kept, names=[name for name, _, _ in pictures], count=[len(of) for of in found], boxes=np.concatenate(found))
    with np.load(weights_file(kept)) as file:
        if list(file['names']) != [name for name, _, _ in pictures]:
            raise SystemExit(f'{kept}: holds boxes of other pictures: name another --out')
        return np.split(file['boxes'], np.cumsum(file['count'])[:-1])


def row_of(net, pictures, kept, precision, ms, base):
    results = [matched(found, people) for found, (_, _, people) in zip(boxes_of(net, pictures, kept), pictures)]
    score = lowest_score(*(np.concatenate([of[k] for of in results]) for k in (0, 1)), precision)
    names = np.concatenate([[name] * len(people) for name, _, people in pictures])
    people = np.concatenate([people for _, _, people in pictures])
    seen = np.concatenate([of[2] for of in results])
    hit = seen >= (np.inf if score is None else score)
    tall = people[:, 3] - people[:, 1]
    cells = [text(*share(names, hit, (tall >= low) & (tall < high))) for low, high in ((25, 10 ** 6), *HEIGHTS)]
    return [net.name, net.size, f'{ms:.1f}', f'{ms / base:.2f}', '-' if score is None else f'{score:.2f}', *cells]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--weights', type=Path, required=True)
    parser.add_argument('--sets', nargs='+', required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--sizes', type=int, nargs='+', default=[320, 416, 512])
    parser.add_argument('--least-precision', type=float, default=0.9)
    args = parser.parse_args()
    if wrong := [size for size in (*args.sizes, BASE[1]) if size % MULTIPLE or size <= 0]:
        raise SystemExit(f'--sizes: {wrong[0]} is no multiple of {MULTIPLE}')
    pictures = people_in(args.data, args.sets)
    args.out.mkdir(parents=True, exist_ok=True)
    networks = [Network(name, size, args.weights, args.out) for name in NETWORKS for size in args.sizes]
    ms = cpu_times(networks)
    base = ms.get(BASE) or cpu_times([Network(*BASE, args.weights, args.out)])[BASE]
    counts = np.concatenate([people[:, 3] - people[:, 1] for _, _, people in pictures])
    of = [str(int(((counts >= low) & (counts < high)).sum())) for low, high in ((25, 10 ** 6), *HEIGHTS)]
    print(f'{len(pictures)} pictures; load of the machine {os.getloadavg()[0]:.0f}\n')
    head = ['network', 'px', 'CPU ms', 'ratio', 'score', 'all', '25-50 px', '50-100', '100-200', '200 and more']
    for row in [head, ['---'] * len(head), ['people', '', '', '', '', *of]]:
        print(f'| {" | ".join(row)} |')
    for net in networks:
        kept = args.out / f'{net.name}-{net.size}.npz'
        print(f'| {" | ".join(map(str, row_of(net, pictures, kept, args.least_precision, ms[net.name, net.size], base)))} |',
              flush=True)


if __name__ == '__main__':
    main()
