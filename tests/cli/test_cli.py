"""The command line as a user meets it: what it prints, how it ends, and what it says to bad input."""

import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest
from cli_runner import run
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl import UserError, evaluate
from symicl.formulas.grammar import parse
from symicl.formulas.setting import Setting, Word


@pytest.fixture
def at(tmp_path):
    """Write a JSON file and give its path."""

    def write(content):
        path = tmp_path / "at.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


IDENTITY = {"N": 4, "Lambda": [[1, 0], [0, 1]]}


# -- what it prints


def test_list():
    code, out, _ = run("list", "--json")
    rows = json.loads(out)
    assert code == 0 and {"id", "title", "source"} <= set(rows[0])
    assert next(row["id"] for row in rows) == "prediction" and "optimum" in run("list")[1]


def test_show_has_statement_steps_and_reasons():
    code, out, _ = run("show", "optimum")
    assert code == 0 and "u U = Gamma^-1" in out and "complete the square" in out


def test_optimum_at_the_identity_by_hand(at):
    """Γ = (1 + 1/4 + 2/4) I = 7/4 I, so L* = 1 − ½ · 2 · 4/7 = 3/7."""
    code, out, _ = run("evaluate", "optimum", "--at", at(IDENTITY), "--json")
    found = json.loads(out)
    assert code == 0 and found["id"] == "optimum"
    assert found["exact"]["loss"] == "3/7" and found["exact"]["Gamma_inverse"] == [["4/7", "0"], ["0", "4/7"]]
    assert abs(found["value"]["u"] - (2 * (4 / 7) ** 2) ** 0.25) < 1e-12
    assert abs(found["value"]["u"] * found["value"]["U"][0][0] - 4 / 7) < 1e-12


def test_loss_in_one_dimension_by_hand(at):
    """d = 1: L = ½ u²U²λ²·λ(1 + 2/N) − uUλ² + ½λ; at λ = 2, N = 4, u = 3, U = 1/2: 13.5 − 6 + 1 = 8.5."""
    one = {"N": 4, "Lambda": [[2]], "u": 3, "U": [["1/2"]]}
    assert json.loads(run("evaluate", "loss", "--at", at(one), "--json")[1])["exact"] == "17/2"
    full = json.loads(run("evaluate", "loss-full", "--at", at({**one, "p": [0], "q": [0]}), "--json")[1])
    assert full["value"] == 8.5 and full["exact"] == "17/2"


def test_full_loss_in_one_dimension_without_u(at):
    """d = N = 1, λ = 1, u = U = 0: ŷ = p q x² w x_q, so L = ½((pq)²·3 − 2pq + 1); at p = 2, q = 1: 9/2."""
    values = {"N": 1, "Lambda": [[1]], "u": 0, "U": [[0]], "p": [2], "q": [1]}
    assert json.loads(run("evaluate", "loss-full", "--at", at(values), "--json")[1])["exact"] == "9/2"


def test_gradient_in_one_dimension_by_hand(at):
    """d = 1, λ = 1, N = 2: L = u²U² − uU + ½, so dL/du = 2uU² − U and dL/dU = 2u²U − u."""
    found = json.loads(
        run("evaluate", "gradient", "--at", at({"N": 2, "Lambda": [[1]], "u": 3, "U": [[2]]}), "--json")[1]
    )
    assert found["exact"] == {"U": [["33"]], "u": "22"}


def test_full_optimum_at_the_identity_by_hand(at):
    """As for ``optimum``, L* = 3/7; of the two eigenvalues one is missed, which costs ½ · 4/7 = 2/7."""
    assert json.loads(run("evaluate", "optimum-full", "--at", at(IDENTITY), "--json")[1])["exact"] == {"loss": "3/7"}
    found = json.loads(run("evaluate", "optimum-full", "--at", at({**IDENTITY, "lambda": 1}), "--json")[1])["exact"]
    assert found["loss"] == "3/7" and found["excess"] == "2/7" and set(found) == {"loss", "excess", "criterion"}


@pytest.mark.parametrize(
    "more, words",
    [
        ({"lambda": "3/10"}, 'lambda is "3/10", but it must be exactly an eigenvalue of Lambda; these are 1, 2'),
        ({"lambda": 1.01}, "lambda is 1.01, but it must be an eigenvalue of Lambda; these are 1, 2"),
        ({"lambda": -1}, "lambda must be positive, not -1"),
        ({"lambda": [1, 2]}, "lambda"),
        ({"lamda": 1}, "did you mean lambda"),
    ],
)
def test_what_is_no_eigenvalue_is_refused(at, more, words):
    code, out, err = run("evaluate", "optimum-full", "--at", at({"N": 4, "Lambda": [[1, 0], [0, 2]], **more}))
    assert code == 2 and not out and words in err


def test_an_eigenvalue_may_be_rounded_where_the_input_is(at):
    golden = {"N": 5, "Lambda": [[2, 1], [1, 1]], "lambda": 2.618033988749895}
    assert run("evaluate", "optimum-full", "--at", at(golden))[0] == 0


SQUARE = {"u": 1, "U": [[1, 0], [0, 1]]}
KEYS = [
    ("stationary", IDENTITY),
    ("moments", {**IDENTITY, "A": [[1, 2], [3, 4]]}),
    ("prediction", {"X": [[1, 2], [0, 1]], "w": [1, 1], "x_q": [1, 2], "p": [0, 0], "q": [0, 0], **SQUARE}),
    ("gradient", {**IDENTITY, **SQUARE, "p": [1, 0], "q": [0, 1]}),
    ("risk", {**IDENTITY, "M": 3, "a": [1, 2], "Sigma": [[1, 1], [1, 1]]}),
    ("nonlinear", {**IDENTITY, "M": 3, "w": [1, 2], "sigma": 0}),
    ("optimum-full", IDENTITY),
]


@pytest.mark.parametrize("id, keys", KEYS)
def test_every_formula_has_values(at, id, keys):
    code, out, _ = run("evaluate", id, "--at", at(keys), "--json")
    assert code == 0 and "exact" in json.loads(out)


def test_prediction_is_the_forward_pass_by_hand(at):
    """X = [1 2], w = 1, x_q = 1: y = (1, 2), ŷ = u (yᵀXᵀ) U x_q / 2 = 5/2 with u = U = 1, p = q = 0."""
    values = {"X": [[1, 2]], "w": [1], "x_q": [1], "u": 1, "U": [[1]], "p": [0], "q": [0]}
    assert json.loads(run("evaluate", "prediction", "--at", at(values), "--json")[1])["exact"] == "5/2"


def test_decimals_are_not_called_exact(at):
    found = json.loads(run("evaluate", "optimum", "--at", at('{"N": 4, "Lambda": [[1.5]]}'), "--json")[1])
    assert "exact" not in found


def test_expect_formula_and_value(at):
    """E S² = λ²(1 + 2/N) for d = 1."""
    assert "1/N" in run("expect", "S*A*S")[1]
    found = json.loads(run("expect", "tr(S*S)", "--at", at({"N": 4, "Lambda": [[3]]}), "--json")[1])
    assert found["exact"] == "27/2" and found["value"] == 13.5
    assert run("expect", "b.T*S*b", "--letter", "b:d,1")[1].strip() == "b.T Lambda b"
    assert "Lambda" in run("expect", "S", "--latex")[1]
    rows = json.loads(run("expect", "S*A*S", "--at", at({"N": 1, "Lambda": [[1]], "A": [[2]]}), "--json")[1])
    assert rows["value"] == [[6.0]]


def test_check(at):
    code, out, _ = run("check", "loss", "--samples", "20000", "--json")
    rows = json.loads(out)
    assert code == 0 and {"id", "judge", "verdict", "detail"} <= set(rows[0])
    assert {row["judge"] for row in rows} == {"exact", "interval", "monte carlo"}
    assert "verdict" in run("check", "prediction")[1]


def test_check_fails_where_a_derivation_is_wrong(monkeypatch, at):
    """A mutated derivation: the judges say no, the exit code is 1, and ``evaluate`` gives another number."""
    from dataclasses import replace

    import symicl.suite as suite
    from symicl import derivations
    from symicl.cli import evaluating

    right = derivations.derive("loss")
    wrong = replace(right, formulas={"value": 2 * right.formulas["value"]})
    for module in (suite, evaluating):
        monkeypatch.setattr(module, "derive", lambda id, task=None: wrong)
    code, out, _ = run("check", "loss", "--samples", "20000", "--json")
    assert code == 1 and "fail" in {row["verdict"] for row in json.loads(out)}
    one = {"N": 4, "Lambda": [[2]], "u": 3, "U": [["1/2"]]}
    assert json.loads(run("evaluate", "loss", "--at", at(one), "--json")[1])["exact"] == "17"


def test_a_failed_check_writes_nothing(monkeypatch, tmp_path):
    from symicl import suite
    from symicl.check import Verdict

    monkeypatch.setattr(suite, "judge", lambda chapter, **k: [Verdict(chapter.id, "exact", "fail", "no", {})])
    code, _, err = run("prove", "loss", "--out", str(tmp_path / "out"))
    assert code == 1 and "nothing was written" in err and not (tmp_path / "out").exists()


def test_prove_writes_its_own_files_and_touches_no_other(tmp_path):
    other = tmp_path / "mine.txt"
    other.write_text("mine")
    (tmp_path / "prediction.tex").write_text("old")
    code, out, _ = run("prove", "prediction", "--out", str(tmp_path))
    assert code == 0 and other.read_text() == "mine" and (tmp_path / "prediction.tex").read_text() != "old"
    names = {path.name for path in tmp_path.iterdir()}
    own = {f"prediction{end}" for end in (".tex", ".bib", "-standalone.tex", ".html", ".proof.json")} | {"notation.tex"}
    assert names == {"mine.txt"} | own
    assert "Proved" in out and "prediction.html" in out


def test_the_language_the_detail_and_the_width_of_a_report(tmp_path):
    code, *_ = run("prove", "prediction", "--format", "tex", "--out", str(tmp_path / "full"))
    assert code == 0
    code, *_ = run(
        *("prove", "prediction", "--format", "tex", "--out", str(tmp_path / "brief")),
        *("--lang", "zh", "--detail", "brief", "--width", "30"),
    )
    full, brief = ((tmp_path / kind / "prediction.tex").read_text("utf-8") for kind in ("full", "brief"))
    assert code == 0 and len(brief) < len(full) and "证明" in brief and r"\iclwide{" not in brief
    for wrong in (["--lang", "fr"], ["--detail", "some"], ["--width", "3"], ["--width", "wide"]):
        code, _, err = run("prove", "prediction", *wrong, "--out", str(tmp_path / "none"))
        assert code == 2 and wrong[1] in err and not (tmp_path / "none").exists()


# -- bad input


BAD_AT = [
    ({"N": 4, "Lambda": [[1, 0]]}, "square"),
    ({"N": 4, "Lambda": [[1, 2], [3, 9]]}, "symmetric"),
    ({"N": 4, "Lambda": [[1, 2], [2, 1]]}, "positive definite"),
    ({"N": 4, "Lambda": [[0]]}, "positive definite"),
    ('{"N": 4, "Lambda": [[NaN]]}', "NaN"),
    ('{"N": 4, "Lambda": [[Infinity]]}', "Infinity"),
    ({"N": 4, "Lambda": [["one"]]}, "must be a finite number"),
    ({"N": 4, "Lambda": [["1/0"]]}, "division by zero"),
    ({"N": 4, "Lambda": [[True]]}, "must be a number"),
    ({"N": 4, "Lambda": 3}, "list of rows"),
    ({"N": 4, "Lambda": []}, "list of rows"),
    ({"N": 4, "Lambda": [[1], [2, 3]]}, "all rows need the same number"),
    ({"N": 0, "Lambda": [[1]]}, "positive integer"),
    ({"N": -3, "Lambda": [[1]]}, "positive integer"),
    ({"N": "5/2", "Lambda": [[1]]}, "positive integer"),
    ({"N": 5.5, "Lambda": [[1]]}, "positive integer"),
    ({"N": [4], "Lambda": [[1]]}, "positive integer"),
    ({"N": 4, "Lamda": [[1]]}, "did you mean Lambda"),
    ({"N": 4}, "Lambda is missing"),
    ("", "empty"),
    ("{", "not JSON"),
    ("[1]", "JSON object"),
    ('{"N": 1, "N": 2, "Lambda": [[1]]}', "twice"),
    ('{"N": 4, "Lambda": [["1e999999999"]]}', "exponents go from"),
    ("[" * 100000, "nested too deep"),
]


@pytest.mark.parametrize("content, words", BAD_AT, ids=range(len(BAD_AT)))
def test_bad_values_are_one_clear_line(at, content, words):
    code, out, err = run("evaluate", "optimum", "--at", at(content))
    assert code == 2 and out == "" and err.count("\n") == 1 and words in err


@pytest.mark.parametrize(
    "args, words",
    [
        (["prove", "optimim"], "did you mean 'optimum'"),
        (["check", "los"], "did you mean 'loss'"),
        (["show", "zzz"], "unknown id"),
        (["prove", "optimum", "--format", "docx"], "no format"),
        (["evaluate", "optimum", "--at", "/nowhere/at.json"], "cannot be read"),
        (["evaluate", "optimum"], "--at"),
        (["prove"], "ID"),
        (["nonsense"], "nonsense"),
        (["check", "--samples", "-1"], "samples"),
        (["expect", "S*A", "--letter", "A:d,N"], None),
        (["expect", "S*b", "--letter", "b:1,d"], "S is d×d and b is 1×d"),
        (["expect", "S+X"], "S is d×d and X is d×N"),
        (["expect", "S*"], "missing"),
        (["expect", ""], "empty"),
        (["expect", "(S"], "never closed"),
        (["expect", "S A"], "write * between"),
        (["expect", "S/A"], "can divide"),
        (["expect", "S/0"], "divided by zero"),
        (["expect", "S**99"], "at most 12"),
        (["expect", "__import__('os').system('x')"], "no meaning"),
        (["expect", "S", "--letter", "S:d,d"], "has a meaning already"),
        (["expect", "S", "--letter", "b:d"], "NAME:ROWS,COLS"),
        (["expect", "S", "--letter", "b:d,k"], "size"),
        (["expect", "(" * 200 + "S" + ")" * 200], "deep"),
        (["expect", "S*A*S*B*S*C*S*D*S*F*S*G*S"], "135135 terms"),
        (["expect", "S" * 3000], "characters"),
    ],
)
def test_wrong_use_is_one_clear_line(args, words):
    code, out, err = run(*args)
    if words is None:
        assert code == 0
    else:
        assert code == 2 and out == "" and words in err and err.startswith("symicl: ")


def test_shapes_that_do_not_fit_name_the_key(at):
    code, _, err = run("evaluate", "loss", "--at", at({**IDENTITY, "u": 1, "U": [[1]]}))
    assert code == 2 and "U is 1×1" in err and "2×2" in err
    code, _, err = run("expect", "b.T*S*b", "--letter", "b:d,1", "--at", at({**IDENTITY, "b": [1, 2, 3]}))
    assert code == 2 and "b is" in err


def test_an_output_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run("prove", "prediction", "--out", str(tmp_path / "file"))
    assert code == 2 and "is not a folder" in err and (tmp_path / "file").read_text() == ""


def test_pdf_without_latexmk_names_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr("symicl.report.typst_pdf.has_typst", lambda: False)
    monkeypatch.setenv("PATH", "")
    code, _, err = run("prove", "prediction", "--format", "pdf", "--out", str(tmp_path / "out"))
    assert code == 3 and "latexmk" in err and "apt-get install" in err and not (tmp_path / "out").exists()
    assert "pip install typst" in err and len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(("lang", "there"), [("en", ()), ("zh", ("latexmk",))])
def test_pdf_without_a_tex_that_can_make_it_is_typeset_by_typst(monkeypatch, tmp_path, lang, there):
    pytest.importorskip("typst")
    for name in there:
        (tmp_path / name).write_text("#!/bin/false\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("symicl.report.typst_pdf.compile_typst", lambda document: b"%PDF by Typst")
    out = tmp_path / "out"
    code, _, err = run("prove", "prediction", "--format", "pdf", "--lang", lang, "--out", str(out))
    assert code == 0 and (out / "prediction.pdf").read_bytes() == b"%PDF by Typst", err


# -- the process


def test_help_is_quick_because_it_imports_little():
    script = (
        "import sys, runpy; sys.argv = ['symicl', %r]\n"
        "try: runpy.run_module('symicl', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(*[m for m in ('sympy', 'numpy', 'jinja2') if m in sys.modules], file=sys.stderr)"
    )
    for argument in ("--help", "list", "--version"):
        done = subprocess.run([sys.executable, "-c", script % argument], capture_output=True, text=True, check=True)
        assert done.stderr.strip() == "" and done.stdout


def _until_at_work(pid):
    """Until the process has children at work, as Linux tells; elsewhere some seconds, which a busy machine may need."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for _ in range(600 if children.exists() else 60):
        time.sleep(0.1)
        if children.exists() and children.read_text():
            break


def test_interrupted(tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "symicl", "check", "--samples", "400000000"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path)
    try:
        _until_at_work(process.pid)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130 and b"interrupted" in err and not out.exists()


def test_a_reader_that_stops_reading_is_no_trouble():
    command = f"{sys.executable} -m symicl show gradient | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout and "Traceback" not in done.stderr


# -- the grammar


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="SXwxAΛ()*/+-. T12^&'\"_tr,", max_size=24))
def test_any_text_is_read_or_refused(word):
    setting = Setting()
    try:
        parse(Word(word, setting))
    except UserError as error:
        assert str(error)


A, B = [[1, 2], [3, 5]], [[0, 1], [-2, 4]]
leaves = st.sampled_from(["A", "B", "2*A", "A.T", "(A-B)", "tr(A)*B", "1/3*B", "A**2"])


def direct(word):
    """The value by Python's own arithmetic, on a tiny matrix class: another reading of the same word."""
    import numpy as np

    names = {"A": np.array(A, dtype=float), "B": np.array(B, dtype=float), "tr": np.trace}
    # the words above are made by this test; matrix products are written @ for NumPy
    python = (
        word.replace("2*A", "(2*A)").replace("1/3*B", "(B/3)").replace("tr(A)*B", "(tr(A)*B)").replace("A**2", "(A@A)")
    )
    python = python.replace(")*(", ")@(").replace(" * ", " @ ")
    return eval(python, {"__builtins__": {}}, names)


@settings(max_examples=60, deadline=None)
@given(st.lists(leaves, min_size=1, max_size=4), st.lists(leaves, min_size=1, max_size=3))
def test_a_word_has_the_value_that_numpy_gives_it(left, right):
    import numpy as np

    word = " * ".join(f"({x})" for x in left) + " - " + " * ".join(f"({x})" for x in right)
    setting = Setting()
    found = parse(Word(word, setting)).expr
    values = {letter: {"A": A, "B": B}[name] for name, letter in setting.free.items()}
    exact = evaluate(found, values)
    assert np.allclose(np.array(exact.tolist(), dtype=float), direct(word))
    assert all(isinstance(Fraction(int(e.p), int(e.q)), Fraction) for e in exact)


def test_no_file_is_left_behind_by_the_tests():
    assert not os.path.exists("build/zzz")


def test_the_risk_by_hand(at):
    """d = 1, Λ = 1, N = 1: Γ = 3, so the excess is Σ/(9M) + (1 + 2 + 1)a²/9."""
    one = {"N": 1, "M": 2, "Lambda": [[1]], "a": [3], "Sigma": [[5]]}
    assert json.loads(run("evaluate", "risk", "--at", at(one), "--json")[1])["exact"] == "77/18"
    assert json.loads(run("evaluate", "risk", "--at", at({**one, "Sigma": [[0]]}), "--json")[1])["exact"] == "4"


@pytest.mark.parametrize(
    "Sigma, words",
    [
        ([[1, 2], [2, 1]], "Sigma must be positive semidefinite"),
        ([[0, 1], [1, 5]], "Sigma must be positive semidefinite"),
        ([[1, 2], [0, 1]], "mirror image"),
        ([[1]], "must have 2 rows"),
    ],
)
def test_a_covariance_that_is_none_is_refused(at, Sigma, words):
    code, _, err = run("evaluate", "risk", "--at", at({**IDENTITY, "M": 3, "a": [1, 2], "Sigma": Sigma}))
    assert code == 2 and words in err and err.count("\n") == 1


def test_what_is_integrated_has_no_exact_value(at):
    found = json.loads(
        run("evaluate", "nonlinear", "--at", at({**IDENTITY, "M": 3, "w": [1, 2], "sigma": 0}), "--json")[1]
    )
    assert "relu_limit" in found["value"] and "relu_limit" not in found["exact"] and "cubic_limit" in found["exact"]


def test_shifts_answer_what_the_file_asks(at):
    """d = 1, Λ = 1, N = 1: Γ = 3. With Λ_test = 4 the limit is 36 and the error 4(16 + 32/M)/9 − 32/3 + 4."""
    one = {"N": 1, "M": 2, "Lambda": [[1]], "Lambda_test": [[4]]}
    found = json.loads(run("evaluate", "shifts", "--at", at(one), "--json")[1])["exact"]
    assert found == {"covariate": "68/9", "covariate_limit": "36"}
    found = json.loads(run("evaluate", "shifts", "--at", at({"N": 1, "M": 2, "Lambda": [[1]], "x": [3]}), "--json")[1])
    assert found["exact"] == {"query": "5"}
    found = json.loads(run("evaluate", "shifts", "--at", at({"N": 1, "Lambda": [[1]], "v": [2]}), "--json")[1])
    assert found["exact"] == {"chosen": "36"}  # |Γv|²
    code, _, err = run("evaluate", "shifts", "--at", at({"N": 1, "M": 2, "Lambda": [[1]]}))
    assert code == 2 and "is missing" in err


@pytest.mark.parametrize("variance, epsilon, M, N", [(0.07, 0.01, 14, 6), ("7/100", "1/100", 14, 6), (1, "4/9", 5, 3)])
def test_how_many_examples_are_enough_is_an_integer(at, variance, epsilon, M, N):
    """d = 1, w = 1: M(ε) = 2λ/ε and N(ε)² = 4λ/ε; 2 · 0.07/0.01 is 14, and not the float above it."""
    file = at({"N": 20, "Lambda": [[variance]], "epsilon": epsilon, "w": [1]})
    assert json.loads(run("evaluate", "learnability", "--at", file, "--json")[1])["enough"] == {"M": M, "N": N}
    code, out, _ = run("evaluate", "learnability", "--at", file)
    assert code == 0 and f"M ≥ {M} examples are enough" in out and f"N ≥ {N} examples in training" in out


def test_the_book_holds_every_chapter_in_reading_order(tmp_path):
    from symicl.derivations import CATALOGUE

    code, out, _ = run("prove", "--all", "--out", str(tmp_path / "book"))
    assert code == 0 and "book.html" in out and "fail" not in out
    fragment = (tmp_path / "book" / "book.tex").read_text()
    places = [fragment.index(rf"\iclchapter{{{row.title}}}") for row in CATALOGUE]
    assert places == sorted(places)
    code, out, _ = run("verify", str(tmp_path / "book" / "book.proof.json"))
    assert code == 0 and "by the kernel alone" in out


@pytest.mark.parametrize("asked", [("prove",), ("prove", "--all", "optimum")])
def test_what_to_prove_is_said_once(asked):
    code, _, err = run(*asked)
    assert code == 2 and "--all" in err


def test_a_quick_check_is_a_check():
    code, out, _ = run("check", "optimum", "rates", "--quick", "--json")
    found = json.loads(out)
    assert code == 0 and {row["id"] for row in found} == {"optimum", "rates"}
    assert {row["verdict"] for row in found} <= {"pass", "skipped"}


FLOW = {"N": 1, "Lambda": [[1]], "sigma": "1/2", "Theta": [[1]]}


def test_the_flow_by_hand(at):
    """d = 1, Λ = 1, N = 1: Γ = 3, δ = σ² − 3σ⁴/2, μ = 2 δ Γ."""
    found = json.loads(run("evaluate", "flow", "--at", at(FLOW), "--json")[1])
    assert found["exact"] == {"delta": "5/32", "mu": "15/16", "loss": "11/32"}


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"sigma": -1}, "sigma must be positive, not -1"),
        ({"sigma": 0}, "sigma must be positive, not 0"),
        ({"sigma": 1}, "sigma: the start gains -0.5"),
        ({"Theta": [[2]]}, "divide Theta by 2"),
        ({"Theta": [[0]]}, "must not be zero"),
        ({"Theta": [[1, 0]]}, "Theta"),
    ],
)
def test_a_start_that_the_flow_does_not_have_is_refused(at, wrong, words):
    code, _, err = run("evaluate", "flow", "--at", at({**FLOW, **wrong}))
    assert code == 2 and words in err and err.count("\n") == 1
