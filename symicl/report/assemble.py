"""``write_report``: from chapters and verdicts to files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..proof.chapter import Chapter
from ..workers import side_by_side
from .files import write_all
from .latex import Document, Latex

FORMATS = ("tex", "pdf", "html")


def write_report(
    chapters: Sequence[Chapter],
    verdicts: Sequence[Any],
    *,
    id: str,
    title: str,
    source: str,
    out: Path | str,
    formats: Iterable[str] = FORMATS,
    version: str = "",
) -> list[Path]:
    """Write the report on ``chapters`` (in reading order) into the folder ``out`` and return its files.

    ``tex`` gives ID.tex (a fragment), notation.tex and ID-standalone.tex, ``pdf`` ID.pdf, ``html`` ID.html.  Of each
    verdict the attributes ``id``, ``judge``, ``verdict`` and ``detail`` are printed.  All files are written or none.

    Errors: ``UserError`` for an id that is no file name, an unknown format, or a folder that cannot be written to;
    ``MissingTool`` where latexmk is needed and absent; ``SymiclError`` where TeX stops, or where a formula cannot be
    shown on the web page.
    """
    wanted = _wanted(formats)
    document = Document(_named(id), title, source, version or _version(), tuple(chapters), tuple(verdicts))
    contents: dict[str, bytes] = {}
    kinds = [kind for kind, needed_by in (("tex", {"tex", "pdf"}), ("html", {"html"})) if wanted & needed_by]
    made = dict(zip(kinds, side_by_side(lambda kind: _made(document, kind), kinds, jobs=2), strict=True))
    if "tex" in made:
        sources = made["tex"]
        if "tex" in wanted:
            contents |= {name: text.encode() for name, text in sources.items()}
        if "pdf" in wanted:
            from .pdf import compile_pdf

            contents[f"{id}.pdf"] = compile_pdf(sources, f"{id}-standalone.tex")[0]
    if "html" in made:
        contents |= {name: text.encode() for name, text in made["html"].items()}
    return write_all(Path(out), contents)


def _made(document: Document, kind: str) -> dict[str, str]:
    if kind == "tex":
        return tex_files(document)
    from .page import web_page

    return {f"{document.id}.html": web_page(document)}


def tex_files(document: Document) -> dict[str, str]:
    """The LaTeX files of a report by name."""
    writer = Latex(document)
    fragment = writer.fragment()
    return {
        f"{document.id}.tex": fragment,
        "notation.tex": writer.notation(),
        f"{document.id}-standalone.tex": writer.standalone(),
    }


def _wanted(formats: Iterable[str]) -> set[str]:
    wanted = {formats} if isinstance(formats, str) else set(formats)
    for unknown in sorted(wanted - set(FORMATS)):
        raise UserError(f"unknown format {unknown!r}; there are {', '.join(FORMATS)}")
    if not wanted:
        raise UserError(f"no format is asked for; there are {', '.join(FORMATS)}")
    return wanted


def _named(id: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", id) or id == "notation":
        raise UserError(f"id {id!r}: a report's id is made of letters, digits and hyphens, and is not “notation”")
    return id


def _version() -> str:
    from .. import __version__

    return __version__
