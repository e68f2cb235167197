"""`symicl verify` and `symicl axioms`: what they print, and how they end."""

import json

import pytest
from cli_runner import run

from symicl.kernel.ledger import LEDGER
from symicl.records.writing import checksum, layout


@pytest.fixture(scope="module")
def proved(tmp_path_factory):
    """The record that `symicl prove optimum` writes."""
    folder = tmp_path_factory.mktemp("proved")
    assert run("prove", "optimum", "--out", str(folder))[0] == 0
    return folder / "optimum.proof.json"


def test_a_record_is_verified(proved):
    code, out, _ = run("verify", str(proved))
    assert code == 0 and out.rstrip().endswith("by the kernel alone")
    assert "L = L_star ⇔ u U = Gamma^-1" in out and "where L := 1/2 E[(y_hat - w.T x_q)^2]" in out


def test_a_record_is_verified_for_a_program(proved):
    code, out, _ = run("verify", str(proved), "--json")
    found = json.loads(out)
    assert code == 0 and found["verified"] and set(found["axioms"]) <= set(LEDGER)
    by_key = {(row["chapter"], row["key"]): row for row in found["results"]}
    assert by_key["optimum", "balanced"]["assumptions"] == ["u > 0"]
    assert by_key["optimum", "minimum"]["statements"] == ["L ≥ L_star", "L = L_star ⇔ u U = Gamma^-1"]


def test_a_changed_step_is_named(proved, tmp_path):
    content = json.loads(proved.read_text("utf-8"))
    content["steps"][40]["proves"] = 0
    changed = tmp_path / "changed.json"
    changed.write_text(layout(content | {"sha256": checksum(content)}))
    code, out, err = run("verify", str(changed))
    assert code == 1 and not out and "step 40" in err and "as is written" in err


def test_a_title_cannot_pass_for_a_verdict(proved, tmp_path):
    content = json.loads(proved.read_text("utf-8"))
    for key, text in (("title", "T\n  tr(A B) = 0\n/tmp/x: verified, by the kernel alone"), ("key", "k\x1b[8m")):
        content["results"][0][key] = text
        changed = tmp_path / "changed.json"
        changed.write_text(layout(content | {"sha256": checksum(content)}))
        code, out, err = run("verify", str(changed))
        assert code == 2 and not out and "one line" in err and err.count("\n") == 1


def test_every_letter_is_said_to_be_what_it_is(proved):
    out = run("verify", str(proved))[1]
    assert "where X is random, d×N, its columns N(0, Lambda)" in out
    assert "where Lambda is any d×d matrix, positive definite" in out and "where u is any real number" in out


@pytest.mark.parametrize(
    "content, words",
    [
        ("", "not JSON"),
        ("{}", "not a proof record"),
        ('{"format": "symicl-proof", "version": 99}', "version 99"),
        ("[" * 200_000, "nested too deeply"),
        ('{"a": 1e9}', "not whole"),
    ],
)
def test_what_is_no_record_is_one_clear_line(tmp_path, content, words):
    path = tmp_path / "x.proof.json"
    path.write_text(content)
    code, out, err = run("verify", str(path))
    assert code == 2 and not out and words in err and err.count("\n") == 1 and "x.proof.json" in err


def test_a_file_that_is_not_there(tmp_path):
    code, _, err = run("verify", str(tmp_path / "none.json"))
    assert code == 2 and "No such file" in err


def test_axioms_are_those_of_the_ledger():
    code, out, _ = run("axioms", "optimum", "--json")
    rows = json.loads(out)
    assert code == 0 and {row["axiom"] for row in rows} <= set(LEDGER)
    assert next(row["used_by"] for row in rows if row["axiom"] == "root") == ["balanced"]
    assert next(row["statement"] for row in rows if row["axiom"] == "Wick") == LEDGER["Wick"].statement
    assert "Isserlis" in run("axioms", "moments")[1]
    assert "root" not in run("axioms", "moments")[1]
    code, _, err = run("axioms", "optimun")
    assert code == 2 and "optimum" in err
