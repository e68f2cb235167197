"""The interval judges: true claims pass, claims that are wrong by one part in 10¹² do not, nothing undecided passes."""

from dataclasses import replace
from fractions import Fraction

import pytest
from symicl.derivations import derive

from symicl import Task, scalar, suite
from symicl.check import judge_optimum_interval, judge_saddles_interval
from symicl.check.exact import gradient, population_loss, second_derivative
from symicl.check.instances import random_instances
from symicl.check.surface import IV, Surface, enclosure

ONE = enclosure(1)


@pytest.fixture(scope="module")
def optimum():
    """The claims of the derived theorem, as the judge is given them."""
    chapter = derive("optimum")
    return {name: suite._enclosed(chapter.formulas[name]) for name in ("loss", "u", "U")}


def judged(claims, **changes):
    given = claims | changes
    return judge_optimum_interval("optimum", given["loss"], lambda i: (given["u"](i), given["U"](i)), trials=6, seed=3)


def test_the_theorem_passes(optimum):
    assert judged(optimum).ok


def test_the_surface_is_the_loss_of_the_forward_pass():
    """At rational weights, where the exact judge works it out in another way."""
    for instance in random_instances(5, 11, full=False):
        surface = Surface.of(instance)
        u, U = enclosure(instance.u), [enclosure(e) for row in instance.U for e in row]
        assert 0 in surface.loss(u, U) - enclosure(population_loss(instance))
        slopes = gradient(instance, ("u", "U"))
        flat = [slopes["u"], *(e for row in slopes["U"] for e in row)]
        assert all(0 in a - enclosure(b) for a, b in zip(surface.gradient(u, U), flat, strict=True))
        at = instance.with_weights(u=Fraction(0))
        bend = second_derivative(at, {"u": Fraction(2), "U": instance.A})
        found = surface.bend_at_zero(U, enclosure(2), [enclosure(e) for row in instance.A for e in row])
        assert 0 in found - enclosure(bend)


@pytest.mark.parametrize(
    "name, wrong",
    [
        ("loss", lambda f: lambda i: f(i) * (1 + enclosure(Fraction(1, 10**12)))),
        ("loss", lambda f: lambda i: -f(i)),
        ("loss", lambda f: lambda i: 2 * f(i)),
        ("loss", lambda f: lambda i: f(replace(i, N=i.N + 1))),
        ("loss", lambda f: lambda i: f(i) + IV.mpf([-1, 1])),
        ("loss", lambda f: lambda i: float("nan")),
        ("loss", lambda f: lambda i: 0.5),
        ("u", lambda f: lambda i: -f(i)),
        ("u", lambda f: lambda i: f(i) ** 2),
        ("u", lambda f: lambda i: f(i) * (1 + enclosure(Fraction(1, 10**12)))),
        ("u", lambda f: lambda i: f(replace(i, N=i.N + 1))),
        ("U", lambda f: lambda i: f(i) * (1 + enclosure(Fraction(1, 10**12)))),
        ("U", lambda f: lambda i: f(i)[:, :1]),
        ("U", lambda f: lambda i: 1 / 0),
    ],
)
def test_a_wrong_claim_is_refuted(optimum, name, wrong):
    assert judged(optimum, **{name: wrong(optimum[name])}).verdict == "fail"


def test_a_gamma_with_two_over_n_is_refuted(optimum):
    """N halved in Γ alone is the claim of a wrong theorem with 2/N for 1/N."""

    def halved(formula):
        return lambda instance: formula(replace(instance, N=Fraction(instance.N, 2)))

    assert judged(optimum, **{name: halved(formula) for name, formula in optimum.items()}).verdict == "fail"


@pytest.fixture(scope="module")
def descent():
    chapter = derive("stationary")
    speeds = {name: suite._enclosed(chapter.claims[f"descent:{name}"]) for name in ("u", "U")}
    return lambda instance, u, U: {name: speed(instance, u=u, U=U) for name, speed in speeds.items()}


def test_the_saddles_pass(descent):
    assert judge_saddles_interval("stationary", descent, trials=6, seed=3).ok


def test_a_direction_that_does_not_descend_never_passes(descent):
    def backwards(instance, u, U):
        found = descent(instance, u, U)
        return {"u": -found["u"], "U": found["U"]}

    def nowhere(instance, u, U):
        found = descent(instance, u, U)
        return {"u": 0 * found["u"], "U": found["U"]}

    for wrong in (backwards, nowhere, lambda *_: {"u": Fraction(1), "U": [[Fraction(0)]]}, lambda *_: 1 / 0):
        assert judge_saddles_interval("stationary", wrong, trials=2, seed=3).verdict in ("fail", "skipped")


def test_no_formula_is_no_pass(optimum):
    assert judge_optimum_interval("optimum", None, lambda i: (ONE, [[ONE]])).verdict == "skipped"


def test_the_noisy_task_passes_too():
    task = Task(noise=scalar("sigma", positive=True))
    for id in ("optimum", "stationary"):
        verdicts = suite.judge(derive(id, task), samples=2_000, noise=Fraction(3, 2), thorough=False)
        assert {v.verdict for v in verdicts if v.judge == "interval"} == {"pass"}


def test_the_suite_reports_polynomials_as_skipped():
    verdicts = suite.judge(derive("loss"), samples=2_000, thorough=False)
    (found,) = [v for v in verdicts if v.judge == "interval"]
    assert found.verdict == "skipped" and not found.ok and "polynomials" in found.detail
