"""Tests of larger.py and people_union.py, and of reading what they write: python3 -m unittest (needs torch, torchvision, onnx,
onnxruntime and NanoDet-Plus, SECOND_PEOPLE or the copy beside the checkout)."""
import contextlib
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

try:
    import onnx
    import torch
    import torchvision  # noqa: F401
except ImportError:
    raise unittest.SkipTest('torch, torchvision or onnx is not installed')

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

import larger
import people_union
import score_people
from people import PeopleFinder
from people_union import GRIDS, PeopleUnion, boxes_of, cells, spread

STEM = os.environ.get('SECOND_PEOPLE', str(HERE.parents[3] / 'shared/weights/nanodet-plus/nanodet-plus-m-1.5x_416_int8'))
FIRST, SHIPPED = HERE.parent / 'model.onnx', HERE.parents[1] / 'ppe-large/model.onnx'


def call(module, *arguments):
    with mock.patch.object(sys, 'argv', [module.__name__, *map(str, arguments)]), contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            module.main()
        except SystemExit as error:
            return f'{error} {said.getvalue()}'
    return ''


class Joining(unittest.TestCase):
    def test_a_cell_of_the_coarsest_stride_draws_the_same_box_in_the_finer_grid(self):
        for height, width in ((64, 64), (96, 160)):
            down, across = -(-height // 64), -(-width // 64)
            coarse = torch.zeros(1, 6, down, across)
            coarse[:, 2:4], coarse[:, 4:] = 0.7, 1
            rows = spread(coarse, torch.zeros(1, 1, height // 32, width // 32)).flatten(2)[0].T
            where = cells(height, width, (32,))
            drawn = boxes_of(rows, where)[rows[:, 4] > 0]
            self.assertEqual(len(drawn), down * across)
            middles = (drawn[:, :2] + drawn[:, 2:]) / 2
            wanted = torch.cartesian_prod(torch.arange(down), torch.arange(across)).flip(1) * 64
            self.assertTrue(torch.equal(middles, wanted.float()))

    def test_of_two_boxes_of_one_person_the_better_stays_and_what_is_hardly_seen_goes(self):
        union = mock.Mock(most_shared=0.4)
        boxes = torch.tensor([[0., 0, 10, 20], [0, 1, 10, 20], [30, 0, 40, 20], [7, 0, 17, 20], [60, 0, 70, 20]])
        score = torch.tensor([.5, .7, .3, .4, people_union.LEAST_SCORE - .01])
        self.assertEqual(PeopleUnion.kept(union, boxes, score).tolist(), [0, 1, 1, 1, 0])
        none = torch.zeros(5)
        self.assertEqual(PeopleUnion.kept(union, boxes, none).tolist(), [0] * 5)


@unittest.skipIf(onnxruntime is None or not Path(f'{STEM}.npz').exists(), 'needs onnxruntime and NanoDet-Plus')
class Written(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name) / 'out/model.onnx'
        said = call(larger, '--model', FIRST, '--second', STEM, '--out', cls.path)
        if said:
            raise AssertionError(said)
        cls.sessions = [onnxruntime.InferenceSession(str(path), providers=['CPUExecutionProvider'])
                        for path in (FIRST, cls.path, SHIPPED)]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_all(self, height, width):
        images = np.random.default_rng(height).integers(0, 256, (1, 3, height, width)).astype(np.float32)
        return images, *(session.run(None, {'images': images})[0] for session in self.sessions)

    def test_the_graph_answers_as_the_module(self):
        union = PeopleUnion(STEM, 0.4).eval()
        for height, width in ((64, 128), (96, 160)):
            images, first, found, _ = self.run_all(height, width)
            with torch.no_grad():
                wanted = union(torch.from_numpy(images), torch.from_numpy(first)).numpy()
            self.assertEqual(found.shape, (1, first.shape[1] + len(cells(height, width, GRIDS)), first.shape[2]))
            np.testing.assert_allclose(found, wanted, atol=1e-3)

    def test_what_the_first_network_draws_keeps_its_place_and_its_equipment_its_scores(self):
        _, first, found, _ = self.run_all(96, 160)
        count = first.shape[1]
        kept = [i for i in range(first.shape[2]) if i != 4]
        np.testing.assert_array_equal(found[0, :count, kept], first[0, :, kept])
        np.testing.assert_array_equal(found[0, count // 2:count], first[0, count // 2:])
        self.assertTrue(set(np.unique(found[0, :count // 2, 4])) <= {0, 1})
        self.assertTrue((found[0, count:, 6:] == 0).all(), 'the second network finds no equipment')

    def test_the_shipped_weights_are_what_the_recipe_writes(self):
        _, _, found, shipped = self.run_all(128, 96)
        np.testing.assert_allclose(shipped, found, atol=1e-4)

    def test_people_of_both_are_read(self):
        shipped = np.concatenate((np.zeros((1, 168, 10), np.float32), np.zeros((1, 88, 10), np.float32)), 1)
        # The first cell of either: a box of 3 by 3 cells of 8 px around the corner of the cell.
        for at in (0, 168):
            shipped[0, at, 2:4], shipped[0, at, 4:6] = np.log(3), (1, .5)
        shipped[0, 168, :2] = 5
        finder = PeopleFinder(SHIPPED, 64)
        finder.session = mock.Mock(run=lambda *_: [shipped])
        found = finder.find(np.zeros((64, 64, 3), np.uint8), 0.1)
        self.assertEqual(sorted(found[:, 0].tolist()), [0, 28])
        shipped[0, 168:] = 0
        self.assertEqual(len(finder.find(np.zeros((64, 64, 3), np.uint8), 0.1)), 1)


class Refused(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_weights_that_are_not_there_or_empty_a_file_in_the_way_and_no_share(self):
        out = self.folder / 'model.onnx'
        of = ('--model', FIRST, '--second', self.folder / 'none', '--out', out)
        self.assertIn('none.graph.json: is not there', call(larger, *of))
        (self.folder / 'none.graph.json').write_text('[]')
        (self.folder / 'none.npz').touch()
        self.assertIn('none.npz: has 0 bytes', call(larger, *of))
        self.assertIn('1.5 is no share between 0 and 1', call(larger, *of, '--most-shared', '1.5'))
        self.assertFalse(out.exists())
        out.touch()
        self.assertIn(f'{out}: is there already', call(larger, *of))

    def test_sizes_that_do_not_fit_the_models(self):
        of = ('--data', self.folder, '--sets', 'a/development', '--models', 'a.onnx', 'b.onnx', '--out', self.folder)
        self.assertIn('--sizes: 1 for 2 models', call(score_people, *of, '--sizes', '416'))
        self.assertIn('--sizes: 400 is no multiple of 32', call(score_people, *of, '--sizes', '416', '400'))


if __name__ == '__main__':
    unittest.main()
