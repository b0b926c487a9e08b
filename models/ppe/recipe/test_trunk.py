"""Tests of the equipment branch and its export: python3 -m unittest (needs torch, onnx, onnxruntime and
the people detector, PEOPLE_TRUNK or the copy beside the checkout)."""
import contextlib
import io
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import cv2
import numpy as np

try:
    import onnx
    import torch
except ImportError:
    raise unittest.SkipTest('torch or onnx is not installed')

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

import train_equipment
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


@unittest.skipIf(not TRUNK.exists(), 'needs the people detector')
class Trained(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for part in ('images', 'labels'):
            (self.folder / 'data/mine/train' / part).mkdir(parents=True)
        (self.folder / 'data/dataset.json').write_text(
            json.dumps({'classes': CLASSES, 'labelled': {'mine': CLASSES}}))
        for i in range(4):
            image = np.random.default_rng(i).integers(0, 256, (96, 96, 3)).astype(np.uint8)
            cv2.imwrite(str(self.folder / f'data/mine/train/images/{i}.png'), image)
            (self.folder / f'data/mine/train/labels/{i}.txt').write_text(
                '0 0.5 0.5 0.4 0.8\n1 0.5 0.2 0.2 0.2\n')

    def train(self, *more, steps='4', out='run'):
        arguments = ['train_equipment.py', '--data', str(self.folder / 'data'), '--trunk', str(TRUNK),
                     '--out', str(self.folder / out), '--sources', 'mine:1:1:1:0', '--batch', '2',
                     '--sizes', '64', '--final-sizes', '64', '--close', '0', '--loaders', '0', '--steps', steps,
                     *more]
        with mock.patch.object(sys, 'argv', arguments), contextlib.redirect_stdout(io.StringIO()):
            train_equipment.main()
        return torch.load(self.folder / out / 'last.pt')

    def test_a_run_is_resumed_with_its_own_settings_only(self):
        self.assertEqual(self.train()['step'], 4)
        self.assertTrue((self.folder / 'run/ema.onnx').exists())
        with self.assertRaisesRegex(SystemExit, 'go on with --resume'):
            self.train()
        with self.assertRaisesRegex(SystemExit, 'was run with rate 0.002, not 0.1'):
            self.train('--resume', '--rate', '0.1')
        self.assertEqual(self.train('--resume')['step'], 4)
        with self.assertRaisesRegex(SystemExit, 'no run to resume'):
            self.train('--resume', out='other')

    def test_weights_of_another_network_are_refused(self):
        other = self.folder / 'other.pt'
        torch.save({'ema': {'weights.a': torch.zeros(1)}}, other)
        with self.assertRaisesRegex(SystemExit, 'other.pt: holds another network'):
            self.train('--init', str(other))

    def test_a_run_can_begin_at_the_weights_of_another(self):
        first = self.train()
        second = self.train('--init', str(self.folder / 'run/last.pt'), steps='1', out='next')
        for key, value in first['ema'].items():
            # One step later the convolutions are nearly the same; random ones are not.
            self.assertTrue(value.ndim < 4 or torch.allclose(second['ema'][key], value, atol=0.05), key)


if __name__ == '__main__':
    unittest.main()
