"""``symicl teach``: what is written for a class, where, and what is missing on this machine."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..derivations import CATALOGUE, derive
from ..errors import MissingTool, UserError
from .proving import SAMPLES, known, verdicts_table, writable
from .shell import complain, progress

FORMATS = ("tex", "pdf", "ipynb")
NO_TEX = (
    "latexmk is not on this machine, so the PDFs are left out: the sources are there "
    "(Debian: apt-get install latexmk texlive-latex-extra)"
)
NO_CHINESE = (
    "xelatex is not on this machine, so the PDFs are left out: the sources are there "
    "(Debian: apt-get install texlive-xetex texlive-lang-chinese)"
)
NO_NOTEBOOKS = "jupytext is not installed, so the notebooks are left out (pip install 'symicl[teach]')"


def teach_all(
    ids: Iterable[str], out: str | None, formats: str | None, lang: str, blanks: int, seed: int, heading: str
) -> int:
    """Write the material of each row; 1 where a judge disagrees, and nothing is written."""
    places = folders(list(ids), out)
    wanted, missing = wanted_formats(formats, lang)
    for place in places.values():
        writable(place)
    from ..teach.material import lesson

    made: dict[str, dict[str, bytes]] = {}
    for id in places:
        progress(f"checking {id}")
        chapter = derive(id)
        verdicts = judged(chapter)
        if failed := [v for v in verdicts if v.verdict == "fail"]:
            progress("")
            click.echo(verdicts_table(failed))
            complain("nothing was written, because a check failed")
            return 1
        progress(f"writing {id}")
        made[id] = lesson(
            chapter,
            formats=wanted,
            lang=lang,
            blanks=blanks,
            seed=seed,
            heading=heading,
            version=__version__,
            verdicts=verdicts,
        )
        progress("")
    for id, contents in made.items():
        click.echo(told(id, written(places[id], contents)))
    for line in missing:
        complain(line)
    return 0


def folders(ids: list[str], out: str | None) -> dict[str, Path]:
    """The folder for each row: build/ID-class, or ``out`` itself, or ``out/ID`` where there are several."""
    wanted = known(ids) if ids else [row.id for row in CATALOGUE]
    if out is None:
        return {id: Path("build") / f"{id}-class" for id in wanted}
    if not out:
        raise UserError("--out: the name of the folder is empty; name one, such as build/class")
    if len(wanted) == 1:
        return {wanted[0]: Path(out)}
    return {id: Path(out) / id for id in wanted}


def wanted_formats(text: str | None, lang: str) -> tuple[list[str], list[str]]:
    """What to write, and what is left out since this machine lacks a tool; what was asked for must be possible."""
    no_pdf = "" if shutil.which("latexmk") else NO_TEX
    if lang == "zh" and not no_pdf and not shutil.which("xelatex"):
        no_pdf = NO_CHINESE
    able = {
        "tex": "",
        "pdf": no_pdf,
        "ipynb": "" if importlib.util.find_spec("jupytext") else NO_NOTEBOOKS,
    }
    if text is None:
        return [f for f in FORMATS if not able[f]], [line for line in able.values() if line]
    wanted = list(dict.fromkeys(part.strip() for part in text.split(",")))
    for part in wanted:
        if part not in FORMATS:
            raise UserError(f"--format {text}: {part!r} is no format; choose from {', '.join(FORMATS)}")
        if able[part]:
            raise MissingTool(f"--format {text}: {able[part].replace(' are left out', ' cannot be made')}")
    return wanted, []


def judged(chapter: Any) -> list[Any]:
    """What the judges say, from a small sample."""
    from ..suite import judge

    return judge(chapter, samples=SAMPLES, thorough=False)


def written(out: Path, contents: dict[str, bytes]) -> list[Path]:
    """The files, all or none."""
    from ..report.files import write_all

    return write_all(out, contents)


def told(id: str, files: list[Path]) -> str:
    """Which files are for students, and which hold answers."""
    from ..teach.material import FOR_STUDENTS

    students = [f for f in files if f.name.removeprefix(f"{id}-") in FOR_STUDENTS]
    rest = [f for f in files if f not in students]
    groups = (("For students, without answers", students), ("For the teacher, with answers", rest))
    return "\n".join([id, *(f"  {head}\n" + "\n".join(f"    {f}" for f in group) for head, group in groups if group)])
