"""The exact judge of the loss over all blocks: taken apart, its minimum, and its stationary points at u = U = 0.

The judge splits its own ŷ − y_q by parity in w, monomial by monomial.  For the stationary points it needs rational
eigenvectors, so that its covariances are Q diag(c²) Qᵀ with a rational orthogonal Q; there it has the gradient in every
coordinate, and the whole Hessian in rationals, from the second moments of the forward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from ..comparing import Refuted, agree, as_rows, ask, judge_by, vanishes
from ..rational.bilinear import Bilinear, falls_somewhere, weights
from ..rational.forward import gradient, population_loss, residual, second_derivative
from ..rational.instances import SHAPES, Instance, matrix, nonzero, random_instance, random_instances, vector
from ..rational.matrices import Matrix, Vector, combine, identity, inverse, product, transpose
from ..rational.polynomials import Expanded, Polynomial, exponents
from ..rational.trained import trained_weights
from ..verdict import Verdict

TRIALS, SEED = 4, 20231124
#: Sizes, and the roots of the eigenvalues: equal ones and far ones, so that the criterion has either sign.
SETTINGS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (2, (1, 3)),
    (5, (2, 2)),
    (3, (3,)),
    (2, (1, 2, 4)),
    (5, (4, 5)),
    (1, (2, 3)),
)
Given = Callable[..., Any]


@dataclass(frozen=True)
class Claims:
    """What is claimed, as functions of an instance and of the letters that a point adds.

    ``square`` is the loss without the even part, ``least`` its least value, ``inverse`` what uU or pqᵀ is there.
    Of a point with Λp = λp, pᵀp = n: ``q``, the loss ``level``, its ``excess``; the speeds of p and q towards another
    eigenvector z, and the second derivative ``fall`` along them; J, and the ``criterion``.
    """

    square: Given
    least: Given
    inverse: Given
    q: Given
    level: Given
    excess: Given
    speeds: tuple[Given, Given]
    fall: Given
    J: Given
    criterion: Given


def judge_full(id: str, claims: Claims, *, trials: int = TRIALS, seed: int = SEED) -> list[Verdict]:
    """Two verdicts: on the minimum over all blocks, and on the points at u = U = 0."""
    return [judge_global(id, claims, trials=trials, seed=seed), judge_points(id, claims, trials=trials, seed=seed)]


def judge_global(id: str, claims: Claims, *, trials: int = TRIALS, seed: int = SEED) -> Verdict:
    """Is the loss ``square`` and the mean square of the even part, and least where it is claimed to be?"""
    rng = Random(seed + 1)

    def check(instance: Instance) -> None:
        for here in (instance, *_sparse(rng, instance)):
            wasted = waste(here)
            agree(ask(claims.square, here), population_loss(here) - wasted, "the loss without the even part")
            idle = not here.u * any(here.q) and (not any(here.p) or not any(map(any, here.U)))
            if idle != (wasted == 0):
                raise Refuted(f"the even part has the mean square {2 * wasted} at p = {here.p}, u = {here.u}")
        value = _minimum(claims, rng, instance)
        for other in _others(rng, instance):
            if (loss := population_loss(other)) <= value:
                raise Refuted(f"the loss is {loss}, not above {value}, at a point off both families", loss=loss)

    subject = "the loss taken apart by parity, and its minimum over all blocks"
    return judge_by(id, subject, random_instances(trials, seed, SHAPES), check, claims.square, claims.least)


def waste(instance: Instance) -> Fraction:
    """½ E e², e the part of ŷ − y_q that is even in w."""
    error, first = residual(instance), instance.d * (instance.N + 1)
    kept = {m: a for m, a in error.terms.items() if not sum(exponents(m)[first : first + instance.d]) % 2}
    even = Expanded(Polynomial(kept, error.denominator, error.degree))
    return even.dot(even) / 2


def _sparse(rng: Random, instance: Instance) -> Iterator[Instance]:
    """The same weights with some blocks zero: where the even part vanishes, and where it nearly does."""
    d = instance.d
    zero: dict[str, Any] = {
        "u": Fraction(0),
        "U": [[Fraction(0)] * d for _ in range(d)],
        "p": [Fraction(0)] * d,
        "q": [Fraction(0)] * d,
    }
    for gone in ("u", "q", "p", "U", "up", "uU", "qp", "qU"):
        yield instance.with_weights(**{name: zero[name] for name in gone})


def _minimum(claims: Claims, rng: Random, instance: Instance) -> Fraction:
    """L*, at the claimed minimisers: family (i), and for d = 1 family (ii), which is no minimiser for d ≥ 2."""
    G = as_rows(ask(claims.inverse, instance), "the claimed minimiser")
    u, d = nonzero(rng), instance.d
    lowest = instance.without_pq().with_weights(u=u, U=[[entry / u for entry in row] for row in G])
    vanishes(gradient(lowest), "at a point of family (i)")
    value = population_loss(lowest)
    agree(ask(claims.least, instance), value, "the claimed least loss")
    zero = [[Fraction(0)] * d for _ in range(d)]
    other = instance.with_weights(u=Fraction(0), U=zero, p=[row[0] / u for row in G], q=[u] * d)
    if (population_loss(other) == value) != (d == 1):
        raise Refuted(f"the loss is {population_loss(other)} at u = 0, U = 0, p = {other.p}, q = {other.q}")
    return value


def _others(rng: Random, instance: Instance) -> Iterator[Instance]:
    """Random points, and points near the minimum with p and q."""
    d, best = instance.d, trained_weights(instance)
    yield instance
    near = instance.with_weights(u=Fraction(1), U=best)
    yield near.with_weights(q=[Fraction(0)] * d)
    yield near.with_weights(p=[entry / 997 for entry in vector(rng, d)], q=[entry / 997 for entry in vector(rng, d)])
    yield near.without_pq().moved({"U": matrix(rng, d, d)}, Fraction(1, 997))


def judge_points(id: str, claims: Claims, *, trials: int = TRIALS, seed: int = SEED) -> Verdict:
    """Are the claimed points at u = U = 0 stationary, of that loss, and local minima or saddles as is claimed?"""
    rng = Random(seed + 2)

    def check(instance: Instance) -> None:
        vectors, loss = transpose(instance.A), Bilinear.of(instance)
        least = population_loss(instance.without_pq().with_weights(u=Fraction(1), U=trained_weights(instance)))
        for p in vectors:
            scale = nonzero(rng)
            _point(claims, instance, [scale * entry for entry in p], vectors, loss, least)

    subject = "the stationary points at u = U = 0, their loss, and the sign of their Hessians"
    settings = [SETTINGS[k % len(SETTINGS)] for k in range(trials)]
    drawn = [eigen_instance(rng, N, roots) for N, roots in settings]
    return judge_by(id, subject, drawn, check, claims.q, claims.level, claims.criterion)


def eigen_instance(rng: Random, N: int, roots: Sequence[int]) -> Instance:
    """An instance with Λ = Q diag(c²) Qᵀ for the roots c, its eigenvectors the columns of ``A``."""
    d = len(roots)
    Q = _orthogonal(rng, d)
    C = [[entry * c for entry, c in zip(row, roots, strict=True)] for row in Q]
    return replace(random_instance(rng, d, N), C=C, Lambda=product(C, transpose(C)), A=Q)


def _orthogonal(rng: Random, d: int) -> Matrix:
    """(I − K)(I + K)⁻¹ for a random skew K (Cayley)."""
    K = [[Fraction(0)] * d for _ in range(d)]
    for i in range(d):
        for j in range(i):
            K[i][j] = nonzero(rng)
            K[j][i] = -K[i][j]
    return product(combine((1, identity(d)), (-1, K)), inverse(combine((1, identity(d)), (1, K))))


def _point(claims: Claims, instance: Instance, p: Vector, vectors: Matrix, loss: Bilinear, least: Fraction) -> None:
    """Everything that is claimed of the point with this eigenvector."""
    d, zero = instance.d, Fraction(0)
    nothing = [[zero] * d for _ in range(d)]
    n, λ = sum((x * x for x in p), zero), _eigenvalue(instance.Lambda, p)
    letters = {"lambda": λ, "n": n}
    bare = instance.with_weights(u=zero, U=nothing, p=p)
    there = bare.with_weights(q=_flat(ask(lambda: claims.q(bare, **letters)), "q"))
    vanishes(gradient(there), "at a point with u = U = 0")
    value = population_loss(there)
    agree(ask(lambda: claims.level(there, **letters)), value, "the claimed loss at the point")
    agree(ask(lambda: claims.excess(there, **letters)), value - least, "the claimed excess")
    if (value == least) != (d == 1):
        raise Refuted(f"the loss at the point is {value}, and L* is {least}")
    G = trained_weights(instance)
    γ = 1 / _eigenvalue(G, p)
    J = as_rows(ask(lambda: claims.J(there, **letters)), "J")
    bend = second_derivative(there, {"u": Fraction(1), "U": [[-entry for entry in row] for row in J]})
    C = ask(lambda: claims.criterion(there, **letters))
    agree(λ * C / (n * γ**2), bend, "the claimed second derivative along u and U")
    largest = all(_eigenvalue(instance.Lambda, z) <= λ for z in vectors)
    falls = falls_somewhere(loss.hessian(*weights(there)))
    if C != 0 and falls != (not largest or C < 0):
        raise Refuted(f"the criterion is {C}, but the Hessian {'has a' if falls else 'has no'} negative direction")
    for z in vectors:
        _towards(claims, there, z, letters)


def _towards(claims: Claims, there: Instance, z: Vector, letters: dict[str, Fraction]) -> None:
    """The second derivative towards an eigenvector with a larger eigenvalue."""
    z = [3 * entry for entry in z]
    μ = _eigenvalue(there.Lambda, z)
    if μ <= letters["lambda"]:
        return
    more = letters | {"mu": μ, "m": sum(x * x for x in z), "z": z}
    p, q = (_flat(ask(lambda speed=speed: speed(there, **more)), "a speed") for speed in claims.speeds)
    fall = second_derivative(there, {"p": p, "q": q})
    agree(ask(lambda: claims.fall(there, **more)), fall, "the claimed second derivative along p and q")
    if fall >= 0:
        raise Refuted(f"the second derivative along p and q is {fall}, not negative", second=fall)


def _flat(value: Any, name: str) -> Vector:
    rows = as_rows(value, name)
    return [row[0] for row in rows] if len(rows) > 1 else rows[0]


def _eigenvalue(A: Matrix, v: Vector) -> Fraction:
    """The eigenvalue of an eigenvector."""
    moved = [sum(a * x for a, x in zip(row, v, strict=True)) for row in A]
    return next(m / x for m, x in zip(moved, v, strict=True) if x)
