"""``symicl evaluate random-covariance``: moments and named laws, and what no positive law has."""

import json
import re

import pytest
from click.testing import CliRunner

from symicl.cli import main


def invoke(tmp_path, text, *more):
    path = tmp_path / "at.json"
    path.write_text(text if isinstance(text, str) else json.dumps(text), "utf-8")
    return CliRunner().invoke(main, ["evaluate", "random-covariance", "--at", str(path), *more])


def test_exactly(tmp_path):
    """By hand: see tests/derivations/test_random_covariance.py."""
    found = json.loads(invoke(tmp_path, {"d": 3, "N": 10, "moments": [1, 2, 6]}, "--json").stdout)
    assert found["exact"] == {"uU": "5/19", "loss": "27/38", "limit": "1/2"}
    assert found["value"]["uU"] == pytest.approx(5 / 19)


def test_in_floating_point(tmp_path):
    found = json.loads(invoke(tmp_path, {"d": 3, "N": 10, "moments": [1.0, 2, 6]}, "--json").stdout)
    assert "exact" not in found and found["value"]["loss"] == pytest.approx(27 / 38)


@pytest.mark.parametrize(
    "law, moments",
    [
        ({"law": "exponential", "rate": 2}, ["1/2", "1/2", "3/4"]),
        ({"law": "uniform", "from": 0, "to": 2}, [1, "4/3", 2]),
        ({"law": "gamma", "shape": 2, "scale": "1/2"}, [1, "3/2", 3]),
        ({"law": "two-point", "first": 1, "second": 3, "probability": "1/4"}, ["5/2", 7, "41/2"]),
        ({"law": "constant", "value": 3}, [3, 9, 27]),
    ],
    ids=lambda x: x["law"] if isinstance(x, dict) else "",
)
def test_a_law_by_its_name(tmp_path, law, moments):
    size = {"d": 2, "N": 7}
    named, given = (invoke(tmp_path, size | each, "--json").stdout for each in (law, {"moments": moments}))
    assert json.loads(named) == json.loads(given) and "exact" in json.loads(named)


@pytest.mark.parametrize(
    "text, said",
    [
        ({"d": 3, "N": 10, "moments": [1, 2, 3]}, "m2² is 4, more than m1·m3 = 3, which no positive law has"),
        ({"d": 3, "N": 10, "moments": [2, 3, 9]}, "m2 is 3, less than m1² = 4, which no law has"),
        ({"d": 3, "N": 10, "moments": [0, 2, 3]}, "m1 is 0, but the mean of a positive eigenvalue is positive"),
        ({"d": 3, "N": 10, "moments": [1, 2, 4]}, "for a constant eigenvalue, or both not"),
        ({"d": 3, "N": 10, "moments": [1, 1, 2]}, "for a constant eigenvalue, or both not"),
        ('{"d": 3, "N": 10, "moments": [1, 2, Infinity]}', "entry 3, must be a finite number"),
        ('{"d": 3, "N": 10, "moments": [NaN, 2, 6]}', "entry 1, must be a finite number"),
        ({"d": 3, "N": 10, "moments": [1, 2]}, "not a list of 2"),
        ({"d": 3, "N": 10, "moments": 1}, "must be the list"),
        ({"d": 3, "N": 10, "moments": [1, [2], 6]}, "entry 2, must be a number"),
        ({"d": 3, "N": 10}, "key moments is missing; needed are d, N, moments"),
        ({"N": 10, "moments": [1, 2, 6]}, "key d is missing"),
        ({"d": 3, "N": 10, "moments": [1, 2, 6], "Lambda": [[1]]}, 'unknown key "Lambda"'),
        ({"d": 0, "N": 10, "moments": [1, 2, 6]}, "d must be a positive integer"),
        ({"d": 3, "N": 1.5, "moments": [1, 2, 6]}, "N must be a positive integer"),
        ({"d": 3, "N": 10, "law": "cauchy"}, "known are exponential, uniform, gamma, two-point, constant"),
        ({"d": 3, "N": 10, "law": 3}, "law is 3"),
        ({"d": 3, "N": 10, "law": "exponential"}, "key rate is missing"),
        ({"d": 3, "N": 10, "law": "exponential", "rate": -1}, "rate is -1, but it must be positive"),
        ({"d": 3, "N": 10, "law": "exponential", "rate": 1, "moments": [1, 2, 6]}, 'unknown key "moments"'),
        ({"d": 3, "N": 10, "law": "uniform", "from": 2, "to": 2}, "from must be less than to"),
        ({"d": 3, "N": 10, "law": "two-point", "first": 1, "second": 2, "probability": 1}, "must be less than 1"),
    ],
    ids=lambda x: re.sub(r"[^a-zA-Z0-9,]", "", str(x))[:50],
)
def test_one_clear_line(tmp_path, text, said):
    found = invoke(tmp_path, text)
    assert found.exit_code == 2 and said in found.stderr and found.stderr.count("\n") == 1, found.output
    assert "at.json" in found.stderr
