"""All rows of the catalogue inside papers of every class: nothing sticks out, nothing points nowhere."""

import re
from functools import cache

import pytest
from report_hosts import CLASSES, chktex, host, needs_chktex, needs_pdftotext, needs_tex, stranded, text_of
from symicl.derivations import CATALOGUE, reading

from symicl.check import Verdict
from symicl.report.assemble import tex_files
from symicl.report.latex import Document
from symicl.report.pdf import compile_pdf, complaints
from symicl.report.sources import works
from symicl.report.widths import WIDTHS


def verdicts(chapters):
    """Verdicts as the judges give them: short and long evidence, and figures."""
    case = {"d": 2, "N": 5, "formula": 3.4574, "mean": -9.596, "half_width": 0.0566, "z": -1.5645, "seed": 7}
    detail = "the loss at p = q = 0: z-scores at (d, N) (2, 5): -1.05, (3, 10): +0.19; allowed |z| ≤ 3.65; " * 2
    for chapter in chapters:
        yield Verdict(chapter.id, "exact", "pass", "confirmed in rationals on 2 random instances", {})
        yield Verdict(chapter.id, "interval", "skipped", "an identity of polynomials: the exact judge decides it", {})
        yield Verdict(chapter.id, "monte carlo", "pass", detail, {"cases": (case,) * 3, "alpha": 0.001})


@cache
def made(id, **more):
    chapters = reading(id)
    return tex_files(Document(id, "A title", "a source", "0.1.0", chapters, tuple(verdicts(chapters)), **more))


@pytest.fixture(scope="module")
def book():
    return made("book")


@needs_tex
@needs_pdftotext
@pytest.mark.parametrize("kind", CLASSES)
def test_every_row_fits_into_a_paper_of_every_class(book, kind, tmp_path):
    pdf, log = compile_pdf(book | host(kind, "book"), "host.tex")
    assert complaints(log) == []
    text = text_of(pdf, tmp_path)
    assert "BROKEN" not in text and "??" not in text and "Billingsley" in text
    results = sum(len(chapter.results) for chapter in reading("book"))
    assert text.count("QED") == results and stranded(pdf, tmp_path, 2 if kind == "two columns" else 1) == []


@needs_tex
def test_a_column_that_is_too_narrow_is_noticed(book):
    """The check above can fail: what is laid out for a page does not fit a column."""
    wide = made("loss", widths=(39.4,))
    assert complaints(compile_pdf(wide | host("two columns", "loss"), "host.tex")[1])
    assert complaints(compile_pdf(wide | host("like JMLR", "loss"), "host.tex")[1]) == []


@needs_tex
@needs_pdftotext
def test_a_host_keeps_its_macros_and_ours_do_not_hear_of_them(tmp_path):
    files = made("optimum")
    with_own, without = (
        text_of(compile_pdf(files | host("two columns", "optimum", own=own), "host.tex")[0], tmp_path)
        for own in (host.__defaults__[1], "")
    )
    assert with_own == without and "Γ" in with_own


@needs_tex
@needs_pdftotext
def test_one_macro_changes_its_symbol_everywhere(tmp_path):
    files = made("optimum")
    before = r"\newcommand{\iclOpt}{\Psi}\newcommand{\iclcite}[2][]{(cited)}"
    text = text_of(compile_pdf(files | host("amsart", "optimum", before), "host.tex")[0], tmp_path)
    assert "Ψ" in text and "Γ" not in text and "(cited)" in text


@needs_chktex
@pytest.mark.parametrize("row", [row.id for row in CATALOGUE])
def test_chktex_has_nothing_to_say_of_any_row(row, tmp_path):
    for name, content in made(row).items():
        (tmp_path / name).write_text(content, "utf-8")
    for name in (f"{row}.tex", "notation.tex", f"{row}-standalone.tex"):
        assert chktex(tmp_path, name) == ""


def test_no_two_rows_mean_different_things_by_one_macro():
    """So that several fragments can be read into one paper."""
    meant = {}
    for row in CATALOGUE:
        for macro, shown in re.findall(
            r"^\\providecommand\{(\\icl\w+)\}\{(.*)\}(?:%.*)?$", made(row.id)[f"{row.id}.tex"], re.M
        ):
            assert meant.setdefault(macro, shown) == shown, (row.id, macro)
    assert meant


def test_the_fit_comes_from_breaking_lines(book):
    written = "\n".join(book.values())
    assert not re.search(r"\\sloppy|\\hfuzz|\\resizebox|\\scalebox|\\small\b|\\scriptsize|\\tiny|\\tolerance", written)
    assert r"\left" not in re.sub(r"\\left(skip|mark)", "", book["book.tex"])


def test_one_width_alone_can_be_asked_for():
    assert r"\iclwide{" not in made("optimum", widths=(34.0,))["optimum.tex"]
    several = made("optimum")["optimum.tex"]
    assert set(re.findall(r"\\iclwide\{([\d.]+)\}", several)) == {f"{width:g}" for width in WIDTHS[:-1]}


def test_every_citation_has_its_entry():
    for id in ("optimum", "gradient-descent"):
        files = made(id)
        cited = set(re.findall(r"\\iclcite(?:\[[^\]]*\])?\{([^}]*)\}", files[f"{id}.tex"]))
        entries = re.findall(r"^@\w+\{([^,]+),", files[f"{id}.bib"], re.MULTILINE)
        assert cited and cited == set(entries) and len(entries) == len(cited)
        assert all(key.startswith("icl:") for key in cited) and files[f"{id}.bib"].isascii()
        assert set(re.findall(r"\\bibitem\{([^}]*)\}", files[f"{id}-standalone.tex"])) == cited


def test_every_work_is_named_by_somebody():
    """A work that no source names, or a name that is spelled differently, would never be cited."""
    from symicl.report.sources import used_works

    assert used_works(reading("book")) == list(works())
