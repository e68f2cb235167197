"""Theorems with values put in: which steps are made again for the values, how they are called, what is refused."""

import re

import pytest
from test_export import stated, verified

from symicl.kernel.theorem import both, chain, combine, expectation, identity, instantiate, part
from symicl.language.expressions import tr
from symicl.language.letters import Gaussian, dimension, matrix, scalar
from symicl.language.mean import E
from symicl.language.statements import Eq
from symicl.rocq.export import export
from symicl.rocq.instances import Numbers
from symicl.rocq.terms import NotExported

d = dimension("d")
A, B, C = (matrix(name, d) for name in "ABC")
c, e = scalar("c"), scalar("e")


def steps_of(theorem):
    """A theorem with all that it is made of, those first."""
    found = []
    for premise in theorem.premises:
        found += [t for t in steps_of(premise) if t not in found]
    return (*found, theorem)


def made(theorem):
    """The numbers, and the steps behind a theorem in their order, with what they are called."""
    numbers = Numbers(steps_of(theorem))
    found, todo = {}, [theorem]
    while todo:
        one = todo.pop()
        found[id(one)] = one
        todo += numbers.behind(one)
    rows = sorted(found.values(), key=lambda t: numbers[id(t)])
    return numbers, {str(numbers[id(t)]): t.statement for t in rows}


def turned():
    """tr(c A B) = c tr(B A) = c tr(Aᵀ Bᵀ), in two steps that are joined."""
    first = identity(Eq(tr(c * A @ B), c * tr(B @ A)))
    return chain(first, identity(Eq(c * tr(B @ A), c * tr(A.T @ B.T))))


def test_the_steps_are_made_again_for_the_values():
    general = turned()
    theorem = instantiate(general, [(A, 2 * C), (c, e + 1)])
    numbers, rows = made(theorem)
    assert list(rows) == ["3_0", "3_1", "3_2", "3"]
    assert rows["3_0"] == Eq((e + 1) * tr(2 * C @ B), (e + 1) * tr(B @ (2 * C)))
    assert rows["3_2"] == rows["3"] == theorem.statement
    assert not any(letter in str(row) for row in rows.values() for letter in ("A", "c"))
    assert numbers.again(theorem) is numbers.again(theorem) and numbers.again(theorem).rule == "chain"


def test_values_in_values():
    """What stands in a value gets a value itself; a letter that got a value and comes back does not get another."""
    inner = instantiate(turned(), [(A, c * A)])
    theorem = instantiate(inner, [(c, e), (A, C)])
    assert theorem.statement == Eq(tr(e * (e * C) @ B), e * tr((e * C).T @ B.T))
    _, rows = made(theorem)
    assert list(rows) == ["4_0", "4_1", "4_2", "4"] and rows["4_2"] == theorem.statement


def test_steps_without_the_letter_stay():
    other = identity(Eq(tr(B @ C), tr(C @ B)))
    sum_of = combine(Eq(tr(A @ B) + tr(B @ C), tr(B @ A) + tr(C @ B)), [(other, 1, 1)])
    _, rows = made(instantiate(sum_of, [(A, C)]))
    assert list(rows) == ["0", "2_1", "2"]


def test_a_proof_that_averages_over_what_is_put_in_is_refused():
    X = Gaussian("X", d, dimension("N"))
    averaged = expectation(Eq(E(tr(A @ X @ X.T @ A), over=[X]), dimension("N") * tr(A @ A)), [X])
    theorem = instantiate(part(both(averaged, turned()), 1), [(A, X @ X.T)])
    with pytest.raises(NotExported, match=r"step \d+ puts values in, .* X is averaged over"):
        Numbers(steps_of(theorem)).again(theorem)


def test_what_the_kernel_does_not_unfold_is_computed_by_rocq():
    """With Γ⁻¹ put in, Γ stands under an inverse in a step that unfolds it."""
    exported = next(f for f in export(verified("gradient-descent")).files if "theorem_layer" in f.theorems)
    put = {t.statement: n for n, t in enumerate(verified("gradient-descent").steps) if t.rule == "instantiate"}
    labels = re.findall(
        r"^\(\* step (\d+)_\d+: instantiate \*\)\nLemma step\1_\d+ :\n.*\nProof\.\nrewrite", exported.text, re.M
    )
    assert labels and all(int(label) in put.values() for label in labels)
    assert all(f"Lemma step{n} :" in exported.text for n in put.values())
    assert "made again for the values" in exported.text.partition("*)")[0]


def test_what_is_proved_of_the_trained_layer_and_of_plain_steps():
    exported = next(f for f in export(verified("gradient-descent")).files if "theorem_layer" in f.theorems)
    better = "R_star <= - (below1^-1 * (\\tr (Lambda *m Lambda)) ^+ 2) + \\tr Lambda"
    assert stated(exported, "theorem_layer_and_plain_1") == better
    answer = "(M%:R^-1) *: \\tr (x_q^T *m Gamma_M_inv^c *m X *m y)"
    assert stated(exported, "theorem_layer_and_plain_2") == f"E ((- (\\tr (w^T *m x_q)) + {answer}) ^+ 2) = R_star"
    scaled = stated(export(verified("shifts")).files[0], "theorem_scaled_2")
    assert scaled.startswith("4%:R * \\tr (") and scaled.endswith(" = 36%:R * \\tr Lambda")
