"""Laws that a person of Python brings along: taken as they are, refused in one line where they do not fit."""

import numpy as np
import pytest

from symicl.errors import UserError
from symicl.simulate import ESTIMATORS, Moments, Setting, estimator


class Ring:
    """A task on the unit circle."""

    def draw(self, rng, d, count):
        angle = rng.uniform(0, 2 * np.pi, count)
        return np.vstack([np.cos(angle), np.sin(angle)])


class Known(Ring):
    """The same, with its second moment."""

    def second(self, d):
        return np.eye(2) / 2


class Wide(Ring):
    """One task too many."""

    def draw(self, rng, d, count):
        return super().draw(rng, d, count + 1)


def means(setting, samples=40_000):
    found = {}
    for name, each in ESTIMATORS.items():
        if each.refuses(setting) is None:
            found[name] = Moments.of(each.draw(setting, np.random.default_rng(len(found)), samples))
    return found


def test_a_task_of_ones_own():
    found, known = means(Setting(d=2, N=6, task=Ring())), means(Setting(d=2, N=6, task=Known()))
    assert list(found) == ["forward", "statistic", "wishart"] and list(known) == list(ESTIMATORS)
    sphere = means(Setting(d=2, N=6, task={"name": "sphere", "radius": 1}))["conditional"]
    for moments in (*found.values(), *known.values()):
        assert abs(moments.mean - sphere.mean) < 5 * np.hypot(moments.error, sphere.error)


def test_inputs_noise_and_a_function_of_ones_own():
    class Signs:
        def fill(self, rng, z):
            z[...] = np.sign(rng.standard_normal(z.shape))

    class Coin:
        def draw(self, rng, shape):
            return np.sign(rng.standard_normal(shape))

    given = {"d": 2, "N": 6, "sigma": 0.5}
    mine = Setting(**given, covariates=Signs(), noise=Coin(), target=lambda t: t * abs(t))
    theirs = Setting(**given, covariates="rademacher", noise="rademacher", target=lambda t: np.sign(t) * t**2)
    one, other = (means(setting)["forward"] for setting in (mine, theirs))
    assert abs(one.mean - other.mean) < 5 * np.hypot(one.error, other.error)


def test_what_does_not_fit_is_refused():
    rng = np.random.default_rng(0)
    for name in ("forward", "wishart"):
        with pytest.raises(UserError, match=r"task: this law gives an array of shape \(2, 6\), it should be \(2, 5\)"):
            estimator(name).draw(Setting(d=2, N=6, task=Wide()), rng, 5)
    with pytest.raises(UserError, match="target: this law gives an array of shape"):
        estimator("forward").draw(Setting(d=2, N=6, target=lambda t: t[0]), rng, 5)

    class Eigenvalues:
        def draw(self, rng, d, count):
            return np.ones((d, count))

    with pytest.raises(UserError, match=r"layer: trained: the law of the eigenvalues has no moments\(\)"):
        Setting(d=2, N=6, covariance=Eigenvalues())
    setting = Setting(d=2, N=6, covariance=Eigenvalues(), layer={"name": "weights", "u": 1, "U": [[1, 0], [0, 1]]})
    assert len(means(setting, 64)) == 4
    with pytest.raises(UserError, match="covariance: Eigenvalues is a law of your own"):
        setting.as_dict()


@pytest.mark.filterwarnings("error")
def test_numbers_that_overflow_are_refused():
    setting = Setting(d=2, N=6, Lambda=1e49, layer={"name": "weights", "u": 1, "U": [[1, 0], [0, 1]]})
    for each in ESTIMATORS.values():
        values = each.draw(setting, np.random.default_rng(0), 100)
        with pytest.raises(UserError, match="too large to be summed up"):
            Moments.of(values)
