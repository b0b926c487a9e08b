"""Tests of leave_out.py, score_left_out.py, calibration.py, score_answers.py, curve_over_sources.py and
people_frontier.py: python3 -m unittest (needs OpenCV; some need torch)."""
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

try:
    import torch
except ImportError:
    torch = None

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

import calibration
import leave_out
import model_with
import people_frontier
import score_answers
import score_left_out
import scored_people
from intervals import difference, share, text

UNTOLD = (np.nan,) * 3


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class TestIntervals(unittest.TestCase):
    def test_people_of_one_picture_are_drawn_together(self):
        part = np.arange(40) % 2 == 0
        alone = share(np.arange(40), part, np.ones(40, bool))
        # Ten pictures of four people of whom all are right, or none.
        together = share(np.repeat(np.arange(10), 4), np.repeat(np.arange(10) % 2 == 0, 4), np.ones(40, bool))
        self.assertEqual((alone[0], together[0]), (0.5, 0.5))
        self.assertGreater(together[2] - together[1], 1.5 * (alone[2] - alone[1]))

    def test_where_all_are_right_the_other_end_is_that_of_so_many_pictures(self):
        value, low, high = share(np.arange(20), np.ones(20, bool), np.ones(20, bool))
        self.assertEqual((value, high), (1, 1))
        self.assertAlmostEqual(low, 0.025 ** (1 / 20))
        self.assertTrue(np.isnan(share(np.arange(4), np.ones(4, bool), np.ones(4, bool))[1]))
        self.assertTrue(np.isnan(share(np.arange(9), np.zeros(9, bool), np.zeros(9, bool))[0]))

    def test_a_difference_is_of_the_same_draws(self):
        part, whole = np.arange(40) % 2 == 0, np.ones(40, bool)
        self.assertEqual(difference(np.arange(40), (part, whole), (part, whole)), (0, 0, 0))
        self.assertEqual(text(0.5, 0.25, 1.0), '.500 (.250-1.000)')
        self.assertEqual(text(-0.1, -0.2, 0.05, signed=True), '-.100 (-.200 to +.050)')


class TestLeaveOut(InFolder):
    def data(self, *names):
        (self.folder / 'dataset.json').write_text(
            json.dumps({'classes': ['person'], 'labelled': {name: ['person'] for name in names}}))
        for name in names:
            (self.folder / name / 'train/images').mkdir(parents=True)
        return self.folder

    def test_each_source_is_left_out_once(self):
        sources = leave_out.sources_of(self.data('c', 'a', 'b'))
        self.assertEqual(leave_out.plan_of(sources, []), {'a': ('b', 'c'), 'b': ('a', 'c'), 'c': ('a', 'b')})
        self.assertEqual(leave_out.plan_of(sources, ['b']), {'b': ('a', 'c')})

    def test_one_source_and_an_unknown_one_are_refused(self):
        with self.assertRaisesRegex(SystemExit, 'of 1 sets none can be left out'):
            leave_out.sources_of(self.data('a'))
        with self.assertRaisesRegex(SystemExit, '--without: there is no source z of a, b'):
            leave_out.plan_of(['a', 'b'], ['z'])

    def test_nothing_is_prepared_without_the_weights_to_begin_at(self):
        self.data('a', 'b')
        (self.folder / 'stem.npz').touch()
        arguments = ['leave_out.py', '--data', str(self.folder), '--out', str(self.folder / 'out'),
                     '--backbone', str(self.folder / 'stem')]
        with mock.patch.object(sys, 'argv', arguments), self.assertRaisesRegex(SystemExit, 'stem.npz: has 0 bytes'):
            leave_out.main()
        self.assertFalse((self.folder / 'out').exists())


class TestModelWith(InFolder):
    def test_a_model_without_a_classifier_and_a_run_of_no_bytes_are_refused(self):
        (self.folder / 'card.yaml').write_text('name: a\n')
        run = self.folder / 'ema.pt'
        run.touch()
        with self.assertRaisesRegex(SystemExit, 'card.yaml: has no classifier'):
            model_with.write_model(run, 'a', self.folder, self.folder / 'out')
        with self.assertRaisesRegex(SystemExit, 'ema.pt: has 0 bytes'):
            model_with.write_model(run, 'a', HERE.parent, self.folder / 'out')
        self.assertFalse((self.folder / 'out').exists())


class TestScores(InFolder):
    def test_a_folder_without_a_run_that_leaves_one_out_is_refused(self):
        with self.assertRaisesRegex(SystemExit, 'no run that leaves out one of the sources .none.'):
            score_left_out.runs_of(self.folder)
        (self.folder / 'crops').mkdir()
        for name in 'abc':
            (self.folder / f'crops/{name}-development.npz').touch()
        for run in ('a', 'a+b', 'a+b+c', 'a+z'):
            (self.folder / 'runs' / run).mkdir(parents=True)
            (self.folder / 'runs' / run / 'ema.pt').touch()
        self.assertEqual(list(score_left_out.runs_of(self.folder)), ['c'])
        with self.assertRaisesRegex(SystemExit, 'c-development.npz: has 0 bytes'):
            scored_people.people_of(self.folder / 'crops/c-development.npz', 10)

    def test_people_are_counted_as_bench_verdict_counts_them(self):
        answers = np.array([[.9, .05, .05], [.1, .85, .05], [.3, .3, .4], UNTOLD, [.95, 0, .05]])
        states = np.array([1, 0, 0, 0, -1])
        said = scored_people.said_at(answers, 0.8, 0.8)
        self.assertEqual(said.tolist(), [1, 0, -1, -2, 1])
        values = {name: (part.sum(), whole.sum()) for name, (part, whole) in scored_people.shares(states, said).items()}
        self.assertEqual(values, {'right of decided': (2, 2), 'unknown': (1, 3), 'not found': (1, 4),
                                  'missing found': (1, 3), 'reports right': (1, 1)})
        self.assertEqual(scored_people.said_at_unknown(answers, 0.5).tolist(), [1, -1, -1, -2, 1])

    def test_calibration_tells_how_far_probabilities_are_from_what_is_right(self):
        states = np.array([1] * 8 + [0] * 2 + [-1])
        answers = np.tile([0.8, 0.2, 0.0], (11, 1))
        error, rows = calibration.calibration(states, answers)
        self.assertAlmostEqual(error, 0)
        self.assertEqual([(number, count) for number, count, _, _ in rows], [(3, 10)])
        error, _ = calibration.calibration(states, np.tile([0.5, 0.0, 0.5], (11, 1)))
        self.assertAlmostEqual(error, 0.2)


class TestAnswers(InFolder):
    def row(self, picture, labelled, parts, worn, missing, classifier='unknown'):
        return {'set': 'a/val', 'picture': picture, 'item': 'helmet', 'height': 90, 'labelled': labelled,
                'said': {'rule': parts, 'parts': parts, 'classifier': classifier}, 'worn': worn, 'missing': missing}

    def write(self, *rows, name='answers'):
        path = self.folder / name
        path.write_text(''.join(row if isinstance(row, str) else f'{json.dumps(row)}\n' for row in rows))
        return path

    def test_the_classifier_leaves_as_many_unknown_as_the_parts(self):
        rows = [self.row('a', 'worn', 'unknown', .9, .1), self.row('b', 'worn', 'worn', .6, .4),
                self.row('c', 'missing', 'worn', .1, .9), self.row('d', 'missing', 'missing', .3, .7),
                self.row('e', 'missing', 'notFound', None, None, 'notFound')]
        _, ways = score_answers.compare(rows)
        sums = {way: {name: (part.sum(), whole.sum()) for name, (part, whole) in of.items()} for way, of in ways.items()}
        self.assertEqual(sums['parts'], {'right': (2, 3), 'unknown': (1, 4), 'missing found': (1, 3), 'reports right': (1, 1)})
        self.assertEqual(sums['classifier, as much unknown'],
                         {'right': (3, 3), 'unknown': (1, 4), 'missing found': (2, 3), 'reports right': (2, 2)})

    def test_lines_that_are_no_answers_are_named(self):
        good = self.row('a', 'worn', 'worn', .9, .1)
        for bad in ('{"set": 1}\n', 'helmet\n', json.dumps({**good, 'labelled': 'maybe'}) + '\n',
                    json.dumps({**good, 'said': {'parts': 'worn'}}) + '\n'):
            with self.assertRaisesRegex(SystemExit, 'answers:2: not an answer of bench verdict'):
                score_answers.read_answers(self.write(good, bad))
        with self.assertRaisesRegex(SystemExit, 'answers: holds no answers'):
            score_answers.read_answers(self.write())
        with self.assertRaisesRegex(SystemExit, 'nowhere: cannot be read'):
            score_answers.read_answers(self.folder / 'nowhere')

    def test_parts_of_another_model_must_be_of_the_same_people(self):
        one, other = self.row('a', 'worn', 'worn', .9, .1), self.row('a', 'worn', 'missing', .9, .1)
        joined = score_answers.with_parts_of([one], [other], 'other')
        self.assertEqual(joined[0]['said'], {'rule': 'worn', 'parts': 'missing', 'classifier': 'unknown'})
        with self.assertRaisesRegex(SystemExit, 'other: is of other people'):
            score_answers.with_parts_of([one], [{**other, 'picture': 'b'}], 'other')


class TestFrontier(InFolder):
    def run_it(self, *more):
        arguments = ['people_frontier.py', '--data', str(self.folder), '--weights', str(self.folder),
                     '--out', str(self.folder / 'out'), '--sets', 'a/development', *more]
        with mock.patch.object(sys, 'argv', arguments), contextlib.redirect_stdout(io.StringIO()):
            people_frontier.main()

    def test_a_size_off_the_grid_and_a_set_without_people_are_refused(self):
        (self.folder / 'dataset.json').write_text(json.dumps({'classes': ['helmet'], 'labelled': {'a': ['helmet']}}))
        with self.assertRaisesRegex(SystemExit, '--sizes: 330 is no multiple of 32'):
            self.run_it('--sizes', '330')
        with self.assertRaisesRegex(SystemExit, 'dataset.json: a/development does not label people'):
            self.run_it()

    def test_labels_and_weights_that_cannot_be_used_are_named(self):
        (self.folder / 'dataset.json').write_text(json.dumps({'classes': ['person'], 'labelled': {'a': ['person']}}))
        for part in ('images', 'labels'):
            (self.folder / 'a/development' / part).mkdir(parents=True)
        cv2.imwrite(str(self.folder / 'a/development/images/a.png'), np.zeros((64, 64, 3), np.uint8))
        label = self.folder / 'a/development/labels/a.txt'
        label.write_text('0 0.5 0.5 0.5 0.5\n0 0.9 0.5 0.5 0.5\n')
        with self.assertRaisesRegex(SystemExit, 'a.txt:2: the box is empty or reaches out'):
            self.run_it()
        label.write_text('0 0.5 0.5 0.5 0.5\n')
        (self.folder / 'rtmdet-nano-person').mkdir()
        (self.folder / 'rtmdet-nano-person/rtmdet-nano.onnx').touch()
        with mock.patch.dict(sys.modules, {'onnxruntime': mock.MagicMock()}), \
                self.assertRaisesRegex(SystemExit, 'rtmdet-nano.onnx: has 0 bytes'):
            self.run_it()

    def test_the_score_is_the_lowest_of_the_asked_precision(self):
        scores, right = np.array([.9, .8, .7, .6, .5]), np.array([True, True, False, True, False])
        self.assertEqual(people_frontier.lowest_score(scores, right, 0.75), 0.6)
        self.assertEqual(people_frontier.lowest_score(scores, right, 1.0), 0.8)
        self.assertIsNone(people_frontier.lowest_score(scores, ~right, 0.9))

    def test_boxes_are_read_from_distances(self):
        size, side = 64, (8, 4, 2, 1)
        scores = [np.zeros((1, 80, n, n)) for n in side]
        distances = [np.zeros((1, 32, n, n)) for n in side]
        scores[0][0, 0, 2, 3] = 0.9
        # Left 1, top 2, right 3 and bottom 4 strides.
        for edge, bins in enumerate((1, 2, 3, 4)):
            distances[0][0, edge * 8 + bins, 2, 3] = 50
        boxes = people_frontier.from_distances(0.5)([*scores, *distances], size)
        best = boxes[boxes[:, 4].argmax()]
        np.testing.assert_allclose(best, [28 - 8, 20 - 16, 28 + 24, 20 + 32, 0.9], atol=1e-6)
        # Of RTMDet, distances are in pixels of the network.
        values = np.full((1, 8, 8, 5), -9.0)
        values[0, 2, 3] = 2, 5, 6, 7, 8
        boxes = people_frontier.from_rtmdet([values, np.full((1, 4, 4, 5), -9.0), np.full((1, 2, 2, 5), -9.0)], size)
        np.testing.assert_allclose(boxes[boxes[:, 4].argmax()][:4], [24 - 5, 16 - 6, 24 + 7, 16 + 8])


@unittest.skipIf(torch is None, 'torch is not installed')
class TestLayers(unittest.TestCase):
    def test_slices_are_of_given_sizes_or_of_equal_ones(self):
        from layers import outputs_of
        x = torch.arange(6.0).view(1, 6, 1, 1)
        layer = lambda kind, **params: {'type': kind, 'name': 'a', 'outputs': ['b', 'c'], 'params': params}
        sizes = lambda **params: [part.shape[1] for part in outputs_of(layer('Slice', **params), [x])]
        self.assertEqual(sizes(), [3, 3])
        self.assertEqual(sizes(**{'-23300': '2,2,-233'}), [2, 4])
        self.assertEqual(outputs_of(layer('ShuffleChannel'), [x])[0].flatten().tolist(), [0, 3, 1, 4, 2, 5])
        with self.assertRaisesRegex(ValueError, 'unsupported layer Softmax a'):
            outputs_of(layer('Softmax'), [x])


@unittest.skipIf(torch is None, 'torch is not installed')
class TestCurve(InFolder):
    def test_a_folder_without_sources_is_refused(self):
        import curve_over_sources
        arguments = ['curve_over_sources.py', '--out', str(self.folder), '--backbone', 'none']
        with mock.patch.object(sys, 'argv', arguments), self.assertRaisesRegex(SystemExit, 'has crops of 0 sources'):
            curve_over_sources.main()

    def test_each_source_left_out_counts_alike(self):
        from curve_over_sources import curve_rows
        rows = [('helmet', 1, ('a',), 'b', .8, .5), ('helmet', 1, ('c',), 'b', .6, .3), ('helmet', 1, ('a',), 'c', .9, .6),
                ('helmet', 2, ('a', 'c'), 'b', .9, .6), ('helmet', 2, ('a', 'b'), 'c', .9, .6),
                # Scored at one size alone: left out.
                ('helmet', 1, ('b',), 'a', .1, .1)]
        made = list(curve_rows(rows))
        self.assertEqual([row[:5] for row in made], [['helmet', 1, 2, '.800', '.500'], ['helmet', 2, 2, '.900', '.600']])


if __name__ == '__main__':
    unittest.main()
