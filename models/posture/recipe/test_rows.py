"""Tests of reading rows and runs: python3 -m unittest (needs numpy alone)."""
import tempfile
import unittest
from pathlib import Path

import numpy as np

from rows import COLUMNS, INPUTS, POSTURES, check_settings, digest, read_rows


def some_rows(count=10):
    """Rows of each posture, every second one of a fall."""
    rows = np.zeros((count, COLUMNS), '<f4')
    rows[:, INPUTS] = np.arange(count) % len(POSTURES)
    rows[:, INPUTS + 1] = np.arange(count) % 2
    return rows


class TestRows(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / 'train.f32'

    def refused(self, pattern):
        return self.assertRaisesRegex(SystemExit, pattern)

    def test_rows_are_read_as_written(self):
        rows = some_rows()
        rows.tofile(self.path)
        np.testing.assert_array_equal(read_rows(self.path), rows)

    def test_a_file_that_is_not_there_empty_or_cut_off_is_named(self):
        with self.refused('train.f32: is not there'):
            read_rows(self.path)
        self.path.write_bytes(b'')
        with self.refused('train.f32: has 0 bytes'):
            read_rows(self.path)
        self.path.write_bytes(some_rows().tobytes()[:-4])
        with self.refused('train.f32: .*no whole number of rows'):
            read_rows(self.path)

    def test_a_bad_row_is_named_by_its_number(self):
        for column, value, what in ((3, np.nan, 'not a finite number'), (3, np.inf, 'not a finite number'),
                                    (INPUTS, 5, 'the posture is none of'), (INPUTS, 0.5, 'the posture is none of'),
                                    (INPUTS, -1, 'the posture is none of'), (INPUTS + 1, 2, 'whether a fall ended is neither')):
            rows = some_rows()
            rows[6, column] = value
            rows.tofile(self.path)
            with self.refused(f'train.f32: row 7: {what}'):
                read_rows(self.path)

    def test_a_set_without_a_posture_or_of_one_class_is_refused(self):
        rows = some_rows()
        rows[rows[:, INPUTS] == 4, INPUTS] = 0
        rows.tofile(self.path)
        with self.refused('no row of lying'):
            read_rows(self.path)
        for fell, what in ((0, 'no row of a fall'), (1, 'all rows are of falls')):
            rows = some_rows()
            rows[:, INPUTS + 1] = fell
            rows.tofile(self.path)
            with self.refused(what):
                read_rows(self.path)

    def test_too_few_rows_for_a_step_are_refused(self):
        some_rows().tofile(self.path)
        with self.refused('has 10 rows, at least 1024'):
            read_rows(self.path, least=1024)

    def test_the_same_rows_have_the_same_digest_at_another_place(self):
        some_rows().tofile(self.path)
        moved = self.path.with_name('moved.f32')
        moved.write_bytes(self.path.read_bytes())
        self.assertEqual(digest(self.path), digest(moved))
        some_rows(11).tofile(moved)
        self.assertNotEqual(digest(self.path), digest(moved))

    def test_a_run_goes_on_with_its_own_settings_only(self):
        check_settings(self.path, {'seed': '1', 'data': 'a'}, {'seed': '1', 'data': 'a'})
        with self.refused('was run with seed 1, not 2'):
            check_settings(self.path, {'seed': '1'}, {'seed': '2'})
        with self.refused('does not say with which settings'):
            check_settings(self.path, None, {'seed': '1'})


if __name__ == '__main__':
    unittest.main()
