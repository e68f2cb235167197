"""Everything for one lesson by the names of its files: slides and handout, a sheet and its solutions, two notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..proof.chapter import Chapter
from ..report.messages import messages
from ..report.pdf import compile_pdf
from ..report.templates import tex_environment
from .notebook import Notebook
from .sheet import Sheet, exercise
from .slides import Slides
from .views import view

FORMATS = ("tex", "pdf", "ipynb")
#: the handout is the same slides with all steps at once, four on a page
HANDOUT = "\\PassOptionsToClass{{handout}}{{beamer}}\n\\def\\iclhandout{{}}\n\\input{{{id}-slides}}\n"
#: what students may have; everything else holds answers
FOR_STUDENTS = ("sheet.tex", "sheet.pdf", "student.ipynb")


def lesson(
    chapter: Chapter,
    *,
    formats: Iterable[str] = ("tex", "ipynb"),
    lang: str = "en",
    blanks: int = 5,
    seed: int = 0,
    heading: str = "",
    version: str = "",
    verdicts: Iterable[Any] = (),
) -> dict[str, bytes]:
    """The files of a lesson, nothing written yet.

    ``tex`` gives ID-slides, ID-handout, ID-sheet and ID-solutions, ``pdf`` the same as documents, ``ipynb`` ID-student
    and ID-teacher.  ``blanks`` lines are left out, ``seed`` decides between equals and shuffles; ``heading`` stands
    below the title, such as the name of a course.

    Errors: ``UserError`` for a language that there is none of; ``MissingTool`` where latexmk or jupytext is needed and
    absent; ``SymiclError`` where TeX stops.
    """
    say, wanted = messages(lang), set(formats)
    asked = exercise(chapter, blanks, seed)
    files: dict[str, str] = {}
    if wanted & {"tex", "pdf"}:
        sheet = Sheet(asked, say, heading, version)
        files[f"{chapter.id}-slides.tex"] = slides_tex(chapter, lang, heading, version, verdicts)
        files[f"{chapter.id}-handout.tex"] = HANDOUT.format(id=chapter.id)
        files[f"{chapter.id}-sheet.tex"] = sheet.students()
        files[f"{chapter.id}-solutions.tex"] = sheet.solutions()
    made = {name: content.encode() for name, content in files.items() if "tex" in wanted}
    if "pdf" in wanted:
        made |= {
            name.replace(".tex", ".pdf"): compile_pdf(_needed(files, name), name, cjk=say.cjk)[0] for name in files
        }
    if "ipynb" in wanted:
        notebook = Notebook(asked, say, heading)
        made[f"{chapter.id}-student.ipynb"] = notebook.file(solved=False).encode()
        made[f"{chapter.id}-teacher.ipynb"] = notebook.file(solved=True).encode()
    return made


def _needed(files: Mapping[str, str], name: str) -> dict[str, str]:
    """The sources that a document is made of."""
    slides = name.replace("-handout", "-slides")
    return {slides: files[slides], name: files[name]}


def slides_tex(chapter: Chapter, lang: str, heading: str, version: str, verdicts: Iterable[Any] = ()) -> str:
    """``ID-slides.tex``."""
    say = messages(lang)
    maker = Slides(say)
    frames = list(maker.frames(view(chapter, say=say), verdicts))
    return (
        tex_environment(say.cjk)
        .get_template("slides.tex")
        .render(
            w=maker.writer,
            say=maker.say,
            lang=lang,
            title=maker.writer.title(chapter.title),
            subtitle=maker.writer.words(heading),
            source=chapter.source,
            version=version,
            notation=maker.writer.notation(),
            frames=frames,
        )
    )


__all__ = ["FORMATS", "FOR_STUDENTS", "lesson"]
