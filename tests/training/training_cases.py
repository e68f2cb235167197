"""Settings and formulas by hand for the tests of training."""

import numpy as np
from hypothesis import strategies as st

from symicl.training.population import Population


def gamma(Lambda, N, sigma=0.0):
    """Γ by hand (arXiv:2306.09927, Lemma 5.2; with noise, (trΛ + σ²)/N)."""
    Lambda = np.asarray(Lambda, dtype=float)
    return (1 + 1 / N) * Lambda + (np.trace(Lambda) + sigma**2) / N * np.eye(len(Lambda))


def random_covariance(rng, d):
    """A covariance that is not diagonal, its eigenvalues between about 1/4 and 2."""
    C = np.eye(d) * 0.7 + rng.uniform(-0.4, 0.4, (d, d)) / np.sqrt(d)
    return C @ C.T + 0.1 * np.eye(d)


@st.composite
def settings_and_weights(draw, most=3):
    """A population loss, with or without noise, and a row of weights of moderate size."""
    d, N = draw(st.integers(1, most)), draw(st.integers(1, 6))
    sigma = draw(st.sampled_from((0.0, 0.7)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    population = Population(random_covariance(rng, d), N, sigma)
    return population, rng.uniform(-1, 1, d * d + 2 * d + 1), rng


def central(function, row, width=1e-4):
    """The gradient of a function of a row, by central differences of fourth order."""
    steps = width * np.eye(len(row))
    near, far = (np.array([function(row + s * e) - function(row - s * e) for e in steps]) for s in (1, 2))
    return (8 * near - far) / (12 * width)
