"""Tests of train_people.py, people_head.py, people_loss.py and score_people.py: python3 -m unittest (needs OpenCV; those that
train need torch, onnx and the shipped model)."""
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import cv2
import numpy as np

import score_people

try:
    import onnx
    import torch

    import train_people
    from people_head import PeopleHead, mixed, write_with_head
    from people_loss import people_loss
    from trunk import LOGITS, NECK, SIDES, STRIDES, PeopleTrunk
except ImportError:
    torch = None

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

MODEL = Path(__file__).resolve().parents[1] / 'model.onnx'


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def data(self, label='0 0.5 0.5 0.4 0.8\n', labelled=('person', 'helmet')):
        """A set of two pictures."""
        for part in ('images', 'labels'):
            (self.folder / 'data/mine/train' / part).mkdir(parents=True, exist_ok=True)
        (self.folder / 'data/dataset.json').write_text(
            json.dumps({'classes': ['person', 'helmet'], 'labelled': {'mine': labelled}}))
        for i in range(2):
            image = np.random.default_rng(i).integers(0, 256, (64, 64, 3)).astype(np.uint8)
            cv2.imwrite(str(self.folder / f'data/mine/train/images/{i}.png'), image)
            (self.folder / f'data/mine/train/labels/{i}.txt').write_text(label)


class TestScore(unittest.TestCase):
    def test_the_average_precision_is_the_area_under_the_envelope(self):
        # Four people; right, wrong, right, right: (1 + .75 + .75) / 4, as bench ppe has it.
        scores, right, picture = np.array([.9, .8, .7, .6]), np.array([1., 0, 1, 1]), np.array([0, 0, 1, 1])
        value = score_people.precision_of(scores, right, picture, np.array([2, 2]), np.ones((1, 2)))
        self.assertAlmostEqual(value[0], 2.5 / 4)
        # A picture that is drawn twice counts twice, one that is not drawn not at all.
        twice = score_people.precision_of(scores, right, picture, np.array([2, 2]), np.array([[0, 2]]))
        self.assertAlmostEqual(twice[0], 1)

    def test_models_are_compared_on_the_same_pictures(self):
        pictures = [(f'{i}', None, np.array([[0, 0, 40, 120.]])) for i in range(20)]
        good = [np.array([[0, 0, 40, 120, .9]])] * 20
        half = [of if i % 2 else np.empty((0, 5)) for i, of in enumerate(good)]
        base, other = (score_people.Scored(boxes, pictures, .9) for boxes in (half, good))
        names, tall = np.array([name for name, _, _ in pictures]), np.full(20, 120.)
        cells = score_people.cells_of(other, base, names, tall)
        self.assertTrue(cells[0].startswith('1.000'))
        self.assertIn('; +.500 (+', cells[0])
        # Of the heights only 100 to 200 px has people.
        self.assertIn('; +.500 (+', cells[4])
        self.assertEqual((cells[3], cells[5]), ('-', '-'))
        self.assertEqual(len(score_people.cells_of(base, base, names, tall)[0].split(';')), 1)


@unittest.skipIf(torch is None, 'torch or onnx is not installed')
class TestLoss(unittest.TestCase):
    SIZE = 64

    def answers(self):
        """Logits and sides that say nothing, and a person of 32 x 32 px in the middle."""
        count = sum((self.SIZE // s) ** 2 for s in STRIDES)
        logits = torch.full((1, count), -4.0, requires_grad=True)
        sides = torch.full((1, count, 4), 16.0, requires_grad=True)
        return logits, sides, torch.tensor([[0, 0, 32, 32, 32, 32.]])

    def test_a_place_that_is_scored_as_a_person_is_no_background_where_people_are_partly_labelled(self):
        logits, sides, targets = self.answers()
        before = logits.detach().clone()
        # The first cell is outside the labelled person.
        before[0, 0] = 3
        for partly, learns in ((True, False), (False, True)):
            loss, _ = people_loss(logits, sides, targets, self.SIZE, before, partly)
            gradient, = torch.autograd.grad(loss, logits)
            self.assertEqual(gradient[0, 0].item() != 0, learns)
            # Cells in which nobody was seen are background in both, the person's own are raised.
            self.assertGreater(gradient[0, 1].item(), 0)
            self.assertLess(gradient[0].min().item(), 0)

    def test_a_box_that_fits_costs_less(self):
        logits, sides, targets = self.answers()
        box = lambda by: people_loss(logits, sides + by, targets, self.SIZE, logits.detach(), False)[1]['box']
        self.assertLess(box(0.0), 0.5 * box(4.0))

    def test_a_picture_without_people_is_background(self):
        logits, sides, _ = self.answers()
        loss, parts = people_loss(logits, sides, torch.empty(0, 6), self.SIZE, logits.detach(), False)
        self.assertEqual(parts['box'], 0)
        self.assertTrue((torch.autograd.grad(loss, logits)[0] > 0).all())


@unittest.skipIf(torch is None, 'torch or onnx is not installed')
class TestHead(InFolder):
    def test_the_head_answers_as_the_network_and_the_branch_does_not_change_with_it(self):
        trunk = PeopleTrunk(MODEL).eval()
        head = PeopleHead(trunk)
        images = torch.rand(1, 3, 64, 96) * 255
        values = trunk(images, [*NECK, *LOGITS, *SIDES])
        with torch.no_grad():
            logits, sides = head(values[:3])
        self.assertTrue(torch.equal(logits, torch.cat([v.flatten(2) for v in values[3:6]], 2)[:, 0]))
        self.assertTrue(torch.equal(sides, torch.cat([v.flatten(2) for v in values[6:]], 2).permute(0, 2, 1)))
        start = head.arrays()
        other = {name: value * 1.1 for name, value in start.items()}
        for name, value in mixed(start, other, 0.5).items():
            np.testing.assert_allclose(value, start[name] * 1.05, rtol=1e-5)
        write_with_head(MODEL, other, self.folder / 'other.onnx')
        with self.assertRaisesRegex(SystemExit, 'holds another network: none does not fit'):
            write_with_head(MODEL, {'none': np.zeros(1)}, self.folder / 'none.onnx')
        if onnxruntime is None:
            return
        rows = [onnxruntime.InferenceSession(str(path), providers=['CPUExecutionProvider'])
                .run(None, {'images': images.numpy()})[0][0] for path in (MODEL, self.folder / 'other.onnx')]
        anchors = len(rows[0]) // 2
        np.testing.assert_array_equal(rows[0][anchors:], rows[1][anchors:])
        self.assertGreater(np.abs(rows[0][:anchors] - rows[1][:anchors]).max(), 1e-3)


@unittest.skipIf(torch is None, 'torch or onnx is not installed')
class TestTrained(InFolder):
    def train(self, *more, sources='mine:1:1:0', out='run'):
        arguments = ['train_people.py', '--data', str(self.folder / 'data'), '--trunk', str(MODEL), '--features',
                     str(self.folder / 'features'), '--out', str(self.folder / out), '--sources', sources, '--batches', '1',
                     '--batch', '2', '--sizes', '64', '--steps', '2', '--warmup', '1', '--shares', '1', *more]
        with mock.patch.object(sys, 'argv', arguments), contextlib.redirect_stdout(io.StringIO()):
            train_people.main()

    def test_only_the_head_is_trained(self):
        self.data()
        self.train('--rate', '0.01')
        before, after = ({i.name: onnx.numpy_helper.to_array(i) for i in onnx.load(path).graph.initializer}
                         for path in (MODEL, self.folder / 'run/share-1.onnx'))
        names = PeopleHead(PeopleTrunk(MODEL)).names
        self.assertEqual(list(before), list(after))
        changed = {name for name in before if not np.array_equal(before[name], after[name])}
        self.assertTrue(changed)
        self.assertLessEqual(changed, set(names))
        with self.assertRaisesRegex(SystemExit, 'head.npz exists: name another --out'):
            self.train()
        with self.assertRaisesRegex(SystemExit, 'settings.json: was made with'):
            self.train('--seed', '1', '--sizes', '96', out='other')

    def test_what_cannot_teach_people_is_refused(self):
        self.data(label='0 0.5 0.5 0.4 0.8\n0 0.9 0.5 0.4 0.8\n')
        with self.assertRaisesRegex(SystemExit, r'labels/\d.txt:2: the box is empty or reaches out of the picture'):
            self.train()
        self.data(label='1 0.5 0.2 0.2 0.2\n')
        with self.assertRaisesRegex(SystemExit, 'mine/train: there are no people'):
            self.train()
        self.data(labelled=['helmet'])
        with self.assertRaisesRegex(SystemExit, 'dataset.json: mine does not label people'):
            self.train()
        with self.assertRaisesRegex(SystemExit, 'there is no source "yours"'):
            self.train(sources='yours:1:1:0')
        with self.assertRaisesRegex(SystemExit, 'is not name:min scale:max scale:partly'):
            self.train(sources='mine:1:1')


if __name__ == '__main__':
    unittest.main()
