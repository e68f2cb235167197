"""Records that mean harm are refused in bounded time and memory."""

import json
import subprocess
import sys

import pytest

from symicl import ProofError, UserError
from symicl.records import limits
from symicl.records.reading import parse
from symicl.records.replay import Refused, verify
from symicl.records.writing import checksum

D, N = ["Symbol", "d", "integer", "positive"], ["Symbol", "N", "integer", "positive"]


def text(nodes=(), statements=(), steps=(), results=(), **more):
    content = {
        "format": "symicl-proof",
        "version": 1,
        "id": "x",
        "title": "",
        "source": "",
        "made_by": "",
        "nodes": list(nodes),
        "statements": list(statements),
        "steps": list(steps),
        "results": list(results),
    } | more
    return json.dumps(content | {"sha256": checksum(content)})


def claim(rule, *arguments):
    return {"by": rule, "from": list(arguments), "proves": 0, "given": [], "axioms": []}


def tower(kind, depth):
    """Each row twice the one before."""
    return [["Symbol", "u", "real"], *([kind, k, k] for k in range(depth))]


A = [D, ["Letter", "A", 0, 0]]

HOSTILE = {
    "an unknown kind": text([["Lambda", "x"]]),
    "an unknown inference": text([["Number", "1"]], [["Eq", 0, 0]], [claim("__import__", ["name", "os"])]),
    "an attribute of the kernel": text([["Number", "1"]], [["Eq", 0, 0]], [claim("Theorem", ["name", "os"])]),
    "a reference forward": text([["Transposed", 1], ["Number", "1"]]),
    "a negative reference": text([["Number", "1"], ["Transposed", -1]]),
    "a huge number": text([["Number", "9" * 100_000]]),
    "a huge whole number": '{"format": "symicl-proof", "version": 1' + "0" * 100_000 + "}",
    "a number with a sign of its own": text([["Number", "0x10"]]),
    "a division by zero": text([["Number", "1/0"]]),
    "a float": '{"format": "symicl-proof", "version": 1e400}',
    "not a number": '{"format": NaN}',
    "code for a name": text([["Symbol", "__import__('os').system('touch /tmp/x')" * 9, "real"]]),
    "code for a size": text([["Identity", "open('pwned', 'w')"]]),
    "code for a part": text([D, ["Letter", "A", 0, "open('pwned', 'w')"]]),
    "code for a body": text([["DefinedScalar", "L", "open('pwned', 'w')"]]),
    "code for an average": text([["Mean", "open('pwned', 'w')"]]),
    "powers of powers of a number": text(
        [["Number", "2"], ["Number", "64"], ["Pow", 0, 1], ["Pow", 2, 1], ["Pow", 3, 1]]
    ),
    "statements of statements": text([D], [["Eq", 0, 0], *(["And", k, k] for k in range(60))]),
    "statements inside one another": text([D], [["Eq", 0, 0], *(["And", k] for k in range(3_000))]),
    "a large block": text([["Number", "1"], ["Block", "42", *[0] * 42 * 42]]),
    "a name of half a character": text(
        [["Symbol", "\ud800", "real"]], [["Eq", 0, 0]], [claim("identity", ["statement", 0])]
    ),
    "an unknown fact": text([["Symbol", "u", "commutative"]]),
    "a complex symbol": text([["Symbol", "u"]], [["Eq", 0, 0]], [claim("identity", ["statement", 0])]),
    "sums of sums": text(tower("Add", 64)),
    "products of products": text(tower("Mul", 64)),
    "matrices of matrices": text([*A, *(["Product", k, k] for k in range(1, 40))]),
    "sums of matrices": text([*A, *(["Sum", k, k] for k in range(1, 40))]),
    "powers of powers": text([["Symbol", "u", "real"], ["Number", "64"], *(["Pow", k, 1] for k in range(2, 40))]),
    "one huge power": text([["Symbol", "u", "real"], ["Number", "1000000"], ["Pow", 0, 1]]),
    "inverses of inverses": text([*A, *(["Inverted", k] for k in range(1, 500))]),
    "definitions of definitions": text([*A, *(["Defined", f"D{k}", k] for k in range(1, 500))]),
    "a row of many parts": text([["Number", "1"], ["Add", *[0] * 5_000]]),
    "too many rows": text([["Number", "1"]] * (limits.ROWS + 1)),
    "lists in lists": text([], [], [claim("both", ["list", ["list", ["list", ["list", ["list", ["list"]]]]]])]),
    "an empty row": text([[]]),
    "a row that is none": text([{}]),
    "nothing": "null",
    "brackets": "[" * 1_000_000,
    "another encoding of it": '{"format": "symicl-proof", "version": true}',
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_refused(attack):
    with pytest.raises((UserError, Refused)):
        verify(parse(HOSTILE[attack]))


def expansion(depth):
    """(1 + u)^64 in brackets, to the 64th power, and so on: more terms than anyone can hold."""
    rows = [["Symbol", "u", "real"], ["Number", "1"], ["Number", "64"]]
    for _ in range(depth):
        rows += [["Add", 1, len(rows) - 1 if len(rows) > 3 else 0], ["Pow", len(rows), 2]]
    return rows


def long_word(factors):
    """E tr((X Xᵀ)^k): (2k − 1)!! pairings."""
    rows = [D, N, ["Letter", "Lambda", 0, 0, "positive definite"], ["Gaussian", "X", 0, 1, 2], ["Transposed", 3]]
    rows += [["Product", *[3, 4] * factors], ["Trace", 5], ["Mean", 6, 3], ["Number", "0"]]
    return rows


def long_numbers():
    """(77…7 + 99…9 u)^64: few terms, but long numbers."""
    rows = [["Symbol", "u", "real"], ["Number", "9" * 199], ["Number", "7" * 199], ["Number", "64"]]
    return [*rows, ["Mul", 1, 0], ["Add", 4, 2], ["Pow", 5, 3], ["Number", "0"]]


def wide():
    """A sum of 18,000 letters, over and over."""
    rows = []
    for group in range(9):
        start = len(rows)
        rows += [["Symbol", f"a{group}_{i}", "real"] for i in range(1_990)]
        rows.append(["Add", *range(start, start + 1_990)])
    rows.append(["Add", *range(1_990, len(rows), 1_991)])
    return [*rows, ["Number", "0"]]


WORK = {
    "long numbers": (long_numbers(), 6),
    "a polynomial of astronomical length": (expansion(3), 8),
    "too many pairings": (long_word(20), 7),
    "a long product": ([*A, ["Letter", "B", 0, 0], ["Product", *[1, 2] * 900], ["Trace", 3], ["Number", "0"]], 4),
}


@pytest.mark.parametrize("attack", WORK)
def test_the_work_is_bounded(attack):
    """In a process of its own with little memory, so that a failure would be a crash and not a slow test."""
    rows, node = WORK[attack]
    zero = next(i for i, row in enumerate(rows) if row[0] == "Number")
    letters = [["node", i] for i, row in enumerate(rows) if row[0] == "Gaussian"]
    steps = [claim("expectation", ["statement", 0], ["list", *letters])]
    record = text(
        rows, [["Eq", node, zero]], steps, [{"chapter": "x", "key": "x", "title": "", "states": [0], "lines": []}]
    )
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "from symicl.records.reading import parse; from symicl.records.replay import verify\n"
        "from symicl import SymiclError\n"
        "try: verify(parse(sys.stdin.read())); print('verified')\n"
        "except SymiclError as error: print('refused', error)"
    )
    done = subprocess.run([sys.executable, "-c", script], input=record, capture_output=True, text=True, timeout=300)
    assert done.stdout.startswith("refused"), done.stderr[-500:]


def test_many_steps_about_something_wide_are_bounded():
    rows = wide()
    step = claim("assume", ["statement", 0]) | {"given": [0], "axioms": ["logic"]}
    with pytest.raises(ProofError, match="more work"):
        verify(parse(text(rows, [["Eq", len(rows) - 2, len(rows) - 1]], [step] * 2_000)))


def test_a_file_of_a_hundred_megabytes_is_not_read(tmp_path):
    from symicl.records.reading import load

    path = tmp_path / "large.proof.json"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    with pytest.raises(UserError, match="bytes"):
        load(path)
