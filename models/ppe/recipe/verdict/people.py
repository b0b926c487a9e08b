"""People found by the shipped detector, whole picture alone, for the crops that the classifier trains on."""
import cv2
import numpy as np

from shared import weights_file

SIZE, MULTIPLE, PAD = 416, 32, 114
STRIDES = (8, 16, 32)
# Of the rows behind those of the equipment: a second detector of people (../people_union.py).
SECOND_STRIDES = (8, 16, 32, 32)
# Suppression of second boxes.
MOST_SHARED = 0.6


class PeopleFinder:
    """Boxes of people by `models/ppe/model.onnx`: its first rows are those of the people detector.  Of `models/ppe-large` those of
    its second detector are read, too.

    size  longer side of the picture that the network sees
    """

    def __init__(self, path, size=SIZE):
        # Here, so that labels are read and tested without it.
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.size = size
        self.session = onnxruntime.InferenceSession(str(weights_file(path)), options, ['CPUExecutionProvider'])

    def find(self, image, least):
        """Rows x1, y1, x2, y2, score of the people in `image` (BGR) with at least this score."""
        height, width = image.shape[:2]
        ratio = self.size / max(height, width)
        scaled = cv2.resize(image, (round(width * ratio), round(height * ratio)),
                            interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
        rows, columns = (-(-side // MULTIPLE) * MULTIPLE for side in scaled.shape[:2])
        canvas = np.full((rows, columns, 3), PAD, np.uint8)
        canvas[:scaled.shape[0], :scaled.shape[1]] = scaled
        images = canvas.transpose(2, 0, 1)[None].astype(np.float32)
        output = self.session.run(None, {'images': images})[0][0]
        count = sum((rows // stride) * (columns // stride) for stride in STRIDES)
        boxes = boxes_of(output[:count], rows, columns, STRIDES, least)
        if len(output) > 2 * count:
            second = boxes_of(output[2 * count:], rows, columns, SECOND_STRIDES, least)
            boxes = np.concatenate((boxes, second))
        boxes[:, :4] /= ratio
        boxes[:, 0:4:2] = boxes[:, 0:4:2].clip(0, width)
        boxes[:, 1:4:2] = boxes[:, 1:4:2].clip(0, height)
        return suppress(boxes)


def boxes_of(output, rows, columns, strides, least):
    """Boxes of people with at least this score, of the rows of grids of these strides, pixels of the network's picture."""
    boxes, at = [], 0
    for stride in strides:
        high, wide = rows // stride, columns // stride
        part = output[at:at + high * wide]
        at += high * wide
        y, x = np.divmod(np.arange(high * wide), wide)
        score = part[:, 4] * part[:, 5]
        centre = (part[:, :2] + np.stack((x, y), 1)) * stride
        half = np.exp(part[:, 2:4]) * stride / 2
        found = np.concatenate((centre - half, centre + half, score[:, None]), 1)
        boxes.append(found[score >= least])
    return np.concatenate(boxes)


def iou(box, others):
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:4], others[:, 2:4])
    shared = (high - low).clip(0).prod(1)
    area = (box[2] - box[0]) * (box[3] - box[1])
    return shared / (area + (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1]) - shared + 1e-9)


def suppress(boxes):
    boxes, kept = boxes[np.argsort(-boxes[:, 4])], []
    while len(boxes):
        kept.append(boxes[0])
        boxes = boxes[1:][iou(boxes[0], boxes[1:]) < MOST_SHARED]
    return np.array(kept).reshape(-1, 5)
