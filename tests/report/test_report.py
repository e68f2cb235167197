"""Reports: nothing unescaped, every label and macro accounted for, all files or none, the same bytes again."""

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from report_hosts import needs_pdftotext
from symicl.derivations import reading

from symicl import SymiclError, UserError, matrix, positive_definite, tr
from symicl.check import Verdict
from symicl.proof.chapter import Definition, say
from symicl.report import write_report
from symicl.report.assemble import tex_files
from symicl.report.escape import escape_tex
from symicl.report.latex import Document
from symicl.report.mathml import mathml
from symicl.report.pdf import compile_pdf, complaints

HOSTILE = r"\input{/etc/passwd} \write18{x} <script>alert(1)</script> $x_1$ 50% & #{} ~^ }{ ‮abc"
VERDICTS = [Verdict("loss", "exact", "pass", "equal", {}), Verdict("loss", "monte carlo", "skipped", HOSTILE, {})]

needs_tex = pytest.mark.skipif(shutil.which("latexmk") is None, reason="latexmk is not on this machine")


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
    fragment = files(chapters, widths=(34.0,))["optimum.tex"]
    labels = re.findall(r"\\label\{([^}]*)\}", fragment)
    assert labels and all(label.startswith("icl:") for label in labels) and len(set(labels)) == len(labels)
    references = set(re.findall(r"\\(?:eq)?ref\{([^}]*)\}", fragment))
    assert references <= set(labels)
    steps = sum(len(c.steps) for chapter in chapters for r in chapter.results for c in r.calculations)
    assert len(labels) >= steps


def test_every_macro_is_provided(chapters):
    made = files(chapters)
    used = set(re.findall(r"\\icl[A-Za-z]+", made["optimum.tex"]))
    provided = set(re.findall(r"\\(?:providecommand|newlength)\{(\\icl[A-Za-z]+)\}", made["notation.tex"]))
    assert used <= provided
    assert "documentclass" not in made["optimum.tex"] and r"\iclCov" in used


def test_user_text_is_escaped_in_tex(hostile):
    fragment = files(hostile)["optimum.tex"]
    body = "\n".join(line for line in fragment.splitlines() if not line.startswith("%"))
    assert r"\input{" not in body and r"\write18" not in body
    assert "textbackslash" in body


def test_the_page_is_one_file_without_network(hostile, tmp_path):
    write(hostile, tmp_path)
    text = (tmp_path / "optimum.html").read_text("utf-8")
    page = Page(text)
    assert page.tags.count("script") == 2 and "math" in page.tags and page.loads == []
    assert "url(" not in text.replace("url(#", "")
    assert not any(word in text for word in ("@import", "fetch(", "import(", "XMLHttpRequest"))
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
    inside = tex.split(r"\label{icl:gradient-descent:risks}")[1].split(r"\end{table*}")[0]
    assert inside.count(r"\tabularnewline") - 1 == len(table.rows) == 4
    assert r"\frac{1}{\iclm}" in inside and r"\icllambda" in inside
    assert page.count("<caption id=") == 1 and all(row[0].template in page for row in table.rows)


@needs_tex
def test_a_table_compiles_without_complaints():
    chapters = reading("gradient-descent")
    pdf, log = compile_pdf(files(chapters), "optimum-standalone.tex")
    assert pdf.startswith(b"%PDF") and complaints(log) == []


@needs_tex
def test_hostile_text_compiles_and_reads_nothing(hostile):
    pdf, _ = compile_pdf(files(hostile, title=HOSTILE, source=HOSTILE), "optimum-standalone.tex")
    assert pdf.startswith(b"%PDF") and b"root:" not in pdf


HARM = {
    "a file": r"\input{/etc/passwd}",
    "a file read": r"\newread\f\openin\f=/etc/passwd \read\f to\x \x",
    "a command": r"\immediate\write18{touch PLACE/pwned}",
    "a file written": r"\newwrite\f\immediate\openout\f=PLACE/pwned.tex \immediate\write\f{x}\immediate\closeout\f",
}


@needs_tex
@needs_pdftotext
@pytest.mark.parametrize("harm", HARM)
def test_tex_itself_reaches_nothing_outside_its_folder(harm, tmp_path):
    """Even where something were not escaped: TeX runs no commands, and reads and writes in its own folder alone."""
    body = HARM[harm].replace("PLACE", str(tmp_path))
    source = rf"\documentclass{{article}}\begin{{document}}x {body} y\end{{document}}"
    try:
        pdf = compile_pdf({"it.tex": source}, "it.tex")[0]
        (tmp_path / "it.pdf").write_bytes(pdf)
        text = subprocess.run(
            ["pdftotext", tmp_path / "it.pdf", "-"], capture_output=True, text=True, check=False
        ).stdout
        assert "root:" not in text
    except SymiclError as error:
        assert "TeX stops" in str(error)
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith("pwned")]


def test_a_template_reaches_nothing_of_python():
    from jinja2.exceptions import SecurityError, UndefinedError

    from symicl.report.templates import tex_environment

    for attack in ("x.__class__.__mro__", "x.__init__.__globals__", "''.__class__.__base__.__subclasses__()"):
        with pytest.raises((SecurityError, UndefinedError)):
            tex_environment().from_string(f"((( {attack} )))").render(x=object())


def test_nothing_is_written_through_a_link(chapters, tmp_path):
    """A link that stands where a file is to be is replaced; what it points to stays as it is."""
    outside, out = tmp_path / "outside.tex", tmp_path / "out"
    outside.write_text("mine")
    out.mkdir()
    (out / "optimum.tex").symlink_to(outside)
    write(chapters, out)
    assert outside.read_text() == "mine" and not (out / "optimum.tex").is_symlink()
    assert {path.name for path in tmp_path.iterdir()} == {"outside.tex", "out"}


@pytest.mark.parametrize("name", ["../x.tex", "/tmp/x.tex", "a/../../x.tex", "a/b.tex", "..", ""])
def test_a_file_has_a_name_and_no_path(name, tmp_path):
    from symicl.report.files import write_all

    with pytest.raises(UserError, match="name"):
        write_all(tmp_path / "out", {name: b"x"})
    assert not any(path.name == "x.tex" for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    "text", ["}{", "%", "$", r"\end{document}", "]", "^^5c", "\u202eabc", "{" * 9, "\0", "#1", "~&_"]
)
def test_no_character_keeps_its_meaning(text):
    made = escape_tex(text)
    bare = re.sub(r"\\(?:[{}%$#&_]|[a-zA-Z]+)", "", made)
    assert not set(bare) & set("%$#&_^~\\") and bare.count("{") == bare.count("}") and made.isascii()


def test_a_letter_without_a_macro_gets_one():
    from symicl.language.letters import dimension
    from symicl.report.names import Names
    from symicl.report.printer import ReportPrinter, unmarked

    d = dimension("d")
    names = Names()
    shown = unmarked(ReportPrinter(names).show(tr(matrix("Q_7", d) @ positive_definite("Lambda", d))))
    assert r"\iclCov" in shown and names.generated()[0][2] == "Q_7"


def test_the_picture_of_the_rates_is_drawn_from_the_formulas_and_the_same_again():
    pytest.importorskip("matplotlib")
    from symicl.report.rates_picture import _numbers, rates_picture

    chapters = reading("rates")
    drawn = rates_picture(chapters)
    assert drawn is not None and drawn.startswith(b"%PDF") and drawn == rates_picture(chapters)
    assert rates_picture(chapters[:1]) is None
    # by hand, where Λ is the identity times 1, 2, 3 and Γ its eigenvalues' own: (1 + 1/N)λ + 6/N
    M, N = 7, 4
    gamma = {k: (1 + 1 / N) * k + 6 / N for k in (1, 2, 3)}
    of_M = sum((6 * k + k * k) * k / gamma[k] ** 2 for k in gamma) / M
    formulas = next(c for c in chapters if c.id == "trained-prediction").formulas
    assert abs(_numbers(formulas["share_of_M"])(M, N) - of_M) < 1e-12


def test_a_brief_report_leaves_out_routine_steps_and_no_relation():
    from symicl.report.outline import ROUTINE, Outline, shown_steps

    full = brief = 0
    for chapter in reading("rates"):
        for result in chapter.results:
            for calculation in result.calculations:
                shown = shown_steps(calculation.steps, "brief")
                assert (
                    shown[-1] is calculation.steps[-1] and shown_steps(calculation.steps, "full") == calculation.steps
                )
                # in what is left out before a line there is nothing but equalities and that line's own relation
                pending = []
                for step in calculation.steps:
                    if step in shown:
                        assert {left.relation for left in pending} <= {"=", step.relation}
                        pending = []
                    else:
                        assert step.rule in ROUTINE
                        pending.append(step)
                full, brief = full + len(calculation.steps), brief + len(shown)
    assert brief < full
    numbered = Outline(reading("rates"), detail="brief")
    assert numbered._lines < Outline(reading("rates"))._lines
