"""The judges of gradient flow: it is integrated from random starts, and plain gradient descent is run on prompts.

Of what is claimed, the flow's equations and the loss at the start are compared with the judge's own loss; what should
be conserved, positive or bounded is looked at all along an integrated course; and its end is the claimed limit.  None
of this proves anything: a judge that integrates can refute, and its numbers are right to the integrator's tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from ..comparing import Refuted, ask, judge_by
from ..rational.instances import SHAPES, Instance
from ..said import Said, at
from ..said import sizes as listed
from ..verdict import Verdict
from .courses import Array, Bowl, Point, follow, random_setting
from .prompts import Case, draw, predict, random_case

JUDGE = "monte carlo"
TRIALS, SEED, SAMPLES = 6, 20231124, 100_000
#: relative errors that are put down to rounding and to the integrator
EQUAL, NEAR = 1e-7, 1e-4
#: at how many points of a course a claim is asked
LOOKS = 25
#: starts small and large; the first leaves the saddle at the origin slowly
SIZES = (0.05, 0.3, 1.0)
#: standard errors, and steps, of the descent on sampled prompts
ERRORS, DESCENT = 5.0, 20_000


@dataclass(frozen=True)
class Start:
    """A start u = σ, U = σΘΘᵀ with ‖ΘΘᵀ‖ = 1 in a setting, as far as a claim may ask for it."""

    instance: Instance
    size: float
    Theta: Array

    @property
    def letters(self) -> dict[str, Any]:
        """The numbers by the name of their letter; where labels have noise, σ is its size and the start σ_0."""
        noise = float(self.instance.sigma)
        Lambda = np.array(self.instance.Lambda, dtype=float)
        letters = {"d": self.instance.d, "N": self.instance.N, "Lambda": Lambda, "Theta": self.Theta}
        return letters | {"sigma": noise or self.size, "sigma_0": self.size}

    @property
    def U(self) -> Array:
        """U at the start."""
        return self.size * self.Theta @ self.Theta.T


Claims = Mapping[str, Callable[..., Any]]


def judge_flow(
    id: str,
    claims: Claims,
    *,
    sigma: Any = 0,
    noisy_target: bool = False,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Iterable[tuple[int, int]] = SHAPES,
) -> Verdict:
    """Do the ``claims`` hold along the flow of the judge's own loss, from starts of several sizes?

    Each takes the letters by name: ``speed:u``, ``speed:U`` (of u, U), ``kept`` (constant in time), ``delta`` (how much
    less the loss is at the start than at u = 0), ``loss`` (at the start), ``mu``, ``least`` (L*), ``limit:u``,
    ``limit:U``, and bounds that must be at least the squared distance of uU, of u and of U from its limit when they
    are multiplied by exp(−μt): ``bound:uU``, ``bound:u``, ``bound:U``.
    """
    rng, sizes = Random(seed), list(shapes)
    settings = [random_setting(rng, *sizes[k % len(sizes)], sigma, noisy_target) for k in range(trials)]
    tightest: list[float] = []

    def check(instance: Instance) -> None:
        bowl = Bowl.of(instance)
        for size in SIZES:
            start = random_start(rng, instance, bowl, size)
            tightest.append(_on_course(bowl, start, claims))

    subject = "gradient flow from random starts: equations, conservation, sign, PL inequality, decay and limit"
    found = judge_by(id, subject, settings, check, *claims.values(), judge=JUDGE, how="by integration")
    if not found.ok:
        return found
    detail = Said(
        "{found}, {starts} starts each; ‖∇L‖² was at least {times} times its bound",
        **{"found": found.detail, "starts": len(SIZES), "times": f"{min(tightest):.3g}"},
    )
    return Verdict(id, JUDGE, "pass", detail, dict(found.numbers) | {"tightest": min(tightest)})


def random_start(rng: Random, instance: Instance, bowl: Bowl, size: float) -> Start:
    """A random start of the paper's form from which the loss is less than at u = 0; halved until it is."""
    d = instance.d
    Theta = np.array([[rng.gauss(0, 1) for _ in range(d)] for _ in range(d)])
    if d > 1 and rng.random() < 0.3:
        Theta[:, 1:] = 0.0  # a start of rank one
    Theta /= np.sqrt(np.linalg.norm(Theta @ Theta.T))
    while bowl.loss(size, size * Theta @ Theta.T) >= bowl.c - 1e-9:
        size /= 2
    return Start(instance, size, Theta)


def _on_course(bowl: Bowl, start: Start, claims: Claims) -> float:
    """Follow the flow, and refute what does not hold along it; how tight the PL inequality was."""
    letters = start.letters
    known = {name: _number(claims, name, letters) for name in ("delta", "mu", "least", "loss")}
    course = follow(bowl, start.size, start.U)
    _equal("the loss at the start", known["loss"], course[0].loss)
    _equal("the gain of the start", known["delta"], bowl.c - course[0].loss)
    _equal("the least loss", known["least"], bowl.least)
    if known["mu"] <= 0:
        raise Refuted(f"the rate is {known['mu']}, which is not positive")
    looked = course[:: max(1, len(course) // LOOKS)] + course[-1:]
    before = _number(claims, "kept", letters | {"u": course[0].u, "U": course[0].U})
    tightness = min(_at_point(bowl, here, known, course[0]) for here in course)
    for here in looked:
        there = letters | {"u": here.u, "U": here.U, "t": here.t}
        _moves(bowl, here, claims, there)
        kept = _number(claims, "kept", there)
        if abs(kept - before) > EQUAL * (1 + here.u**2):
            raise Refuted(f"at t = {here.t:.4g} what should be conserved is {kept}, at the start it was {before}")
        _within_bounds(bowl, here, known["mu"], claims, there)
    _ends_at(course[-1], claims, letters)
    return tightness


def _at_point(bowl: Bowl, here: Point, known: Mapping[str, float], first: Point) -> float:
    """Sign, Polyak–Łojasiewicz inequality and decay at a point of a course."""
    if not here.u > 0:
        raise Refuted(f"at t = {here.t:.4g} u is {here.u}", t=here.t, u=here.u)
    left, rate = here.loss - bowl.least, known["mu"]
    if here.steepness < rate * left * (1 - EQUAL) - 1e-12:
        raise Refuted(f"at t = {here.t:.4g} ‖∇L‖² is {here.steepness:.6g}, less than μ(L − L*) = {rate * left:.6g}")
    bound = np.exp(-rate * here.t) * (first.loss - bowl.least)
    if left > bound * (1 + NEAR) + 1e-12:
        raise Refuted(f"at t = {here.t:.4g} L − L* is {left:.6g}, more than exp(−μt) times the first, {bound:.6g}")
    return here.steepness / (rate * left) if left > 1e-9 else np.inf


def _moves(bowl: Bowl, here: Point, claims: Claims, letters: Mapping[str, Any]) -> None:
    du, dU = bowl.slope(here.u, here.U)
    _equal("du/dt", _number(claims, "speed:u", letters), -du)
    claimed = _value(claims, "speed:U", letters)
    if claimed.shape != dU.shape or np.max(np.abs(claimed + dU)) > EQUAL * (1 + np.max(np.abs(dU))):
        raise Refuted(f"at t = {here.t:.4g} dU/dt is claimed to be {claimed.tolist()}, it is {(-dU).tolist()}")


def _within_bounds(bowl: Bowl, here: Point, rate: float, claims: Claims, letters: Mapping[str, Any]) -> None:
    best = bowl.best
    size = np.sqrt(np.linalg.norm(best))
    far = {
        "uU": np.sum((here.u * here.U - best) ** 2),
        "u": (here.u - size) ** 2,
        "U": np.sum((here.U - best / size) ** 2),
    }
    for name, distance in far.items():
        bound = _number(claims, f"bound:{name}", letters) * np.exp(-rate * here.t)
        if distance > bound * (1 + NEAR) + 1e-12:
            text = f"at t = {here.t:.4g} {name} is {distance:.6g} (squared) from its limit, more than the bound"
            raise Refuted(f"{text} {bound:.6g}")


def _ends_at(last: Point, claims: Claims, letters: Mapping[str, Any]) -> None:
    u, U = _number(claims, "limit:u", letters), _value(claims, "limit:U", letters)
    if abs(last.u - u) > NEAR * (1 + u) or U.shape != last.U.shape:
        raise Refuted(f"the flow ends at u = {last.u}, not at {u}")
    if np.max(np.abs(last.U - U)) > NEAR * (1 + np.max(np.abs(U))):
        raise Refuted(f"the flow ends at U = {last.U.tolist()}, not at {U.tolist()}")


def _equal(name: str, claimed: float, own: float) -> None:
    if not abs(claimed - own) <= EQUAL * (1 + abs(own)):
        raise Refuted(f"{name} is claimed to be {claimed}, it is {own}", claimed=claimed, own=own)


def _value(claims: Claims, name: str, letters: Mapping[str, Any]) -> Array:
    """What a claim gives, in floating point; ``Refuted`` where that is no finite number throughout."""
    value = ask(lambda: np.asarray(claims[name](**letters), dtype=float))
    if not np.all(np.isfinite(value)):
        raise Refuted(f"{name} is claimed to be {value.tolist()}")
    return value


def _number(claims: Claims, name: str, letters: Mapping[str, Any]) -> float:
    value = _value(claims, name, letters)
    return ask(lambda: float(value.reshape(())))


def judge_descent_mc(
    id: str,
    limit: Callable[..., tuple[Any, Any]],
    *,
    sigma: float = 0.0,
    noisy_target: bool = False,
    seed: int = SEED,
    samples: int = SAMPLES,
    shapes: Iterable[tuple[int, int]] = ((2, 4), (3, 8)),
) -> Verdict:
    """Does plain gradient descent on the loss of sampled prompts end at ``limit(case)``, (u, U), within its error?"""
    worst = 0.0
    rng, sizes = np.random.default_rng(seed), list(shapes)
    for d, N in sizes:
        case = random_case(rng, d, N, full=False, sigma=sigma, noisy_target=noisy_target)
        try:
            worst = max(worst, _descend(case, rng, samples, limit))
        except Refuted as refuted:
            return Verdict(id, JUDGE, "fail", at(d, N, refuted), {"d": d, "N": N} | refuted.numbers)
    detail = Said(
        "gradient descent on the loss of {samples} sampled prompts ends at the claimed point: every number of uU "
        "within {worst} of its standard errors ({errors} are allowed), (d, N) in {where}",
        **{"samples": samples, "worst": f"{worst:.2f}", "errors": f"{ERRORS:g}", "where": listed(sizes)},
    )
    return Verdict(id, JUDGE, "pass", detail, {"prompts": samples, "worst": worst})


def _descend(case: Case, rng: np.random.Generator, samples: int, limit: Callable[..., Any]) -> float:
    d, prompts = case.d, draw(rng, case, samples)
    h = np.einsum("aib,ib->ab", prompts.E[:d], prompts.E[d]) / case.N
    P = (h[:, None] * prompts.x_q[None]).reshape(d * d, -1)
    if not np.allclose(case.u * case.U.ravel() @ P, predict(case, prompts.E)):
        raise Refuted("the features do not give the forward pass")  # would be a fault of the judge
    bowl = Bowl(P @ P.T / samples, P @ prompts.target / samples, float(np.mean(prompts.target**2)) / 2)
    u, U = _run(bowl, rng, d)
    claimed_u, claimed_U = ask(limit, case)
    off = ask(lambda: u * U - claimed_u * np.asarray(claimed_U, dtype=float))
    errors = np.sqrt(np.diag(_spread(bowl, P, prompts.target)))
    worst = float(np.max(np.abs(off.ravel()) / errors))
    if not worst <= ERRORS:
        raise Refuted(f"uU ends {worst:.1f} standard errors from the claimed one", worst=worst)
    allowed = ERRORS * float(np.linalg.norm(errors)) / claimed_u + 0.01 * claimed_u
    if not abs(u - claimed_u) <= allowed:
        raise Refuted(f"u ends at {u:.5g}, the claimed one is {claimed_u:.5g}, and {allowed:.2g} is allowed", u=u)
    return worst


def _run(bowl: Bowl, rng: np.random.Generator, d: int) -> tuple[float, Array]:
    """Gradient descent with short steps from a start of the paper's form, until the weights stand still."""
    Theta = rng.standard_normal((d, d))
    Theta /= np.sqrt(np.linalg.norm(Theta @ Theta.T))
    u = 0.2
    U = u * Theta @ Theta.T
    rate = 0.02 / float(np.linalg.eigvalsh(bowl.S)[-1])
    for _ in range(DESCENT):
        du, dU = bowl.slope(u, U)
        u, U = u - rate * du, U - rate * dU
        if du**2 + float(np.sum(dU**2)) < 1e-20:
            break
    return u, U


def _spread(bowl: Bowl, P: Array, target: Array) -> Array:
    """The covariance of the least point of a sampled loss: the sandwich of H. White, Econometrica 48 (1980) 817."""
    r = bowl.best.ravel() @ P - target
    inverse = np.linalg.inv(bowl.S)
    middle = (P * r**2) @ P.T / len(target)
    return inverse @ middle @ inverse / len(target)
