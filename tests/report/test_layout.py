"""How reports are laid out: long lines are broken where they may be, what is assumed is said, numbers agree."""

import re
import shutil

import pytest
from symicl.derivations import reading

from symicl import Task, dimension, matrix, scalar, tr
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import NOTHING, Chapter, Result
from symicl.report.assemble import tex_files
from symicl.report.latex import Document
from symicl.report.layout import lines
from symicl.report.page import web_page
from symicl.report.pdf import compile_pdf, complaints
from symicl.report.printer import TERM

needs_tex = pytest.mark.skipif(shutil.which("latexmk") is None, reason="latexmk is not on this machine")


def document(chapters):
    return Document("it", "A title", "a source", "0.1.0", tuple(chapters), ())


def long_chapter():
    """A product of sums that fits on no line, and a reason that fits beside none."""
    d = dimension("d")
    A = [matrix(f"A_{i}", d) for i in range(8)]
    four, rest = A[0] + A[1] + A[2] + A[3], A[1] @ (A[2] + A[3] + A[4] @ A[5]) @ (A[6] + A[7])
    why = rules.because(
        rules.algebra, "turn it round, " + "for a reason that is longer than the line, " * 3 + "{A}", A=A[0]
    )
    calculation = proof(tr(A[0] @ rest @ four @ four @ four)).eq(tr(four @ A[0] @ rest @ four @ four), by=why).qed()
    result = Result("r", "Observation", "Long", calculation.theorem, (calculation,))
    return Chapter("long", "A long one", "nowhere", NOTHING, NOTHING, (result,), {})


def test_of_as_few_lines_the_break_outside_brackets_is_taken():
    formula = f"a {TERM}+ (b {TERM}+ c) {TERM}+ d"
    assert [line.tex for line in lines(formula, 5.5)] == ["a + (b + c)", "+ d"]
    assert len(lines(formula, 99.0)) == 1


def test_nothing_is_broken_inside_braces():
    formula = rf"\frac{{a {TERM}+ b}}{{2}} {TERM}+ c"
    assert [line.tex for line in lines(formula, 1.0)] == [r"\frac{a + b}{2}", "+ c"]


def test_no_bracket_spans_a_line_break():
    fragment = tex_files(document(reading("optimum")))["it.tex"]
    assert r"\left" not in fragment and r"\right" not in fragment
    assert not re.search(r"\\hfuzz|\\sloppy|\\resizebox|\\small\b", fragment)


def test_assumptions_are_said_in_the_statement_in_every_format():
    """Not only in the proof: a statement without its assumptions would be another, false one."""
    chapters = reading("rates")
    fragment, page = tex_files(document(chapters))["it.tex"], web_page(document(chapters))
    assumed = [r for c in chapters for r in c.results if any(t.assumptions for t in (r.theorem, *r.also))]
    assert len(assumed) > 4
    heads = re.findall(
        r"\\begin\{(?:theorem|proposition|corollary|lemma)\}.*?\\begin\{(?:align|equation)", fragment, re.DOTALL
    )
    assert sum(bool(re.search(r"\b[Ii]f\b.*, then", head, re.DOTALL)) for head in heads) == len(assumed)
    assert len(re.findall(r"<i>[^\n]*\b[Ii]f\b[^\n]*, then</i>", page)) == len(assumed)
    for result in assumed:
        for assumption in result.theorem.assumptions:
            assert str(assumption) in str(result)


@needs_tex
@pytest.mark.parametrize("name", ["sigma", "tau_12", "Γ2", "s'", "rho"])
def test_letters_of_a_users_own_fit_and_compile(name):
    files = tex_files(document(reading("loss", Task(noise=scalar(name, positive=True)))))
    used = set(re.findall(r"\\icl[A-Za-z]+", files["it.tex"]))
    assert used <= set(re.findall(r"\\(?:providecommand|newlength)\{(\\icl[A-Za-z]+)\}", files["notation.tex"]))
    assert complaints(compile_pdf(files, "it-standalone.tex")[1]) == []


@needs_tex
def test_long_lines_and_long_reasons_fit():
    assert complaints(compile_pdf(tex_files(document([long_chapter()])), "it-standalone.tex")[1]) == []


@needs_tex
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")
def test_the_paper_and_the_page_count_alike(tmp_path):
    import subprocess

    chapters = reading("loss")
    pdf, _ = compile_pdf(tex_files(document(chapters)), "it-standalone.tex")
    (tmp_path / "it.pdf").write_bytes(pdf)
    text = subprocess.run(["pdftotext", tmp_path / "it.pdf", "-"], capture_output=True, text=True, check=True).stdout
    page = web_page(document(chapters))
    named = re.findall(r"<b>((?:Lemma|Proposition|Corollary|Theorem|Definition) \d+)", page)
    assert named and all(re.search(rf"{name}\b", text) for name in named)
    numbers = re.findall(r'class="tag"[^>]*>\((\d+)\)', page)
    assert sorted(map(int, numbers)) == list(range(1, len(numbers) + 1))
    assert f"({len(numbers)})" in text and f"({len(numbers) + 1})" not in text
