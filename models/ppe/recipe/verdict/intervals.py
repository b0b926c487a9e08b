"""Shares with intervals by bootstrap over pictures, as `bench verdict` makes them: people of one picture share its light."""
import numpy as np

RESAMPLES, SEED, TAIL = 1000, 1, 0.025
# From fewer pictures an interval would say more than is known.
LEAST_PICTURES = 5


def sums(pictures, parts):
    """Sums of each row of `parts` [K, N] by picture: [K, P]."""
    _, at = np.unique(pictures, return_inverse=True)
    return np.stack([np.bincount(at, weights=row.astype(float)) for row in np.atleast_2d(parts)])


def draws(count, resamples=RESAMPLES, seed=SEED):
    """How often each of `count` pictures is drawn: [resamples, count]."""
    return np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), resamples)


def ratio(part, whole):
    return part / np.where(whole > 0, whole, np.nan)


def share(pictures, part, whole):
    """(value, low, high) of sum(part) / sum(whole) with its 95 % interval; NaN where nothing is known.

    pictures  [N] of each person; part, whole  [N] booleans, part within whole
    """
    if not whole.any():
        return (np.nan,) * 3
    above, below = sums(pictures[whole], np.stack([part[whole], whole[whole]]))
    value, count = above.sum() / below.sum(), len(below)
    if count < LEAST_PICTURES:
        return value, np.nan, np.nan
    # No draw differs from 0 or 1: the bound of Clopper and Pearson with one trial for each picture.
    bound = TAIL ** (1 / count)
    if value in (0, 1):
        return (1, bound, 1) if value == 1 else (0, 0, 1 - bound)
    drawn = draws(count)
    return (value, *np.quantile(ratio(drawn @ above, drawn @ below), (TAIL, 1 - TAIL)))


def difference(pictures, first, second):
    """(value, low, high) of the second share less the first of the same pictures; each is (part, whole) [N]."""
    rows = sums(pictures, np.stack([*first, *second]))
    drawn = draws(rows.shape[1])
    values = ratio(drawn @ rows[2], drawn @ rows[3]) - ratio(drawn @ rows[0], drawn @ rows[1])
    a, b, c, d = rows.sum(1)
    if not b or not d:
        return (np.nan,) * 3
    return (c / d - a / b, *np.nanquantile(values, (TAIL, 1 - TAIL)))


def text(value, low=np.nan, high=np.nan, signed=False):
    """Such as `.94 (.91-.96)`, or `+.01 (-.02 to +.03)`."""
    if np.isnan(value):
        return '-'
    short = lambda v: f'{v:{"+" if signed else ""}.3f}'.replace('0.', '.', 1)
    if np.isnan(low):
        return short(value)
    return f'{short(value)} ({short(low)}{" to " if signed else "-"}{short(high)})'
