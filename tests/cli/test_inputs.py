"""The file of ``--at`` and the values that come of it."""

import json
import math
import os
import subprocess
import sys
from fractions import Fraction

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl import UserError
from symicl.cli import main
from symicl.cli.inputs import Slot, bind, read_object
from symicl.cli.numbers import first_bad_minor

LOSS = {"N": 4, "Lambda": [[2, 1], [1, 2]], "u": 1, "U": [[1, 0], [0, 1]]}


@pytest.fixture
def run(tmp_path):
    """Run a command with a file of these contents: exit code, stdout, stderr."""

    def call(contents, *args):
        path = tmp_path / "at.json"
        raw = contents if isinstance(contents, bytes) else contents.encode() if isinstance(contents, str) else None
        path.write_bytes(json.dumps(contents).encode() if raw is None else raw)
        result = CliRunner().invoke(main, [*args, "--at", str(path)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return call


BAD = [
    ({**LOSS, "U": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}, "U is 3×3, but Lambda is 2×2, so it must have 2 rows"),
    ({**LOSS, "U": [[1, 0]]}, "U is 1×2, but Lambda is 2×2"),
    ({**LOSS, "U": [1, 0]}, "U must be a list of rows such as [[1, 0], [0, 1]], not a flat list"),
    ({**LOSS, "U": [[1, 0], []]}, "an empty row"),
    ({**LOSS, "U": None}, "not null"),
    ({**LOSS, "u": [1]}, "u must be a number"),
    ({**LOSS, "u": {}}, "not an object"),
    ({**LOSS, "u": ""}, "must be a finite number"),
    ({**LOSS, "u": "nan"}, "must be a finite number"),
    ({**LOSS, "u": "１"}, "must be a finite number"),
    ({**LOSS, "u": "1/3/4"}, "must be a finite number"),
    ({**LOSS, "u": "0x10"}, "must be a finite number"),
    ({**LOSS, "u": "9" * 301}, "301 characters"),
    ({**LOSS, "N": True}, "N must be a positive integer such as 4, not true"),
    ({**LOSS, "N": "5.5"}, 'not "5.5"'),
    ({**LOSS, "N": "many"}, 'not "many"'),
    ({**LOSS, "N": None}, "not null"),
    ({**LOSS, "n": 4}, 'unknown key "n": did you mean N'),
    ({**LOSS, "p": [0, 0]}, "unknown key"),
    ({**LOSS, "d": 3}, "d is 3"),
    ({key: LOSS[key] for key in ("N", "Lambda", "u")}, "key U is missing; needed are N, Lambda, u, U"),
    ({key: LOSS[key] for key in ("Lambda", "u", "U")}, "key N is missing"),
    ({**LOSS, "Lambda": [[1, "1/3"], ["1/2", 1]]}, "row 2, column 1 holds 1/2, but its mirror image holds 1/3"),
    ({**LOSS, "Lambda": [[1, 1], [1, 1]]}, "its leading 2×2 minor is not positive"),
    ({**LOSS, "Lambda": [[-1, 0], [0, 1]]}, "its leading 1×1 minor is not positive"),
    ({**LOSS, "Lambda": [[1, 2, 3], [2, 5, 6]]}, "Lambda is 2×3, but it must be square"),
    ('{"N": 4, "Lambda": [[2]], "Λ": [[2]], "u": 1, "U": [[1]]}', "twice"),
    ('{"N": 1e999999999, "Lambda": [[2]], "u": 1, "U": [[1]]}', "N must be a positive integer"),
    ('{"N": 4, "Lambda": [[1e999999999]], "u": 1, "U": [[1]]}', "exponents go from -300 to 300"),
    ('{"N": 4, "Lambda": [[1e-999999999]], "u": 1, "U": [[1]]}', "exponents go from -300 to 300"),
    ('{"N": 4, "Lambda": [[-Infinity]], "u": 1, "U": [[1]]}', "must be a finite number"),
    ('{"N": 4, "Lambda": [[1e300]], "u": 1e300, "U": [[1]]}', "no finite value"),
    (f'{{"N": 4, "Lambda": [[1]], "u": {"9" * 400}, "U": [[1]]}}', "400 characters"),
    (f'{{"N": 4, "Lambda": [[1]], "u": {"9" * 5000}, "U": [[1]]}}', "5000 characters"),
    ("   \n", "the file is empty"),
    ("null", "holds null"),
    ("4", "must hold a JSON object"),
    ("{'N': 4}", "not JSON: line 1, column 2"),
    (b"\xff\xfe\x00", "not text in UTF-8"),
    (b'{"N": ' + b"[" * 50000 + b"]" * 50000 + b"}", "nested too deep"),
    (b" " * 10_000_001 + b"{}", "larger than 10 MB"),
]


@pytest.mark.parametrize("contents, words", BAD, ids=range(len(BAD)))
@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["text", "json"])
def test_bad_input_is_one_line_that_names_the_file(run, contents, words, flags):
    code, out, err = run(contents, "evaluate", "loss", *flags)
    assert (code, out) == (2, "") and words in err and "at.json" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "contents, args, words",
    [
        ({"N": 4, "Lambda": [[1]]}, ["S*A*S"], "key A is missing"),
        ({"N": 4, "Lambda": [[1]], "A": [[1]], "B": [[1]]}, ["S*A*S"], 'unknown key "B"'),
        ({"N": 4, "Lambda": [[1]], "X": [[1]]}, ["S"], "key X takes no value"),
        ({"N": 4, "Lambda": [[1]], "b": [[1, 2]]}, ["b.T*S*b", "--letter", "b:d,1"], "flat list"),
        ({"N": 4, "Lambda": [[1]], "b": [1, 2]}, ["b.T*S*b", "--letter", "b:d,1"], "b is 2×1, but Lambda is 1×1"),
        ({"N": 4, "Lambda": [[1]], "B": [[1], [2]]}, ["B.T*B", "--letter", "B:3,1"], "it must have 3 rows"),
        ({"N": 10**9, "Lambda": [[1]]}, ["X.T*X"], "take N up to 1000"),
        ({"N": 4, "Lambda": [[1]], "A": [[0]]}, ["A**-1"], "singular"),
        ({"N": 4, "Lambda": [[1]], "A": [[0.0]]}, ["A**-1"], "singular"),
        ({"N": 4, "Lambda": [[1]], "A": [[0]]}, ["S/tr(A)"], ""),
    ],
)
def test_bad_input_of_expect(run, contents, args, words):
    code, out, err = run(contents, "expect", *args)
    assert (code, out) == (2, "") and words in err and err.count("\n") == 1


def value(run, contents, *args):
    """The JSON that a command prints."""
    code, out, err = run(contents, *args, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_loss_of_two_dimensions_by_hand(run):
    """Λ = I₂, N = 4: ΓΛ = 7/4 I; U = I, u = 2: ½·4·(7/4)·2 − 2·2 + 1 = 7 − 4 + 1 = 4."""
    found = value(run, {"N": 4, "Lambda": [[1, 0], [0, 1]], "u": 2, "U": [[1, 0], [0, 1]]}, "evaluate", "loss")
    assert found == {"id": "loss", "value": 4.0, "exact": "4"}


def test_strings_are_exact_and_decimals_are_not(run):
    third = {"N": "4", "Lambda": [["1/3"]], "u": "-1/2", "U": [["0.25"]]}
    exact = value(run, third, "evaluate", "loss")
    assert exact["value"] == pytest.approx(float(Fraction(exact["exact"])))
    near = value(run, {**third, "U": [[0.25]]}, "evaluate", "loss")
    assert "exact" not in near and near["value"] == pytest.approx(exact["value"], rel=1e-14)


def test_the_letter_may_be_greek_and_n_may_be_written_3_0(run):
    found = value(run, '{"N": 3.0, "Λ": [[2]]}', "expect", "tr(S*S)")
    assert found["value"] == pytest.approx(4 * (1 + 2 / 3)) and "exact" not in found


def test_measured_numbers_may_differ_from_their_mirror_images_by_rounding(run):
    near = {"N": 4, "Lambda": [[1.0, 0.1], [0.1 + 1e-17 + 1e-16, 1.0]]}
    assert run(near, "evaluate", "optimum")[0] == 0
    assert run({"N": 4, "Lambda": [[1.0, 0.1], [0.1001, 1.0]]}, "evaluate", "optimum")[0] == 2


def test_shapes_of_values(run):
    """A number, a list of rows; what a formula does not need may be left out of the file."""
    rows = {"N": 4, "Lambda": [[1, 0], [0, 3]], "b": [1, 2], "c": 2}
    declared = ["--letter", "b:d,1", "--letter", "c:1,1"]
    assert value(run, rows, "expect", "S*b*c", *declared)["value"] == [[2.0], [12.0]]
    assert value(run, rows, "expect", "b.T*S*c", *declared)["value"] == [[2.0, 12.0]]
    assert value(run, rows, "expect", "b.T*S*b*c", *declared)["value"] == 26.0
    assert value(run, {"Lambda": [[5]]}, "expect", "S")["value"] == [[5.0]]
    assert value(run, {"A": [[1, 2], [3, 4]]}, "expect", "tr(A)*I")["exact"] == [["5", "0"], ["0", "5"]]
    assert value(run, {"N": 2, "Lambda": [[5]]}, "expect", "X")["value"] == [[0.0, 0.0]]
    assert value(run, {"N": 2, "Lambda": [[5]]}, "expect", "X.T*X")["value"] == [[5.0, 0.0], [0.0, 5.0]]


def test_vectors_of_the_gradient_are_flat_as_in_the_file(run):
    given_values = {**LOSS, "p": [1, 0], "q": ["1/2", 0]}
    found = value(run, given_values, "evaluate", "gradient")
    assert set(found["value"]) == {"u", "U", "p", "q"} and len(found["value"]["p"]) == 2
    assert all(isinstance(entry, float) for entry in found["value"]["p"])
    assert run({**LOSS, "p": [1, 0]}, "evaluate", "gradient")[0] == 2


def test_the_gradient_is_the_slope_of_the_loss(run):
    """Central differences of the printed loss, which is a polynomial of degree two in each letter: exact."""
    base = {**LOSS, "p": ["1/2", 1], "q": [1, "-1/3"], "u": 2}
    slope = value(run, base, "evaluate", "gradient")["exact"]

    def loss(**moved):
        return Fraction(value(run, {**base, **moved}, "evaluate", "loss-full")["exact"])

    assert Fraction(slope["u"]) == (loss(u=3) - loss(u=1)) / 2
    assert Fraction(slope["U"][0][1]) == (loss(U=[[1, 1], [0, 1]]) - loss(U=[[1, -1], [0, 1]])) / 2
    assert Fraction(slope["p"][1]) == (loss(p=["1/2", 2]) - loss(p=["1/2", 0])) / 2
    assert Fraction(slope["q"][0]) == (loss(q=[2, "-1/3"]) - loss(q=[0, "-1/3"])) / 2


def test_the_optimum_is_balanced_and_has_its_loss(run):
    """u² = tr(UUᵀ), uU = Γ⁻¹, and the loss there is L*: three commands that know nothing of one another."""
    best = value(run, {"N": 3, "Lambda": [[2.0, 0.5], [0.5, 1.0]]}, "evaluate", "optimum")["value"]
    U = best["U"]
    assert best["u"] ** 2 == pytest.approx(sum(x * x for row in U for x in row))
    there = {"N": 3, "Lambda": [[2.0, 0.5], [0.5, 1.0]], "u": best["u"], "U": U}
    assert value(run, there, "evaluate", "loss")["value"] == pytest.approx(best["loss"])
    slope = value(run, there, "evaluate", "gradient")["value"]
    assert slope["u"] == pytest.approx(0, abs=1e-12)
    assert all(math.isclose(x, 0, abs_tol=1e-12) for row in slope["U"] for x in row)


def test_a_large_exact_matrix_is_done_in_bounded_time(run):
    size = 12
    rows = [[f"{i * j % 7 + 1}/{i + j + 3}" if i != j else 50 for j in range(size)] for i in range(size)]
    symmetric = [[rows[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]
    assert run({"N": 10**50, "Lambda": symmetric}, "evaluate", "optimum", "--json")[0] == 0


def test_the_roots_of_long_numbers_are_left_as_they_are(run):
    """Factoring a number of a thousand digits would not end; the root still has its value."""
    entry = f"{10**140 + 7}/{10**139 + 9}"
    rows = [[entry if i == j else "1/3" for j in range(4)] for i in range(4)]
    found = value(run, {"N": 10, "Lambda": rows}, "evaluate", "optimum")
    near = value(
        run,
        {"N": 10, "Lambda": [[10.0 if i == j else "1/3" for j in range(4)] for i in range(4)]},
        "evaluate",
        "optimum",
    )
    assert found["value"]["u"] == pytest.approx(near["value"]["u"])
    assert found["value"]["U"][0] == pytest.approx(near["value"]["U"][0])
    assert found["exact"]["u"].endswith("**(1/4)") and "**(-1/4)" in found["exact"]["U"][0][0]


def test_text_for_a_terminal(run):
    code, out, _ = run({"N": 4, "Lambda": [[1, 0], [0, 1]]}, "evaluate", "optimum")
    assert code == 0 and "loss = 3/7  (0.428571" in out and "[ 4/7    0 ]" in out


@pytest.mark.parametrize("path", ["", "nowhere.json", "/", "a\x00b", "x" * 5000, "/dev/zero"])
def test_a_file_that_cannot_be_read(path):
    with pytest.raises(UserError):
        from pathlib import Path

        read_object(Path(path))


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
trees = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=9)


@settings(max_examples=300, deadline=None)
@given(contents=st.dictionaries(st.sampled_from(["N", "Lambda", "A", "b", "c", "zz"]), trees, max_size=5))
def test_any_object_is_bound_or_refused(contents, tmp_path_factory):
    path = tmp_path_factory.mktemp("at") / "at.json"
    path.write_text(json.dumps(contents))
    slots = [
        Slot("N", "size"),
        Slot("Lambda", "matrix", "d", "d", True),
        Slot("A", "matrix", "d", "N"),
        Slot("b", "matrix", "d", 1),
        Slot("c", "scalar"),
    ]
    try:
        values = bind(path, read_object(path), slots, [])
    except UserError as error:
        assert str(path) in str(error)
    else:
        assert set(values.by_name) == set(contents)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=6, max_size=6))
def test_minors_agree_with_determinants(entries):
    """The first leading minor that is not positive, by the formula for determinants up to 3 × 3."""
    a, b, c, d, e, f = map(Fraction, entries)
    rows = [[a, b, c], [b, d, e], [c, e, f]]
    minors = [a, a * d - b * b, a * (d * f - e * e) - b * (b * f - e * c) + c * (b * e - d * c)]
    expected = next((k for k, minor in enumerate(minors, 1) if minor <= 0), 0)
    assert first_bad_minor(rows) == expected


# -- the process


def process(*args, env=None, cwd=None):
    """Run symicl as a program of its own."""
    return subprocess.run(
        [sys.executable, "-m", "symicl", *args],
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        check=False,
    )


def test_an_ascii_terminal_is_no_trouble():
    done = process("show", "optimum", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    done = process("expect", "b*S", "--letter", "b:d,1", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 2 and b"Traceback" not in done.stderr


def test_bytes_that_are_no_text():
    done = subprocess.run([sys.executable, "-m", "symicl", "expect", b"S\xff"], capture_output=True, check=False)
    assert done.returncode == 2 and b"Traceback" not in done.stderr


def test_several_ids_stand_in_folders_of_their_own(tmp_path):
    done = process("prove", "prediction", "moments", "prediction", "--format", "tex", cwd=tmp_path)
    assert done.returncode == 0 and done.stderr == b""
    assert sorted(path.name for path in (tmp_path / "build").iterdir()) == ["moments", "prediction"]
    done = process("prove", "prediction", "moments", "--out", "o", "--format", "tex", cwd=tmp_path)
    assert done.returncode == 0 and (tmp_path / "o" / "moments" / "moments.tex").exists()


@pytest.mark.parametrize("out", ["file/sub", "file"])
def test_a_file_in_place_of_the_folder(tmp_path, out):
    (tmp_path / "file").write_text("kept")
    done = process("prove", "prediction", "--out", out, cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1 and b"file" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"] and (tmp_path / "file").read_text() == "kept"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
def test_on_a_terminal_a_caret_points_at_the_place():
    leader, follower = os.openpty()
    try:
        subprocess.run([sys.executable, "-m", "symicl", "expect", "S*w*A"], stderr=follower, check=False)
        shown = os.read(leader, 4096).decode()
    finally:
        os.close(leader)
        os.close(follower)
    lines = shown.replace("\r", "").splitlines()
    assert lines[1:] == ["  S*w*A", "     ^"]
