"""Tests of the equipment branch and its export: python3 -m unittest (needs torch, onnx, onnxruntime and
the people detector, PEOPLE_TRUNK or the copy beside the checkout)."""
import os
import tempfile
import unittest
from pathlib import Path

import torch

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

from train_equipment import CLASSES, logits
from trunk import LOGITS, SIDES, STRIDES, EquipmentBranch, Export, PeopleTrunk

TRUNK = Path(os.environ.get('PEOPLE_TRUNK', Path(__file__).resolve().parents[4] /
                            'shared/weights/rtmdet-nano-person/rtmdet-nano.onnx'))


def randomised(seed):
    """A branch whose normalization has statistics, as after training."""
    torch.manual_seed(seed)
    branch = EquipmentBranch(len(CLASSES) - 1)
    for module in branch.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    return branch.eval()


@unittest.skipIf(onnxruntime is None or not TRUNK.exists(), 'needs onnxruntime and the people detector')
class Exported(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.branch = randomised(1)
        cls.path = Path(cls.folder.name) / 'out.onnx'
        Export(TRUNK).write(cls.branch, CLASSES, cls.path)
        cls.session = onnxruntime.InferenceSession(str(cls.path),
                                                   providers=['CPUExecutionProvider'])
        cls.trunk = PeopleTrunk(TRUNK).eval()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_both(self, height, width):
        torch.manual_seed(height)
        images = torch.randint(0, 256, (1, height, width, 3), dtype=torch.uint8)
        planes = images.permute(0, 3, 1, 2).float().contiguous()
        rows = torch.from_numpy(self.session.run(None, {'images': planes.numpy()})[0])[0]
        anchors = sum(height // s * (width // s) for s in STRIDES)
        self.assertEqual(rows.shape, (2 * anchors, 5 + len(CLASSES)))
        return images, planes, rows[:anchors], rows[anchors:]

    def test_the_branch_answers_as_in_training(self):
        for height, width in ((128, 128), (96, 160)):
            images, _, _, rows = self.run_both(height, width)
            with torch.no_grad():
                wanted = logits(self.trunk, self.branch, images)[0]
            self.assertTrue(torch.allclose(rows[:, :4], wanted[:, :4], atol=1e-3))
            self.assertTrue(torch.allclose(rows[:, 4], wanted[:, 4].sigmoid(), atol=1e-4))
            self.assertTrue(torch.allclose(rows[:, 6:], wanted[:, 6:].sigmoid(), atol=1e-4))
            self.assertTrue((rows[:, 5] == 0).all(), 'the branch finds no people')

    def test_people_are_those_of_the_frozen_detector(self):
        _, planes, rows, _ = self.run_both(96, 160)
        values = self.trunk(planes, [*LOGITS, *SIDES])
        scores = torch.cat([v.flatten(2) for v in values[:3]], 2)[0, 0].sigmoid()
        sides = torch.cat([v.flatten(2) / s for v, s in zip(values[3:], STRIDES)], 2)[0].T
        self.assertTrue((rows[:, 4] == 1).all())
        self.assertTrue((rows[:, 6:] == 0).all(), 'the people detector finds no equipment')
        self.assertTrue(torch.allclose(rows[:, 5], scores, atol=1e-4))
        middle, size = (sides[:, 2:] - sides[:, :2]) / 2, sides[:, 2:] + sides[:, :2]
        wide = (size > 0.1).all(1)
        self.assertTrue(torch.allclose(rows[wide, :2], middle[wide], atol=1e-3))
        self.assertTrue(torch.allclose(rows[wide, 2:4].exp(), size[wide], rtol=1e-3))

    def test_training_goes_on_from_what_was_written(self):
        again = Path(self.folder.name) / 'again.onnx'
        Export(self.path).write(self.branch, CLASSES, again)
        other = onnxruntime.InferenceSession(str(again), providers=['CPUExecutionProvider'])
        _, planes, people, equipment = self.run_both(128, 128)
        rows = torch.from_numpy(other.run(None, {'images': planes.numpy()})[0])[0]
        self.assertTrue(torch.allclose(rows, torch.cat((people, equipment)), atol=1e-4))


if __name__ == '__main__':
    unittest.main()
