"""Everything for one lesson, by the names of its files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..proof.chapter import Chapter
from ..report.escape import escape_tex
from ..report.messages import Messages
from ..report.templates import tex_environment
from .slides import Slides
from .views import view

#: the handout is the same slides with all steps at once, four on a page
HANDOUT = "\\PassOptionsToClass{{handout}}{{beamer}}\n\\def\\iclhandout{{}}\n\\input{{{id}-slides}}\n"


def slides_tex(chapter: Chapter, say: Messages, heading: str, version: str, verdicts: Iterable[Any] = ()) -> str:
    """``ID-slides.tex``."""
    maker = Slides(say)
    frames = list(maker.frames(view(chapter, say=say), verdicts))
    return (
        tex_environment()
        .get_template("slides.tex")
        .render(
            w=maker.writer,
            say=maker.say,
            lang=say.lang,
            title=maker.writer.title(chapter.title),
            subtitle=escape_tex(heading),
            source=chapter.source,
            version=version,
            date="",
            notation=maker.writer.notation(),
            frames=frames,
        )
    )
