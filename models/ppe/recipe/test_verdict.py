"""Tests of the classifier's recipe: python3 -m unittest (needs OpenCV; training needs torch, onnx and onnxruntime,
and what needs the backbone looks for BACKBONE, or for the copy beside the checkout)."""
import contextlib
import io
import json
import os
import random
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import cv2
import numpy as np

try:
    import torch
except ImportError:
    torch = None

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

import crops
from crops import Crops, owners, read_labels, square_of

if torch:
    import train_verdict

BACKBONE = os.environ.get('BACKBONE', str(
    HERE.parents[3] / 'shared/weights/nanodet-plus/nanodet-plus-m_416'))
HAS_BACKBONE = Path(f'{BACKBONE}.npz').exists()
CLASSES = ['person', 'helmet', 'head', 'vest', 'no_vest', 'other_headwear']
ALL = {'person', 'helmet', 'head', 'vest', 'no_vest'}


class Finder:
    """A detector that finds what it was told."""

    def __init__(self, *boxes):
        self.boxes = np.array(boxes, float).reshape(-1, 5)

    def find(self, image, least):
        return self.boxes


def crops_of(lines, finder, labelled=ALL, size=(400, 400)):
    image = np.full((*size, 3), 90, np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, 'a.txt')
        path.write_text('\n'.join(lines))
        labels = read_labels(path, CLASSES, size[1], size[0])
    made = Crops()
    made.add_picture(Path('a.jpg'), image, labels, labelled, finder)
    return made.rows


class TestData(unittest.TestCase):
    """What crops.py is given."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for part in ('images', 'labels'):
            (self.folder / 'data/a/train' / part).mkdir(parents=True)
        (self.folder / 'data/dataset.json').write_text(
            json.dumps({'classes': CLASSES, 'labelled': {'a': sorted(ALL)}}))
        cv2.imwrite(str(self.folder / 'data/a/train/images/a.png'), np.full((400, 400, 3), 90, np.uint8))
        self.label('0 0.5 0.5 0.2 0.6\n1 0.5 0.24 0.08 0.08\n')

    def label(self, text):
        (self.folder / 'data/a/train/labels/a.txt').write_text(text)

    def cut(self):
        arguments = ['crops.py', '--data', str(self.folder / 'data'), '--detector', 'none',
                     '--out', str(self.folder / 'out')]
        with mock.patch.object(crops, 'PeopleFinder', lambda path: Finder()), \
                mock.patch.object(sys, 'argv', arguments), contextlib.redirect_stdout(io.StringIO()):
            crops.main()
        with np.load(self.folder / 'out/a-train.npz') as made:
            return made['states'].tolist()

    def test_people_are_cut_out(self):
        self.assertIn([1, -1], self.cut())

    def test_bad_labels_and_pictures_are_named_with_file_and_line(self):
        for row, what in (('7 0.5 0.5 0.1 0.1', 'known class'), ('1 0.5 0.5 0.1', 'cx cy'),
                          ('helmet', 'known class'), ('1 0.5 1.5 0.1 0.1', 'reaches out')):
            self.label(f'0 0.5 0.5 0.2 0.6\n{row}\n')
            with self.assertRaisesRegex(SystemExit, f'a/train/labels/a.txt:2: .*({what})'):
                self.cut()
        self.label('')
        (self.folder / 'data/a/train/images/b.png').write_bytes(b'')
        with self.assertRaisesRegex(SystemExit, 'a/train/images/b.png: not a picture'):
            self.cut()

    def test_a_detector_of_no_bytes_is_named(self):
        empty = self.folder / 'model.onnx'
        empty.touch()
        with mock.patch.dict(sys.modules, {'onnxruntime': mock.MagicMock()}), \
                self.assertRaisesRegex(SystemExit, 'model.onnx: has 0 bytes'):
            crops.PeopleFinder(empty)


class TestCrops(unittest.TestCase):
    person = '0 0.5 0.5 0.2 0.6'
    helmet = '1 0.5 0.24 0.08 0.08'
    no_vest = '4 0.5 0.42 0.16 0.2'

    def test_the_square_is_that_of_the_card(self):
        import yaml
        card = yaml.safe_load((HERE.parent / 'card.yaml').read_text())['verdict']['square']
        for box in ([10, 20, 50, 140], [10, 20, 210, 90]):
            width, height = box[2] - box[0], box[3] - box[1]
            side = max(card['ofWidth'] * width, card['ofHeight'] * height)
            self.assertEqual(square_of(box), ((box[0] + box[2]) / 2, box[1] - card['above'] * side, side))

    def test_labels_say_what_a_person_wears(self):
        rows = crops_of([self.person, self.helmet, self.no_vest], Finder([160, 80, 240, 320, 0.7]))
        self.assertEqual([list(state) for state, empty in zip(rows['states'], rows['empty'])
                          if not empty], [[1, 0]])
        self.assertAlmostEqual(rows['found'][0], 0.7)
        self.assertEqual(rows['pictures'][0].shape, (crops.SIDE, crops.SIDE, 3))

    def test_other_headwear_is_no_helmet(self):
        rows = crops_of([self.person, '5 0.5 0.24 0.08 0.08'], Finder())
        self.assertEqual(rows['states'][0][0], 0)

    def test_two_contradicting_labels_say_nothing(self):
        rows = crops_of([self.person, self.helmet, '2 0.5 0.25 0.08 0.08'], Finder())
        self.assertTrue(len(rows['empty']) > 0 and all(rows['empty']))

    def test_a_detection_without_a_person_is_an_empty_place(self):
        rows = crops_of([self.person, self.helmet], Finder([10, 40, 60, 190, 0.4]))
        at = [box[0] for box, empty in zip(rows['boxes'], rows['empty']) if empty]
        self.assertTrue(len(at) >= 1)
        self.assertTrue(all(list(state) == [-1, -1] for state, empty
                            in zip(rows['states'], rows['empty']) if empty))

    def test_heads_without_a_labelled_person_become_people(self):
        rows = crops_of(['1 0.5 0.2 0.06 0.06'], Finder(), labelled={'helmet', 'head'})
        self.assertEqual([list(state) for state in rows['states']], [[1, -1]])

    def test_the_best_pairs_come_first(self):
        people = np.array([[0, 0, 40, 120], [20, 0, 60, 120]], float)
        heads = np.array([[30, 2, 50, 20], [10, 2, 30, 20]], float)
        self.assertEqual(owners(heads, people, 0.06), {0: 1, 1: 0})

    def test_the_crop_keeps_its_place(self):
        image = np.zeros((300, 300, 3), np.uint8)
        image[100:110, 150:160] = 255
        picture, to_square = crops.cut(image, 150, 80, 60)
        x1, y1, x2, y2 = to_square([150, 100, 160, 110])
        self.assertGreater(picture[int((y1 + y2) / 2), int((x1 + x2) / 2), 0], 200)
        self.assertLess(picture[int(y1) - 6, int(x1) - 6, 0], 30)


@unittest.skipIf(torch is None, 'torch is not installed')
class TestTraining(unittest.TestCase):
    def made(self):
        rows = crops_of([TestCrops.person, TestCrops.helmet, TestCrops.no_vest], Finder())
        return {'pictures': np.array(rows['pictures'], np.uint8), 'boxes': np.array(rows['boxes']),
                'parts': np.array(rows['parts']), 'states': np.array(rows['states'], np.int8),
                'empty': np.array(rows['empty']), 'source': np.zeros(len(rows['states']), int)}

    def test_targets_follow_the_labels(self):
        random.seed(1), np.random.seed(1)
        image, target = train_verdict.sample(self.made(), 0, 0)
        self.assertEqual(image.shape, (train_verdict.SIZE, train_verdict.SIZE, 3))
        self.assertEqual(target.argmax(1).tolist(), [train_verdict.WORN, train_verdict.MISSING])

    def test_a_painted_part_cannot_be_told(self):
        random.seed(1), np.random.seed(1)
        _, target = train_verdict.sample(self.made(), 0, 1)
        self.assertEqual(target.argmax(1).tolist(), [train_verdict.UNTOLD] * 2)

    def test_an_empty_place_cannot_be_told(self):
        made = self.made()
        self.assertTrue(made['empty'].any())
        _, target = train_verdict.sample(made, int(np.flatnonzero(made['empty'])[0]), 0)
        self.assertEqual(target.argmax(1).tolist(), [train_verdict.UNTOLD] * 2)

    def test_what_is_not_labelled_adds_no_loss(self):
        logits = torch.zeros(2, 2, 3)
        targets = torch.full((2, 2, 3), float('nan'))
        self.assertEqual(float(train_verdict.loss_of(logits, targets, (1, 1))), 0)
        targets[0, 0] = torch.tensor([1.0, 0, 0])
        self.assertAlmostEqual(float(train_verdict.loss_of(logits, targets, (1, 1))), 1.0986, 3)

    def test_a_set_has_the_share_of_draws_that_it_is_given(self):
        crops = {'source': np.array([0] * 90 + [1] * 10), 'states': np.array([[1, -1]] * 50 + [[0, -1]] * 50)}
        weights = train_verdict.weights_of(crops, {1: 0.2})
        self.assertAlmostEqual(weights.sum(), 1)
        self.assertAlmostEqual(weights[90:].sum(), 0.2)
        self.assertLess(train_verdict.weights_of(crops)[90:].sum(), 0.2)

    def test_a_set_in_which_all_or_none_wear_an_item_is_refused(self):
        made = self.made()
        with self.assertRaisesRegex(SystemExit, 'a-train: helmet: of worn, not worn there is only worn'):
            train_verdict.refuse_one_sided(made, ['a-train'])
        made['states'] = np.array([[1, -1], [0, -1]], np.int8)
        made['source'] = np.zeros(2, int)
        train_verdict.refuse_one_sided(made, ['a-train'])
        # Each set by itself: the other one does not make up for it.
        made['source'] = np.array([0, 1])
        with self.assertRaisesRegex(SystemExit, 'b-train: helmet: .* only not worn'):
            train_verdict.refuse_one_sided({**made, 'states': made['states'][[0, 1, 1]],
                                            'source': np.array([0, 0, 1])}, ['a-train', 'b-train'])

    @unittest.skipUnless(HAS_BACKBONE, 'the backbone is not there')
    def test_a_run_is_resumed_with_its_own_settings_only(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            self.write_set(folder / 'a-train.npz')

            def train(*more, out='run'):
                arguments = ['train_verdict.py', '--crops', name, '--train', 'a-train', '--backbone', BACKBONE,
                             '--out', str(folder / out), '--steps', '2', '--batch', '4', *more]
                with mock.patch.object(sys, 'argv', arguments), contextlib.redirect_stdout(io.StringIO()):
                    train_verdict.main()
                return (folder / out / 'last.pt').read_bytes()

            first = train()
            with self.assertRaisesRegex(SystemExit, 'go on with --resume'):
                train()
            with self.assertRaisesRegex(SystemExit, 'was run with rate 0.001, not 0.1'):
                train('--resume', '--rate', '0.1')
            self.assertEqual(train('--resume'), first)
            with self.assertRaisesRegex(SystemExit, 'no run to resume'):
                train('--resume', out='other')
            train('--init', str(folder / 'run/last.pt'), out='next')
            (folder / 'run/last.pt').write_bytes(b'')
            with self.assertRaisesRegex(SystemExit, 'run/last.pt: has 0 bytes'):
                train('--resume')
            with self.assertRaisesRegex(SystemExit, 'run/last.pt: has 0 bytes'):
                train('--init', str(folder / 'run/last.pt'), out='third')

    def write_set(self, path):
        """Two people, one with a helmet and no vest and one the other way round."""
        made = Crops()
        for head, torso in ((1, 4), (2, 3)):
            labels = {CLASSES[head]: [[184, 80, 216, 112]], CLASSES[torso]: [[168, 128, 232, 208]],
                      'person': [[160, 80, 240, 320]]}
            made.add_picture(Path('a.jpg'), np.full((400, 400, 3), 90, np.uint8),
                             {label: np.array(boxes, float) for label, boxes in labels.items()}, ALL, Finder())
        made.write(path)

    @unittest.skipUnless(HAS_BACKBONE, 'the backbone is not there')
    def test_normalization_changes_nothing_and_the_export_answers_alike(self):
        import onnxruntime
        import export
        torch.manual_seed(1)
        net = train_verdict.VerdictNet(BACKBONE).eval()
        images = torch.rand(8, 3, train_verdict.SIZE, train_verdict.SIZE) * 255
        with torch.no_grad():
            before = net(images)
            net.backbone.add_norms(images)
            net.eval()
            self.assertLess((net(images) - before).abs().max(), 1e-3)
            with tempfile.TemporaryDirectory() as folder:
                run, file = Path(folder, 'ema.pt'), Path(folder, 'v.onnx')
                torch.save({'ema': net.state_dict()}, run)
                export.write(run, BACKBONE, file, (1.5, 1.0))
                session = onnxruntime.InferenceSession(str(file), providers=['CPUExecutionProvider'])
                answers = session.run(None, {'images': images[:1].numpy()})[0]
        logits = before[0] / torch.tensor([[1.5], [1.0]])
        np.testing.assert_allclose(answers[0], logits.softmax(-1).numpy(), atol=1e-3)


if __name__ == '__main__':
    unittest.main()
