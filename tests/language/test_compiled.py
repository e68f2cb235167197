"""Compiled expressions against ``evaluate``, which walks them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl import (
    ShapeError,
    Task,
    UserError,
    derive,
    dimension,
    evaluate,
    matrix,
    positive_definite,
    scalar,
    tr,
    vector,
)
from symicl.language.compiled import Tape, compiled

d, N = dimension("d"), dimension("N")
L, A, B = positive_definite("Lambda", d), matrix("A", d), matrix("B", d, N)
x, s = vector("x", d), scalar("s")


@st.composite
def expressions(draw, depth=3):
    """A random d×d expression of all kinds of nodes."""
    if depth == 0:
        return draw(st.sampled_from((A, L, A.T, x @ x.T, B @ B.T, L.inv(), s * A)))
    left, right = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    return draw(
        st.sampled_from(
            (left + right, left @ right, tr(left) * right, left.T, left / N, s**2 * left - right, right @ L @ left)
        )
    )


@settings(max_examples=60, deadline=None)
@given(expressions(), st.integers(0, 2**32 - 1))
def test_a_compiled_expression_has_the_value_of_the_expression(node, seed):
    rng = np.random.default_rng(seed)
    fixed = {L: np.eye(2) + 0.1, N: 3}
    free = {A: rng.uniform(-1, 1, (2, 2)), B: rng.uniform(-1, 1, (2, 3)), x: rng.uniform(-1, 1, (2, 1)), s: 0.7}
    run = compiled([node, tr(node)], fixed, *free)
    for value, expected in zip(run(*free.values()), (node, tr(node)), strict=True):
        assert np.allclose(value, evaluate(expected, fixed | free, exact=False), rtol=1e-9, atol=1e-12)


def test_many_values_at_once_are_each_their_own():
    rng = np.random.default_rng(0)
    run = compiled([s * A @ x, tr(A @ A)], {L: np.eye(2)}, A, x, s)
    matrices, vectors, numbers = rng.uniform(size=(5, 1, 2, 2)), rng.uniform(size=(4, 2, 1)), rng.uniform(size=(5, 4))
    products, traces = run(matrices, vectors, numbers)
    assert products.shape == (5, 4, 2, 1) and traces.shape == (5, 1)
    assert np.allclose(products[3, 2], numbers[3, 2] * matrices[3, 0] @ vectors[2])
    assert np.allclose(traces[3, 0], np.trace(matrices[3, 0] @ matrices[3, 0]))


@pytest.mark.parametrize("task", [None, Task(noise=scalar("sigma", positive=True))])
def test_the_gradients_of_the_catalogue(task):
    chapter = derive("gradient", task)
    layer, rng = chapter.model.layer, np.random.default_rng(1)
    letters = [layer.p, layer.u, layer.U, layer.q]
    fixed = {chapter.model.task.Lambda: np.diag([1.0, 2.0, 0.5]), chapter.model.task.N: 4}
    fixed |= {task.noise: 0.3} if task else {}
    numbers = [rng.uniform(size=shape) for shape in ((3, 1), (), (3, 3), (3, 1))]
    nodes = [chapter.formulas[f"full:{name}"] for name in "puUq"]
    values = fixed | dict(zip(letters, numbers, strict=True)) | {layer.u: float(numbers[1])}
    for value, node in zip(compiled(nodes, fixed, *letters)(*numbers), nodes, strict=True):
        assert np.allclose(value, evaluate(node, values, exact=False), rtol=1e-12)


def test_constants_are_worked_out_once_and_nothing_twice():
    tape = Tape({L: np.eye(2), N: 3}, [A])
    tape.slot(L @ L.inv() / N + L)
    assert not tape.work
    tape.slot(A @ L @ A)
    before = len(tape.work)
    tape.slot(tr(A @ L @ A) * A @ L @ A)
    assert len(tape.work) - before <= 3


def test_products_are_associated_from_their_short_end():
    """(xᵀA)B and not x(AB): a row times matrices needs no product of matrices."""
    rng = np.random.default_rng(2)
    tape = Tape({L: np.eye(2)}, [A, x])
    tape.slot(A @ A @ A @ x)
    shapes = [tape.shapes[slot] for _, _, slot in tape.work]
    assert shapes == [(2, 1)] * 3
    assert rng is not None


def test_wrong_shapes_and_missing_letters_are_refused():
    run = compiled([A @ x], {L: np.eye(2)}, A, x)
    with pytest.raises(ShapeError, match=r"A has shape \(3, 3\), its last two sizes should be \(2, 2\)"):
        run(np.eye(3), np.ones((2, 1)))
    with pytest.raises(UserError, match="1 values for 2 letters: A, x"):
        run(np.eye(2))
    with pytest.raises(UserError, match="s: no value is given for it"):
        compiled([s * A], {L: np.eye(2)}, A)
    with pytest.raises(UserError, match="d: no value is given for it"):
        compiled([A], {}, A)
