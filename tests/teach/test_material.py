"""What is written for a class: no answers for students, no trouble for TeX, notebooks that run."""

import base64
import importlib.util
import json
import re
import shutil
from dataclasses import replace
from functools import cache

import pytest
from symicl.derivations import CATALOGUE

from symicl import MissingTool, UserError, derive, latex, text
from symicl.language.statements import Statement
from symicl.report.messages import messages
from symicl.report.pdf import compile_pdf, complaints
from symicl.report.printer import unmarked
from symicl.report.templates import source
from symicl.teach.material import FOR_STUDENTS, lesson
from symicl.teach.notebook import Notebook, escape_markdown
from symicl.teach.sheet import Sheet, exercise
from symicl.teach.slides import HEIGHT, slides
from symicl.teach.typeset import Writer

IDS = [row.id for row in CATALOGUE]
SAY = messages()
NASTY = "\\input{/etc/passwd} \\write18{x} 50% & #1 $x$ }{ <script>alert(1)</script> \u202etxt `code` # %% [a](b)"
with_tex = pytest.mark.skipif(shutil.which("latexmk") is None, reason="latexmk is not on this machine")
with_jupyter = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("jupytext", "nbclient", "ipykernel")),
    reason="the extra [teach] is not installed",
)


@cache
def asked(id):
    return exercise(derive(id))


def squeezed(shown):
    return re.sub(r"\s+", "", shown)


def spellings(line):
    """All ways in which an answer could be read in a file."""
    sides = line.sides if isinstance(line, Statement) else (line,)
    for side in sides:
        plain = text(side)
        if len(plain.split()) < 2:
            continue  # a letter or a number is no answer
        writer = Writer(SAY, 40.0)
        shown = unmarked(writer.displays.show(side))
        forms = {plain, latex(side), shown, writer.names.expand(shown), plain.replace(" ", "*"), str(side)}
        pairs = (("Lambda", "Λ"), ("Gamma", "Γ"), ("sigma", "σ"), (".T", "ᵀ"), ("^-1", "⁻¹"))
        letters = plain
        for word, sign in pairs:
            letters = letters.replace(word, sign)
        for form in {*forms, letters}:
            bare = squeezed(form)
            yield from (bare, squeezed(json.dumps(bare)[1:-1]), base64.b64encode(bare.encode()).decode()[:-4])


def student_files(id):
    """What students are given, as text: also what JSON says when it is read."""
    sheet, notebook = Sheet(asked(id), SAY), Notebook(asked(id), SAY)
    script = notebook.percent(solved=False)
    return {"sheet.tex": sheet.students(), "student.py": script, "student.json": json.dumps(script)}


@pytest.mark.parametrize("id", IDS)
def test_no_answer_stands_in_what_students_are_given(id):
    for name, content in student_files(id).items():
        bare = squeezed(content)
        for place in asked(id).blanks:
            for answer in spellings(place.line):
                assert answer not in bare, f"{id} {name}: the answer to {place.key} is there as {answer}"


@pytest.mark.parametrize("id", IDS)
def test_the_teacher_has_every_answer(id):
    """The same search does find them where they are meant to be."""
    solved = squeezed(Notebook(asked(id), SAY).percent(solved=True))
    solutions = squeezed(Sheet(asked(id), SAY).solutions())
    assert asked(id).blanks
    for place in asked(id).blanks:
        assert squeezed(text(place.line)) in solved
        assert place.key in solutions


@pytest.mark.parametrize("id", IDS)
def test_no_slide_is_too_high(id):
    for frame in slides(derive(id), SAY):
        assert len(frame.rows) == 1 or sum(shown.row.height for shown in frame.rows) <= HEIGHT + 0.01
        assert [step for step, _ in frame.whys] == sorted({step for step, _ in frame.whys})


def test_every_step_is_on_a_slide_with_its_reason():
    steps = [s for r in derive("optimum").results for c in r.calculations for s in c.steps]
    frames = [frame for frame in slides(derive("optimum"), SAY) if frame.whys]
    assert sum(len(frame.whys) for frame in frames) == len(steps)
    assert "commute" in "".join(why for frame in frames for _, why in frame.whys)


def test_the_seed_chooses_and_shuffles():
    first, again, other = (exercise(derive("nonlinear"), 4, seed) for seed in (1, 1, 2))
    assert first.blanks == again.blanks and first.puzzle == again.puzzle
    assert (first.blanks, first.puzzle) != (other.blanks, other.puzzle)
    assert len(exercise(derive("nonlinear"), 2).blanks) == 2


@with_tex
@pytest.mark.parametrize("id", ["optimum", "loss", "flow"])
def test_everything_compiles_and_nothing_sticks_out(id):
    files = lesson(derive(id), formats=["tex"], heading=NASTY)
    sources = {name: content.decode() for name, content in files.items()}
    for name in sources if id == "optimum" else (f"{id}-slides.tex", f"{id}-sheet.tex"):
        pdf, log = compile_pdf(sources, name)
        assert pdf.startswith(b"%PDF") and complaints(log) == [], name


@with_tex
@pytest.mark.skipif(shutil.which("xelatex") is None, reason="xelatex is not on this machine")
def test_chinese_pages_are_printed():
    files = lesson(derive("moments"), formats=["tex"], lang="zh", heading="课程")
    sources = {name: content.decode() for name, content in files.items()}
    pdf, log = compile_pdf(sources, "moments-sheet.tex", cjk=True)
    assert pdf.startswith(b"%PDF") and complaints(log) == [] and "Missing character" not in log


@with_tex
def test_a_chapter_of_ones_own_is_escaped_too():
    """Titles, sources and notes that somebody else wrote."""
    chapter = derive("moments")
    parts = tuple(replace(part, title=NASTY) if hasattr(part, "title") else part for part in chapter.parts)
    own = replace(chapter, title=NASTY, source=NASTY, parts=parts)
    sources = {name: content.decode() for name, content in lesson(own, formats=["tex"]).items()}
    for name in ("moments-slides.tex", "moments-sheet.tex"):
        lines = [line for line in sources[name].splitlines() if not line.startswith("%")]
        assert r"\input{/etc" not in "\n".join(lines)
        assert compile_pdf(sources, name)[0].startswith(b"%PDF")
    script = Notebook(exercise(own), SAY, NASTY).percent(solved=False)
    assert "<script>" not in script and "\n# %% [a]" not in script


@with_tex
def test_pages_have_the_same_bytes_again():
    files = {name: content.decode() for name, content in lesson(derive("moments"), formats=["tex"]).items()}
    first, again = (compile_pdf(files, "moments-handout.tex")[0] for _ in range(2))
    assert first == again


@with_jupyter
@pytest.mark.parametrize("id, lang, said", [("optimum", "en", "Not answered yet."), ("moments", "zh", "尚未作答。")])
def test_both_notebooks_run(id, lang, said):
    import nbclient
    import nbformat

    files = lesson(derive(id), formats=["ipynb"], lang=lang)
    assert files == lesson(derive(id), formats=["ipynb"], lang=lang)
    for name, answered in ((f"{id}-student.ipynb", False), (f"{id}-teacher.ipynb", True)):
        notebook = nbformat.reads(files[name].decode(), as_version=4)
        nbformat.validate(notebook)
        nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
        shown = [o.data["text/plain"] for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
        assert len(shown) == len(asked(id).blanks) + 1
        assert all((said not in out) if answered else (said in out) for out in shown)


@with_jupyter
def test_a_notebook_holds_what_a_person_wrote_as_plain_text():
    made = json.loads(Notebook(asked("moments"), SAY, NASTY).file(solved=False))
    code = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
    assert len(code) == len(asked("moments").blanks) + 2
    first = "".join(made["cells"][0]["source"])
    assert "<script>" not in first and "\u202e" not in first and "\\$x\\$" in first


def test_markdown_formulas_are_ones_that_a_page_can_show():
    """Each formula of a notebook is TeX without macros of ours, which a converter reads."""
    from symicl.report.mathml import mathml

    for id in ("moments", "optimum"):
        script = Notebook(asked(id), SAY).percent(solved=True)
        assert r"\icl" not in script
        body = re.sub(r"^# ?", "", script, flags=re.MULTILINE)
        for formula in re.findall(r"(?<![\\$])\$([^$\n]+)\$", body)[:40]:
            assert "<math" in mathml(formula, id)


@pytest.mark.parametrize("char", "\\`*_{}[]()#+!|$~<>&")
def test_markdown_is_escaped(char):
    assert escape_markdown(f"a{char}b") in (f"a\\{char}b", {"<": "a&lt;b", ">": "a&gt;b", "&": "a&amp;b"}.get(char))


def test_tex_is_escaped():
    files = lesson(derive("moments"), formats=["tex"], heading=NASTY)
    for name, content in files.items():
        if "handout" not in name:
            found = content.decode()
            assert r"\textbackslash{}input\{/etc/passwd\}" in found and r"\input{/etc" not in found
            assert r"\textbackslash{}write18" in found and "\u202e" not in found


def test_chinese_says_nothing_in_english_of_its_own():
    files = lesson(derive("moments"), formats=["tex"], lang="zh")
    assert "请填写" in files["moments-sheet.tex"].decode() and "为什么" in files["moments-slides.tex"].decode()
    for name, content in files.items():
        for english in ("Fill in", "Why?", "Put these", "One right order", "Exercises", "For all sizes"):
            assert english not in content.decode(), name


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MissingTool, match="latexmk"):
        lesson(derive("moments"), formats=["pdf"])
    monkeypatch.setitem(__import__("sys").modules, "jupytext", None)
    with pytest.raises(MissingTool, match="jupytext"):
        lesson(derive("moments"), formats=["ipynb"])
    with pytest.raises(UserError, match="'fr'"):
        lesson(derive("moments"), lang="fr")


def test_templates_take_no_names_of_students_for_code():
    for name in ("slides.tex", "sheet.tex"):
        assert r"\write" not in source(name) and "shell" not in source(name)
    assert all("solutions" not in name and "slides" not in name for name in FOR_STUDENTS)
