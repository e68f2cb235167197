"""Exact random instances of the setting: small sizes, and rational numbers for everything that is given.

Setting (arXiv:2306.09927, §3): x_1 … x_N, x_q i.i.d. N(0, Λ), w ~ N(0, I_d), y_i = ⟨w, x_i⟩ + σ ε_i with ε_i i.i.d.
N(0, 1) (the paper has σ = 0); y_q = ⟨w, x_q⟩, with noise σ ε_q only where ``noisy_target`` is set.

No entry is ever drawn as zero, U is not symmetric, Λ is not diagonal and does not commute with U, so that a lost
term or a lost transpose shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Any

from ...errors import UserError
from .matrices import Matrix, Vector, inverse, product, transpose

SHAPES = ((2, 2), (2, 3), (1, 3), (3, 2), (2, 1), (1, 5))
BLOCKS = ("u", "U", "p", "q")


@dataclass(frozen=True)
class Instance:
    """One exact setting.  Matrices are lists of rows, vectors flat lists, numbers ``Fraction``.

    ``C``: d×d, invertible; ``Lambda`` = CCᵀ.  Weight blocks: the last row of W^PV is (pᵀ, u), the first d columns of
    W^KQ are (U; qᵀ), with u a number, U d×d, p and q of length d.  ``PV_rows`` (d×(d+1)) are the first d rows of W^PV
    and ``KQ_column`` (length d+1) is the last column of W^KQ: they are said not to matter.  ``A``, ``B``: two more
    d×d matrices, for statements about every matrix.
    """

    d: int
    N: int
    C: Matrix
    Lambda: Matrix
    u: Fraction
    U: Matrix
    p: Vector
    q: Vector
    PV_rows: Matrix = field(repr=False)
    KQ_column: Vector = field(repr=False)
    A: Matrix = field(repr=False)
    B: Matrix = field(repr=False)
    sigma: Fraction = Fraction(0)
    noisy_target: bool = False

    @property
    def W_PV(self) -> Matrix:
        """The value matrix, (d+1)×(d+1)."""
        return [*self.PV_rows, [*self.p, self.u]]

    @property
    def W_KQ(self) -> Matrix:
        """The key-query matrix, (d+1)×(d+1)."""
        rows = [*self.U, self.q]
        return [[*row, last] for row, last in zip(rows, self.KQ_column, strict=True)]

    def with_weights(self, **blocks: Any) -> Instance:
        """The same setting with other weight blocks, among u, U, p, q; ``UserError`` for any other name."""
        _known(blocks)
        return replace(self, **blocks)

    def moved(self, direction: Mapping[str, Any], t: Fraction | int) -> Instance:
        """The weights at (u, U, p, q) + t·direction; a block that ``direction`` does not name stays where it is."""
        _known(direction)
        return replace(self, **{name: _along(getattr(self, name), step, t) for name, step in direction.items()})

    def without_pq(self) -> Instance:
        """The same setting at p = q = 0."""
        return replace(self, p=[Fraction(0)] * self.d, q=[Fraction(0)] * self.d)


def _known(blocks: Mapping[str, Any]) -> None:
    if unknown := set(blocks) - set(BLOCKS):
        raise UserError(f"no weight block is called {min(unknown)!r}; there are {', '.join(BLOCKS)}")


def _along(value: Any, step: Any, t: Fraction | int) -> Any:
    if isinstance(value, list):
        return [_along(a, b, t) for a, b in zip(value, step, strict=True)]
    return value + t * step


@dataclass(frozen=True)
class Sample:
    """One prompt in numbers: ``X`` d×M (columns are examples), ``w`` and ``x_q`` of length d, ``noise`` of length M."""

    X: Matrix
    w: Vector
    x_q: Vector
    noise: Vector


def nonzero(rng: Random, height: int = 3) -> Fraction:
    """A random rational that is not zero: numerator ±1 … ±height, denominator 1 … height.

    >>> nonzero(Random(1)) != 0
    True
    """
    return Fraction(rng.choice((-1, 1)) * rng.randint(1, height), rng.randint(1, height))


def vector(rng: Random, size: int, height: int = 3) -> Vector:
    """A random vector without a zero entry."""
    return [nonzero(rng, height) for _ in range(size)]


def matrix(rng: Random, rows: int, cols: int, height: int = 3) -> Matrix:
    """A random rows×cols matrix without a zero entry."""
    return [vector(rng, cols, height) for _ in range(rows)]


def random_instance(
    rng: Random, d: int, N: int, *, full: bool = True, sigma: Fraction | int = 0, noisy_target: bool = False
) -> Instance:
    """A random instance of size d, N; ``full=False`` sets p = q = 0.  ``UserError`` unless d ≥ 1, N ≥ 1, σ ≥ 0.

    >>> instance = random_instance(Random(0), 2, 3)
    >>> instance.Lambda == product(instance.C, transpose(instance.C))
    True
    """
    if d < 1 or N < 1 or sigma < 0:
        raise UserError(f"d = {d}, N = {N}, σ = {sigma}: sizes are at least 1 and σ is not negative")
    C = _root(rng, d)
    Lambda = product(C, transpose(C))
    zero = [Fraction(0)] * d
    return Instance(
        d=d,
        N=N,
        C=C,
        Lambda=Lambda,
        u=nonzero(rng),
        U=_twisted(rng, Lambda),
        p=vector(rng, d) if full else zero,
        q=vector(rng, d) if full else zero,
        PV_rows=matrix(rng, d, d + 1),
        KQ_column=vector(rng, d + 1),
        A=_twisted(rng, Lambda),
        B=_twisted(rng, Lambda),
        sigma=Fraction(sigma),
        noisy_target=noisy_target,
    )


def _root(rng: Random, d: int) -> Matrix:
    """An invertible C for which CCᵀ is not diagonal (d ≥ 2) and not the identity."""
    while True:
        C = matrix(rng, d, d, 2)
        Lambda = product(C, transpose(C))
        if all(Lambda[i][j] for i in range(d) for j in range(i)) and Lambda[0][0] != 1:
            try:
                inverse(C)
            except UserError:
                continue
            return C


def _twisted(rng: Random, Lambda: Matrix) -> Matrix:
    """A d×d matrix that for d ≥ 2 is not symmetric and does not commute with Λ."""
    while True:
        U = matrix(rng, len(Lambda), len(Lambda))
        if len(U) == 1 or (transpose(U) != U and product(U, Lambda) != product(Lambda, U)):
            return U


def random_instances(
    trials: int, seed: int, shapes: Sequence[tuple[int, int]] = SHAPES, **options: Any
) -> Iterator[Instance]:
    """``trials`` random instances, their sizes (d, N) running through ``shapes`` again and again."""
    rng = Random(seed)
    for k in range(trials):
        yield random_instance(rng, *shapes[k % len(shapes)], **options)


def random_sample(rng: Random, instance: Instance, length: int | None = None) -> Sample:
    """A prompt of random rationals with ``length`` examples (as many as in training, N, where it is left out)."""
    M = instance.N if length is None else length
    d = instance.d
    return Sample(matrix(rng, d, M), vector(rng, d), vector(rng, d), vector(rng, M))
