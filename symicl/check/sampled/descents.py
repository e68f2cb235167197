"""The loss over all blocks minimised from many random starts: where do they end?

The loss is the judge's own, from the second moments of the real forward pass (``bilinear``), in floating point; the
descent is Newton's method with every curvature taken as positive, and with backtracking.  A start that comes to rest
where the Hessian still has a negative direction is pushed off and goes on, so that an end is a local minimum as far as
second derivatives tell.

No end may lie below the claimed minimum and the best must reach it; an end at u = U = 0 must be the claimed point of
the largest eigenvalue, and only where the claimed criterion does not forbid it.  Ends anywhere else are counted: the
theorem says nothing of them, and neither does this judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from ...errors import SymiclError
from ..comparing import Refuted, ask
from ..exact.spurious import eigen_instance
from ..rational.bilinear import Bilinear
from ..rational.instances import Instance
from ..said import Said, at, stopped
from ..verdict import Verdict

JUDGE = "monte carlo"
STARTS, SEED, STEPS = 24, 20231124, 400
#: Sizes N and the roots of the eigenvalues: two with a spurious local minimum, one without, and one dimension.
SETTINGS = ((2, (2, 1)), (5, (3, 1)), (5, (2, 2)), (3, (2,)))
#: How near, relative to ½ tr Λ, an end must be to what is claimed of it; and how flat the loss must be there.
NEAR, FLAT = 1e-8, 1e-9
Array = Any
Claim = Callable[..., Any]


class Surface:
    """The loss, its gradient and its Hessian at weights in one flat array: (p, u), then (U; qᵀ) row by row."""

    def __init__(self, exact: Bilinear) -> None:
        self.d, self.n, self.m = exact.d, exact.d + 1, (exact.d + 1) * exact.d
        self.b = np.array(exact.b, dtype=float).reshape(self.n, self.m)
        self.M = np.array(exact.M, dtype=float).reshape(self.n, self.m, self.n, self.m)
        self.c = float(exact.c)

    def split(self, z: Array) -> tuple[Array, Array]:
        """The two blocks."""
        return z[: self.n], z[self.n :]

    def balanced(self, z: Array) -> Array:
        """The same products with blocks of one length; the loss knows only the products."""
        a, B = self.split(z)
        scale = np.sqrt(np.linalg.norm(B) / np.linalg.norm(a))
        return np.concatenate([scale * a, B / scale])

    def loss(self, z: Array) -> float:
        """L."""
        θ = np.outer(*self.split(z))
        return float(np.einsum("iJ,iJkL,kL", θ, self.M, θ) / 2 - np.sum(self.b * θ) + self.c / 2)

    def slope(self, z: Array) -> tuple[Array, Array]:
        """The derivatives in the products, (d+1)×(d+1)d, and the gradient."""
        a, B = self.split(z)
        r = np.einsum("iJkL,k,L->iJ", self.M, a, B) - self.b
        return r, np.concatenate([r @ B, a @ r])

    def hessian(self, z: Array) -> Array:
        """The second derivatives."""
        a, B = self.split(z)
        r = self.slope(z)[0]
        mixed = np.einsum("iJkL,J,k->iL", self.M, B, a) + r
        in_a = np.einsum("iJkL,J,L->ik", self.M, B, B)
        in_B = np.einsum("iJkL,i,k->JL", self.M, a, a)
        return np.block([[in_a, mixed], [mixed.T, in_B]])


def descend(surface: Surface, z: Array, rng: np.random.Generator) -> Array:
    """A local minimum below ``z``, or where the steps ran out."""
    for _ in range(STEPS):
        z = surface.balanced(z)
        slope, (values, vectors) = surface.slope(z)[1], np.linalg.eigh(surface.hessian(z))
        if np.linalg.norm(slope) < FLAT * surface.c and values[0] > -1e-6 * values[-1]:
            return z
        if np.linalg.norm(slope) < FLAT * surface.c:
            z = z + rng.choice((-1, 1)) * 1e-2 * vectors[:, 0]
            continue
        step = -vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), 1e-9 * values[-1]))
        z = _backtracked(surface, z, step, float(slope @ step))
    return z


def _backtracked(surface: Surface, z: Array, step: Array, drop: float) -> Array:
    here, length = surface.loss(z), 1.0
    while length > 1e-12 and surface.loss(z + length * step) > here + 1e-4 * length * drop:
        length /= 2
    return z + length * step


@dataclass(frozen=True)
class Ends:
    """Where the starts of one setting ended: at L*, at the spurious point, elsewhere, and those that did not settle."""

    d: int
    N: int
    eigenvalues: tuple[int, ...]
    least: int = 0
    point: int = 0
    elsewhere: int = 0
    unsettled: int = 0

    def said(self) -> Said:
        """In words."""
        told = Said(
            "N = {N}, eigenvalues {roots}: {least} at L*, {point} at u = U = 0, {elsewhere} elsewhere",
            **{"N": self.N, "roots": ", ".join(map(str, self.eigenvalues))},
            **{"least": self.least, "point": self.point, "elsewhere": self.elsewhere},
        )
        return Said("{told}, {count} did not settle", told=told, count=self.unsettled) if self.unsettled else told


def judge_descents(
    id: str, least: Claim, inverse: Claim, level: Claim, criterion: Claim, *, starts: int = STARTS, seed: int = SEED
) -> Verdict:
    """Do many random starts end where it is claimed that they can?

    ``least(instance)`` is L*, ``inverse(instance)`` what uU is there; ``level`` and ``criterion``, with ``lambda`` for
    the largest eigenvalue, are the loss at its point and the number that decides whether it is a local minimum.
    """
    rng, draw = np.random.default_rng(seed), Random(seed)
    found: list[Ends] = []
    for N, roots in SETTINGS:
        instance = eigen_instance(draw, N, roots)
        try:
            counts = _ends(instance, (least, inverse, level, criterion), starts, rng)
            found.append(Ends(len(roots), N, tuple(root**2 for root in roots), **counts))
        except Refuted as refuted:
            return Verdict(id, JUDGE, "fail", at(len(roots), N, refuted), dict(refuted.numbers))
        except SymiclError as trouble:
            return Verdict(id, JUDGE, "skipped", stopped(trouble))
    ends = tuple(each.said() for each in found)
    detail = Said("{starts} random starts each: {ends}", starts=starts, ends=ends)
    return Verdict(id, JUDGE, "pass", detail, {"ends": tuple(vars(ends) for ends in found), "seed": seed})


def _ends(instance: Instance, claims: tuple[Claim, ...], starts: int, rng: np.random.Generator) -> dict[str, int]:
    least, inverse, level, criterion = claims
    surface, d = Surface(Bilinear.of(instance)), instance.d
    top = float(np.linalg.eigvalsh(np.array(instance.Lambda, dtype=float))[-1])
    value = float(ask(least, instance))
    G = np.array(ask(inverse, instance), dtype=float).reshape(d, d)
    there = float(ask(lambda: level(instance, **{"lambda": top})))
    sign = float(ask(lambda: criterion(instance, **{"lambda": top})))
    near = NEAR * surface.c
    counts = dict.fromkeys(("least", "point", "elsewhere", "unsettled"), 0)
    lowest = np.inf
    for _ in range(starts):
        z = descend(surface, rng.uniform(0.3, 2) * rng.standard_normal(surface.n + surface.m), rng)
        loss = surface.loss(z)
        lowest = min(lowest, loss)
        if loss < value - near:
            raise Refuted(f"a start ends at {loss:.12g}, below the claimed minimum {value:.12g}", loss=loss)
        counts[_kind(surface, z, loss, (value, there, sign), G, near)] += 1
    if lowest > value + near:
        raise Refuted(f"the best of {starts} starts ends at {lowest:.12g}, above the claimed minimum {value:.12g}")
    return counts


def _kind(surface: Surface, z: Array, loss: float, claimed: tuple[float, float, float], G: Array, near: float) -> str:
    """What an end is; ``Refuted`` where it contradicts what is claimed."""
    (a, B), d, (value, there, sign) = surface.split(z), surface.d, claimed
    if np.linalg.norm(surface.slope(z)[1]) > FLAT * surface.c:
        return "unsettled"
    p, u, U, q = a[:d], a[d], B[: d * d].reshape(d, d), B[d * d :]
    first, second = u * U, np.outer(p, q)
    rough = 1e-4 * np.linalg.norm(G)
    if loss < value + near:
        families = [(first, second, u * q)] + ([(second, first, u * q)] if d == 1 else [])
        if not any(np.linalg.norm(x - G) < rough and np.linalg.norm(y) < rough for x, y, _ in families):
            raise Refuted(f"a start ends at L* with uU = {first.tolist()}, pqᵀ = {second.tolist()}")
        return "least"
    if np.linalg.norm(first) > rough or max(abs(u) * np.linalg.norm(q), np.linalg.norm(U) * np.linalg.norm(p)) > rough:
        return "elsewhere"
    if abs(loss - there) > near:
        raise Refuted(f"a start ends at u = U = 0 with the loss {loss:.12g}, claimed is {there:.12g}", loss=loss)
    if sign < -NEAR:
        raise Refuted(f"a start ends at u = U = 0, where the criterion, {sign:.6g}, forbids a local minimum")
    return "point"
