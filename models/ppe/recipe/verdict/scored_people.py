"""People of crops on whom a classifier is scored, and figures of its answers as `bench verdict` has them."""
import numpy as np

from shared import weights_file

ITEMS = ('helmet', 'vest')
WORN, MISSING = 0, 1
# Of the people found, the share of unknown at which runs are compared: those of the targets of `bench verdict`.
UNKNOWN = {'helmet': 0.15, 'vest': 0.2}
# Of the worker, and the least height that the card vouches for.
TRUSTED, LEAST_HEIGHT = 0.35, 50


def people_of(path, pictures=None):
    """The people of a file of crops who count: labelled, tall enough, and of at most so many of its pictures."""
    with np.load(weights_file(path)) as file:
        every = {key: file[key] for key in ('boxes', 'states', 'heights', 'found', 'picture')}
        names = np.unique(every['picture'])
        names = names[np.random.default_rng(1).permutation(len(names))[:pictures]]
        counts = ((every['states'] >= 0).any(1) & (every['heights'] >= LEAST_HEIGHT)
                  & np.isin(every['picture'], names))
        return {'pictures': file['pictures'][counts], **{key: values[counts] for key, values in every.items()}}


def said_at(answers, worn, missing):
    """[N] 1 worn, 0 missing, -1 unknown, -2 not found, at two probabilities; `answers` [N, 3], NaN: not found."""
    said = np.full(len(answers), -1)
    said[answers[:, MISSING] >= missing] = 0
    said[answers[:, WORN] >= worn] = 1
    said[np.isnan(answers[:, 0])] = -2
    return said


def said_at_unknown(answers, wanted):
    """The same, with so large a share of those found unknown."""
    found = np.flatnonzero(~np.isnan(answers[:, 0]))
    said = np.full(len(answers), -2)
    said[found] = answers[found, WORN] >= answers[found, MISSING]
    order = np.argsort(answers[found][:, [WORN, MISSING]].max(1), kind='stable')
    said[found[order[:round(wanted * len(found))]]] = -1
    return said


def shares(states, said):
    """{name: (part, whole)}; people without a label count nowhere."""
    known = states >= 0
    decided = known & (said >= 0)
    return {'right of decided': (decided & (said == states), decided),
            'unknown': (known & (said == -1), known & (said > -2)),
            'not found': (known & (said == -2), known),
            'missing found': ((states == 0) & (said == 0), states == 0),
            'reports right': ((states == 0) & (said == 0), known & (said == 0))}


def has_both(states):
    return bool((states == 1).any() and (states == 0).any())


def table(head, rows):
    """Prints a table in Markdown."""
    for row in [head, ['---'] * len(head), *rows]:
        print(f'| {" | ".join(map(str, row))} |')
    print()
