"""Data to train on, shipped with the package: Fisher's Iris, and handwritten digits."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..words.compared import Compared
from ..words.validation import FloatArray, real_number, whole_number

IRIS = Path(__file__).with_name("iris.csv")
DIGITS = Path(__file__).with_name("digits.csv")

#: How many pixels a digit is wide and high, and how dark a pixel can be; the file has a letter for each darkness.
SIDE, DARKEST = 8, 16
DARKNESS = "0123456789abcdefg"


@dataclass(frozen=True, eq=False)
class Classes(Compared):
    """Samples with a class each.

    Attributes
    ----------
    x : array of shape (n_samples, n_features)
    target : array of shape (n_samples, n_classes)
        One-hot: 1 for the sample's class, 0 for the others.
    labels : array of int, shape (n_samples,)
    features, names : tuple of str
        What the columns and the classes are called.
    """

    x: FloatArray
    target: FloatArray
    labels: np.ndarray[tuple[int], np.dtype[np.int64]]
    features: tuple[str, ...]
    names: tuple[str, ...]

    def split(self, *shares: float, seed: int = 0) -> tuple[Classes, ...]:
        """Parts of these shares (they sum to 1), each with every class in the same proportion, drawn at random.

        Examples
        --------
        >>> train, validation, test = iris().split(0.6, 0.2, 0.2, seed=1)
        >>> len(train.x), len(validation.x), len(test.x)
        (90, 30, 30)
        """
        parts = [real_number(share, "shares") for share in shares]
        if min(parts, default=0) <= 0 or abs(sum(parts) - 1) > 1e-9:
            raise ValueError(f"shares must be above zero and sum to 1, not {shares}")
        rng = np.random.default_rng(whole_number(seed, "seed", 0, 2**63 - 1))
        chosen: list[list[int]] = [[] for _ in parts]
        for label in range(len(self.names)):
            own = rng.permutation(np.flatnonzero(self.labels == label))
            edges = np.round(np.cumsum([0, *parts]) * len(own)).astype(int)
            for n, rows in enumerate(chosen):
                rows.extend(own[edges[n] : edges[n + 1]])
        for share, rows in zip(parts, chosen, strict=True):
            if not rows:
                raise ValueError(f"shares: {share:g} of {len(self.x)} samples is none; give every part a larger share")
        return tuple(self._rows(np.array(sorted(rows))) for rows in chosen)

    def _rows(self, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Classes:
        return Classes(self.x[rows], self.target[rows], self.labels[rows], self.features, self.names)


def iris() -> Classes:
    """Fisher's Iris: 150 flowers of three species, four lengths in centimetres.

    Measured by E. Anderson; published by R. A. Fisher, "The use of multiple measurements in taxonomic problems",
    Annals of Eugenics 7 (1936), 179-188.

    Examples
    --------
    >>> flowers = iris()
    >>> flowers.x.shape, flowers.names
    ((150, 4), ('setosa', 'versicolor', 'virginica'))
    """
    with IRIS.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    names = tuple(dict.fromkeys(row[-1] for row in rows))
    labels = np.array([names.index(row[-1]) for row in rows])
    features = tuple(name.replace("_", " ") for name in head[:-1])
    return Classes(
        np.array([row[:-1] for row in rows], dtype=float), np.eye(len(names))[labels], labels, features, names
    )


def digits() -> Classes:
    """1,797 handwritten digits of 13 people, each 8 by 8 pixels, from 0 (white) to 16.

    E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository (1998),
    doi:10.24432/C50P49, licence CC BY 4.0: the test set, its numbers unchanged, written with a letter for a pixel.

    Examples
    --------
    >>> data = digits()
    >>> data.x.shape, int(data.x.max()), data.names[3]
    ((1797, 64), 16, '3')
    >>> data.x[1].reshape(8, 8)[0].astype(int).tolist()
    [0, 0, 0, 12, 13, 5, 0, 0]
    """
    with DIGITS.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    labels = np.array([int(digit) for _, digit in rows])
    x = np.array([[DARKNESS.index(letter) for letter in pixels] for pixels, _ in rows], dtype=float)
    features = tuple(f"pixel {row + 1},{column + 1}" for row in range(SIDE) for column in range(SIDE))
    return Classes(x, np.eye(10)[labels], labels, features, tuple(map(str, range(10))))
