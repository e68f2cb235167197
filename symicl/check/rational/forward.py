"""The setting worked out exactly, component by component, on a random rational instance.

x = C z makes every entry of the prompt a polynomial in independent standard normals, so the real forward pass is a
polynomial too, and the loss and its derivatives are rationals: no tolerance anywhere.
Source of the setting: arXiv:2306.09927, §3.

>>> from fractions import Fraction
>>> one, zero = Fraction(1), Fraction(0)
>>> from random import Random
>>> from symicl.check.rational.instances import random_instance
>>> instance = random_instance(Random(0), 1, 1).with_weights(u=zero, p=[zero])
>>> population_loss(instance) == instance.Lambda[0][0] / 2  # nothing is predicted: ½ E y² = ½ tr Λ
True
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache, reduce
from typing import Any

from .instances import Instance, Sample
from .matrices import Matrix, identity, product, transpose
from .polynomials import Expanded, Polynomial, combination, constant, variable

HALF = Fraction(1, 2)
ZERO = constant(0)


@dataclass(frozen=True)
class Prompt:
    """A random prompt in polynomials: ``x`` are N+1 columns of length d (the query last), ``w`` has length d,
    ``y`` the N labels, ``target`` is y_q."""

    x: list[list[Polynomial]]
    w: list[Polynomial]
    y: list[Polynomial]
    target: Polynomial

    @property
    def E(self) -> list[list[Polynomial]]:
        """The columns of the embedding matrix: (x_i; y_i), and (x_q; 0) last."""
        return [[*x, y] for x, y in zip(self.x, [*self.y, ZERO], strict=True)]

    @cached_property
    def products(self) -> dict[tuple[int, int, int], Polynomial]:
        """(E Eᵀ)[i, j] E[k, last] for all i, j, k, where it is not zero; worked out once for many weights."""
        columns, sizes = self.E, range(len(self.w) + 1)
        gram = {
            (i, j): reduce(Polynomial.__add__, [column[i] * column[j] for column in columns])
            for i in sizes
            for j in sizes
        }
        last = columns[-1]
        return {(i, j, k): gram[i, j] * last[k] for i, j in gram for k in sizes if last[k].terms}

    @cached_property
    def moments(self) -> tuple[Matrix, list[Fraction], Fraction]:
        """E PPᵀ, E P y_q and E y_q², P the d² numbers (1/N)(E Eᵀ)[d+1, j] E[k, last], with j and k up to d.

        At p = q = 0 the prediction is the sum of u U[j, k] P[j, k], so that these are all that the loss consists of.
        """
        d, N, target = len(self.w), len(self.y), Expanded(self.target)
        P = [Expanded(self.products[d, j, k]) for j in range(d) for k in range(d)]
        square = [[Fraction(0)] * len(P) for _ in P]
        for i, left in enumerate(P):
            for j, right in enumerate(P[: i + 1]):
                square[i][j] = square[j][i] = left.dot(right) / N**2
        return square, [product.dot(target) / N for product in P], target.dot(target)


def prompt(instance: Instance) -> Prompt:
    """The random prompt: x_i = C z_i, w and ε_i standard normal, y_i = ⟨w, x_i⟩ + σ ε_i."""
    rows = tuple(map(tuple, instance.C))
    return _prompt(instance.d, instance.N, rows, instance.sigma, instance.noisy_target)


@lru_cache(maxsize=64)
def _prompt(d: int, N: int, C: tuple[tuple[Fraction, ...], ...], sigma: Fraction, noisy_target: bool) -> Prompt:
    """It does not depend on the weights, so that many of them can be tried on one prompt."""
    z = [[variable(d * i + a) for a in range(d)] for i in range(N + 1)]
    w = [variable(d * (N + 1) + a) for a in range(d)]
    noise = [variable(d * (N + 2) + i) for i in range(N + 1)]
    scale = [sigma] * N + [sigma if noisy_target else Fraction(0)]
    x = [[combination(zip(row, column, strict=True)) for row in C] for column in z]
    clean = [reduce(Polynomial.__add__, map(Polynomial.__mul__, w, column)) for column in x]
    y = [combination([(Fraction(1), c), (s, e)]) for c, s, e in zip(clean, scale, noise, strict=True)]
    return Prompt(x, w, y[:N], y[N])


def forward(instance: Instance, drawn: Prompt) -> Polynomial:
    """f(E)[d+1, last] of f(E) = E + W^PV E (Eᵀ W^KQ E)/N for one random prompt.

    All of W^KQ takes part; of W^PV only its last row can reach the last row of f(E).  Multiplied out, the entry is
    E[d+1, last] + (1/N) Σ W^PV[d+1, i] W^KQ[j, k] (E Eᵀ)[i, j] E[k, last], and these products hold no weights.
    """
    bottom, keys = instance.W_PV[-1], instance.W_KQ
    out = [(Fraction(1), drawn.E[-1][-1])]
    for (i, j, k), random in drawn.products.items():
        if weight := bottom[i] * keys[j][k]:
            out.append((weight / instance.N, random))
    return combination(out)


def residual(instance: Instance) -> Polynomial:
    """ŷ − y_q for a random prompt."""
    drawn = prompt(instance)
    return forward(instance, drawn) - drawn.target


def population_loss(instance: Instance) -> Fraction:
    """L = ½ E(ŷ − y_q)², exactly."""
    error = Expanded(residual(instance))
    return HALF * error.dot(error)


def attention(W_PV: Matrix, W_KQ: Matrix, E: Matrix, normaliser: int) -> Matrix:
    """All of f(E) = E + W^PV E (Eᵀ W^KQ E)/normaliser for a matrix of numbers E, (d+1)×(M+1)."""
    update = product(W_PV, E, product(transpose(E), W_KQ, E))
    return [[a + b / normaliser for a, b in zip(*rows, strict=True)] for rows in zip(E, update, strict=True)]


def prediction_at(instance: Instance, sample: Sample) -> Fraction:
    """ŷ = f(E)[d+1, M+1] for the numbers of ``sample``, read off the whole of f(E); the normaliser is its length M."""
    M = len(sample.X[0])
    columns = transpose(sample.X)
    clean = product([sample.w], sample.X)[0]
    labels = [y + instance.sigma * e for y, e in zip(clean, sample.noise, strict=True)]
    E = transpose([[*x, y] for x, y in zip(columns, labels, strict=True)] + [[*sample.x_q, Fraction(0)]])
    return attention(instance.W_PV, instance.W_KQ, E, M)[-1][-1]


def loss_along(instance: Instance, direction: Mapping[str, Any]) -> list[Fraction]:
    """The five coefficients of t ↦ L((u, U, p, q) + t·direction), constant first.

    ``direction`` maps names among u, U, p, q to values of the same shape.  Each term of ŷ is a product of one entry
    of (pᵀ, u) and one of (U; qᵀ), so ŷ is quadratic in t: its values at t = −1, 0, 1 give its three coefficients.
    """
    behind, here, ahead = (residual(instance.moved(direction, t)) for t in (-1, 0, 1))
    slope = combination([(HALF, ahead), (-HALF, behind)])
    bend = combination([(HALF, ahead), (HALF, behind), (Fraction(-1), here)])
    parts = [Expanded(P) for P in (here, slope, bend)]
    out = [Fraction(0)] * 5
    for i, left in enumerate(parts):
        for j, right in enumerate(parts):
            out[i + j] += HALF * left.dot(right)
    return out


def loss_derivative(instance: Instance, direction: Mapping[str, Any]) -> Fraction:
    """dL/dt at t = 0 along ``direction``."""
    return loss_along(instance, direction)[1]


def second_derivative(instance: Instance, direction: Mapping[str, Any]) -> Fraction:
    """d²L/dt² at t = 0 along ``direction``."""
    return 2 * loss_along(instance, direction)[2]


def gradient(instance: Instance, names: Sequence[str] = ("u", "U", "p", "q")) -> dict[str, Any]:
    """The derivative of L in every coordinate of the named blocks, each in the shape of its block.

    dL = E[(ŷ − y_q) dŷ], and along one coordinate ŷ is linear or quadratic, so dŷ is half a central difference.
    """
    here = Expanded(residual(instance))

    def slope(direction: Mapping[str, Any]) -> Fraction:
        ahead, behind = (residual(instance.moved(direction, t)) for t in (1, -1))
        return HALF * here.dot(Expanded(ahead - behind))

    return {name: _each(getattr(instance, name), lambda step, name=name: slope({name: step})) for name in names}


def _each(value: Any, slope: Any) -> Any:
    """``slope`` at every unit step in the shape of ``value`` (a number, a flat list or a list of rows)."""
    if not isinstance(value, list):
        return slope(Fraction(1))
    if not isinstance(value[0], list):
        return [slope(unit) for unit in identity(len(value))]
    height, width = len(value), len(value[0])
    return [[slope(_unit(height, width, i, j)) for j in range(width)] for i in range(height)]


def _unit(height: int, width: int, row: int, column: int) -> Matrix:
    return [[Fraction((i, j) == (row, column)) for j in range(width)] for i in range(height)]
