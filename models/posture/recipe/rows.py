"""Reading of the rows that vision/bench/posture-data.ts writes, and of the state of a run.

What cannot be used ends the script with a message that names the file and the row, before anything is trained.
Needs numpy alone.
"""
import hashlib
from pathlib import Path

import numpy as np

STEPS, PER_STEP, NOW = 15, 57, 10
INPUTS = STEPS * PER_STEP + NOW
# After the inputs: the posture, whether a fall just ended, the number of the scene.
COLUMNS = INPUTS + 3
POSTURES = ('upright', 'sitting', 'bending', 'kneeling', 'lying')


def file_with_bytes(path):
    """The path of a file that is there and not empty."""
    path = Path(path)
    if not path.is_file():
        raise SystemExit(f'{path}: is not there')
    if path.stat().st_size == 0:
        raise SystemExit(f'{path}: has 0 bytes: write it again')
    return path


def digest(path):
    """SHA-256 of a file. A run may be resumed with the same rows at another path."""
    made = hashlib.sha256()
    with open(path, 'rb') as file:
        for part in iter(lambda: file.read(1 << 20), b''):
            made.update(part)
    return made.hexdigest()


def refuse_rows(path, is_bad, what):
    """Names the first bad row; rows are counted from 1."""
    bad = np.flatnonzero(is_bad)
    if len(bad) > 0:
        raise SystemExit(f'{path}: row {bad[0] + 1}: {what} ({len(bad)} such rows)')


def read_rows(path, least=1):
    """float32 [N, COLUMNS] of a file of posture-data.ts.

    least  fewer rows are refused
    """
    path = file_with_bytes(path)
    size, row = path.stat().st_size, 4 * COLUMNS
    if size % row != 0:
        raise SystemExit(f'{path}: {size} bytes are no whole number of rows of {row} bytes: '
                         'cut off, or written by another version of posture-data.ts')
    rows = np.fromfile(path, '<f4').reshape(-1, COLUMNS)
    if len(rows) < least:
        raise SystemExit(f'{path}: has {len(rows)} rows, at least {least} are needed: make more --scenes')
    refuse_rows(path, ~np.isfinite(rows).all(1), 'not a finite number')
    posture, fell = rows[:, INPUTS], rows[:, INPUTS + 1]
    known = np.isin(posture, np.arange(len(POSTURES)))
    refuse_rows(path, ~known, f'the posture is none of 0 to {len(POSTURES) - 1} ({", ".join(POSTURES)})')
    refuse_rows(path, ~np.isin(fell, (0, 1)), 'whether a fall ended is neither 0 nor 1')
    absent = [name for number, name in enumerate(POSTURES) if not (posture == number).any()]
    if absent:
        raise SystemExit(f'{path}: no row of {", ".join(absent)}: a set without a posture cannot be trained on')
    if len(np.unique(fell)) < 2:
        raise SystemExit(f'{path}: {"no row of a fall" if fell[0] == 0 else "all rows are of falls"}: '
                         'a set of one class cannot be trained on')
    return rows


def check_settings(path, kept, asked):
    """Refuses to go on with a run that was begun with other settings.

    kept, asked  {name: text}
    """
    if kept is None:
        raise SystemExit(f'{path}: does not say with which settings it was run: name another --out')
    for name, value in asked.items():
        if kept.get(name) != value:
            raise SystemExit(f'{path}: was run with {name} {kept.get(name)}, not {value}: '
                             'repeat its settings, or name another --out')
