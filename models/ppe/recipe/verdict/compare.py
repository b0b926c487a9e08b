"""Whether a classifier that was trained on a site's labels may take the place of the present one.  Numpy alone."""
import math

import numpy as np

# On the source that was left out no share may fall by more.
MOST_WORSE = 0.01
# Of people held out whom the reviewer confirmed and the present classifier reports, the least share still reported.
LEAST_KEPT = 0.8
# Chance that as many more answers become right as wrong, if right and wrong were alike likely (sign test).
MOST_CHANCE = 0.05
# Shares of the way from the weights before to those after training on, of which the largest is taken that keeps MOST_WORSE.
SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
# What may not fall on the source left out.
GUARDED = ('balanced', 'rightOfKnown')


def said(answers, trust):
    """1 worn, 0 missing, -1 unknown, by the card's trust (worn, missing); `answers` [N, 3]."""
    worn = answers[:, 0] >= trust[0]
    missing = (answers[:, 1] >= trust[1]) & ~worn
    return np.where(worn, 1, np.where(missing, 0, -1))


def share(of):
    return float(np.mean(of)) if len(of) else math.nan


def figures(states, says):
    """Shares of right answers for people with a known state.

    balanced          mean of the two below: one answer for all gives .5
    rightOfWorn       of those who wear it, unknown counts as wrong
    rightOfMissing    of those who do not: the recall of reports
    rightOfKnown      of the decided
    unknown           of all
    missingPrecision  of the reports; not a number where there is none
    """
    right = says == states
    worn, missing = share(right[states == 1]), share(right[states == 0])
    return {'people': len(states), 'balanced': (worn + missing) / 2, 'rightOfWorn': worn, 'rightOfMissing': missing,
            'rightOfKnown': share(right[says >= 0]), 'unknown': share(says < 0),
            'missingPrecision': share(states[says == 0] == 0)}


def chance(gained, lost):
    """One-sided sign test: that of gained + lost changes at least `gained` are for the better, if each is by chance."""
    n = gained + lost
    return sum(math.comb(n, k) for k in range(gained, n + 1)) / 2 ** n


def objections_on_site(item, states, before, after):
    """Why `after` is not better than `before` on people held out; both as `said` gives them. None: it is."""
    old, new = figures(states, before), figures(states, after)
    gained, lost = (int(((one == states) & (other != states)).sum()) for one, other in ((after, before), (before, after)))
    reported = (states == 0) & (before == 0)
    kept = share(after[reported] == 0)
    found = []
    if not new['balanced'] > old['balanced']:
        found.append(f'site: {item}: right {new["balanced"]:.3f}, before {old["balanced"]:.3f}: not better')
    if chance(gained, lost) > MOST_CHANCE:
        found.append(f'site: {item}: {gained} answers became right and {lost} wrong: that may be chance '
                     f'(probability {chance(gained, lost):.2f}, at most {MOST_CHANCE})')
    if not math.isnan(old['missingPrecision']) and not new['missingPrecision'] >= old['missingPrecision']:
        found.append(f'site: {item}: of the reports {new["missingPrecision"]:.3f} are right, '
                     f'before {old["missingPrecision"]:.3f}')
    if reported.any() and kept < LEAST_KEPT:
        found.append(f'site: {item}: of {int(reported.sum())} confirmed reports {kept:.2f} are still made, '
                     f'at least {LEAST_KEPT}')
    return found


def objections_on_left_out(name, item, before, after):
    """Why training on spoils the answers on a source that the network has never seen; `figures` of both."""
    return [f'{name}: {item}: {key} {after[key]:.3f}, before {before[key]:.3f}: worse by more than {MOST_WORSE}'
            for key in GUARDED if not after[key] >= before[key] - MOST_WORSE - 1e-9]
