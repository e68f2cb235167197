"""Formulas as JavaScript: in a real browser, at many points, each compared with its exact value."""

import json
import random
import re
from fractions import Fraction

import pytest
from symicl.derivations import reading
from sympy import Integer, Rational

from symicl import E, Gaussian, SymiclError, dimension, matrix, scalar, tr
from symicl.language.expressions import is_matrix
from symicl.language.letters import Defined, letters_of
from symicl.language.numeric import evaluate
from symicl.report.javascript import function, quoted
from symicl.report.templates import source

POINTS = 8


def values_of(formula, rng, d):
    """Random values that a floating number holds exactly, so that both sides compute with the same ones."""
    sizes, found = {"d": d, "N": rng.randrange(1, 40), "M": rng.randrange(1, 40), "m": rng.randrange(1, 40)}, {}
    for letter in sorted(letters_of(formula), key=str):
        if isinstance(letter, Defined):
            continue
        if not is_matrix(letter):
            found[letter] = sizes.get(letter.name) or Fraction(rng.randrange(4, 24), 8)
            continue
        rows, cols = (sizes.get(str(size)) or int(size) for size in letter.shape)
        drawn = [[Fraction(rng.randrange(-8, 9), 8) for _ in range(cols)] for _ in range(rows)]
        if getattr(letter, "positive", False) or getattr(letter, "semidefinite", False):
            gram = [[sum(a * b for a, b in zip(r, s, strict=True)) for s in drawn] for r in drawn]
            drawn = [[x + (i == j) for j, x in enumerate(row)] for i, row in enumerate(gram)]
        found[letter] = drawn
    return found


def plain(value):
    """A value as JSON holds it."""
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value if isinstance(value, int) else float(value)


def exact(formula, values):
    """The exact value, as rows of floating numbers; a root is taken with 30 digits."""
    given = {letter: rational(value) for letter, value in values.items()}
    value = evaluate(formula, given)
    return (
        [[float(x.evalf(30)) for x in row] for row in value.tolist()] if is_matrix(formula) else float(value.evalf(30))
    )


def rational(value):
    return [rational(entry) for entry in value] if isinstance(value, list) else Rational(Fraction(value))


def near(found, wanted):
    """Whether all numbers agree to 1e-12 of the largest."""
    one, two = (v if isinstance(v, list) else [[v]] for v in (found, wanted))
    if [len(r) for r in one] != [len(r) for r in two]:
        return False
    pairs = [(a, b) for r, s in zip(one, two, strict=True) for a, b in zip(r, s, strict=True)]
    largest = max(abs(b) for _, b in pairs)
    return all(a is not None and abs(a - b) <= 1e-12 * largest for a, b in pairs)


def computed(browser, calls):
    """What a browser finds for (function, values) pairs."""
    shown = ",".join(f"({made})({json.dumps(values)})" for made, values in calls)
    script = f"{source('matrices.js')}document.title = JSON.stringify([{shown}]);"
    page = browser.dom(
        f"<!DOCTYPE html><html><head><title></title></head><body><script>{script}</script></body></html>"
    )
    assert browser.complaints == []
    return json.loads(re.search("<title>(.*?)</title>", page, re.DOTALL)[1])


def test_every_formula_has_its_exact_value_in_a_browser(browser):
    """All formulas of the catalogue that hold no mean, at random points of several sizes; and no other values."""
    rng, asked, refused = random.Random(20), [], []
    for chapter in reading("book"):
        for name, formula in chapter.formulas.items():
            try:
                made = function(formula)
            except SymiclError:
                refused.append(name)
                continue
            for point in range(POINTS):
                values = values_of(formula, rng, 1 + point % 4)
                d = {"d": 1 + point % 4}
                asked.append((name, formula, made, values, {x.name: plain(v) for x, v in values.items()} | d))
    found = computed(browser, [(made, values) for _, _, made, _, values in asked])
    wanted = [exact(formula, values) for _, formula, _, values, _ in asked]
    wrong = [a[0] for a, one, two in zip(asked, found, wanted, strict=True) if not near(one, two)]
    assert len(asked) > 40 * POINTS and wrong == []
    assert {name.split("_")[0] for name in refused} == {"relu", "sine"}
    shifted = [value for value, other in zip(found, wanted[1:], strict=False) if near(value, other)]
    assert len(shifted) < len(found) / 4, "the comparison would let another point's value pass"


def test_a_wrong_formula_is_seen(browser):
    A, N = matrix("A", dimension("d")), dimension("N")
    right, wrong = tr(A @ A.T) / N, tr(A @ A) / N
    values = {A: [[Fraction(1), Fraction(1, 2)], [Fraction(-3, 8), Fraction(2)]], N: 7}
    given = {"A": plain(values[A]), "N": 7}
    one, two = computed(browser, [(function(right), given), (function(wrong), given)])
    assert near(one, exact(right, values)) and not near(two, exact(right, values))


def test_numbers_and_powers(browser):
    """Negative and broken exponents, numbers that no floating number holds, an inverse that needs a pivot."""
    d = dimension("d")
    x, A = scalar("x", positive=True), matrix("A", d)
    big = Integer(10) ** 30 * x / 7 + Rational(1, 3)
    cases = [(big, {x: Fraction(3, 8)}), (x ** Rational(-3, 2), {x: Fraction(9, 4)}), (x**-5, {x: Fraction(3)})]
    values = [({k.name: plain(v) for k, v in given.items()}) for _, given in cases]
    found = computed(browser, [(function(f), v) for (f, _), v in zip(cases, values, strict=True)])
    assert all(near(one, exact(f, given)) for one, (f, given) in zip(found, cases, strict=True))
    swapped = [[Fraction(0), Fraction(1)], [Fraction(2), Fraction(0)]]
    inverse = Defined("B", A).inv()
    (one,) = computed(browser, [(function(inverse), {"A": plain(swapped)})])
    assert one == [[0, 0.5], [1, 0]]


def test_what_has_no_value_is_refused():
    x = Gaussian("x", dimension("d"))
    with pytest.raises(SymiclError, match="worked out"):
        function(E(tr(x @ x.T)))


def test_a_name_cannot_end_the_script():
    made = function(tr(matrix("</script><script>alert(1)//", dimension("d"))))
    assert "</script" not in made and "<" not in made
    assert json.loads(quoted('a"b\\c</script>\u2028')) == 'a"b\\c</script>\u2028'
