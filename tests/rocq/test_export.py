"""Proof records in Rocq: coqc accepts them, and refuses each changed one at the step that was changed."""

import re
import shutil
from functools import cache

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from symicl.derivations import derive

from symicl.cli import main
from symicl.language.expressions import tr
from symicl.language.mean import Mean
from symicl.language.rewrite import exchange
from symicl.records.reading import parse
from symicl.records.replay import verify
from symicl.records.writing import Named, record
from symicl.rocq.export import COVERED, export
from symicl.rocq.names import TAKEN, identifier
from symicl.rocq.terms import NotExported
from symicl.rocq.verify_build import Coqc, compiled_library
from symicl.rocq.verify_rules import read
from symicl.rocq.verify_text import bare

needs_coqc = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not on this machine")
CLOSED = "Closed under the global context"


@cache
def verified(id):
    """The record of a row, made again by the kernel."""
    chapter = derive(id)
    results = [Named(chapter.id, r.key, r.title, (r.theorem, *r.also)) for r in chapter.results]
    return verify(parse(record(results, id=id, title=chapter.title, source=chapter.source, version="")))


def compiled(folder, exported):
    """What coqc says of a file."""
    (folder / f"{exported.name}.v").write_text(exported.text)
    coqc = Coqc()
    with compiled_library(coqc, lambda name, seconds: None) as library:
        return coqc.compile(folder, f"{exported.name}.v", {"Symicl": library, "Proofs": folder})


@needs_coqc
@pytest.mark.parametrize("id", COVERED)
def test_coqc_accepts_a_row(tmp_path, id):
    for exported in export(verified(id)):
        answer = compiled(tmp_path, exported)
        assert answer.accepted, answer.printed[-2000:]
        assert answer.printed.count(CLOSED) == len(exported.theorems) > 0


def step(id, rule, holds):
    """The number of the first step by that rule of whose statement something holds."""
    steps = verified(id).steps
    return next(i for i, t in enumerate(steps) if t.rule == rule and holds(t.statement))


def in_step(number, alter):
    """A change of the right side of one step."""

    def change(key, stated):
        return type(stated)(stated.lhs, alter(stated.rhs)) if key == number else stated

    return change


Γ = derive("loss").definitions[0].letter
u, U, N = derive("loss").model.layer.u, derive("loss").model.layer.U, derive("loss").model.task.N


def twice_in_gamma(key, body):
    """2/N for 1/N in Γ."""
    task = derive("loss").model.task
    return (1 + 2 / N) * task.Lambda + 2 / N * tr(task.Lambda) * task.identity if key == "Gamma" else body


def mutants():
    """The row, what is changed, and the step that is then wrong."""
    unfolded = step("optimum", "identity", lambda s: s.rhs.has(Γ) and not s.lhs.has(Γ))
    square = step("optimum", "identity", lambda s: s.rhs.has(Γ.inv()) and not s.lhs.has(Γ.inv()))
    averaged = step("optimum", "expectation", lambda s: s.rhs.has(U.T) and not s.rhs.has(type(s.lhs.args[-1])))
    risk = step("risk", "identity", lambda s: s.rhs.is_Add and s.rhs.has(N))
    root = step("optimum", "root", lambda s: True)
    mean_square = step("optimum-full", "nonnegative", lambda s: s.lhs.has(Mean))
    divided = step("optimum-full", "combine", lambda s: str(s) == "q.T Lambda q = 0")
    solved = step("optimum", "combine", lambda s: s.lhs == u**2 and not s.rhs.has(Γ))
    shifted = step("shifts", "identity", lambda s: s.rhs.is_Add and s.rhs.has(N))
    yield "optimum", twice_in_gamma, unfolded
    yield "optimum", in_step(square, lambda side: exchange(side, Γ.inv(), 2 * Γ.inv())), square
    yield "optimum", in_step(averaged, lambda side: exchange(side, U.T, U)), averaged
    yield "optimum", in_step(unfolded, lambda side: 2 * side), unfolded
    yield "risk", in_step(risk, lambda side: side + side.args[0]), risk
    yield "optimum", in_step(root, lambda side: 2 * side), root
    yield "optimum", in_step(solved, lambda side: 2 * side), solved
    yield "optimum-full", in_step(mean_square, lambda side: side + 1), mean_square
    yield "optimum-full", in_step(divided, lambda side: side + 1), divided
    yield "shifts", in_step(shifted, lambda side: side + side.args[0]), shifted


MUTANTS = [
    "2/N in Γ",
    "2Γ⁻¹",
    "a lost transpose",
    "½ dropped",
    "risk",
    "a root doubled",
    "u² doubled where u ≠ 0",
    "the mean of a square at least 1",
    "a sum divided by",
    "shifts",
]


@needs_coqc
@pytest.mark.parametrize("case", range(len(MUTANTS)), ids=MUTANTS)
def test_coqc_refuses_a_changed_step(tmp_path, case):
    id, change, wrong = list(mutants())[case]
    exported = export(verified(id), change)[0]
    assert exported.text != export(verified(id))[0].text
    answer = compiled(tmp_path, exported)
    assert not answer.accepted
    line = int(re.search(r", line (\d+)", answer.printed)[1])
    begun = [row for row in exported.text.splitlines()[:line] if row.startswith("Lemma ")]
    assert begun[-1].split()[1].strip(":") == f"step{wrong}"


@pytest.mark.parametrize("id", COVERED)
def test_a_file_assumes_nothing_and_says_what_it_leaves_out(id):
    for exported in export(verified(id)):
        source = read(f"{exported.name}.v", bare(f"{exported.name}.v", exported.text))
        assert set(source.named("Theorem")) == set(exported.theorems)
        head = exported.text.partition("*)")[0]
        for what, reason in exported.left_out:
            assert what in head and reason.replace('"', "''") in head
        numbers = [int(n) for n in re.findall(r"^Lemma step(\d+) :", exported.text, re.M)]
        assert numbers == sorted(set(numbers))


def test_results_that_call_another_letter_by_one_name_are_in_a_second_file():
    first, second = export(verified("shifts"))
    assert (first.name, second.name) == ("shifts", "shifts_2")
    assert "theorem_chosen_1" in second.theorems and not set(first.theorems) & set(second.theorems)
    assert "it calls w what is another letter in results before it; see shifts_2.v" in first.text.partition("*)")[0]


def test_an_assumption_about_the_mean_of_a_matrix_is_not_exported():
    left_out = dict(export(verified("optimum-full"))[0].left_out)
    assert "an assumption about the mean of a matrix" in left_out["basin (A basin)"]


def test_what_has_no_export_is_refused_by_name():
    with pytest.raises(NotExported, match=r"step \d+ \(by \w+\)"):
        export(verified("flow"))


def test_the_command_line_refuses_what_is_not_covered(tmp_path):
    result = CliRunner().invoke(main, ["prove", "stationary", "--format", "coq", "--out", str(tmp_path / "out")])
    assert result.exit_code == 2 and "stationary is not exported to Rocq" in result.stderr
    assert not (tmp_path / "out").exists()


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1), unique=True))
def test_names_are_identifiers_of_rocq(names):
    for name in names:
        found = identifier(name)
        assert re.fullmatch(r"[A-Za-z_]\w*", found, re.ASCII) and found not in TAKEN
