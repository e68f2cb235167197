"""The judges of gradient flow: claims by hand pass, and with one thing wrong they do not."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest

from symicl import Eq, Task, derive, evaluate, scalar, suite
from symicl.check import judge_descent_mc, judge_flow
from symicl.check.rational.forward import gradient, population_loss
from symicl.check.sampled.courses import Bowl, follow, random_setting
from symicl.language.letters import letters_of


def gamma(Lambda, N):
    """Γ by hand (arXiv:2306.09927, Lemma 5.2)."""
    return (1 + 1 / N) * Lambda + np.trace(Lambda) / N * np.eye(len(Lambda))


def by_hand(**changed):
    """The paper's equations and limit, and its constant μ for the Polyak–Łojasiewicz inequality."""

    def parts(Lambda, N, sigma, Theta, **_):
        Γ, P = gamma(Lambda, N), Theta @ Theta.T
        gain = sigma**2 * np.trace(Lambda @ Lambda @ P) - sigma**4 / 2 * np.trace(Γ @ Lambda @ P @ Lambda @ P)
        return Γ, np.linalg.inv(Γ), gain, np.trace(Lambda) / 2

    def mu(Lambda, N, sigma, Theta, d, **more):
        """With δ for the paper's bound of it."""
        _, G, gain, _ = parts(Lambda, N, sigma, Theta)
        Λi, largest = np.linalg.inv(Lambda), np.linalg.eigvalsh(Lambda)[-1]
        return 2 * gain / (np.sqrt(d) * largest**2 * np.trace(G @ Λi) * np.trace(Λi))

    def rest(Lambda, N, sigma, Theta, **more):
        _, G, gain, _ = parts(Lambda, N, sigma, Theta)
        return np.trace(Lambda @ Lambda @ G) / 2 - gain

    def distance(Lambda, N, sigma, Theta, **_):
        Γ = gamma(Lambda, N)
        least = np.linalg.eigvalsh(Γ @ Lambda)[0] * np.linalg.eigvalsh(Lambda)[0]
        return 2 * rest(Lambda, N, sigma, Theta) / least

    def size(Lambda, N, **_):
        G = np.linalg.inv(gamma(Lambda, N))
        return np.linalg.norm(G) ** 0.5

    claims = {
        "speed:u": lambda Lambda, N, u, U, **_: (
            -u * np.trace(gamma(Lambda, N) @ Lambda @ U @ Lambda @ U.T) + np.trace(Lambda @ Lambda @ U.T)
        ),
        "speed:U": lambda Lambda, N, u, U, **_: -(u**2) * gamma(Lambda, N) @ Lambda @ U @ Lambda + u * Lambda @ Lambda,
        "kept": lambda u, U, **_: u**2 - np.trace(U @ U.T),
        "delta": lambda **now: parts(**now)[2],
        "loss": lambda **now: parts(**now)[3] - parts(**now)[2],
        "least": lambda **now: parts(**now)[3] - parts(**now)[2] - rest(**now),
        "mu": mu,
        "limit:u": size,
        "limit:U": lambda Lambda, N, **_: np.linalg.inv(gamma(Lambda, N)) / size(Lambda, N),
        "bound:uU": distance,
        "bound:u": lambda **now: distance(**now) / size(**now) ** 2,
        "bound:U": lambda Lambda, **now: (
            4 * np.linalg.norm(Lambda @ Lambda) * distance(Lambda=Lambda, **now) / parts(Lambda=Lambda, **now)[2]
        ),
    }
    return claims | {name: change(claims[name]) for name, change in changed.items()}


def test_the_paper_s_claims_by_hand_pass():
    verdict = judge_flow("flow", by_hand(), seed=3)
    assert verdict.ok, verdict
    assert verdict.numbers["tightest"] >= 1


def times(factor):
    return lambda claim: lambda **now: factor * np.asarray(claim(**now))


def at(**changes):
    """The claim with other letters put in."""
    return lambda claim: lambda **now: claim(**now | {name: change(now) for name, change in changes.items()})


MUTANTS = {
    "sign of dU/dt": {"speed:U": times(-1)},
    "sign of du/dt": {"speed:u": times(-1)},
    "factor of dU/dt": {"speed:U": times(2)},
    "transpose in dU/dt": {"speed:U": at(U=lambda now: now["U"].T)},
    "N in du/dt": {"speed:u": at(N=lambda now: now["N"] + 1)},
    "sign of what is conserved": {"kept": lambda claim: lambda u, U, **_: u**2 + np.trace(U @ U.T)},
    "factor of what is conserved": {"kept": lambda claim: lambda u, U, **_: u**2 - 2 * np.trace(U @ U.T)},
    "a rate that is too large": {"mu": times(20)},
    "a rate of the wrong sign": {"mu": times(-1)},
    "the gain": {"delta": times(2)},
    "the loss at the start": {"loss": times(0.99)},
    "the least loss": {"least": times(1.01)},
    "the limit of u": {"limit:u": times(1.01)},
    "the limit of U": {"limit:U": times(1.01)},
    "least squares instead": {"limit:U": at(N=lambda now: 10**9)},
    "a bound that is too small for uU": {"bound:uU": times(1e-4)},
    "a bound that is too small for u": {"bound:u": times(1e-4)},
    "a bound that is too small for U": {"bound:U": times(1e-4)},
    "a number that is none": {"mu": lambda claim: lambda **now: np.nan},
    "an error": {"mu": lambda claim: lambda **now: 1 / 0},
    "a matrix of another shape": {"limit:U": lambda claim: lambda **now: 1.0},
}


@pytest.mark.parametrize("changed", MUTANTS.values(), ids=MUTANTS.keys())
def test_a_wrong_claim_is_refuted(changed):
    assert judge_flow("flow", by_hand(**changed), seed=3).verdict == "fail"


def test_the_integrator_solves_an_equation_that_is_known():
    """d = 1 with u = U: u' = a u − b u³, whose solution is known in closed form (a Bernoulli equation)."""
    bowl = Bowl(np.array([[2.0]]), np.array([3.0]), 4.0)
    for here in follow(bowl, 0.1, np.array([[0.1]])):
        square = 3.0 / (2.0 + (3.0 / 0.1**2 - 2.0) * np.exp(-6.0 * here.t))
        assert abs(here.u**2 - square) < 1e-6


@pytest.mark.parametrize("shape", [(2, 3), (1, 4), (3, 2)])
def test_the_bowl_is_the_loss_of_the_real_forward_pass(shape):
    instance = random_setting(Random(1), *shape)
    bowl = Bowl.of(instance)
    u, U = float(instance.u), np.array(instance.U, dtype=float)
    assert abs(bowl.loss(u, U) - float(population_loss(instance))) < 1e-9
    exact = gradient(instance, ("u", "U"))
    slope = bowl.slope(u, U)
    assert abs(slope[0] - float(exact["u"])) < 1e-9
    assert np.allclose(slope[1], np.array(exact["U"], dtype=float))


def balanced(case, longer=0, factor=1.0):
    G = np.linalg.inv(gamma(case.Lambda, case.N + longer))
    size = np.linalg.norm(G) ** 0.5
    return factor * size, G / size


def test_gradient_descent_on_real_prompts_ends_at_the_balanced_point():
    assert judge_descent_mc("flow", balanced, seed=5, samples=40_000).ok
    for wrong in ({"longer": 2}, {"factor": 1.2}, {"longer": 10**9}, {"factor": -1.0}):
        assert judge_descent_mc("flow", lambda case, wrong=wrong: balanced(case, **wrong), seed=5).verdict == "fail"
    scaled = lambda case: (2 * balanced(case)[0], balanced(case)[1] / 2)  # noqa: E731  the same uU, off balance
    assert judge_descent_mc("flow", scaled, seed=5).verdict == "fail"
    assert judge_descent_mc("flow", lambda case: 1 / 0, seed=5).verdict == "fail"


CHAPTER_MUTANTS = {
    "speed of U": ("claims", "speed:U", lambda f: -f),
    "speed of u": ("claims", "speed:u", lambda f: 2 * f),
    "rate": ("formulas", "mu", lambda f: 5 * f),
    "gain": ("formulas", "delta", lambda f: -f),
    "limit": ("claims", "limit:U", lambda f: 2 * f),
    "kept": ("claims", "kept", lambda f: f + scalar("u")),
}


@pytest.mark.parametrize("mutant", CHAPTER_MUTANTS.values(), ids=CHAPTER_MUTANTS.keys())
def test_a_mutated_chapter_is_rejected(mutant):
    chapter = derive("flow")
    place, name, change = mutant
    held = getattr(chapter, place)
    changed = replace(chapter, **{place: {**held, name: change(held[name])}})
    assert "fail" in {verdict.verdict for verdict in suite.judge(changed, samples=20_000)}


@pytest.mark.parametrize("seed", range(20))
def test_the_rate_is_at_least_the_paper_s(seed):
    """Its constant (arXiv:2306.09927, Lemma 5.4), at random numbers for which it is positive."""
    rng = np.random.default_rng(seed)
    d, N = int(rng.integers(1, 5)), int(rng.integers(1, 9))
    C, Theta = rng.standard_normal((d, d)), rng.standard_normal((d, d))
    Lambda = C @ C.T + 0.1 * np.eye(d)
    Theta /= np.sqrt(np.linalg.norm(Theta @ Theta.T))
    Γ, largest = gamma(Lambda, N), np.linalg.eigvalsh(Lambda)[-1]
    top = np.linalg.eigvalsh(Γ)[-1]
    sigma = np.sqrt(2 / (np.sqrt(d) * top)) * rng.uniform(0.05, 0.99)
    above = sigma**2 * np.linalg.norm(Lambda @ Theta) ** 2 * (2 - np.sqrt(d) * sigma**2 * top)
    inverses = np.trace(np.linalg.inv(Γ @ Lambda)) * np.trace(np.linalg.inv(Lambda))
    paper = above / (np.sqrt(d) * largest**2 * inverses)
    values = {"Lambda": Lambda, "Theta": Theta, "sigma": sigma, "N": N, "d": d}
    formula = derive("flow").formulas["mu"]
    letters = {letter: values[letter.name] for letter in letters_of(formula) if letter.name in values}
    assert evaluate(formula, letters, exact=False) >= paper * (1 - 1e-9) > 0


def test_the_flow_of_noisy_labels_is_judged_too():
    task = Task(noise=scalar("sigma", positive=True))
    chapter = derive("flow", task)
    assert chapter.result("balance").theorem.statement == Eq(
        chapter.model.layer.u**2, derive("flow").result("balance").theorem.statement.rhs
    )
    verdicts = suite.judge(chapter, noise=Fraction(1, 2), samples=20_000)
    assert {v.verdict for v in verdicts if v.judge != "interval"} == {"pass"}
