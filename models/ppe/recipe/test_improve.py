"""Tests of improve.py: python3 -m unittest (needs OpenCV and PyYAML; what trains needs torch, onnx and onnxruntime)."""
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
    import onnx
    import onnxruntime
    import torch
except ImportError:
    torch = None
try:
    import yaml
except ImportError:
    yaml = None

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'verdict'))

import compare
import site_labels
from site_labels import read_site

if yaml:
    import improve
    import model_folder

CLASSES = ['person', 'helmet', 'head', 'vest', 'no_vest']
# The judged person in shares of the picture: it goes on below it.
PERSON = [0.27, 0.16, 0.73, 1.49]
PART = {'helmet': (1, 2), 'vest': (3, 4)}


class LabelledSite(unittest.TestCase):
    """A labelled set of a site with two cameras, as `npm run -s labels` writes it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name, 'labels')
        self.lines = []
        self.folder.mkdir()
        self.random = np.random.default_rng(1)
        (self.folder / 'dataset.json').write_text(json.dumps({'classes': CLASSES, 'labelled': {
            'helmet': CLASSES[:3], 'vest': ['person', *CLASSES[3:]], 'person': ['person']}}))
        for camera, side, count in (('gate', 'train', 10), ('yard', 'val', 5)):
            for said in ('worn', 'missing'):
                for _ in range(count):
                    self.add(camera, side, 'vest', said)
        self.write()

    def add(self, camera, side, item, said, **changes):
        name = f'{len(self.lines):03d}'
        place = self.folder / item / side
        for part in ('images', 'labels'):
            (place / part).mkdir(parents=True, exist_ok=True)
        image = self.random.integers(60, 120, (90, 90, 3), np.uint8)
        # A vest that is as blue as none of the sets has it.
        if said == 'worn':
            image[30:80, 28:62] = (230, 40, 30)
        cv2.imwrite(str(place / f'images/{name}.jpg'), image)
        part = PART[item][0 if said == 'worn' else 1]
        (place / f'labels/{name}.txt').write_text(f'0 0.5 0.58 0.46 0.84\n{part} 0.5 0.6 0.4 0.5\n')
        self.lines.append({'picture': f'{item}/{side}/images/{name}.jpg', 'camera': camera, 'week': '2026-W48',
                           'person': PERSON, 'isPerson': True, item: said, **changes})

    def write(self):
        (self.folder / 'manifest.jsonl').write_text(''.join(f'{json.dumps(line)}\n' for line in self.lines))

    def refused(self, pattern, **options):
        with self.assertRaisesRegex(SystemExit, pattern):
            read_site(self.folder, **{'items': ('vest',), **options})


class TestSite(LabelledSite):
    def test_people_are_cut_by_their_whole_box(self):
        train, held_out = read_site(self.folder, ('vest',))
        self.assertEqual((len(train.rows['states']), len(held_out.rows['states'])), (20, 10))
        self.assertEqual([list(state) for state in train.rows['states'][::10]], [[-1, 1], [-1, 0]])
        # 0.46 of 90 px wide and 1.33 of 90 high: the box keeps this shape in the crop.
        left, top, right, bottom = train.rows['boxes'][0][0]
        self.assertAlmostEqual((bottom - top) / (right - left), 1.33 / 0.46, 4)
        self.assertAlmostEqual(train.rows['heights'][0], 1.33 * 90)
        self.assertFalse(np.isnan(train.rows['parts'][0][1]).any())

    def test_cameras_are_held_out_as_a_whole(self):
        with mock.patch.dict(site_labels.LEAST, {'train': 5}):
            train, held_out = read_site(self.folder, ('vest',), ['gate'])
        self.assertEqual((len(train.rows['states']), len(held_out.rows['states'])), (10, 20))
        self.refused('no camera nowhere', hold_out=['nowhere'])

    def test_a_place_without_a_person_is_empty_and_another_item_is_left_out(self):
        self.add('gate', 'train', 'helmet', 'worn')
        self.add('gate', 'train', 'vest', 'worn', isPerson=False)
        self.lines[-1].pop('vest')
        self.write()
        train, _ = read_site(self.folder, ('vest',))
        self.assertEqual(train.rows['empty'], [False] * 20 + [True])

    def test_one_answer_alone_and_too_few_are_refused(self):
        for line in self.lines[10:20]:
            line['vest'] = 'worn'
            (self.folder / line['picture'].replace('images', 'labels').replace('jpg', 'txt')).write_text('3 0.5 0.6 0.4 0.5\n')
        self.write()
        self.refused(r'manifest.jsonl: vest, train: 20 worn, 0 missing; at least 10 of each')
        self.refused(r'manifest.jsonl: helmet, train: 0 worn, 0 missing.*--items vest', items=('helmet', 'vest'))

    def test_what_cannot_be_used_is_named_with_file_and_line(self):
        for change, what in ((dict(person=[1.2, 0.1, 1.6, 0.9]), 'outside of the picture'),
                             (dict(person=[-0.1, -5, 0.5, 0.1]), 'outside of the picture'),
                             (dict(person=[0.5, 0.5, 0.5, 0.9]), 'not left, top, right and bottom'),
                             (dict(person=[0.1, 0.1, 'a', 0.9]), 'not left, top, right and bottom'),
                             (dict(vest='perhaps'), 'neither worn nor missing'),
                             (dict(vest='missing'), 'vest is missing, and the label file has 0 boxes of no_vest'),
                             (dict(picture='../x/images/a.jpg'), '"picture" is not'),
                             (dict(picture='vest/train/images/gone.jpg'), 'gone.jpg is not there'),
                             (dict(camera=None), 'has no "camera"')):
            kept, self.lines[3] = self.lines[3], {**self.lines[3], **change}
            self.write()
            self.refused(f'manifest.jsonl:4: .*{what}')
            self.lines[3] = kept
        del self.lines[3]['person']
        self.write()
        self.refused('manifest.jsonl:4: .*make the set again')
        (self.folder / 'manifest.jsonl').write_text('{\n')
        self.refused('manifest.jsonl:1: not JSON')
        (self.folder / 'manifest.jsonl').unlink()
        self.refused('manifest.jsonl: cannot be read')

    def test_damaged_pictures_and_labels_are_named(self):
        label = self.folder / 'vest/train/labels/003.txt'
        for text, what in (('3 0.5 0.6 0.4', 'cx cy'), ('9 0.5 0.6 0.4 0.5', 'known class'),
                           ('3 0.9 0.6 0.4 0.5', 'reaches out')):
            label.write_text(f'{text}\n')
            self.refused(f'vest/train/labels/003.txt:1: .*{what}')
        (self.folder / 'vest/train/images/003.jpg').write_bytes(b'')
        self.refused('003.jpg: not a picture')


class TestCompare(unittest.TestCase):
    states = np.array([1] * 10 + [0] * 10)

    def says(self, worn, missing):
        """So many of ten who wear it called worn, and of ten who do not called missing; the rest the other way round."""
        return np.array([1] * worn + [0] * (10 - worn) + [0] * missing + [1] * (10 - missing))

    def test_shares(self):
        figures = compare.figures(np.array([1, 1, 0, 0]), np.array([1, -1, 0, 1]))
        self.assertEqual(figures, {'people': 4, 'balanced': 0.5, 'rightOfWorn': 0.5, 'rightOfMissing': 0.5,
                                   'rightOfKnown': 2 / 3, 'unknown': 0.25, 'missingPrecision': 1.0})

    def test_answers_follow_the_trust_of_the_card(self):
        answers = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.9, 0.0]])
        self.assertEqual(list(compare.said(answers, (0.8, 0.9))), [1, -1, 0])

    def test_better_on_the_site(self):
        self.assertEqual(compare.objections_on_site('vest', self.states, self.says(0, 10), self.says(9, 9)), [])

    def test_worn_for_all_is_not_better(self):
        found = ' '.join(compare.objections_on_site('vest', self.states, self.says(0, 10), self.says(10, 0)))
        self.assertRegex(found, 'not better')
        self.assertRegex(found, '10 confirmed reports 0.00 are still made')

    def test_what_may_be_chance_and_fewer_right_reports_are_not_better(self):
        found = ' '.join(compare.objections_on_site('vest', self.states, self.says(5, 10), self.says(9, 10)))
        self.assertRegex(found, '4 answers became right and 0 wrong: that may be chance')
        self.assertEqual(compare.chance(5, 0), 1 / 32)
        before = np.array([-1] * 10 + [0] * 10)
        self.assertRegex(' '.join(compare.objections_on_site('vest', self.states, before, self.says(9, 10))),
                         'of the reports 0.909 are right, before 1.000')

    def test_a_point_on_the_source_left_out(self):
        figures = dict(balanced=0.9, rightOfKnown=0.95)
        of = lambda **changes: compare.objections_on_left_out('rf100', 'helmet', figures, {**figures, **changes})
        self.assertEqual(of(balanced=0.89), [])
        self.assertRegex(of(balanced=0.885)[0], 'rf100: helmet: balanced 0.885, before 0.900')
        self.assertEqual(len(of(rightOfKnown=0.93)), 1)
        self.assertEqual(len(of(rightOfKnown=float('nan'))), 1)


@unittest.skipIf(yaml is None, 'PyYAML is not installed')
class TestCard(unittest.TestCase):
    def test_says_what_it_is(self):
        with tempfile.TemporaryDirectory() as name:
            classifier = Path(name, 'verdict.onnx')
            classifier.write_bytes(b'weights')
            card = model_folder.read_card(HERE.parent)
            made = model_folder.new_card(card, classifier, [{'set': 'site/held-out'}], {
                'labels': 40, 'period': '2026-W48 to 2026-W49', 'command': 'improve.py --seed 1'})
            sha256 = model_folder.digest(classifier)
            self.assertEqual(made['version'], f'{card["version"]}-site.{sha256[:8]}')
            self.assertEqual(made['verdict']['weights']['sha256'], sha256)
            self.assertEqual(made['verdict']['trust'], card['verdict']['trust'])
            self.assertIn('40 people of this site: improve.py --seed 1', made['recipe'])
            self.assertEqual(made['dataSets'][-1]['name'], 'site')
            self.assertEqual(made['name'], 'ppe-site')
            again = model_folder.new_card({**made, 'standby': True}, classifier, [], {
                'labels': 3, 'period': 'a day', 'command': 'improve.py'})
            self.assertEqual(again['name'], 'ppe-site')
            self.assertNotIn('standby', again)
            # Figures of the earlier classifier are not repeated.
            self.assertTrue(all('map50' in one for one in made['figures'][1:]) and len(made['figures']) > 1)
            with self.assertRaisesRegex(SystemExit, 'card.yaml: cannot be read'):
                model_folder.read_card(name)


@unittest.skipIf(torch is None or yaml is None, 'torch, onnx, onnxruntime or PyYAML is not installed')
class TestImprove(LabelledSite):
    def setUp(self):
        super().setUp()
        self.root = self.folder.parent
        for name in ('a/train', 'b/development'):
            for part in ('images', 'labels'):
                (self.root / 'data' / name / part).mkdir(parents=True)
            for i, (head, torso) in enumerate(((1, 4), (2, 3))):
                image = self.random.integers(60, 120, (400, 400, 3), np.uint8)
                cv2.imwrite(str(self.root / f'data/{name}/images/{i}.png'), image)
                (self.root / f'data/{name}/labels/{i}.txt').write_text(
                    f'0 0.5 0.5 0.2 0.6\n{head} 0.5 0.24 0.08 0.08\n{torso} 0.5 0.42 0.16 0.2\n')
        (self.root / 'data/dataset.json').write_text(
            json.dumps({'classes': CLASSES, 'labelled': {name: CLASSES for name in ('a', 'b')}}))

    def improve(self, *more):
        arguments = ['improve.py', '--labels', str(self.folder), '--data', str(self.root / 'data'), '--out',
                     str(self.root / 'out'), '--items', 'vest', '--steps', '2', *more]
        printed = io.StringIO()
        with mock.patch.object(sys, 'argv', arguments), contextlib.redirect_stdout(printed):
            improve.main()
        return printed.getvalue()

    def test_a_model_is_written_only_where_it_is_better(self):
        model = self.root / 'out/model'
        # Two steps make nothing better.
        with self.assertRaisesRegex(SystemExit, 'refused:\n- site: vest: '):
            self.improve()
        self.assertFalse(model.exists() or list(self.root.glob('out/**/card*')) or list(self.root.glob('out/**/*.onnx')))
        self.assertIn('present', json.loads((self.root / 'out/figures.json').read_text())['figures']['site vest'])
        with mock.patch.object(compare, 'objections_on_site', lambda *_: []), \
                mock.patch.object(compare, 'objections_on_left_out', lambda *_: []):
            self.assertIn('kept: ', self.improve())
        card = model_folder.read_card(model)
        self.assertEqual(card['verdict']['weights']['sha256'], model_folder.digest(model / 'verdict.onnx'))
        self.assertEqual(card['weights']['sha256'], model_folder.digest(model / 'model.onnx'))
        with self.assertRaisesRegex(SystemExit, 'model exists: name another --out'):
            self.improve()
        model.rename(self.root / 'kept')
        with self.assertRaisesRegex(SystemExit, 'was begun with other labels or settings'):
            self.improve('--seed', '2')
        self.add('gate', 'train', 'vest', 'worn')
        self.write()
        with self.assertRaisesRegex(SystemExit, 'was begun with other labels or settings'):
            self.improve()

    def test_nothing_is_trained_without_a_source_left_out(self):
        (self.root / 'data/b/train').mkdir()
        (self.root / 'data/b/train/images').mkdir()
        with self.assertRaisesRegex(SystemExit, 'exactly one set must be left out'):
            self.improve()
        self.assertFalse((self.root / 'out').exists())

    def test_the_shipped_classifier_is_read_back(self):
        from start import GRAPH, from_npz, from_onnx, write_npz
        from train_verdict import SIZE, VerdictNet
        images = torch.rand(8, 3, SIZE, SIZE) * 255
        state = from_onnx(HERE.parent / 'verdict.onnx', images)
        write_npz(state, self.root / 'a.npz')
        session = onnxruntime.InferenceSession(str(HERE.parent / 'verdict.onnx'), providers=['CPUExecutionProvider'])
        expected = session.run(None, {'images': images[:1].numpy()})[0]
        for values, places in ((state, 4), (from_npz(self.root / 'a.npz'), 2)):
            net = VerdictNet(GRAPH, bare=True)
            net.backbone.add_norms(images)
            net.load_state_dict(values)
            with torch.no_grad():
                answers = net.eval()(images[:1]).softmax(-1).numpy()
            np.testing.assert_allclose(answers, expected, atol=10 ** -places)

    def test_a_part_of_the_way_between_two_networks(self):
        from start import mixed
        before, after = {'a': torch.zeros(2), 'n': torch.tensor(1)}, {'a': torch.ones(2), 'n': torch.tensor(3)}
        state = mixed(before, after, 0.7)
        self.assertAlmostEqual(float(state['a'][0]), 0.7, 6)
        self.assertEqual(int(state['n']), 3)


if __name__ == '__main__':
    unittest.main()
