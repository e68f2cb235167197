"""``write_report``: from chapters and verdicts to files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..proof.chapter import Chapter
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
    lang: str = "en",
) -> list[Path]:
    """Write the report on ``chapters`` (in reading order) into the folder ``out`` and return its files.

    ``tex`` gives ID.tex (a fragment), notation.tex, ID.bib and ID-standalone.tex, ``pdf`` ID.pdf, ``html`` ID.html.  Of
    each verdict the attributes ``id``, ``judge``, ``verdict`` and ``detail`` are printed.  ``lang`` is en or zh.
    All files are written or none.

    Errors: ``UserError`` for an id that is no file name, an unknown format or language, or a folder that cannot be
    written to; ``MissingTool`` where there is nothing to make a PDF with; ``SymiclError`` where TeX stops, or where a
    formula cannot be shown on the web page.
    """
    return write_all(Path(out), compose(chapters, verdicts, id, title, source, formats, version, lang))


def compose(
    chapters: Sequence[Chapter],
    verdicts: Iterable[Any],
    id: str,
    title: str,
    source: str,
    formats: Iterable[str] = FORMATS,
    version: str = "",
    lang: str = "en",
    **more: Any,
) -> dict[str, bytes]:
    """The files of a report by name, nothing written yet; the verdicts are looked at last.  See ``write_report``.

    ``more`` are further fields of ``Document``: the widths of lines, how much detail, pictures.
    """
    wanted = _wanted(formats)
    document = Document(_named(id), title, source, version or _version(), tuple(chapters), verdicts, lang, **more)
    contents: dict[str, str] = {}
    files: dict[str, bytes] = {}
    sources = tex_files(document) if wanted & {"tex", "pdf"} else {}
    if "tex" in wanted:
        contents |= sources
        files |= document.pictures
    if "html" in wanted:
        from .page import web_page

        contents[f"{id}.html"] = web_page(document)
    files |= {name: text.encode() for name, text in contents.items()}
    if "pdf" in wanted:
        files[f"{id}.pdf"] = _pdf(document, sources)
    return files


def _pdf(document: Document, sources: dict[str, str]) -> bytes:
    """By TeX where it is, else by Typst."""
    from . import pdf, typst_pdf

    if pdf.maker(cjk=document.messages.cjk) == "tex":
        main = f"{document.id}-standalone.tex"
        return pdf.compile_pdf({**sources, **document.pictures}, main, cjk=document.messages.cjk)[0]
    return typst_pdf.compile_typst(document)


def tex_files(document: Document) -> dict[str, str]:
    """The LaTeX files of a report by name."""
    writer = Latex(document)
    fragment = writer.fragment()
    return {
        f"{document.id}.tex": fragment,
        "notation.tex": writer.notation(),
        f"{document.id}.bib": writer.bibliography(),
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
