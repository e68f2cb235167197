"""The normal form: values are kept, equal expressions meet, different ones do not."""

from random import Random

import pytest
from engine_instances import A, B, C, G, H, I, K, L, N, P, R, agree, d, scalar_factor, square_factor, u, v, x, y
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Float, Function, Rational, Symbol

from symicl import Block, Defined, ShapeError, UserError, corner, dimension, identity, matrix, named, product, tr, zero
from symicl.engine import Form, clear_caches, form, replace

seeds = st.integers(0, 10**6)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_matrix_keeps_its_value(seed):
    node = square_factor(Random(seed), 3)
    assert agree(node, form(node).to_sympy(), seed)
    assert agree(node, form(node, unfold=True).to_sympy(), seed)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_scalar_keeps_its_value(seed):
    node = scalar_factor(Random(seed), 3)
    assert agree(node, form(node).to_sympy(), seed)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_form_comes_back_from_the_language(seed):
    made = form(square_factor(Random(seed), 3))
    assert form(made.to_sympy()) == made
    assert form(made.T.to_sympy()) == made.T
    assert made == made.T.T


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_shuffled_traces_meet(seed):
    rng = Random(seed)
    factors = [square_factor(rng, 1) for _ in range(rng.randint(1, 5))]
    turn = rng.randrange(len(factors))
    turned = factors[turn:] + factors[:turn]
    one, two = form(tr(product(*factors))), form(tr(product(*turned)))
    three = form(tr(product(*[f.T for f in reversed(turned)])))
    assert one == two == three
    assert hash(one) == hash(two) == hash(three)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_the_order_of_work_does_not_matter(seed):
    rng = Random(seed)
    one, two, three = (form(square_factor(rng, 2)) for _ in range(3))
    assert (one + two) * three == one * three + two * three
    assert (one * two) * three == one * (two * three)
    assert (one * two).T == two.T * one.T
    assert (one * two).trace() == (two * one).trace()
    assert (one - one).is_zero
    assert one + two == two + one


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_random_words_differ_where_their_values_do(seed):
    rng = Random(seed)
    one, two = ([rng.choice([A, A.T, B, H, L]) for _ in range(4)] for _ in range(2))
    left, right = tr(product(*one)), tr(product(*two))
    assert (form(left) == form(right)) == all(agree(left, right, seed + i, size=3) for i in range(3))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (A @ x @ x.T @ y @ y.T @ B, (x.T @ y) * (A @ x @ y.T @ B)),
        (tr(x @ x.T @ A), x.T @ A.T @ x),
        (x.T @ A @ y, y.T @ A.T @ x),
        (tr(I), d),
        (tr(identity(N)), N),
        (tr(identity(d + 1)), d + 1),
        (tr(R.T @ R), tr(R @ R.T)),
        (K @ K.inv(), I),
        ((K @ L).inv() @ K, L.inv()),
        ((2 * K).T.inv(), K.inv().T / 2),
        (tr(K.inv() @ A @ K), tr(A)),
        (G @ L, L @ G),
        (G.inv() @ L @ G, L),
        (L.inv() @ G.inv() @ L.inv(), G.inv() @ L.inv() @ L.inv()),
        (tr(G @ A @ L), tr(A.T @ G @ L)),
        (tr(L @ G @ A @ G.inv()), tr(L @ A)),
        (tr(G @ A @ L @ B), tr(L @ B @ G @ A)),
        (G.T, G),
        ((2 * A + 2 * B).inv(), (A + B).inv() / 2),
        ((A.T + B.T).inv(), (B + A).inv().T),
        ((A + B) @ (A + B).inv(), I),
        ((L + I).inv() @ L, L @ (L + I).inv()),
        ((L + I).inv() @ G, G @ (I + L).inv()),
        ((A + B) @ (A + B), A @ A + A @ B + B @ A + B @ B),
        (1 / (N + 1) + N / (N + 1), Rational(1)),
        (1 / (1 - N) + 1 / (N - 1), Rational(0)),
        (1 / (1 + 1 / N), N / (N + 1)),
        ((N**2 - 1) / (N - 1) * A, (N + 1) * A),
        ((u + v) ** 3, u**3 + 3 * u**2 * v + 3 * u * v**2 + v**3),
        (tr(A) / (tr(A) + tr(A) * N), 1 / (1 + N)),
        (named("f", tr(A) + 1), tr(A) + 1),
        (tr(L) ** Rational(1, 4) * tr(L) ** Rational(-1, 4), Rational(1)),
        ((tr(L) ** Rational(3, 4)) ** 2, tr(L) * tr(L) ** Rational(1, 2)),
        (corner(Block([[A, x], [y.T, 2]]) @ Block([[B, y], [x.T, 3]])), y.T @ y + 6),
    ],
)
def test_equal_expressions_meet(left, right):
    assert form(left) == form(right)
    assert form(left) - form(right) == form(0 * left if not hasattr(left, "shape") else zero(*left.shape))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (tr(A @ B), tr(A @ B.T)),
        (tr(A @ B @ C), tr(A @ C @ B)),
        (A @ B, B @ A),
        (G @ A, A @ G),
        (G @ H, H @ G),
        (A @ A.T, A.T @ A),
        (K.inv(), K.T.inv()),
        (x.T @ A @ y, x.T @ A.T @ y),
        ((L + I).inv(), (L + 2 * I).inv()),
        (tr(A), -tr(A)),
        (P @ P.T, P.T @ P),
        (matrix("A", d), matrix("A", d, invertible=True)),
        (1 / (N + 1), 1 / (N + 2)),
        (tr(A) ** 2, tr(A @ A)),
    ],
)
def test_different_expressions_do_not_meet(left, right):
    assert form(left) != form(right)


def test_definitions_stay_letters_until_they_are_unfolded():
    assert form(G).letters() == {G}
    assert form(G, unfold=[G]) == form(G.body)
    assert form(G @ P, unfold=[P]) == form(G @ P.body)
    assert form(G.inv() @ L, unfold=True) == form(G.body.inv() @ L)


def test_what_a_definition_does_follows_from_its_body():
    square = Defined("S2", A @ A.T)
    inner = Defined("D", G @ L + L)
    assert form(square.T) == form(square)
    assert form(P.T) != form(P)
    assert form(inner @ G) == form(G @ inner)
    assert form(inner @ square) != form(square @ inner)
    assert form(square @ A @ A.T @ square) != form(A @ A.T @ square @ square)


def test_a_form_shows_itself():
    made = form(u * A @ B.T + tr(L) * I / N)
    assert made.shape == (d, d)
    assert len(made) == 2
    assert repr(made) == "u A B.T + 1/N tr(Lambda) I"
    assert made._repr_latex_().startswith("$")
    assert {term.coefficient for term in made.terms()} == {1}
    assert form(tr(A) * u).coefficient(next(iter(form(tr(A)).data))[1]) == form(u)


def test_forms_calculate_with_numbers():
    made = form(tr(A))
    assert 2 * made - made == made == made / 2 + made * Rational(1, 2)
    assert made**3 == made * made * made
    assert form(K) ** -2 == form(K.inv() @ K.inv())
    assert form(A) ** 0 == form(I)
    assert isinstance(1 - made, Form)


def test_clearing_caches_keeps_forms_valid():
    made = form(tr(G @ A @ L))
    clear_caches()
    assert made == form(tr(L @ G @ A))


def test_replace():
    assert replace(form(tr(A @ A.T)), {A: form(K.inv())}) == form(tr(K.inv() @ K.T.inv()))
    assert replace(form((A + B).inv()), {A: form(L - B)}) == form(L.inv())
    assert replace(form(u**2 / (1 + u)), {u: form(N)}) == form(N**2 / (1 + N))
    with pytest.raises(ShapeError):
        replace(form(A), {A: form(x)})
    with pytest.raises(UserError, match="definition P"):
        replace(form(P), {A: form(B)})


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (Function("f")(u), "kind f"),
        (Float(0.5), "kind Float"),
        (u ** Symbol("k"), "exponent k"),
        (u ** Rational(1, 5), "index"),
        (Block([[A]]), "kind Block"),
    ],
)
def test_unknown_kinds_are_named(node, said):
    with pytest.raises(UserError, match=said):
        form(node)


def test_shapes_are_checked():
    with pytest.raises(ShapeError):
        form(A) + form(x)
    with pytest.raises(ShapeError):
        form(A) * form(R.T)
    with pytest.raises(ShapeError):
        form(R).trace()
    with pytest.raises(UserError, match="zero"):
        form(tr(A) - tr(A.T)).reciprocal()


def test_sizes_may_be_numbers():
    three = matrix("T", 3)
    assert form(tr(three @ identity(3)) + tr(identity(3))) == form(tr(three) + 3)
    with pytest.raises(UserError, match="size"):
        form(identity(dimension("d") ** Rational(1, 2)))
