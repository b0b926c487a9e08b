"""Tests of the preparation of labelled sets: python3 -m unittest (needs opencv)."""
import contextlib
import io
import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import cv2
import numpy as np

import prepare

CLASSES = ['person', 'helmet', 'head', 'vest', 'no_vest']


class Prepared(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data, self.out = Path(folder.name) / 'data', Path(folder.name) / 'out'
        self.labelled = {}

    def add(self, name, stem, lines, whole=None, picture=None, split='train'):
        """A picture of random blocks, unlike any other of another stem."""
        folder = self.data / name / split
        for part in ('images', 'labels', 'labels_wholehead'):
            (folder / part).mkdir(parents=True, exist_ok=True)
        blocks = np.random.default_rng(list(stem.encode())).integers(0, 256, (9, 9, 3))
        image = cv2.resize(blocks.astype(np.uint8), (90, 90), interpolation=cv2.INTER_NEAREST)
        cv2.imwrite(str(folder / 'images' / f'{stem}.png'), image if picture is None else picture)
        (folder / 'labels' / f'{stem}.txt').write_text('\n'.join(lines))
        if whole is not None:
            (folder / 'labels_wholehead' / f'{stem}.txt').write_text('\n'.join(whole))
        self.labelled.setdefault(name, CLASSES)

    def run_it(self, share=0.0, leave_out=()):
        shutil.rmtree(self.out, ignore_errors=True)
        (self.data / 'dataset.json').write_text(
            json.dumps({'classes': CLASSES, 'labelled': self.labelled}))
        arguments = ['prepare.py', '--data', str(self.data), '--out', str(self.out),
                     '--share', str(share), '--leave-out', *leave_out]
        with mock.patch.object(sys, 'argv', arguments), contextlib.redirect_stdout(io.StringIO()):
            prepare.main()

    def lines(self, name, stem, part='train'):
        return (self.out / name / part / 'labels' / f'{stem}.txt').read_text().splitlines()

    def test_a_hat_becomes_a_whole_head(self):
        self.add('css', 'a', ['1 0.5 0.5 0.1 0.1', '0 0.5 0.6 0.3 0.6'])
        self.run_it()
        # From 0.45 - 0.007 to 0.55 + 0.047.
        self.assertEqual(self.lines('css', 'a'), ['1 0.50000 0.52000 0.10000 0.15400',
                                                  '0 0.50000 0.60000 0.30000 0.60000'])

    def test_validation_pictures_get_the_same_style_and_are_never_held_back(self):
        self.add('rf100', 'a', ['1 0.5 0.5 0.1 0.1'], ['1 0.5 0.52 0.1 0.15'], split='val')
        self.run_it(share=1.0)
        self.assertEqual(self.lines('rf100', 'a', 'val'), ['1 0.50000 0.52000 0.10000 0.15000'])

    def test_reviewed_verdicts_keep_their_heads_and_their_sides(self):
        for split in ('train', 'val'):
            self.add('helmet', split, ['2 0.5 0.2 0.1 0.15'], split=split)
        self.run_it(share=1.0)
        for split in ('train', 'val'):
            self.assertEqual(self.lines('helmet', split, split), ['2 0.50000 0.20000 0.10000 0.15000'])

    def test_a_head_at_the_edge_stays_in_the_picture(self):
        self.add('css', 'a', ['2 0.5 0.95 0.1 0.1'])
        self.run_it()
        _, _, middle, _, height = map(float, self.lines('css', 'a')[0].split())
        self.assertLessEqual(middle + height / 2, 1.0001)

    def test_labels_of_whole_heads_are_taken_where_there_are_any(self):
        self.add('rf100', 'a', ['1 0.5 0.5 0.1 0.1'], ['1 0.5 0.52 0.1 0.15'])
        self.run_it()
        self.assertEqual(self.lines('rf100', 'a'), ['1 0.50000 0.52000 0.10000 0.15000'])

    def test_a_set_of_two_styles_is_divided(self):
        self.add('esp', 'whole', ['1 0.5 0.5 0.1 0.1'], ['1 0.5 0.52 0.1 0.15'])
        self.add('esp', 'hat', ['1 0.5 0.5 0.1 0.1'])
        self.run_it()
        self.assertEqual(self.lines('esp', 'whole'), ['1 0.50000 0.52000 0.10000 0.15000'])
        self.assertEqual(self.lines('esp-moved', 'hat'), ['1 0.50000 0.52000 0.10000 0.15400'])
        self.run_it(share=1.0)
        self.assertFalse((self.out / 'esp-moved/development').exists(), 'it only trains')

    def test_a_band_of_hair_becomes_a_head_as_wide_as_it(self):
        self.add('css', 'a', ['2 0.5 0.3 0.2 0.04'])
        self.run_it()
        _, _, _, width, height = map(float, self.lines('css', 'a')[0].split())
        self.assertAlmostEqual(height / width, 1.25, 2)

    def test_pictures_that_look_alike_stay_on_one_side_also_mirrored_and_in_other_sets(self):
        for i in range(12):
            self.add('hhw', f'p{i}', ['1 0.5 0.5 0.1 0.1'])
            image = cv2.imread(str(self.data / 'hhw/train/images' / f'p{i}.png'))
            self.add('hhw', f'q{i}', ['1 0.5 0.5 0.1 0.1'], picture=cv2.flip(image, 1))
            blurred = cv2.GaussianBlur(image, (3, 3), 1)
            self.add('svest', f'r{i}', ['1 0.5 0.5 0.1 0.1'], picture=blurred)
        self.run_it(share=0.4)
        held = {path.stem for path in self.out.glob('*/development/images/*')}
        self.assertTrue(0 < len(held) < 36)
        for i in range(12):
            self.assertEqual(f'p{i}' in held, f'q{i}' in held)
            self.assertEqual(f'p{i}' in held, f'r{i}' in held)

    def test_a_set_that_is_left_out_has_no_picture_of_another(self):
        self.add('rf100', 'shared', ['1 0.5 0.5 0.1 0.1'], ['1 0.5 0.52 0.1 0.15'])
        self.add('rf100', 'own', ['1 0.5 0.5 0.1 0.1'], ['1 0.5 0.52 0.1 0.15'])
        image = cv2.imread(str(self.data / 'rf100/train/images/shared.png'))
        self.add('svest', 'same', ['1 0.5 0.5 0.1 0.1'], picture=image)
        self.run_it(leave_out=['rf100'])
        held = [path.stem for path in self.out.glob('rf100/*/images/*')]
        self.assertEqual(held, ['own'])
        self.assertTrue((self.out / 'svest/train/images/same.png').exists())

    def test_bad_labels_are_named_with_file_and_line_and_nothing_is_left(self):
        for line, what in (('7 0.5 0.5 0.1 0.1', 'known class'), ('-1 0.5 0.5 0.1 0.1', 'known class'),
                           ('1 0.5 0.5 0.1', 'cx cy'), ('1 0.5 0.5 0.1 0.1 0.2 0.2', 'cx cy'),
                           ('1 nan 0.5 0.1 0.1', 'cx cy'), ('1 0.5 1.5 0.1 0.1', 'reaches out'),
                           ('1 0.97 0.5 0.1 0.1', 'reaches out'), ('1 0.5 0.5 0 0.1', 'empty'),
                           ('helmet', 'known class')):
            self.add('css', 'a', ['0 0.5 0.6 0.3 0.6', line])
            with self.assertRaisesRegex(SystemExit, f'a.txt:2: .*({what})'):
                self.run_it()
            self.assertEqual([p.name for p in self.out.parent.iterdir()], ['data'])

    def test_a_folder_of_an_earlier_run_is_refused(self):
        self.add('css', 'a', ['0 0.5 0.6 0.3 0.6'])
        self.run_it()
        with mock.patch.object(shutil, 'rmtree'), self.assertRaisesRegex(SystemExit, 'exists'):
            self.run_it()

    def test_a_picture_that_is_none_is_named(self):
        self.add('hhw', 'a', ['1 0.5 0.5 0.1 0.1'])
        (self.data / 'hhw/train/images/a.png').write_bytes(b'')
        with self.assertRaisesRegex(SystemExit, 'a.png: not a picture'):
            self.run_it()

    def test_a_set_of_unknown_style_is_named(self):
        self.add('mine', 'a', ['1 0.5 0.5 0.1 0.1'])
        with self.assertRaisesRegex(SystemExit, 'mine: say in STYLES'):
            self.run_it()


if __name__ == '__main__':
    unittest.main()
