"""What Python lacks, in forms that never overflow; a printed program brings the text of these along."""

from math import exp, log1p


def softplus(x):  # type: ignore[no-untyped-def]
    return max(x, 0.0) + log1p(exp(-abs(x)))


def log_sum_exp(*xs):  # type: ignore[no-untyped-def]
    top = max(xs)
    others = [x for n, x in enumerate(xs) if n != xs.index(top)]
    return top + log1p(sum(exp(x - top) for x in others))
