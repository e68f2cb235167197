"""Moments that merge, intervals, scores, many comparisons, stopping, memory."""

import json
from math import comb, inf, isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import betainc, mp, mpf

from symicl.check.sampled.estimates import Estimate
from symicl.errors import UserError
from symicl.simulate import Moments, Setting, estimator
from symicl.simulate.intervals import holm, interval, p_value, two_sided
from symicl.simulate.memory import BOUND, MIB, at_most, held, refuse_memory
from symicl.simulate.stopping import LEAST, enough, needed

seeds = st.integers(0, 2**32)
cuts = st.lists(st.integers(0, 400), min_size=1, max_size=6)


def sample(seed, shift=0.0):
    return np.random.default_rng(seed).exponential(size=400) + shift


@given(seeds, cuts, st.sampled_from([0.0, 1e3, -1e6]))
@settings(max_examples=60, deadline=None)
def test_merged_moments_are_those_of_all_values(seed, cuts, shift):
    values = sample(seed, shift)
    merged = Moments()
    for part in np.split(values, sorted(cuts)):
        merged += Moments.of(part)
    centred = values - values.mean()
    assert merged.count == 400 and isclose(merged.mean, values.mean(), rel_tol=1e-14)
    tolerance = 1e-9 if abs(shift) > 1e4 else 1e-11
    for k, found in ((2, merged.second), (3, merged.third), (4, merged.fourth)):
        assert isclose(found, (centred**k).sum(), rel_tol=tolerance), k
    assert isclose(merged.error, values.std(ddof=1) / 20, rel_tol=tolerance)


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_no_bit_is_lost_in_json(seed):
    found = Moments.of(sample(seed) * 10.0 ** (seed % 100 - 50))
    assert Moments.from_dict(json.loads(json.dumps(found.as_dict()))) == found


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("wrong", [1e100, inf, float("nan")])
def test_values_that_cannot_be_summed_up_are_refused(wrong):
    with pytest.raises(UserError, match="too large to be summed up"):
        Moments.of(np.array([1.0, wrong]))


def test_few_values():
    assert Moments() + Moments.of(np.array([2.0])) == Moments(1, 2.0)
    assert np.isnan(Moments(1, 2.0).error)
    still = Moments.of(np.full(100, 0.1))
    assert still.relative_error == 0 and still.skewness == 0 and still.kurtosis == 3
    with pytest.raises(UserError, match="at least 64 are needed"):
        Moments.of(np.arange(63.0)).estimate()


@pytest.mark.parametrize("data", [{}, {"count": 1}, {**Moments(1, 2.0).as_dict(), "mean": "nan"}, {"count": "x"}, []])
def test_what_is_no_moments_is_refused(data):
    with pytest.raises(UserError, match="no moments of a sample"):
        Moments.from_dict(data)


@given(seeds, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
@settings(max_examples=40, deadline=None)
def test_an_interval_holds_the_values_whose_score_passes(seed, level):
    found = Moments.of(sample(seed) ** 2).estimate()
    low, high = interval(found, level)
    limit = found.limit(1 - level)
    assert low < found.mean < high
    assert isclose(found.z(low), limit, rel_tol=1e-9) and isclose(found.z(high), -limit, rel_tol=1e-9)
    symmetric = interval(Estimate(1.0, 0.1, 500, 500), level)
    assert isclose(symmetric[1] - 1, Estimate(1.0, 0.1, 500, 500).half_width(level), rel_tol=1e-9)


def test_p_values():
    assert isclose(two_sided(1.959963985, 1e9), 0.05, rel_tol=1e-6)
    assert isclose(two_sided(2.000298, 60), 0.05, rel_tol=1e-5)  # the table of Student's t
    assert two_sided(1e200, 1e6) == 0 and two_sided(0.0, 5.0) == 1
    assert p_value(Estimate(1.0, 0.0, 100, 100), 1.0) == 1 and p_value(Estimate(1.0, 0.0, 100, 100), 1.1) == 0
    with pytest.raises(UserError, match="level must be between"):
        interval(Estimate(1.0, 0.1, 100, 100), 1.0)


@given(st.floats(2, 1e4), st.floats(0, 40))
@settings(max_examples=60, deadline=None)
def test_p_values_are_those_of_the_incomplete_beta_function(freedom, t):
    with mp.workdps(40):
        exact = float(betainc(freedom / 2, 0.5, 0, freedom / (freedom + mpf(t) ** 2), regularized=True))
    tolerance = 1e-3 if freedom >= 20 else 0.08
    assert isclose(two_sided(t, freedom), exact, rel_tol=tolerance, abs_tol=1e-300)


def test_holm():
    assert holm([]) == []
    assert np.allclose(holm([0.01, 0.02, 0.03, 0.005]), [0.03, 0.04, 0.04, 0.02])
    for wrong in (float("nan"), -0.1, 1.1):
        with pytest.raises(UserError, match="is no probability"):
            holm([0.5, wrong])


def test_holm_keeps_its_promise():
    """Over 4000 families of ten true claims and two false ones, any true one is refuted in at most 5 %."""
    rng = np.random.default_rng(0)
    wrong = sum(min(holm([*rng.random(10), 1e-9, 1e-12])[:10]) < 0.05 for _ in range(4000))
    assert wrong < limit_of(4000, 0.05)


def limit_of(runs, rate):
    """What a binomial count passes with probability below 1e-6."""
    tail, k = 1.0, -1
    while tail > 1e-6:
        k += 1
        tail -= comb(runs, k) * rate**k * (1 - rate) ** (runs - k) if k < 150 else 0
        if k >= 150:
            return runs * rate + 5 * np.sqrt(runs * rate)
    return k


def test_when_there_are_enough():
    rng = np.random.default_rng(0)
    found = Moments.of(rng.exponential(size=LEAST))
    assert not enough(found, 1e-3) and 1e6 < needed(found, 1e-3) < 1.2e6  # a relative variance of 1
    assert enough(found, 0.05)
    assert not enough(Moments.of(rng.exponential(size=LEAST - 1)), 0.5)
    assert not enough(Moments(LEAST, 0.0, 1.0), 0.5) and needed(Moments(LEAST, 0.0, 1.0), 0.5) == inf
    assert needed(Moments(), 0.5) == LEAST
    for wrong in (0.0, 1.0, float("nan")):
        with pytest.raises(UserError, match="a relative error must be between 0 and 1"):
            enough(found, wrong)


def test_memory():
    huge = Setting(d=100, N=10_000_000)
    with pytest.raises(UserError, match=r"forward at d = 100, M = 10000000 holds 8011 MiB .* conditional would fit"):
        refuse_memory(estimator("forward"), huge)
    with pytest.raises(UserError, match="take a smaller d or M"):
        refuse_memory(estimator("forward"), Setting(d=100, N=10_000_000, target="relu"))
    refuse_memory(estimator("conditional"), huge)
    small = Setting(d=2, N=5)
    for each in ("forward", "conditional"):
        count = at_most(estimator(each), small)
        assert held(estimator(each), small, count) <= BOUND < held(estimator(each), small, count + 1)
    with pytest.raises(UserError, match="in 8 workers; the bound is 1 MiB"):
        refuse_memory(estimator("forward"), Setting(d=10, N=2000), MIB, workers=8)
