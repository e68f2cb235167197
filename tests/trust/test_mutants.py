"""Mutants are what they say: one change, each once, never the formula itself."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symicl.derivations import CATALOGUE, derive
from sympy import Rational

from symicl import Block, E, Gaussian, dimension, grad, identity, matrix, named, positive_definite, scalar, tr, vector
from symicl.language.expressions import zero
from symicl.trust.mutants import FRESH, KINDS, mutants

d, N = dimension("d"), dimension("N")
A, B, K = matrix("A", d), matrix("B", d), matrix("K", d, invertible=True)
Λ = positive_definite("Lambda", d)
p, q, u, v = vector("p", d), vector("q", d), scalar("u"), scalar("v")
X = Gaussian("X", d, N, Λ)


def found(node, kind, cast=()):
    return {mutant.value for mutant in mutants(node, cast) if mutant.kind == kind}


def test_a_sign():
    assert found(tr(A) - u, "sign") == {-tr(A) - u, tr(A) + u}
    assert found(A @ B, "sign") == {-(A @ B)}


def test_a_coefficient():
    assert found(3 * tr(A), "coefficient") == {4 * tr(A), 2 * tr(A), 6 * tr(A), tr(A)}
    half = Rational(1, 2)
    assert {tr(A) + u, half * half * tr(A) + u} <= found(half * tr(A) + u, "coefficient")


def test_a_transpose():
    assert found(A @ Λ @ B.T, "transpose") == {A.T @ Λ @ B.T, A @ Λ @ B, B @ Λ @ A.T}
    assert not found(p @ q.T @ p, "transpose")


def test_a_power():
    assert {u**3 * tr(A), u * tr(A)} <= found(u**2 * tr(A), "power")
    assert {tr(A) / N**2 + u, tr(A) + u, N * u + tr(A) / N, u / N + tr(A) / N} <= found(tr(A) / N + u, "power")
    assert found(tr(Λ) ** Rational(1, 4), "power") == {
        tr(Λ) ** Rational(1, 5),
        tr(Λ) ** Rational(1, 2),
        tr(Λ) ** Rational(-1, 4),
    }


def test_a_letter_of_the_same_shape():
    assert found(p.T @ A @ q, "letter", cast=(B,)) == {q.T @ A @ q, p.T @ A @ p, p.T @ B @ q}
    assert found(u * tr(A), "letter", cast=(v,)) == {v * tr(A)}
    assert found(K.inv() @ A, "letter", cast=(Λ,)) >= {Λ.inv() @ A, K.inv() @ K, K.inv() @ Λ}


def test_a_dimension_and_an_inverse():
    assert found(tr(A) / N, "dimension") == {tr(A) / FRESH}
    assert found(K.inv() @ A, "inverse") == {K @ A}
    assert found(K @ A, "inverse") == {K.inv() @ A}


def test_something_dropped():
    assert found(tr(A) + u + 1, "dropped term") == {tr(A) + u, tr(A) + 1, u + 1}
    assert found(2 * A @ B, "dropped factor") == {2 * A, 2 * B}
    assert found(p.T @ A @ q, "dropped factor") == {p.T @ q}


def test_an_order_and_a_trace():
    assert found(A @ B @ Λ, "order") == {B @ A @ Λ, A @ Λ @ B}
    assert found(tr(A @ B), "trace") == {tr(A) * tr(B)}
    assert found(p.T @ A @ q, "trace") == {tr(A) * (p.T @ q)}


def test_something_instead_of_nothing():
    assert found(0 * tr(A), "nonzero") == {1}
    assert found(zero(d, d), "nonzero", cast=(B,)) == {identity(d), B}
    assert found(zero(d, 1), "nonzero", cast=(p,)) == {p}


def test_what_is_averaged_is_changed_and_what_is_differentiated_is_not():
    assert E(X @ X.T @ A.T @ X @ X.T) in found(E(X @ X.T @ A @ X @ X.T), "transpose")
    assert not mutants(grad(u**2 * tr(A), u))
    loss = named("L", u**2)
    assert {mutant.value for mutant in mutants(loss + 1)} == {
        loss,
        1 - loss,
        loss - 1,
        -loss + 1,
        1,
        2 * loss + 1,
        loss + 2,
    } | {
        loss / 2 + 1,
        loss + Rational(1, 2),
    }


def test_blocks():
    node = Block([[p.T, u]]) @ Block([[A], [q.T]])
    assert Block([[q.T, u]]) @ Block([[A], [q.T]]) in found(node, "letter")


letters = st.sampled_from([A, B, Λ, K, A.T, K.inv(), identity(d)])
words = st.lists(letters, min_size=1, max_size=4).map(lambda factors: tr(_times(factors)))
scalars = st.sampled_from([u, v, 1 / N, N, Rational(2, 3), u**2, 1 + 1 / N])
terms = st.builds(lambda c, w: c * w, scalars, words)
sums = st.lists(terms, min_size=1, max_size=4).map(lambda parts: sum(parts[1:], parts[0]))


def _times(factors):
    first, *rest = factors
    for factor in rest:
        first = first @ factor
    return first


@settings(max_examples=60, deadline=None)
@given(sums)
def test_each_once_and_never_the_formula_itself(node):
    some = mutants(node)
    values = [mutant.value for mutant in some]
    assert node not in values and len(values) == len(set(values))
    assert {mutant.kind for mutant in some} <= set(KINDS)
    assert values == [mutant.value for mutant in mutants(node)]


def test_every_kind_of_change_is_met_in_the_catalogue():
    counts = Counter(m.kind for row in CATALOGUE for f in derive(row.id).formulas.values() for m in mutants(f))
    counts.update(m.kind for m in mutants(0 * tr(A)))
    assert set(counts) == set(KINDS)


@pytest.mark.parametrize("part", ["dropped term", "sign"])
def test_every_term_of_the_loss_over_all_parameters_is_changed(part):
    value = derive("loss-full").formulas["value"]
    assert len(found(value, part)) >= len(value.args)
