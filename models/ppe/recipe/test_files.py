"""Tests of reading labelled sets, weights and runs: python3 -m unittest (needs OpenCV alone)."""
import argparse
import json
import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np

from files import read_dataset, read_picture, read_rows, refuse_one_class, weights_file
from runs import read_checkpoint, settings_of
from sources import Source

CLASSES = ['person', 'helmet', 'head', 'vest', 'no_vest', 'other_headwear']
# A row of a label file, and what is said of it.
BAD_ROWS = (('7 0.5 0.5 0.1 0.1', 'known class'), ('-1 0.5 0.5 0.1 0.1', 'known class'),
            ('1 0.5 0.5 0.1', 'cx cy'), ('1 0.5 0.5 0.1 0.1 0.2', 'cx cy'), ('1 nan 0.5 0.1 0.1', 'cx cy'),
            ('helmet 0.5 0.5 0.1 0.1', 'known class'), ('1 0.97 0.5 0.1 0.1', 'reaches out'),
            ('1 0.5 0.5 0 0.1', 'empty'))


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def refused(self, pattern):
        return self.assertRaisesRegex(SystemExit, pattern)


class TestFiles(InFolder):
    def test_bad_rows_are_named_with_file_and_line(self):
        path = self.folder / 'a.txt'
        path.write_text('0 0.5 0.5 0.2 0.6\n\n1 0.5 0.24 0.08 0.08\n')
        self.assertEqual(read_rows(path, CLASSES), [(0, 0.5, 0.5, 0.2, 0.6), (1, 0.5, 0.24, 0.08, 0.08)])
        for row, what in BAD_ROWS:
            path.write_text(f'0 0.5 0.5 0.2 0.6\n{row}\n')
            with self.refused(f'a.txt:2: .*({what})'):
                read_rows(path, CLASSES)

    def test_labels_that_are_not_there_or_no_text_are_named(self):
        path = self.folder / 'a.txt'
        with self.refused('a.txt: is not there'):
            read_rows(path, CLASSES)
        path.write_bytes(b'\xff\xd8\xff\xe0')
        with self.refused('a.txt: not a text file'):
            read_rows(path, CLASSES)

    def test_what_is_no_picture_is_named(self):
        for content in (b'', b'no picture', b'\xff\xd8\xff\xe0'):
            path = self.folder / 'a.jpg'
            path.write_bytes(content)
            with self.refused('a.jpg: not a picture'):
                read_picture(path)

    def test_a_bad_dataset_is_named(self):
        path = self.folder / 'dataset.json'
        with self.refused('dataset.json: cannot be read'):
            read_dataset(self.folder)
        for text, what in (('{"classes": [', 'not JSON: .*line 1'), ('[]', 'has no "classes"'),
                           ('{"classes": []}', 'has no "labelled"')):
            path.write_text(text)
            with self.refused(f'dataset.json: {what}'):
                read_dataset(self.folder)

    def test_weights_of_no_bytes_are_named(self):
        path = self.folder / 'last.pt'
        with self.refused('last.pt: is not there'):
            weights_file(path)
        path.touch()
        with self.refused('last.pt: has 0 bytes'):
            weights_file(path)
        path.write_bytes(b'x')
        self.assertEqual(weights_file(path), path)

    def test_one_class_is_refused(self):
        refuse_one_class('a/train', {'helmet': 1, 'head': 2})
        with self.refused('a/train: of helmet, head there is only head'):
            refuse_one_class('a/train', {'helmet': 0, 'head': 2})
        with self.refused('a/train: of helmet, head there is none'):
            refuse_one_class('a/train', {'helmet': 0, 'head': 0})


class TestSource(InFolder):
    def source(self, rows, labelled=CLASSES, name='mine'):
        folder = self.folder / 'mine/train'
        for part in ('images', 'labels'):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / 'dataset.json').write_text(
            json.dumps({'classes': CLASSES, 'labelled': {'mine': labelled}}))
        cv2.imwrite(str(folder / 'images/a.png'), np.zeros((50, 100, 3), np.uint8))
        (folder / 'labels/a.txt').write_text(''.join(f'{row}\n' for row in rows))
        return Source(self.folder, name, 'train', CLASSES[:5], {'other_headwear': 'head'}, (1, 1), False)

    def test_boxes_are_those_of_the_labels_in_pixels(self):
        boxes = self.source(['0 0.5 0.5 0.2 0.6', '5 0.5 0.3 0.1 0.2']).boxes[0]
        np.testing.assert_allclose(boxes, [[0, 40, 10, 60, 40], [2, 45, 10, 55, 20]], atol=1e-4)

    def test_bad_labels_and_pictures_are_named(self):
        for row, what in BAD_ROWS:
            with self.refused(f'mine/train/labels/a.txt:2: .*({what})'):
                self.source(['0 0.5 0.5 0.2 0.6', row])
        rows = ['0 0.5 0.5 0.2 0.6', '1 0.5 0.3 0.1 0.2']
        with self.refused('dataset.json: "labelled" does not name the set other'):
            self.source(rows, name='other')
        self.source(rows)
        (self.folder / 'mine/train/images/b.png').write_bytes(b'')
        with self.refused('images/b.png: not a picture'):
            self.source(rows)
        for path in (self.folder / 'mine/train/images').iterdir():
            path.rename(self.folder / path.name)
        with self.refused('mine/train/images: there are no pictures'):
            Source(self.folder, 'mine', 'train', CLASSES[:5], {}, (1, 1), False)

    def test_a_set_whose_labels_hold_one_class_is_refused(self):
        with self.refused('mine/train: of helmet, head there is only helmet'):
            self.source(['1 0.5 0.3 0.1 0.2', '0 0.5 0.5 0.2 0.6'], ['helmet', 'head'])
        with self.refused('mine/train: .*there is none'):
            self.source([])
        # It labels people alone, and says so.
        self.assertEqual(len(self.source(['0 0.5 0.5 0.2 0.6'], ['person']).boxes[0]), 1)


class TestRuns(InFolder):
    """The file of a run is JSON here, so that no torch is needed."""

    FREE = {'resume', 'out', 'threads'}

    def arguments(self, **more):
        settings = {'out': self.folder, 'resume': False, 'threads': 1, 'rate': 0.001, 'steps': 8}
        return argparse.Namespace(**{**settings, **more})

    def read(self, **more):
        return read_checkpoint(self.arguments(**more), self.FREE, lambda path: json.loads(path.read_text()))

    def test_no_run_is_written_over(self):
        self.assertEqual(self.read()['step'], 0)
        (self.folder / 'last.pt').write_text('{}')
        with self.refused('last.pt exists: go on with --resume'):
            self.read()

    def test_a_run_goes_on_with_its_own_settings(self):
        with self.refused('no run to resume'):
            self.read(resume=True)
        state = {'step': 4, 'settings': settings_of(self.arguments(), self.FREE)}
        (self.folder / 'last.pt').write_text(json.dumps(state))
        self.assertEqual(self.read(resume=True, threads=2)['step'], 4)
        for name, value in (('rate', 0.1), ('steps', 9)):
            with self.refused(f'was run with {name} .*, not {value}'):
                self.read(resume=True, **{name: value})

    def test_a_run_that_says_no_settings_or_has_no_bytes_is_refused(self):
        (self.folder / 'last.pt').write_text('{"step": 4}')
        with self.refused('last.pt: does not say with which settings'):
            self.read(resume=True)
        (self.folder / 'last.pt').write_text('')
        with self.refused('last.pt: has 0 bytes'):
            self.read(resume=True)


if __name__ == '__main__':
    unittest.main()
