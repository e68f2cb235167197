"""Bartlett's decomposition against the moments of a Wishart matrix, also for fewer examples than coordinates."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest

from symicl.check.rational.instances import random_instance
from symicl.check.rational.words import moment
from symicl.simulate.wishart import bartlett, gram, white_gram

SHAPES = [(2, 3), (3, 2), (3, 1), (1, 4), (2, 2), (4, 2)]


@pytest.mark.parametrize("d, M", SHAPES)
def test_the_factor_is_triangular_and_its_gram_is_exact(d, M):
    T = bartlett(np.random.default_rng(0), d, M, 7)
    assert T.shape == (d, min(d, M), 7)
    assert not np.triu(T[..., 0], 1).any()
    W = gram(T)
    for k in range(7):
        assert np.allclose(W[..., k], T[..., k] @ T[..., k].T, rtol=1e-13, atol=1e-13)
        assert np.linalg.matrix_rank(W[..., k]) == min(d, M)


@pytest.mark.parametrize("d, M", SHAPES)
def test_moments_up_to_order_three(d, M):
    """E S A S and E S A S B S entry by entry, as the exact judge has them for Λ = I."""
    one = [[Fraction(i == j) for j in range(d)] for i in range(d)]
    instance = replace(random_instance(Random(d * 10 + M), d, M), C=one, Lambda=one)
    A, B = (np.array(rows, dtype=float) for rows in (instance.A, instance.B))
    words = [["S"], ["S", "A", "S"]] + ([["S", "A", "S", "B", "S"]] if d * M <= 6 else [])
    rng = np.random.default_rng([d, M])
    S = np.moveaxis(gram(bartlett(rng, d, M, 200_000)) / M, -1, 0)
    powers = [S, S @ A @ S, S @ A @ S @ B @ S]
    for word, found in zip(words, powers, strict=False):
        exact = np.array(moment(instance, word), dtype=float)
        error = found.std(axis=0) / np.sqrt(len(found)) + 1e-12
        assert np.abs((found.mean(axis=0) - exact) / error).max() < 5, word


@pytest.mark.parametrize("d, M", [(2, 3), (3, 2)])
def test_a_wrong_degree_of_freedom_is_seen(d, M):
    """χ² with M degrees of freedom in every place of the diagonal, M − i + 1 forgotten."""
    rng = np.random.default_rng(0)
    T = bartlett(rng, d, M, 20_000)
    assert largest(gram(T) / M, np.eye(d)) < 5
    for i in range(1, min(d, M)):
        T[i, i] = np.sqrt(rng.chisquare(M, 20_000))
    assert largest(gram(T) / M, np.eye(d)) > 10


def largest(S, expected):
    """The largest score of an entry of the mean of matrices."""
    error = S.std(axis=-1) / np.sqrt(S.shape[-1])
    return np.abs((S.mean(axis=-1) - expected) / error).max()


@pytest.mark.parametrize("d, M", [(3, 2), (3, 7), (2, 2)])
def test_the_law_is_that_of_sampled_inputs(d, M):
    """Quantiles of the determinant of the leading block and of the trace, by two samples."""
    rng = np.random.default_rng(1)
    drawn = np.moveaxis(white_gram(rng, Normal(), d, M, 20_000), -1, 0)
    X = rng.standard_normal((20_000, d, M))
    sampled = X @ X.transpose(0, 2, 1) / M
    k = min(d, M)
    for statistic in (lambda S: np.trace(S, axis1=1, axis2=2), lambda S: np.linalg.det(S[:, :k, :k])):
        one, other = np.sort(statistic(drawn)), np.sort(statistic(sampled))
        distance = np.abs(np.searchsorted(one, other) / len(one) - np.arange(len(other)) / len(other)).max()
        assert distance < 2.8 * np.sqrt(2 / 20_000)  # Kolmogorov and Smirnov, at a level of 3e-7


class Normal:
    """Normal inputs, by name only: the decomposition is used."""

    gaussian = True


def test_other_inputs_are_sampled():
    class Ones:
        def fill(self, rng, z):
            z[...] = 1.0

    assert np.array_equal(white_gram(np.random.default_rng(0), Ones(), 2, 5, 3), np.ones((2, 2, 3)))


def test_very_long_prompts():
    W = white_gram(np.random.default_rng(0), Normal(), 3, 10**9, 4)
    assert np.allclose(W, np.eye(3)[..., None], atol=1e-3)
