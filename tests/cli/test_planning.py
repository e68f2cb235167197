"""`symicl plan`: the lengths it names are enough and the shortest, by the value of `rates` itself."""

import json
from fractions import Fraction

import pytest
from cli_runner import run
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "at.json"

    def write(**content):
        path.write_text(json.dumps(content))
        return str(path)

    return write


def by_hand(Λ, M, N):
    """The error for diagonal Λ, coordinate by coordinate (arXiv:2306.09927, Theorem 4.2, averaged over w)."""
    trace = sum(Λ)
    total = Fraction(0)
    for λ in Λ:
        γ = (1 + Fraction(1, N)) * λ + Fraction(1, N) * trace
        total += (trace * λ + λ**2) * λ / γ**2 / M + λ * (λ + trace) ** 2 / γ**2 / N**2
    return total


@settings(max_examples=15, deadline=None)
@given(st.lists(st.fractions(Fraction(1, 4), 3, max_denominator=4), min_size=1, max_size=3), st.integers(1, 40))
def test_the_lengths_are_enough_and_the_shortest(at, Λ, percent):
    ε = Fraction(percent, 100)
    rows = [[str(λ) if i == j else 0 for j in range(len(Λ))] for i, λ in enumerate(Λ)]
    code, out, _ = run("plan", "--epsilon", str(ε), "--at", at(Lambda=rows), "--json")
    found = json.loads(out)
    M, N = found["M"], found["N"]
    assert code == 0 and by_hand(Λ, M, N) <= ε and found["error"] == pytest.approx(float(by_hand(Λ, M, N)))
    assert M == 1 or by_hand(Λ, M - 1, N) > ε
    assert by_hand(Λ, found["enough"]["M"], found["enough"]["N"]) <= ε


def test_one_length_given(at):
    two = {"Lambda": [[1, 0], [0, 1]]}
    fixed = json.loads(run("plan", "--epsilon", "0.05", "--at", at(**two, N=40), "--json")[1])
    assert fixed["N"] == 40 and by_hand([1, 1], fixed["M"], 40) <= Fraction(1, 20) < by_hand([1, 1], fixed["M"] - 1, 40)
    fixed = json.loads(run("plan", "--epsilon", "0.05", "--at", at(**two, M=300), "--json")[1])
    assert fixed["M"] == 300 and by_hand([1, 1], 300, fixed["N"]) <= Fraction(1, 20)
    assert by_hand([1, 1], 300, fixed["N"] - 1) > Fraction(1, 20)


@pytest.mark.parametrize(
    "epsilon, content, words",
    [
        ("0", {"Lambda": [[1]]}, "greater than 0"),
        ("-1", {"Lambda": [[1]]}, "greater than 0"),
        ("small", {"Lambda": [[1]]}, "finite number"),
        ("0.1", {"Lambda": [[1]], "N": 2}, "take a longer N"),
        ("0.1", {"Lambda": [[1]], "M": 2}, "take a longer M"),
        ("0.1", {"Lambda": [[1]], "M": 2, "N": 2}, "leave one of them out"),
        ("0.1", {"Lambda": [[1]], "M": 0}, "positive integer"),
        ("0.1", {"Lambda": [[-1]]}, "positive definite"),
        ("0.1", {}, "Lambda is missing"),
        ("0.1", {"Lambda": [[1]], "a": 1}, "unknown key"),
    ],
)
def test_what_cannot_be_planned_is_one_clear_line(at, epsilon, content, words):
    code, out, err = run("plan", "--epsilon", epsilon, "--at", at(**content))
    assert code == 2 and not out and words in err and err.count("\n") == 1
