"""Labelled pictures of one source, decoded into memory."""
import random

import cv2
import numpy as np

from files import labelled_in, pictures_in, read_dataset, read_picture, read_rows, refuse_one_class


class Source:
    """The pictures of one set, with the boxes of the classes that the set labels.

    root        folder with dataset.json and NAME/SPLIT/{images,labels} (YOLO text labels)
    share       of the pictures, from 0 to 1, that are taken
    class_mask  float32 [C], 1 where the set labels the class
    boxes       a float32 array [M, 5] for each picture: class, x1, y1, x2, y2 in its pixels
    """

    def __init__(self, root, name, split, classes, aliases, scale_range, mosaic, share=1.0,
                 cache_side=960):
        info = read_dataset(root)
        labelled = {aliases.get(label, label) for label in labelled_in(root, info, name)}
        to_index = {}
        for number, label in enumerate(info['classes']):
            label = aliases.get(label, label)
            if label in classes and label in labelled:
                to_index[number] = classes.index(label)
        self.class_mask = np.array([c in labelled for c in classes], np.float32)
        self.person = classes.index('person')
        self.torsos = [classes.index(c) for c in ('vest', 'no_vest') if c in classes]
        self.heads = [classes.index(c) for c in ('helmet', 'head') if c in classes]
        self.scale_range, self.mosaic = scale_range, mosaic
        self.images, self.boxes = [], []
        paths = pictures_in(root / name / split / 'images')
        # The same pictures every time, and those of a smaller share among those of a larger one.
        random.Random(0).shuffle(paths)
        for path in paths[:max(1, round(share * len(paths)))]:
            image = read_picture(path)
            ratio = cache_side / max(image.shape[:2])
            if ratio < 1:
                image = cv2.resize(image, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
            labels = root / name / split / 'labels' / f'{path.stem}.txt'
            self.images.append(image)
            self.boxes.append(read_boxes(labels, info['classes'], to_index, *image.shape[1::-1]))
        found = np.bincount(np.concatenate(self.boxes)[:, 0].astype(int), minlength=len(classes))
        counts = {label: found[i] for i, label in enumerate(classes) if label in labelled}
        # One that labels a single class, such as people of reviewed records, tells it from the background.
        if len(counts) > 1:
            refuse_one_class(root / name / split, counts)

    def bodies(self, index):
        """Rows (x1, y1, x2, y2) of the people of a picture; where the set does not label people,
        they are reckoned from their torsos (about 0.32 of the height, from 0.18 below the top) or
        else from their heads (a seventh)."""
        boxes = self.boxes[index]
        if self.class_mask[self.person]:
            return boxes[boxes[:, 0] == self.person, 1:]
        rows, share, above = boxes[np.isin(boxes[:, 0], self.torsos), 1:].copy(), 0.32, 0.18
        if not len(rows):
            rows, share, above = boxes[np.isin(boxes[:, 0], self.heads), 1:].copy(), 1 / 7, 0.02
        tall = (rows[:, 3] - rows[:, 1]) / share
        rows[:, 1] -= above * tall
        rows[:, 3] = rows[:, 1] + tall
        return rows


def read_boxes(path, classes, to_index, width, height):
    """YOLO text labels as float32 rows (class, x1, y1, x2, y2) in pixels."""
    rows = []
    for number, cx, cy, w, h in read_rows(path, classes):
        if number in to_index:
            cx, w, cy, h = cx * width, w * width, cy * height, h * height
            rows.append((to_index[number], cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2))
    return np.array(rows, np.float32).reshape(-1, 5)
