"""Reading of what the scripts of this recipe are given: sets of labelled pictures, and files of weights.

What cannot be used ends the script with a message that names the file, and the line of a label.  Needs OpenCV
alone.
"""
import json
import math
from pathlib import Path

import cv2

# Boxes may reach out of the picture by this share of it: labels are rounded, and once more by prepare.py.
SLACK = 0.005 + 1e-4


def read_dataset(root):
    """dataset.json of a collection: its `classes`, and those that each set labels (`labelled`)."""
    path = Path(root, 'dataset.json')
    try:
        info = json.loads(path.read_text())
    except OSError:
        raise SystemExit(f'{path}: cannot be read')
    except ValueError as error:
        raise SystemExit(f'{path}: not JSON: {error}')
    for key, kind in (('classes', list), ('labelled', dict)):
        if not isinstance(info, dict) or not isinstance(info.get(key), kind):
            raise SystemExit(f'{path}: has no "{key}"')
    return info


def labelled_in(root, info, name):
    """The classes that a set labels."""
    if name not in info['labelled']:
        raise SystemExit(f'{Path(root, "dataset.json")}: "labelled" does not name the set {name}')
    return info['labelled'][name]


def pictures_in(folder):
    """The files of a set's pictures, sorted; a set without any is refused."""
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    if not paths:
        raise SystemExit(f'{folder}: there are no pictures')
    return paths


def read_picture(path, flags=cv2.IMREAD_COLOR):
    """The pixels, BGR or grey."""
    try:
        image = cv2.imread(str(path), flags)
    except cv2.error:
        image = None
    if image is None:
        raise SystemExit(f'{path}: not a picture')
    return image


def read_rows(path, classes):
    """Rows (index of the class, cx, cy, w, h) of a YOLO label file, shares of the picture."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        raise SystemExit(f'{path}: is not there; a picture without objects has an empty file')
    except (OSError, UnicodeDecodeError):
        raise SystemExit(f'{path}: not a text file')
    rows = []
    for number, line in enumerate(lines, 1):
        fields = line.split()
        if not fields:
            continue
        try:
            index, box = int(fields[0]), [float(f) for f in fields[1:]]
        except ValueError:
            index, box = -1, []
        if not 0 <= index < len(classes) or len(box) != 4 or not all(map(math.isfinite, box)):
            raise SystemExit(f'{path}:{number}: not "class cx cy w h" of a known class: {line}')
        cx, cy, w, h = box
        if min(w, h) <= 0 or min(cx - w / 2, cy - h / 2) < -SLACK or max(
                cx + w / 2, cy + h / 2) > 1 + SLACK:
            raise SystemExit(f'{path}:{number}: the box is empty or reaches out of the picture: {line}')
        rows.append((index, *box))
    return rows


def weights_file(path):
    """The path of weights, of a run or of crops, that is there and not empty: an interrupted copy has 0 bytes."""
    path = Path(path)
    if not path.is_file():
        raise SystemExit(f'{path}: is not there')
    if path.stat().st_size == 0:
        raise SystemExit(f'{path}: has 0 bytes: write or copy it again')
    return path


def refuse_one_class(where, counts):
    """Ends the script where all examples of a set are of one class: it would teach that nothing else is there.

    counts  {class: how many}
    """
    seen = [name for name, count in counts.items() if count > 0]
    if len(seen) < 2:
        only = f'only {seen[0]}' if seen else 'none'
        raise SystemExit(f'{where}: of {", ".join(counts)} there is {only}: '
                         'a set of one class cannot be trained on')
