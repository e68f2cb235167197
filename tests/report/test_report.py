"""Reports: nothing unescaped, every label and macro accounted for, all files or none, the same bytes again."""

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from symicl.derivations import reading

from symicl import MissingTool, SymiclError, UserError, matrix, positive_definite, suite, tr
from symicl.check import Verdict
from symicl.proof.chapter import Definition, say
from symicl.report import write_report
from symicl.report.assemble import tex_files
from symicl.report.latex import Document
from symicl.report.mathml import mathml
from symicl.report.pdf import compile_pdf, complaints

HOSTILE = r"\input{/etc/passwd} \write18{x} <script>alert(1)</script> $x_1$ 50% & #{} ~^ }{ ‮abc"
VERDICTS = [Verdict("loss", "exact", "pass", "equal", {}), Verdict("loss", "monte carlo", "skipped", HOSTILE, {})]

needs_tex = pytest.mark.skipif(shutil.which("latexmk") is None, reason="latexmk is not on this machine")
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")
needs_chktex = pytest.mark.skipif(shutil.which("chktex") is None, reason="chktex is not on this machine")


@pytest.fixture(scope="module")
def chapters():
    return reading("optimum")


@pytest.fixture(scope="module")
def hostile(chapters):
    """The same chapters with a title, a summary and a note that mean harm."""
    first = chapters[0]
    parts = (
        Definition(first.definitions[0].letter, say(HOSTILE.replace("{", "{{").replace("}", "}}"))),
        *first.parts[1:],
    )
    return (replace(first, title=HOSTILE, source=HOSTILE, parts=parts), *chapters[1:])


def files(chapters, **changes):
    return tex_files(replace(Document("optimum", "The optimum", "source", "0.1.0", chapters, VERDICTS), **changes))


def write(chapters, out, **options):
    given = {
        "id": "optimum",
        "title": "The optimum",
        "source": "source",
        "formats": {"tex", "html"},
        "version": "0.1.0",
    }
    return write_report(chapters, VERDICTS, out=out, **(given | options))


class Page(HTMLParser):
    """What a browser would see: elements, links, ids."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.ids, self.loads = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        self.loads += [v for k, v in attrs if k in ("src", "data", "action") or (k == "href" and tag != "a")]


def test_labels_begin_with_icl_and_are_given_once(chapters):
    fragment = files(chapters)["optimum.tex"]
    labels = re.findall(r"\\label\{([^}]*)\}", fragment)
    assert labels and all(label.startswith("icl:") for label in labels) and len(set(labels)) == len(labels)
    references = set(re.findall(r"\\(?:eq)?ref\{([^}]*)\}", fragment))
    assert references <= set(labels)
    steps = sum(len(c.steps) for chapter in chapters for r in chapter.results for c in r.calculations)
    assert len(labels) >= steps


def test_every_macro_is_provided(chapters):
    made = files(chapters)
    used = set(re.findall(r"\\icl[A-Za-z]+", made["optimum.tex"]))
    provided = set(re.findall(r"\\providecommand\{(\\icl[A-Za-z]+)\}", made["notation.tex"]))
    assert used <= provided
    assert "documentclass" not in made["optimum.tex"] and r"\iclCov" in used


def test_user_text_is_escaped_in_tex(hostile):
    fragment = files(hostile)["optimum.tex"]
    body = "\n".join(line for line in fragment.splitlines() if not line.startswith("%"))
    assert r"\input{" not in body and r"\write18" not in body
    assert "textbackslash" in body


def test_the_page_is_one_file_without_network_or_script(hostile, tmp_path):
    write(hostile, tmp_path)
    text = (tmp_path / "optimum.html").read_text("utf-8")
    page = Page(text)
    assert "script" not in page.tags and "math" in page.tags and page.loads == []
    assert "<script>" not in text and "url(" not in text and "@import" not in text
    assert all(link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links} <= set(page.ids) and len(set(page.ids)) == len(page.ids)


def test_the_same_input_gives_the_same_bytes(chapters, tmp_path):
    one = [p.read_bytes() for p in write(chapters, tmp_path / "a")]
    two = [p.read_bytes() for p in write(chapters, tmp_path / "b")]
    assert one == two


def test_an_unknown_command_names_its_place(chapters, tmp_path, monkeypatch):
    with pytest.raises(SymiclError, match=r"chapter loss, step 3.*\\foo"):
        mathml(r"\foo", "chapter loss, step 3")
    from symicl.report.printer import ReportPrinter

    monkeypatch.setattr(ReportPrinter, "trace", lambda self, node: r"\nosuchcommand")
    with pytest.raises(SymiclError, match=r"chapter .*nosuchcommand"):
        write(chapters, tmp_path / "out", formats={"html"})
    assert not (tmp_path / "out").exists()


def test_all_files_or_none(chapters, tmp_path, monkeypatch):
    import symicl.report.files as module

    (tmp_path / "optimum.tex").write_text("old")

    def broken(path, content):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_write", broken)
    with pytest.raises(KeyboardInterrupt):
        write(chapters, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["optimum.tex"] and (tmp_path / "optimum.tex").read_text() == "old"


def test_a_folder_that_cannot_be_written(chapters, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="file"):
        write(chapters, tmp_path / "file")
    for id in ("../x", "notation", "", "a b"):
        with pytest.raises(UserError):
            write(chapters, tmp_path, id=id)
    with pytest.raises(UserError):
        write(chapters, tmp_path, formats={"docx"})


def test_pdf_needs_latexmk(chapters, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingTool, match="latexmk"):
        write(chapters, tmp_path, formats={"pdf"})


@needs_tex
def test_the_document_compiles_without_complaints(chapters):
    pdf, log = compile_pdf(files(chapters), "optimum-standalone.tex")
    assert pdf.startswith(b"%PDF") and complaints(log) == []
    assert compile_pdf(files(chapters), "optimum-standalone.tex")[0] == pdf


def test_a_table_stands_in_paper_and_page(tmp_path):
    """Four predictors side by side: every row, with its formulas, in both."""
    (*_, chapter) = chapters = reading("gradient-descent")
    write(chapters, tmp_path)
    (table,) = chapter.tables
    tex, page = ((tmp_path / f"optimum.{suffix}").read_text("utf-8") for suffix in ("tex", "html"))
    inside = tex.split(r"\label{icl:gradient-descent:risks}")[1].split(r"\end{table}")[0]
    assert inside.count(r"\tabularnewline") == len(table.rows) == 4
    assert r"\frac{1}{\iclm}" in inside and r"\icllambda" in inside
    assert page.count("<caption>") == 1 and all(row[0].template in page for row in table.rows)


@needs_tex
def test_a_table_compiles_without_complaints():
    chapters = reading("gradient-descent")
    pdf, log = compile_pdf(files(chapters), "optimum-standalone.tex")
    assert pdf.startswith(b"%PDF") and complaints(log) == []


@needs_tex
def test_hostile_text_compiles_and_reads_nothing(hostile):
    pdf, _ = compile_pdf(files(hostile, title=HOSTILE, source=HOSTILE), "optimum-standalone.tex")
    assert pdf.startswith(b"%PDF") and b"root:" not in pdf


HOST = r"""
\documentclass{amsart}
\usepackage{amsmath,amssymb,amsthm,mathtools,booktabs}
\newcommand{\T}{BROKEN}\newcommand{\R}{BROKEN}\newcommand{\E}{BROKEN}\newcommand{\tr}{BROKEN}
\newtheorem{theorem}{Theorem}\newtheorem{lemma}[theorem]{Lemma}\newtheorem{proposition}[theorem]{Proposition}
\newtheorem{corollary}[theorem]{Corollary}\newtheorem{definition}[theorem]{Definition}\newtheorem*{remark}{Remark}
%s
\input{notation}
\begin{document}
\input{optimum}
\end{document}
"""


@needs_tex
@needs_pdftotext
def test_a_host_paper_keeps_its_macros_and_changes_ours(chapters, tmp_path):
    def text_of(before):
        pdf, _ = compile_pdf({**files(chapters), "host.tex": HOST % before}, "host.tex")
        (tmp_path / "host.pdf").write_bytes(pdf)
        done = subprocess.run(
            ["pdftotext", str(tmp_path / "host.pdf"), "-"], capture_output=True, text=True, check=True
        )
        return done.stdout

    plain = text_of("")
    assert "BROKEN" not in plain and "Λ" in plain
    changed = text_of(r"\newcommand{\iclCov}{\Sigma}\newcommand{\iclT}{\top}")
    formulas = changed.split("Axioms used")[0]
    assert "Σ" in formulas and "Λ" not in formulas and "⊤" in formulas


@needs_chktex
def test_chktex_has_nothing_to_say(chapters, tmp_path):
    found = suite.check(["loss", "stationary"], samples=20_000, thorough=False)
    write_report(chapters, found, id="optimum", title="The optimum", source="source", out=tmp_path, formats={"tex"})
    command = ["chktex", "-q", "-n1", "-n3", "-n25", "optimum.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "" and done.returncode == 0


def test_a_letter_without_a_macro_gets_one():
    from symicl.language.letters import dimension
    from symicl.report.names import Names
    from symicl.report.printer import ReportPrinter, unmarked

    d = dimension("d")
    names = Names()
    shown = unmarked(ReportPrinter(names).show(tr(matrix("Q_7", d) @ positive_definite("Lambda", d))))
    assert r"\iclCov" in shown and names.generated()[0][2] == "Q_7"
