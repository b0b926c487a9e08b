"""What the classifier's recipe shares with the detector's, in the folder above."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from files import (labelled_in, pictures_in, read_dataset, read_picture, read_rows, refuse_one_class,  # noqa: E402
                   weights_file)
from runs import read_checkpoint, settings_of  # noqa: E402

__all__ = ['labelled_in', 'pictures_in', 'read_checkpoint', 'read_dataset', 'read_picture', 'read_rows',
           'refuse_one_class', 'settings_of', 'weights_file']
