"""Nonlinear tasks: the trained layer learns the best linear predictor of them (arXiv:2306.09927, section 4.1).

Claim.  For y = φ(⟨w, x⟩) + σε and s² = wᵀΛw: E[xy] = (c₁/s) Λw and E[y² xxᵀ] = (c₀ + σ²)Λ + ((c₂ − c₀)/s²) Λw(Λw)ᵀ,
where c₁ = E[gφ(sg)], c₀ = E[φ(sg)²] and c₂ = E[g²φ(sg)²] for a standard normal g.  So a and Σ of ``risk`` are known
for every such task, in closed form where φ is a polynomial.
Scope.  Every Λ ≻ 0, w ≠ 0, φ with these moments, d, N and M.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Pow, Rational

from symicl import engine
from symicl.attention import Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.functions import apply
from symicl.language.letters import Defined, Gaussian, matrix, scalar, vector
from symicl.language.mean import E, named
from symicl.language.rewrite import substitute
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Definition, Result, say

from . import entry
from .risk import law, shares

s, sigma = scalar("s", positive=True), scalar("sigma")
#: The named tasks, by what stands for φ(t).
POLYNOMIALS = {"linear": 1, "quadratic": 2, "cubic": 3}
FUNCTIONS = {"relu": "relu", "sine": "sin"}


@dataclass(frozen=True)
class Along:
    """x = Λw g/s + Bz, the part of an input along w and the rest, with standard normals g (1) and z (d).

    ``along`` is wᵀΛw = s² and ``rest`` BBᵀ = Λ − Λw(Λw)ᵀ/s²; together they say that x ~ N(0, Λ) and wᵀx = sg.
    """

    Lambda: Any
    w: Any
    B: Any
    g: Gaussian
    z: Gaussian
    epsilon: Gaussian
    x: Defined
    rest: Theorem
    along: Theorem

    @property
    def turned(self) -> Any:
        """Λw(Λw)ᵀ."""
        return self.Lambda @ self.w @ self.w.T @ self.Lambda


@lru_cache(maxsize=16)
def along(task: Task | None = None) -> Along:
    """An input split along w and across it."""
    base = task or Task()
    d, Lam = base.d, base.Lambda
    w, B = vector("w", d), matrix("B", d)
    g, z, epsilon = Gaussian("g", 1), Gaussian("z", d), Gaussian("epsilon", 1)
    x = Defined("x", tr(g) / s * Lam @ w + B @ z)
    rest = kernel.assume(Eq(B @ B.T, Lam - Lam @ w @ w.T @ Lam / s**2))
    return Along(Lam, w, B, g, z, epsilon, x, rest, kernel.assume(Eq(w.T @ Lam @ w, s**2)))


def inputs(it: Along) -> Calculation:
    """x has the covariance Λ."""
    return (
        proof(E(it.x @ it.x.T))
        .then(rules.average(it.g, it.z))
        .eq(it.Lambda, by=rules.combination((it.rest, 1, 1), reason="{c}", c=it.rest.statement))
        .qed()
    )


def along_w(it: Along) -> Calculation:
    """wᵀx = sg: across w there is nothing."""
    w, B, Lam = it.w, it.B, it.Lambda
    size = kernel.combine(Eq(w.T @ B @ B.T @ w, 0), [(it.rest, w.T, w), (it.along, -(w.T @ Lam @ w) / s**2, 1)])
    across = kernel.modus(kernel.vanishes(size.statement.lhs), size)
    return (
        proof(w.T @ it.x)
        .eq((w.T @ Lam @ w) / s * tr(it.g) + w.T @ B @ it.z, by=rules.unfold(it.x))
        .eq(
            s * tr(it.g),
            by=rules.combination(
                (it.along, tr(it.g) / s, 1),
                (across, 1, it.z),
                reason="{c}, and {b}",
                c=it.along.statement,
                b=across.statement,
            ),
        )
        .qed()
    )


def label(it: Along, phi: Any) -> Any:
    """y = φ(sg) + σε."""
    return named("y", phi + sigma * tr(it.epsilon))


@dataclass(frozen=True)
class Moments:
    """c₀ = E φ², c₁ = E[gφ] and c₂ = E[g²φ²] of φ = φ(sg), as means or, for a polynomial, as what they come to."""

    phi: Any
    c_0: Any
    c_1: Any
    c_2: Any

    @classmethod
    def of(cls, it: Along, phi: Any) -> "Moments":
        """The means themselves."""
        g = tr(it.g)
        return cls(phi, E(phi**2), E(g * phi), E(g**2 * phi**2))

    def worked(self, g: Gaussian) -> "Moments":
        """The same for a polynomial φ, by pairings."""
        values = [engine.expect(engine.form(c.body), g).to_sympy() for c in (self.c_0, self.c_1, self.c_2)]
        return Moments(self.phi, *values)


def correlation(it: Along, c: Moments) -> Calculation:
    """E[xy] = (c₁/s) Λw."""
    y = label(it, c.phi)
    lines = (
        proof(E(y * it.x))
        .eq(E(y.body * it.x), by=rules.unfold(y))
        .eq(Moments.of(it, c.phi).c_1 / s * it.Lambda @ it.w, by=rules.average(it.z, it.epsilon))
    )
    return _worked(lines, c.c_1 / s * it.Lambda @ it.w, it.g).qed()


def square(it: Along, c: Moments) -> Calculation:
    """E[y² xxᵀ] = (c₀ + σ²)Λ + ((c₂ − c₀)/s²) Λw(Λw)ᵀ."""
    g, outer, left = tr(it.g), it.turned / s**2, Moments.of(it, c.phi)
    unit = kernel.expectation(Eq(E(g**2), 1), [it.g])
    across = it.B
    y = label(it, c.phi)
    lines = (
        proof(E(y**2 * it.x @ it.x.T))
        .eq(E(y.body**2 * it.x @ it.x.T), by=rules.unfold(y))
        .eq(
            (left.c_0 + sigma**2) * across @ across.T + (left.c_2 + sigma**2 * E(g**2)) * outer,
            by=rules.average(it.z, it.epsilon),
        )
        .eq(
            (left.c_0 + sigma**2) * it.Lambda + (left.c_2 - left.c_0) * outer,
            by=rules.combination(
                (it.rest, left.c_0 + sigma**2, 1), (unit, sigma**2, outer), reason="{c}", c=it.rest.statement
            ),
        )
    )
    return _worked(lines, (c.c_0 + sigma**2) * it.Lambda + (c.c_2 - c.c_0) * outer, it.g).qed()


def power(it: Along, c: Moments) -> Calculation:
    """E y² = c₀ + σ²."""
    y = label(it, c.phi)
    lines = (
        proof(E(y**2))
        .eq(E(y.body**2), by=rules.unfold(y))
        .eq(Moments.of(it, c.phi).c_0 + sigma**2, by=rules.average(it.epsilon))
    )
    return _worked(lines, c.c_0 + sigma**2, it.g).qed()


def _worked(lines: Any, value: Any, g: Gaussian) -> Any:
    """One more line, in which the means over g are worked out, where that changes anything."""
    return lines if lines.last == value else lines.eq(value, by=rules.average(g))


@dataclass(frozen=True)
class Predictor:
    """What ``risk`` needs of a task: a, Σ, and what the best linear predictor misses, each with its theorem."""

    lines: tuple[Calculation, ...]
    a: Theorem
    Sigma: Theorem
    least: Theorem


def predictor(it: Along, c: Moments) -> Predictor:
    """a = Λ⁻¹E[xy], Σ = Cov(xy), and E y² − E[xy]ᵀ Λ⁻¹ E[xy]."""
    lines = correlation(it, c), square(it, c), power(it, c)
    r, q, p = (found.theorem for found in lines)
    inverse, mean, value, c_1 = it.Lambda.inv(), r.statement.lhs, r.statement.rhs, c.c_1
    turned = kernel.flip(r)
    a = kernel.combine(Eq(inverse @ mean, c_1 / s * it.w), [(r, inverse, 1)])
    Sigma = kernel.combine(
        Eq(
            q.statement.lhs - mean @ mean.T,
            (c.c_0 + sigma**2) * it.Lambda + (c.c_2 - c.c_0 - c_1**2) / s**2 * it.turned,
        ),
        [(q, 1, 1), (r, -1, mean.T), (turned, -value, 1)],
    )
    least = kernel.combine(
        Eq(p.statement.lhs - mean.T @ inverse @ mean, c.c_0 + sigma**2 - c_1**2),
        [(p, 1, 1), (turned, -1, inverse @ mean), (r, -value.T @ inverse, 1), (it.along, -(c_1**2) / s**2, 1)],
    )
    return Predictor(lines, a, Sigma, least)


def formulas(task: Task | None, it: Along, found: Predictor) -> dict[str, Any]:
    """The excess of the trained layer and its limit, with s put in as √(wᵀΛw)."""
    whole = law(task)
    noise, rest = shares(whole)
    put = {whole.a: found.a.statement.rhs, whole.Sigma: found.Sigma.statement.rhs}
    parts = {"limit": found.least.statement.rhs, "excess": substitute(noise + rest, put)}
    parts |= {"a": found.a.statement.rhs, "Sigma": found.Sigma.statement.rhs}
    size = Pow(it.w.T @ it.Lambda @ it.w, Rational(1, 2))
    return {name: substitute(part, {s: size}) for name, part in parts.items()}


def _stated(it: Along, phi: Any) -> Eq:
    y = label(it, phi)
    return Eq(y, y.body)


def derive(task: Task | None = None) -> Chapter:
    """The chapter: inputs split along w, what a task with any φ looks like, and the named tasks."""
    it = along(task)
    g, u = tr(it.g), s * tr(it.g)
    phi = apply("phi", u)
    general = predictor(it, Moments.of(it, phi))
    worked = {name: predictor(it, Moments.of(it, u**k).worked(it.g)) for name, k in POLYNOMIALS.items()}
    open = {name: predictor(it, Moments.of(it, apply(f, u))) for name, f in FUNCTIONS.items()}
    covariance, scale = inputs(it), along_w(it)
    values = {
        f"{name}_{key}": value
        for name, found in (worked | open).items()
        for key, value in formulas(task, it, found).items()
    }
    return entry("nonlinear").chapter(
        summary=say(
            "A task is nonlinear along one direction: its label is {y}, a function of {t} and noise. Split an input "
            "into its part along {w} and the rest, which is independent of the label. Then three means over one normal "
            "number say all that the risk needs to know.",
            y=label(it, phi).body,
            t=u,
            w=it.w,
        ),
        meaning=say(
            "The trained layer learns the best linear predictor, and no more. Of a quadratic task it learns nothing, "
            "since a square is uncorrelated with its input; of a cubic one it learns the slope that fits best, and the "
            "rest stays as an error that no number of examples removes. A ReLU is learned by half.",
        ),
        parts=(
            Definition(it.x, say("an input: its part along {w}, and the rest", w=it.w)),
            Result(
                "inputs",
                "Lemma",
                "An input along the task and across it",
                scale.theorem,
                (covariance, scale),
                given=say("With independent standard normal {g} and {z},", g=g, z=it.z),
                also=(covariance.theorem,),
            ),
            Result(
                "tasks",
                "Theorem",
                "What a nonlinear task is to a linear predictor",
                general.a,
                general.lines,
                given=say("For every function {f} and labels {y},", f=phi, y=_stated(it, phi)),
                also=(general.Sigma, general.least),
                conclusion=say("Multiply the first by {i}, and subtract what the means contribute.", i=it.Lambda.inv()),
            ),
            *(
                Result(
                    name,
                    "Corollary",
                    f"The {name} task",
                    found.a,
                    found.lines,
                    given=say("For labels {y},", y=_stated(it, u ** POLYNOMIALS[name])),
                    also=(found.Sigma, found.least),
                )
                for name, found in worked.items()
            ),
        ),
        formulas={name: value for name, value in values.items() if name.split("_")[1] in ("limit", "excess")},
        claims={name: value for name, value in values.items() if name.split("_")[1] in ("a", "Sigma")},
        uses=("risk",),
        model=law(task).test,
    )
