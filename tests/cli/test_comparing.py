"""`symicl compare` and `symicl evaluate gradient-descent`: values by hand, what is left out, the picture."""

import builtins
import json
from fractions import Fraction

import pytest
from cli_runner import run
from hypothesis import given, settings
from hypothesis import strategies as st

NUMBERS = {"N": 20, "M": 8, "Lambda": [[1, 0], [0, "1/2"]], "sigma": "1/2"}


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    path = tmp_path_factory.mktemp("compare") / "at.json"

    def write(**content):
        path.write_text(json.dumps(content))
        return str(path)

    return write


def by_hand(Λ, N, M, sigma):
    """The risks for a diagonal Λ, coordinate by coordinate."""
    total = sum(Λ) + sigma**2

    def gamma(λ, length):
        return (1 + Fraction(1, length)) * λ + total / length

    layer = sum(λ - 2 * λ**2 / gamma(λ, N) + gamma(λ, M) * λ**2 / gamma(λ, N) ** 2 for λ in Λ)
    square, bend = sum(λ**2 for λ in Λ), sum(gamma(λ, M) * λ**2 for λ in Λ)
    return {
        "layer": layer,
        "gd": sum(Λ) - square**2 / bend,
        "gd_step": square / bend,
        "least_squares": sigma**2 * len(Λ) / (M - len(Λ) - 1),
    }


numbers = st.fractions(Fraction(1, 4), 3, max_denominator=4)


@settings(max_examples=10, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=3), st.integers(1, 30), st.integers(1, 9), numbers)
def test_the_values_are_those_by_hand(at, Λ, N, more, sigma):
    M = len(Λ) + 1 + more
    rows = [[str(λ) if i == j else 0 for j in range(len(Λ))] for i, λ in enumerate(Λ)]
    content = {"N": N, "M": M, "Lambda": rows, "sigma": str(sigma)}
    code, out, _ = run("evaluate", "gradient-descent", "--at", at(**content), "--json")
    found = json.loads(out)
    assert code == 0 and {k: Fraction(v) for k, v in found["exact"].items()} == by_hand(Λ, N, M, sigma)
    assert found["ridge"]["lambda"] == pytest.approx(float(sigma**2))
    slack = 3 * found["ridge"]["error"] + 1e-12
    assert found["value"]["ridge"] <= min(found["value"][k] for k in ("layer", "gd", "least_squares")) + slack


def test_without_noise_it_is_the_paper_s_layer(at):
    """σ = 0: the layer's risk is the mean square of `trained-prediction`, and least squares is exact from M = d on."""
    content = {**NUMBERS, "sigma": 0}
    here = json.loads(run("evaluate", "gradient-descent", "--at", at(**content), "--json")[1])
    content.pop("sigma")
    there = json.loads(run("evaluate", "trained-prediction", "--at", at(**content), "--json")[1])
    assert here["exact"]["layer"] == there["exact"]["mean_square"]
    for M in (2, 3, 8):
        found = json.loads(run("compare", "--at", at(**{**NUMBERS, "sigma": 0, "M": M}), "--json")[1])
        assert found["exact"]["least_squares"] == "0" and "lambda" in found["left_out"]["ridge"]


def test_a_layer_of_that_length_is_not_worse_than_a_plain_step(at):
    for M in (1, 2, 5, 30):
        found = json.loads(run("compare", "--at", at(**{**NUMBERS, "N": M, "M": M}), "--json")[1])
        assert Fraction(found["exact"]["layer"]) < Fraction(found["exact"]["gd"])


@pytest.mark.parametrize("M, words", [(1, "do not determine 2"), (2, "infinite for M = 2"), (3, "infinite for M = 3")])
def test_too_few_examples_for_least_squares(at, M, words):
    for command in (("compare",), ("evaluate", "gradient-descent")):
        code, out, err = run(*command, "--at", at(**{**NUMBERS, "M": M}))
        (line,) = [line for line in out.splitlines() if words in line]
        assert code == 0 and not err and line.startswith("least")


def test_ridge_says_how_it_was_computed(at):
    one = {"N": 5, "M": 4, "Lambda": [[2]], "sigma": 1, "lambda": "1/2"}
    assert "by quadrature, lambda = 0.5" in run("compare", "--at", at(**one))[1]
    assert "Monte Carlo, ±" in run("compare", "--at", at(**NUMBERS))[1]
    assert "by quadrature" in run("evaluate", "gradient-descent", "--at", at(**one))[1]


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"sigma": -1}, "sigma is -1"),
        ({"lambda": 0}, "lambda must be positive, not 0"),
        ({"lambda": "-1/2"}, "lambda must be positive"),
        ({"M": 0}, "M"),
        ({"M": "many"}, "many"),
        ({"Lambda": [[1, 2], [2, 1]]}, "positive definite"),
        ({"m": 3}, "did you mean M?"),
        ({"sigma": None}, "sigma"),
    ],
)
def test_a_wrong_file_is_one_clear_line(at, changed, words):
    code, out, err = run("compare", "--at", at(**{**NUMBERS, **changed}))
    assert code == 2 and not out and err.count("\n") == 1 and words in err


@pytest.mark.parametrize("key", ["N", "M", "Lambda", "sigma"])
def test_a_key_that_is_missing(at, key):
    content = {name: value for name, value in NUMBERS.items() if name != key}
    code, _, err = run("evaluate", "gradient-descent", "--at", at(**content))
    assert code == 2 and f"key {key} is missing" in err


@pytest.mark.parametrize("suffix, first", [("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_the_picture(at, tmp_path, suffix, first):
    pytest.importorskip("matplotlib")
    pictures = [tmp_path / f"{name}.{suffix}" for name in "ab"]
    for picture in pictures:
        code, out, err = run("compare", "--at", at(**NUMBERS), "--plot", str(picture), "--longest", "12")
        assert code == 0 and "trained layer" in out and not err
    assert pictures[0].read_bytes().startswith(first)
    assert pictures[0].read_bytes() == pictures[1].read_bytes()


def test_the_curves_are_the_values(at):
    from pathlib import Path

    from symicl.cli.comparing import Setting
    from symicl.cli.plotting import curves

    here = Setting(Path(at(**NUMBERS)))
    found = curves(here, 6, lambda message: None)
    wanted = by_hand([Fraction(1), Fraction(1, 2)], 20, 5, Fraction(1, 2))
    for name in ("layer", "gd", "least_squares"):
        assert dict(found[name])[5] == pytest.approx(float(wanted[name]))
    assert [M for M, _ in found["least_squares"]] == [4, 5, 6] and len(found["ridge"]) == 6


def test_a_picture_of_another_kind(at, tmp_path):
    code, _, err = run("compare", "--at", at(**NUMBERS), "--plot", str(tmp_path / "a.png"))
    assert code == 2 and "a.png" in err and ".pdf or .svg" in err
    code, _, err = run("compare", "--at", at(**NUMBERS), "--longest", "5")
    assert code == 2 and "--plot" in err


def test_a_picture_that_cannot_be_written(at, tmp_path):
    pytest.importorskip("matplotlib")
    code, _, err = run("compare", "--at", at(**NUMBERS), "--longest", "2", "--plot", str(tmp_path / "no" / "a.svg"))
    assert code == 2 and "cannot be written" in err


def test_without_matplotlib_only_the_picture_is_missing(at, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **named):
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *args, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    code, _, err = run("compare", "--at", at(**NUMBERS), "--plot", str(tmp_path / "a.svg"))
    assert code == 3 and err.count("\n") == 1 and "pip install matplotlib" in err
    assert run("compare", "--at", at(**NUMBERS))[0] == 0
