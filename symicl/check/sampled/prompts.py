"""Random prompts and the real forward pass, in NumPy, for many prompts at once.

Arrays of many prompts have the prompts on their last axis: E is (d+1)×(N+1)×B.  Products are written with einsum,
which is as fast here as a BLAS product and starts no threads.  Setting: arXiv:2306.09927, §3.

>>> case = random_case(np.random.default_rng(0), 2, 5)
>>> prompts = draw(np.random.default_rng(1), case, 7)
>>> prompts.E.shape, predict(case, prompts.E).shape
((3, 6, 7), (7,))
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError

Array = NDArray[np.float64]
#: What a prompt is drawn of.
BLOCKS = ("examples", "query", "task")


@dataclass(frozen=True)
class Case:
    """One setting in floating point, with the names of an exact ``Instance``.

    ``C``, ``Lambda`` = CCᵀ, ``U``, ``A``, ``B``: d×d; ``p``, ``q``: length d; ``u``, ``sigma``: numbers.  ``W_PV``
    and ``W_KQ``, (d+1)×(d+1), hold the blocks and random numbers in the places that are said not to matter.
    """

    d: int
    N: int
    C: Array
    u: float
    U: Array
    p: Array
    q: Array
    PV_rows: Array
    KQ_column: Array
    A: Array
    B: Array
    sigma: float = 0.0
    noisy_target: bool = False

    @property
    def Lambda(self) -> Array:
        """The covariance of an input, d×d."""
        return self.C @ self.C.T

    @property
    def W_PV(self) -> Array:
        """The value matrix: its last row is (pᵀ, u)."""
        return np.vstack([self.PV_rows, np.append(self.p, self.u)])

    @property
    def W_KQ(self) -> Array:
        """The key-query matrix: its first d columns are (U; qᵀ)."""
        return np.column_stack([np.vstack([self.U, self.q]), self.KQ_column])

    def with_weights(self, **blocks: Any) -> Case:
        """The same setting with other weights among u, U, p, q; ``UserError`` for another name or a wrong shape."""
        if unknown := set(blocks) - {"u", "U", "p", "q"}:
            raise UserError(f"no weight block is called {min(unknown)!r}; there are u, U, p, q")
        arrays: dict[str, Any] = {name: np.array(value, dtype=float) for name, value in blocks.items()}
        for name, array in arrays.items():
            if array.shape != (need := np.shape(getattr(self, name))):
                raise UserError(f"{name} has shape {array.shape}, it should be {need}")
        return replace(self, **(arrays | ({"u": float(arrays["u"])} if "u" in arrays else {})))


def random_case(
    rng: np.random.Generator, d: int, N: int, *, full: bool = True, sigma: float = 0.0, noisy_target: bool = False
) -> Case:
    """A random setting in which Λ is not diagonal, U not symmetric, and ŷ about as large as y.

    Moderate weights keep the loss from being all tail.  ``full=False`` sets p = q = 0.  ``UserError`` unless d ≥ 1,
    N ≥ 1 and σ ≥ 0.
    """
    if d < 1 or N < 1 or sigma < 0:
        raise UserError(f"d = {d}, N = {N}, σ = {sigma}: sizes are at least 1 and σ is not negative")

    def around(centre: Array, width: float) -> Array:
        return centre + width / np.sqrt(d) * rng.standard_normal(centre.shape)

    C = around(np.eye(d), 0.5)
    C *= np.sqrt(d / np.trace(C @ C.T))
    zero = np.zeros(d)
    return Case(
        d=d,
        N=N,
        C=C,
        u=float(rng.uniform(0.6, 0.9)),
        U=around(0.7 * np.eye(d), 0.3),
        p=around(zero, 0.2) if full else zero,
        q=around(zero, 0.2) if full else zero,
        PV_rows=rng.standard_normal((d, d + 1)),
        KQ_column=rng.standard_normal(d + 1),
        A=around(np.eye(d), 0.5),
        B=around(np.eye(d), 0.5),
        sigma=sigma,
        noisy_target=noisy_target,
    )


@dataclass(frozen=True)
class Prompts:
    """B random prompts: ``E`` (d+1)×(N+1)×B, ``w`` d×B, ``target`` of length B.

    The mean of a statistic is that of ``weight`` (of length B) times the statistic: 1 unless they were drawn wide.
    """

    E: Array
    w: Array
    target: Array
    weight: Array

    @property
    def X(self) -> Array:
        """The examples, d×N×B."""
        return self.E[:-1, :-1]

    @property
    def x_q(self) -> Array:
        """The queries, d×B."""
        return self.E[:-1, -1]

    @property
    def y(self) -> Array:
        """The labels, N×B."""
        return self.E[-1, :-1]


def draw(rng: np.random.Generator, case: Case, count: int, wide: Collection[str] = ()) -> Prompts:
    """``count`` prompts: x = C z, w ~ N(0, I), y_i = ⟨w, x_i⟩ + σ ε_i, and 0 in the corner of E.

    What is named in ``wide``, among ``BLOCKS``, is drawn from wider normals, and each prompt weighted by the quotient
    of the densities (importance sampling: A. B. Owen, Monte Carlo Theory, Methods and Examples, ch. 9), so that means
    stay what they are.  A statistic of high degree lives on rare large prompts; drawn wide these are common, the
    weighted statistic has light tails, and its mean is nearly normal and varies less.  What a statistic does not
    depend on is better not drawn wide.
    """
    d, N = case.d, case.N
    E = np.empty((d + 1, N + 1, count))
    z = rng.standard_normal((d, N + 1, count))
    w = rng.standard_normal((d, count))
    blocks = dict(zip(BLOCKS, (z[:, :N], z[:, N:], w[:, None]), strict=True))
    weight = _widened(count, *(blocks[name] for name in BLOCKS if name in wide))
    np.einsum("ac,cm->am", case.C, z.reshape(d, -1), out=E[:d].reshape(d, -1))
    y = np.einsum("aib,ab->ib", E[:d], w)
    if case.sigma:
        noise = case.sigma * rng.standard_normal((N + 1, count))
        noise[N] *= case.noisy_target
        y += noise
    target = y[N].copy()
    y[N] = 0.0
    E[d] = y
    return Prompts(E, w, target, weight)


def _widened(count: int, *blocks: Array) -> Array:
    """Stretch blocks of n standard normals in place, each to variance s² = 1 + 2/n; the weight of each prompt.

    Under the normal density times |z|², which a statistic of second degree in the block resembles, |z|² has mean
    n + 2; this s² gives it that mean.  The quotient of the densities is sⁿ exp(−(s² − 1)|z|²/2) before stretching.
    """
    log = np.zeros(count)
    for z in blocks:
        n = z.shape[0] * z.shape[1]
        square = 1 + 2 / n
        log += n / 2 * np.log(square) - (square - 1) / 2 * np.einsum("aib,aib->b", z, z)
        z *= np.sqrt(square)
    return np.exp(log)


def predict(case: Case, E: Array) -> Array:
    """ŷ = f(E)[d+1, last] for each prompt, from the last column of f(E) alone, which is
    E e + W^PV E (Eᵀ (W^KQ E e))/N with e the last unit vector."""
    last = E[:, -1]
    key = np.einsum("ac,cb->ab", case.W_KQ, last)
    scores = np.einsum("aib,ab->ib", E, key)
    column = last + np.einsum("ac,cb->ab", case.W_PV, np.einsum("aib,ib->ab", E, scores)) / case.N
    return column[-1]


def attention(case: Case, E: Array) -> Array:
    """All of f(E) = E + W^PV E (Eᵀ W^KQ E)/N for one prompt E, (d+1)×(N+1)."""
    return E + case.W_PV @ E @ (E.T @ case.W_KQ @ E) / case.N
