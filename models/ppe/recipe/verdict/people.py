"""People found by the shipped detector, whole picture alone, for the crops that the classifier trains on."""
import cv2
import numpy as np

from shared import weights_file

SIZE, MULTIPLE, PAD = 416, 32, 114
STRIDES = (8, 16, 32)
# Suppression of second boxes.
MOST_SHARED = 0.6


class PeopleFinder:
    """Boxes of people by `models/ppe/model.onnx`: its first rows are those of the people detector."""

    def __init__(self, path):
        # Here, so that labels are read and tested without it.
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(weights_file(path)), options, ['CPUExecutionProvider'])

    def find(self, image, least):
        """Rows x1, y1, x2, y2, score of the people in `image` (BGR) with at least this score."""
        height, width = image.shape[:2]
        ratio = SIZE / max(height, width)
        scaled = cv2.resize(image, (round(width * ratio), round(height * ratio)),
                            interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
        rows, columns = (-(-side // MULTIPLE) * MULTIPLE for side in scaled.shape[:2])
        canvas = np.full((rows, columns, 3), PAD, np.uint8)
        canvas[:scaled.shape[0], :scaled.shape[1]] = scaled
        images = canvas.transpose(2, 0, 1)[None].astype(np.float32)
        output = self.session.run(None, {'images': images})[0][0]
        boxes, at = [], 0
        for stride in STRIDES:
            high, wide = rows // stride, columns // stride
            part = output[at:at + high * wide]
            at += high * wide
            y, x = np.divmod(np.arange(high * wide), wide)
            score = part[:, 4] * part[:, 5]
            centre = (part[:, :2] + np.stack((x, y), 1)) * stride
            half = np.exp(part[:, 2:4]) * stride / 2
            found = np.concatenate((centre - half, centre + half, score[:, None]), 1)
            boxes.append(found[score >= least])
        boxes = np.concatenate(boxes)
        boxes[:, :4] /= ratio
        boxes[:, 0:4:2] = boxes[:, 0:4:2].clip(0, width)
        boxes[:, 1:4:2] = boxes[:, 1:4:2].clip(0, height)
        return suppress(boxes)


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
