"""The PDF without TeX: what formulas say when they are read back, that every row compiles, that no text acts."""

import re
import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symicl.derivations import CATALOGUE, derive, reading

from symicl import MissingTool, dimension, evaluate, inverse, matrix, scalar, tr
from symicl.check import Verdict
from symicl.report import pdf, typst_pdf, write_report
from symicl.report.latex import Document
from symicl.report.printer import unmarked
from symicl.report.typst import parts, typst_source
from symicl.report.typst_printer import TypstPrinter

HOSTILE = r'#eval("1") "] $x$ *b* \ #include "/etc/passwd" <l> @r // c /* {} `r` = h ‮abc'
VERDICTS = (Verdict("optimum", "exact", "pass", HOSTILE, {}),)
needs_typst = pytest.mark.skipif(not typst_pdf.has_typst(), reason="typst is not installed")
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")

A, B, u, N = matrix("A", dimension("d")), matrix("B", dimension("d")), scalar("u"), dimension("N")
AT = {A: [[3]], B: [["5/7"]], u: "2/3", N: 11}


def sums(inner):
    return st.tuples(inner, inner).flatmap(lambda two: st.sampled_from([two[0] + two[1], two[0] - two[1]]))


def products(inner):
    return st.tuples(inner, inner).map(lambda two: two[0] @ two[1])


def scaled(inner):
    factors = st.sampled_from([u, 1 / N, -u / (2 * N), u**2 * 3, 1 + 2 / N, tr(A @ B), tr(A) ** 2 / N])
    return st.tuples(factors, inner).map(lambda two: two[0] * two[1])


MATRICES = st.recursive(
    st.sampled_from([A, B, A.T, inverse(B), A @ A]),
    lambda inner: st.one_of(sums(inner), products(inner), scaled(inner), inner.map(lambda M: M.T)),
    max_leaves=6,
)


def read_back(shown: str) -> float:
    """What a formula of Typst comes to where every matrix is one number, by a reader that knows Typst only."""
    said = re.sub(r'fence\("\w+", #[\d.]+em, \\([()\[\]])\)', r"\1", shown)
    said = re.sub(r'op\("tr"\)|\^\(upright\(T\)\)|inline', "", said).replace("\\", "")
    said = re.sub(r"frac\(([^,()]*(?:\([^()]*\)[^,()]*)*), ([^()]*(?:\([^()]*\)[^()]*)*)\)", r"((\1)/(\2))", said)
    said = re.sub(r"I_\(d\)", "1", said).replace("^", "**")
    said = re.sub(r"(?<=[\w)])\s*(?=[A-Za-z(])", "*", said)
    numbers = {"A": 3.0, "B": 5 / 7, "u": 2 / 3, "N": 11.0, "d": 1.0}
    assert re.fullmatch(r"[ABuNd\d\s()+*/.-]*", said), said
    return eval(said, {"__builtins__": {}}, numbers)


@given(MATRICES)
def test_a_formula_says_what_the_expression_is(expression):
    shown = unmarked(TypstPrinter().show(tr(expression)))
    true = float(evaluate(tr(expression), AT))
    assert read_back(shown) == pytest.approx(true, rel=1e-9, abs=1e-9), shown


def test_a_wrong_formula_reads_otherwise():
    shown = unmarked(TypstPrinter().show(tr(A @ B) / 2 - u * tr(A)))
    true = read_back(shown)
    for before, after in (("-", "+"), ("A B", "A"), (", 2", ", 3")):
        assert before in shown
        assert read_back(shown.replace(before, after, 1)) != pytest.approx(true)


@given(MATRICES)
def test_cutting_loses_nothing(expression):
    shown = TypstPrinter().show(tr(expression))
    assert "".join(parts(shown)) == shown


def document(chapters, **changes):
    return replace(Document("some", "Some", "source", "0.1.0", tuple(chapters), VERDICTS), **changes)


@needs_typst
@pytest.mark.parametrize("id", [row.id for row in CATALOGUE])
def test_every_row_compiles(id):
    made = typst_pdf.compile_typst(document([derive(id)]))
    assert made.startswith(b"%PDF")


@needs_typst
@needs_pdftotext
def test_text_does_nothing_but_stand_there(tmp_path):
    chapter = replace(derive("prediction"), title=HOSTILE, source=HOSTILE)
    hostile = document([chapter], title=HOSTILE)
    made = typst_pdf.compile_typst(hostile)
    assert made == typst_pdf.compile_typst(hostile)  # the same bytes again
    (tmp_path / "a.pdf").write_bytes(made)
    text = subprocess.run(["pdftotext", "-raw", tmp_path / "a.pdf", "-"], capture_output=True, text=True).stdout
    kept = " ".join(HOSTILE.replace("‮", "").split())
    assert " ".join(text.split()).count(kept[:30]) >= 2
    assert "root:" not in text


def test_what_is_not_ours_is_a_string():
    source = typst_source(document([derive("prediction")], title=HOSTILE))
    assert source.count('#eval(\\"1\\")') >= 2 and '#eval("1")' not in source


def test_a_document_ends_with_the_graph_and_how_to_make_it_again():
    made = typst_source(document(reading("loss"), command="symicl prove loss", lang="zh", detail="brief"))
    assert "symicl prove loss --format tex,html,pdf --lang zh --detail brief" in made
    assert made.count("<svg") == 1 and "Canvas" not in made
    assert "<svg" not in typst_source(document([derive("prediction")]))  # nothing uses anything


def test_chinese_fonts_are_asked_for_in_chinese_only():
    chapters = [derive("prediction")]
    assert "CJK" in typst_source(document(chapters, lang="zh")) and "CJK" not in typst_source(document(chapters))


@needs_typst
def test_without_tex_the_pdf_comes_from_typst(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "has_tex", lambda: False)
    chapters = [derive("prediction")]
    written = write_report(chapters, [], id="prediction", title="t", source="s", out=tmp_path, formats={"pdf"})
    assert [path.name for path in written] == ["prediction.pdf"]
    assert b"Typst" in written[0].read_bytes() or written[0].read_bytes().startswith(b"%PDF")


def test_without_both_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "has_tex", lambda: False)
    monkeypatch.setattr(typst_pdf, "has_typst", lambda: False)
    with pytest.raises(MissingTool, match=r"latexmk.*pip install typst"):
        write_report([derive("prediction")], [], id="prediction", title="t", source="s", out=tmp_path, formats={"pdf"})
    assert not list(tmp_path.iterdir())
