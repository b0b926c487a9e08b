"""Augmented batches: whole pictures, mosaics, and close crops of one person."""
import random

import cv2
import numpy as np
import torch
from torch.utils.data import IterableDataset

PAD_VALUE = 114
# The worker's region crop: `region` of card.yaml.
LOOK_SIDE, LOOK_ABOVE, LOOK_SIZE = 0.75, 0.12, 224
# Heights in pixels at which people are read in close crops.
LOOK_HEIGHTS = (40, 300)


def visible(boxes, region, min_visible=0.3, min_pixels=3):
    """Boxes (class, x1, y1, x2, y2) clipped to region (x1, y1, x2, y2), without those mostly cut off."""
    area = (boxes[:, 3] - boxes[:, 1]) * (boxes[:, 4] - boxes[:, 2])
    cut = boxes.copy()
    cut[:, 1::2] = cut[:, 1::2].clip(region[0], region[2])
    cut[:, 2::2] = cut[:, 2::2].clip(region[1], region[3])
    w, h = cut[:, 3] - cut[:, 1], cut[:, 4] - cut[:, 2]
    return cut[(np.minimum(w, h) >= min_pixels) & (w * h >= min_visible * area)]


def paste(canvas, region, image, boxes, side):
    """Scale `image` so that its longer side is `side`, drop it at a random place of `region`
    (x1, y1, x2, y2 on the canvas), clipped to it; return the boxes that stay visible there."""
    x1, y1, x2, y2 = region
    height, width = image.shape[:2]
    ratio = side / max(height, width)
    new_w, new_h = max(1, round(width * ratio)), max(1, round(height * ratio))
    method = cv2.INTER_AREA if ratio < 1 and random.random() < 0.5 else cv2.INTER_LINEAR
    image = cv2.resize(image, (new_w, new_h), interpolation=method)
    slack_x, slack_y = (x2 - x1) - new_w, (y2 - y1) - new_h
    left = x1 + random.randint(min(0, slack_x), max(0, slack_x))
    top = y1 + random.randint(min(0, slack_y), max(0, slack_y))
    cx1, cy1 = max(left, x1), max(top, y1)
    cx2, cy2 = min(left + new_w, x2), min(top + new_h, y2)
    canvas[cy1:cy2, cx1:cx2] = image[cy1 - top:cy2 - top, cx1 - left:cx2 - left]
    if not len(boxes):
        return boxes
    moved = boxes.copy()
    moved[:, 1:] = boxes[:, 1:] * ratio + (left, top, left, top)
    return visible(moved, (cx1, cy1, cx2, cy2))


def cut_square(image, left, top, side):
    """The square of `image`, all in whole pixels, padded where it leaves the picture."""
    height, width = image.shape[:2]
    x1, y1, x2, y2 = max(0, left), max(0, top), min(width, left + side), min(height, top + side)
    square = np.full((side, side, 3), PAD_VALUE, np.uint8)
    if x2 > x1 and y2 > y1:
        square[y1 - top:y2 - top, x1 - left:x2 - left] = image[y1:y2, x1:x2]
    return square


def close_look(image, boxes, body, size=LOOK_SIZE):
    """The square over head and torso of `body` as the worker's region pass cuts it, a little off,
    seen at the resolution of a person who is far from the camera."""
    tall = max(8.0, body[3] - body[1])
    side = max(12, round(LOOK_SIDE * tall * random.uniform(0.75, 1.35)))
    left = round((body[0] + body[2]) / 2 - side / 2 + side * random.uniform(-0.12, 0.12))
    top = round(body[1] - tall * LOOK_ABOVE + side * random.uniform(-0.1, 0.1))
    square = cut_square(image, left, top, side)
    native = round(side * min(1.0, random.uniform(*LOOK_HEIGHTS) / tall))
    if native < side:
        square = cv2.resize(square, (max(8, native),) * 2, interpolation=cv2.INTER_AREA)
    moved = boxes.copy()
    moved[:, 1:] = (boxes[:, 1:] - (left, top, left, top)) * (size / side)
    # The worker enlarges by Lanczos; exports of others and older versions by linear weights.
    method = random.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4))
    return (cv2.resize(square, (size, size), interpolation=method),
            visible(moved, (0, 0, size, size)))


def spoil(image):
    """Camera artefacts: blur, compression, grayscale, brightness."""
    if random.random() < 0.1:
        image = cv2.GaussianBlur(image, (3, 3), random.uniform(0.4, 1.0))
    if random.random() < 0.15:
        quality = [cv2.IMWRITE_JPEG_QUALITY, random.randint(25, 80)]
        image = cv2.imdecode(cv2.imencode('.jpg', image, quality)[1], cv2.IMREAD_COLOR)
    if random.random() < 0.04:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return jitter_hsv(image)


def jitter_hsv(image, hue=5, saturation=0.5, value=0.4):
    """Random change of hue (in OpenCV's half degrees), saturation and value."""
    h, s, v = cv2.split(cv2.cvtColor(image, cv2.COLOR_BGR2HSV))
    ramp = np.arange(256, dtype=np.float32)
    h = cv2.LUT(h, ((ramp + random.uniform(-hue, hue)) % 180).astype(np.uint8))
    s = cv2.LUT(s, (ramp * random.uniform(1 - saturation, 1 + saturation)).clip(0, 255).astype(np.uint8))
    v = cv2.LUT(v, (ramp * random.uniform(1 - value, 1 + value)).clip(0, 255).astype(np.uint8))
    return cv2.cvtColor(cv2.merge((h, s, v)), cv2.COLOR_HSV2BGR)


def mirror(image, boxes):
    """The picture flipped horizontally, with its boxes."""
    flipped = boxes.copy()
    flipped[:, [1, 3]] = image.shape[1] - boxes[:, [3, 1]]
    return image[:, ::-1], flipped


class AugmentedBatches(IterableDataset):
    """Endless shuffled batches: (images uint8 [N, S, S, 3], targets [M, 6], class masks [N, C]).

    A target row is (image in batch, class, cx, cy, w, h) in pixels. A share `close` of the batches
    are close looks, twice as many of them in a batch. `final` is a shared flag that the trainer
    raises for the last part of the run: larger pictures and no mosaic.
    """

    def __init__(self, sources, repeats, batch, sizes, final_sizes, mosaic, close, final, seed):
        self.sources, self.batch, self.final, self.seed = sources, batch, final, seed
        self.sizes, self.final_sizes, self.mosaic, self.close = sizes, final_sizes, mosaic, close
        self.items = [(s, i) for source, times in zip(sources, repeats) for _ in range(times)
                      for s, i in ((source, i) for i in range(len(source.images)))]

    def whole(self, source, index, size, allow_mosaic):
        """A picture of the source at a random scale, or four of them side by side."""
        canvas = np.full((size, size, 3), PAD_VALUE, np.uint8)
        if not (allow_mosaic and source.mosaic and random.random() < self.mosaic):
            side = round(size * random.uniform(*source.scale_range))
            return canvas, paste(canvas, (0, 0, size, size), source.images[index],
                                 source.boxes[index], side)
        cx, cy = (round(size * random.uniform(0.35, 0.65)) for _ in range(2))
        boxes = []
        for region in ((0, 0, cx, cy), (cx, 0, size, cy), (0, cy, cx, size), (cx, cy, size, size)):
            side = round(size * random.uniform(0.45, 1.0))
            boxes.append(paste(canvas, region, source.images[index], source.boxes[index], side))
            index = random.randrange(len(source.images))
        return canvas, np.concatenate(boxes)

    def __iter__(self):
        cv2.setNumThreads(0)
        random.seed(self.seed)
        queue = []
        while True:
            final, is_close = bool(self.final.value), random.random() < self.close
            size = LOOK_SIZE if is_close else random.choice(self.final_sizes if final else self.sizes)
            count = self.batch * 2 if is_close else self.batch
            images = np.empty((count, size, size, 3), np.uint8)
            targets, masks = [], []
            for n in range(count):
                if not queue:
                    queue = random.sample(self.items, len(self.items))
                source, index = queue.pop()
                bodies = source.bodies(index) if is_close else ()
                if len(bodies):
                    image, boxes = close_look(source.images[index], source.boxes[index],
                                              random.choice(bodies))
                else:
                    image, boxes = self.whole(source, index, size, allow_mosaic=not final)
                image = spoil(image)
                if random.random() < 0.5:
                    image, boxes = mirror(image, boxes)
                images[n] = image
                rows = np.empty((len(boxes), 6), np.float32)
                rows[:, 0], rows[:, 1] = n, boxes[:, 0]
                rows[:, 2:4] = (boxes[:, 1:3] + boxes[:, 3:5]) / 2
                rows[:, 4:6] = boxes[:, 3:5] - boxes[:, 1:3]
                targets.append(rows)
                masks.append(source.class_mask)
            yield (torch.from_numpy(images), torch.from_numpy(np.concatenate(targets)),
                   torch.from_numpy(np.stack(masks)))
