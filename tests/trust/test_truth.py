"""The third way: its values against values from elsewhere, and its verdicts on statements known to be true or false."""

from fractions import Fraction
from random import Random

import pytest
from symicl.derivations import CATALOGUE, derive
from sympy import Rational

from symicl import (
    And,
    Defined,
    E,
    Eq,
    Gaussian,
    Ge,
    Gt,
    Iff,
    Ne,
    Or,
    Task,
    dimension,
    evaluate,
    grad,
    identity,
    matrix,
    named,
    positive_definite,
    scalar,
    tr,
    vector,
)
from symicl.check import moment, random_instance
from symicl.language import letters
from symicl.language.functions import Applied
from symicl.language.letters import letters_of
from symicl.language.mean import second_variation
from symicl.language.numeric import Law
from symicl.trust import arithmetic
from symicl.trust.arithmetic import Undefined
from symicl.trust.attacks import theorems
from symicl.trust.truth import truth
from symicl.trust.values import Point

d, N = dimension("d"), dimension("N")
A, B, U = matrix("A", d), matrix("B", d), matrix("U", d)
Λ = positive_definite("Lambda", d)
Γ = Defined("Gamma", (1 + 1 / N) * Λ + tr(Λ) / N * identity(d), "positive definite")
u, p = scalar("u"), vector("p", d)
X = Gaussian("X", d, N, Λ)
x = Gaussian("x", d, 1, Λ)
S = X @ X.T / N
MOMENT = Λ @ A @ Λ + (Λ @ A.T @ Λ + tr(A @ Λ) * Λ) / N

TRUE = [
    Eq(tr(A @ B), tr(B.T @ A.T)),
    Eq(Γ @ Λ, Λ @ Γ),
    Eq(Γ.inv() @ Λ, Λ @ Γ.inv()),
    Eq(tr(identity(d)), d),
    Eq(E(S @ A @ S), MOMENT),
    Eq(E((x.T @ A @ x) ** 2), tr(A @ Λ) ** 2 + tr(A @ Λ @ A @ Λ) + tr(A @ Λ @ A.T @ Λ)),
    Eq(E(x), 0),
    Eq(grad(tr(A @ U @ B @ U.T), U), A.T @ U @ B.T + A @ U @ B),
    Eq(grad(u**3 * tr(A), u), 3 * u**2 * tr(A)),
    Eq(grad(E((x.T @ U @ x) ** 2), U), 2 * (tr(U @ Λ) * Λ + Λ @ U @ Λ + Λ @ U.T @ Λ)),
    Eq(second_variation(u * tr(U @ U), {u: 2, U: B}), 2 * u * tr(B @ B) + 8 * tr(U @ B)),
    Eq((tr(Λ) ** Rational(1, 4)) ** 4, tr(Λ)),
    Eq(named("L", u**2) + 1, u**2 + 1),
]
FALSE = [
    Eq(tr(A @ B), tr(A @ B.T)),
    Eq(Λ @ A @ Λ, Λ @ A.T @ Λ),
    Eq(Γ @ A, A @ Γ),
    Eq(E(S @ A @ S), Λ @ A @ Λ + (Λ @ A @ Λ + tr(A @ Λ) * Λ) / N),
    Eq(E(S @ A @ S), N * MOMENT),
    Eq(E(x.T @ A @ x), tr(A)),
    Eq(grad(tr(A @ U @ U.T), U), A @ U),
    Eq(u**2, u**4),
    Eq(tr(Λ) ** Rational(1, 4), tr(Λ) ** Rational(1, 2)),
    Ge(tr(A @ B), 0),
    Gt(tr(U @ U.T), 0),
    Iff(Eq(u * tr(A), 0), Eq(u, 1)),
    Iff(Eq(tr(Λ @ Λ @ U.T), 0), Eq(u, 0)),
    And(Eq(u, u), Ne(u, u)),
]


@pytest.mark.parametrize("statement", TRUE, ids=str)
def test_true(statement):
    assert truth(statement).verdict == "true"


@pytest.mark.parametrize("statement", FALSE, ids=str)
def test_false(statement):
    assert truth(statement).verdict == "false"


def test_an_inequality_is_at_best_not_refuted():
    for statement in (Ge(tr(U @ U.T), 0), Gt(tr(Λ), 0), Iff(Eq(tr(U @ U.T), 0), Eq(U, 0)), Or(Eq(u, 0), Ne(u, 0))):
        assert truth(statement).verdict == "undecided"


def test_a_change_that_is_invisible_in_one_dimension_is_found():
    witness = truth(Eq(Λ @ A @ Λ, Λ @ A.T @ Λ)).witness
    assert witness.startswith("d = 2")
    assert truth(Eq(tr(A) * B, A @ B)).witness.startswith("d = 2")


def test_a_change_that_is_invisible_for_one_example_is_found():
    assert truth(Eq(tr(A) / N, tr(A) / N**2)).witness.startswith("d = 2, N = 3")


def test_a_new_dimension_is_another_one():
    assert truth(Eq(1 / N, 1 / dimension("M"))).verdict == "false"


def test_under_assumptions():
    flat = [Eq(u, 0), Eq(tr(Λ @ Λ @ U.T), 0)]
    assert truth(Eq(tr(Λ @ Λ @ U.T) + u, u**2), flat).verdict == "true"
    assert truth(Eq(tr(Λ @ Λ @ U.T) + u, u**2), flat[:1]).verdict == "false"
    best = [Eq(u * U, Γ.inv())]
    assert truth(Eq(tr(Γ @ Λ @ (u * U - Γ.inv()) @ Λ @ U.T), 0), best).verdict == "true"
    assert truth(Eq(tr(Γ @ Λ @ (u * U - Γ.inv()) @ Λ @ U.T), 0)).verdict == "false"
    balanced = [Eq(u * U, Γ.inv()), Eq(u**2, tr(U @ U.T)), Gt(u, 0)]
    least = Eq(u, tr(Γ.inv() @ Γ.inv()) ** Rational(1, 4))
    assert truth(least, balanced).verdict == "true"
    assert truth(least, balanced[:2]).verdict == "false"
    assert truth(least, [Eq(u, 17)]).verdict == "undecided"


def test_every_theorem_of_the_catalogue_holds():
    """Not one is refuted, and all equations among them that have values hold, at every point."""
    verdicts = [truth(t.statement, t.assumptions).verdict for t in theorems([derive(row.id) for row in CATALOGUE])]
    assert "false" not in verdicts and verdicts.count("true") > 150


def formulas():
    for row in CATALOGUE:
        chapter = derive(row.id)
        found = {**chapter.formulas, **chapter.claims}
        yield from ((f"{row.id} {name}", f) for name, f in found.items() if not f.has(Applied))


@pytest.mark.parametrize("formula", [pytest.param(f, id=name) for name, f in formulas()])
def test_values_are_those_of_the_language(formula):
    """Held against SymPy's matrices in ``evaluate``, at the numbers of a point."""
    point = Point(5, d=2, N=3)
    met = [letter for letter in letters_of(formula) if not isinstance(letter, Defined)]
    values = {letter: _given(point, letter) for letter in met}
    mine, theirs = point.value(formula), evaluate(formula, values)
    if isinstance(mine, tuple):
        pairs = [
            (a, b) for row, other in zip(mine, theirs.tolist(), strict=True) for a, b in zip(row, other, strict=True)
        ]
    else:
        pairs = [(mine, theirs)]
    for a, b in pairs:
        assert a == Fraction(int(b.p), int(b.q)) if b.is_Rational else abs(float(a) - float(b)) < 1e-12 * abs(float(b))


def _given(point, letter):
    """Numbers for a letter, and a law of finitely many outcomes for a random one."""
    if isinstance(letter, letters.Random):
        return Law(tuple((p, _plain(there.value(letter))) for p, there in point.outcomes(letter)))
    return _plain(point.value(letter))


def _plain(value):
    if isinstance(value, tuple):
        return [[Rational(e.numerator, e.denominator) for e in row] for row in value]
    return Rational(value.numerator, value.denominator)


def test_means_are_those_of_the_exact_judge():
    instance = random_instance(Random(3), 2, 3)
    values = {name: tuple(map(tuple, getattr(instance, name))) for name in ("A", "B")}
    point = Point(3, values, d=2, N=3)
    there = type(instance)(**{**instance.__dict__, "C": point.half(Λ), "Lambda": point.letter(Λ)})
    t, A, B = Task(), matrix("A", d), matrix("B", d)
    for node, word in ((t.S @ A @ t.S, ["S", "A", "S"]), (t.S @ A @ t.S @ B @ t.S, ["S", "A", "S", "B", "S"])):
        assert [list(row) for row in point.value(E(node))] == moment(there, word)


def test_what_has_no_value():
    point = Point(1, d=2, N=2)
    for node in (1 / (tr(A) - tr(A.T)), (p @ p.T).inv() @ A, (-tr(Λ)) ** Rational(1, 2), E(1 / (x.T @ x))):
        with pytest.raises(Undefined):
            point.value(node)
    assert truth(Eq(1 / (tr(A) - tr(A.T)), u)).verdict == "undecided"


def test_roots_are_compared_to_many_digits():
    two = arithmetic.root(Fraction(2), Fraction(1, 2))
    assert arithmetic.same(two * two, Fraction(2))
    assert not arithmetic.same(two, Fraction(14142135623730951, 10**16))
    with pytest.raises(Undefined):
        arithmetic.same(two, two + arithmetic.REAL(10) ** -35)
