"""The grammar of ``symicl expect``: what a word means, where it is wrong, and that every word ends in bounded time."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl import UserError, evaluate, text
from symicl.cli.expecting import mean
from symicl.formulas.grammar import WordError, parse
from symicl.formulas.setting import Setting, Word, english


def read(word, *declarations):
    """The expression of a word."""
    return parse(Word(word, Setting(declarations))).expr


def trouble(word, *declarations):
    """The error of a word."""
    with pytest.raises(UserError) as caught:
        read(word, *declarations)
    return caught.value


@pytest.mark.parametrize(
    "word, same",
    [
        ("-A**2", "0*A - A*A"),
        ("A-B-C", "A-(B+C)"),
        ("2/3*A", "A*(2/3)"),
        ("A/2/3", "A/6"),
        ("0.25*A", "A/4"),
        (".5*A", "A/2"),
        ("(A*B).T", "B.T*A.T"),
        ("A**2.T", "(A*A).T"),
        ("A^0", "I"),
        ("A@B", "A*B"),
        ("Aᵀ", "A.T"),
        ("Λ", "Lambda"),
        ("2*-A", "-2*A"),
        ("--A", "A"),
        ("tr(A).T", "tr(A)"),
        ("x", "x_q"),
        ("A**-1*A", "I"),
        ("(A*B)**2", "A*B*A*B"),
        ("N**-2*tr(A)*B", "tr(A)*B/N/N"),
    ],
)
def test_two_ways_to_write_the_same(word, same):
    from symicl.engine import form

    assert form(read(word)) == form(read(same))


@pytest.mark.parametrize(
    "word, at, words",
    [
        ("S*A*b*S", 5, "S*A*b is d×1 and S is d×d, and the inner sizes 1 and d must agree"),
        ("S + b", 2, "S is d×d and b is d×1; both shapes must agree"),
        ("S + 2", 2, "write 2*I"),
        ("b**2", 1, "b is d×1, so it has no powers"),
        ("tr(b)", 0, "b is d×1, so it has no trace"),
        ("A B", 2, "write * between A and B"),
        ("f(A)", 1, "f is no function, only tr is"),
        ("(A", 0, "never closed"),
        ("A)", 1, "closes nothing"),
        ("A**1.5", 3, "must be an integer"),
        ("A**B", 3, "must be an integer"),
        ("A**2**2", 4, "two powers in a row"),
        ("A/(tr(B*C) - tr(C*B))", 1, "is zero"),
        ("(A-A)**-1", 5, "zero matrix"),
        ("1/tr(S)", 1, "is random (X)"),
        ("S**-1", 1, "is random (X)"),
        ("A[1]", 1, "has no meaning"),
        ("A.B", 1, "a transpose is written .T"),
        ("A'", 1, "a transpose is written .T"),
        ("tr A", 3, "tr needs brackets"),
        ("A**13", 3, "at most 12"),
        ("A + ", 4, "ends too early"),
        ("A + * B", 4, "needed here, not *"),
        ("1" * 31, 0, "at most 30"),
    ],
)
def test_an_error_names_the_place(word, at, words):
    error = trouble(word, "b:d,1")
    assert (
        isinstance(error, WordError) and error.at == at and words in str(error) and f"character {at + 1}" in str(error)
    )
    line, caret = error.picture.splitlines()
    assert line[caret.index("^") :][:1] == word[at : at + 1]


@pytest.mark.parametrize(
    "declaration, words",
    [
        ("X:d,d", "has a meaning already"),
        ("Λ:d,d", "has a meaning already"),
        ("tr:d,d", "has a meaning already"),
        ("b", "NAME:ROWS,COLS"),
        ("b:d,0", "no size"),
        ("b:d,1001", "no size"),
        ("b:d,M", "no size"),
        ("b_c_d:d,1", "NAME:ROWS,COLS"),
    ],
)
def test_a_wrong_declaration(declaration, words):
    assert words in str(trouble("S", declaration))


def test_declared_letters_have_their_shape():
    assert read("c*A", "c:1,1").shape == read("A").shape
    assert str(read("B*C", "B:d,3", "C:3,N").shape) == "(d, N)"
    assert "declared twice" in str(trouble("b", "b:d,1", "b:1,d"))
    assert read("b", "b:d,1", "b:d,1").shape[1] == 1


@pytest.mark.parametrize("letter, name", [("Γ", "Gamma"), ("λ", "lambda"), ("Ω_2", "Omega_2"), ("A_1", "A_1")])
def test_greek_letters_are_printed_by_name(letter, name):
    assert english(letter) == name


@pytest.mark.parametrize(
    "word",
    [
        "__import__('os').system('true')",
        "().__class__",
        "lambda: 0",
        "S; S",
        "open('x')",
        "S if 1 else S",
        '"S"',
        "S\\S",
        "S\x00",
        "\ud800",
        "A.__class__",
        "eval(S)",
        "exec(S)",
        "S,S",
        "{S}",
    ],
)
def test_no_text_is_run_as_code(word, monkeypatch):
    import builtins

    import sympy

    for module, name in ((builtins, "eval"), (builtins, "exec"), (sympy, "parse_expr")):
        monkeypatch.setattr(module, name, lambda *a, **k: pytest.fail("user text was run"))
    assert trouble(word)


# -- expected values from elsewhere


@pytest.mark.parametrize(
    "word, expected",
    [
        ("S", "Lambda"),
        ("x*x.T", "Lambda"),
        ("w*w.T", "I"),
        ("w.T*A*w", "tr(A)"),
        ("x.T*w", "0"),
        ("X", "0"),
        ("X.T*X/N", "1/N tr(Lambda) I"),
        ("S*A*S", "Lambda A Lambda + 1/N Lambda A.T Lambda + 1/N tr(A Lambda) Lambda"),
        ("A*B", "A B"),
        ("y.T*y/N", "tr(Lambda)"),
    ],
)
def test_expectations_from_a_table(word, expected):
    """First and second moments, as in any textbook on the Wishart distribution."""
    found = mean(word, Setting())
    assert text(found) == expected


@pytest.mark.parametrize("k, moment", [(1, 1), (2, 3), (3, 15), (4, 105), (8, 2027025), (12, 316234143225)])
def test_one_example_in_one_dimension(k, moment):
    """d = N = 1, Λ = 1: E S^k = E x^(2k) = (2k − 1)!!."""
    setting = Setting()
    found = mean(f"tr(S**{k})", setting)
    assert evaluate(found, {setting.task.N: 1, setting.task.Lambda: [[1]]}) == moment


def test_a_chi_square_variable_has_its_moments():
    """d = 1, Λ = 1: N S is χ² with N degrees of freedom, so E S³ = (N + 2)(N + 4)/N²."""
    setting = Setting()
    found = mean("tr(S)**3", setting)
    for n in (1, 2, 5):
        given = {setting.task.N: n, setting.task.Lambda: [[1]]}
        assert evaluate(found * setting.task.N**2, given) == (n + 2) * (n + 4)


# -- bounds


@pytest.mark.parametrize(
    "word, words",
    [
        ("tr(S**12)*tr(S)", "random factors"),
        ("*".join(f"S*A{i}" for i in range(9)), "random factors"),
        ("(A+B+C+D)**12", "more than 5000 terms"),
        ("((A*B)**12)**12", "too long"),
        ("+".join(f"1/(N+tr(A{i}))" for i in range(12)), "denominator"),
        ("*".join(["9" * 29] * 50), "digits"),
        ("(" * 41 + "S" + ")" * 41, "nested too deep"),
        ("S" * 2001, "at most 2000"),
    ],
)
def test_a_word_that_is_too_large_is_refused(word, words):
    assert words in str(trouble(word))


@pytest.mark.parametrize("word", ["S**12", "(S-Lambda)**8", "(A*S)**8", "tr((S-Lambda)**2)**4", "-" * 1999 + "S"])
def test_a_word_within_the_bounds_is_done(word):
    assert text(mean(word, Setting()))


# -- any text, and random words


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30) | st.text(alphabet="SXwxyAΛINd()*/+-^. T0123tr_", max_size=40))
def test_any_text_ends_in_a_value_or_a_user_error(word):
    try:
        mean(word, Setting(["b:d,1"]))
    except UserError as error:
        assert str(error)


def grown(source, depth):
    """A random square word over free matrices, and its value as a function of numbers given for the letters."""
    import numpy as np

    if depth == 0:
        name = source.choice("ABC")
        return name, lambda given: given[name]
    left, f = grown(source, depth - 1)
    right, g = grown(source, source.randrange(depth))
    match source.randrange(7):
        case 0:
            return f"({left} + {right})", lambda given: f(given) + g(given)
        case 1:
            return f"({left} - {right})", lambda given: f(given) - g(given)
        case 2:
            return f"({left})*({right})", lambda given: f(given) @ g(given)
        case 3:
            return f"({left}).T", lambda given: f(given).T
        case 4:
            return f"tr({left})*({right})/3", lambda given: np.trace(f(given)) * g(given) / 3
        case 5:
            return f"({left})**2", lambda given: f(given) @ f(given)
        case _:
            return f"-({left})*0.5", lambda given: -f(given) / 2


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_random_word_has_the_value_that_numpy_gives_it(seed):
    import numpy as np

    source = random.Random(seed)
    word, direct = grown(source, 4)
    numbers = {name: np.array([[source.uniform(-1, 1) for _ in range(3)] for _ in range(3)]) for name in "ABC"}
    setting = Setting()
    try:
        found = mean(word, setting)
    except UserError as error:
        assert "too long" in str(error) or "terms" in str(error) or "digits" in str(error)
        return
    given_values = {letter: numbers[name].tolist() for name, letter in setting.free.items()}
    given_values |= {setting.task.Lambda: np.eye(3).tolist()}
    assert np.allclose(evaluate(found, given_values, exact=False), direct(numbers))
