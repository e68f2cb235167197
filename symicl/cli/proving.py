"""``prove``, ``show`` and ``check``: what stands between the command line and derivations, judges and report."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..derivations import derive, entry, reading
from ..errors import MissingTool, UserError
from ..language.printing import text
from .shell import complain, progress, table

#: What `prove` draws; `symicl check` draws more, and asks the exact judges for more instances.
SAMPLES = 20_000
#: How much of a judge's evidence a line of the terminal shows.
WIDE = 110


@dataclass(frozen=True)
class Proof:
    """One proved row of the catalogue: its chapters, the verdicts on them, and where it will stand."""

    id: str
    out: Path
    chapters: tuple[Any, ...]
    verdicts: tuple[Any, ...]

    @property
    def failed(self) -> list[Any]:
        """The verdicts that disagree."""
        return [v for v in self.verdicts if v.verdict == "fail"]


def known(ids: Iterable[str]) -> list[str]:
    """The ids without repetitions; ``UserError`` for one that the catalogue does not have."""
    return list(dict.fromkeys(entry(id).id for id in ids))


def folders(ids: Iterable[str], out: str | None) -> dict[str, Path]:
    """The folder for each id: ``build/ID``, or ``out`` itself, or ``out/ID`` where there are several."""
    wanted = known(ids)
    if out is None:
        return {id: Path("build") / id for id in wanted}
    if not out:
        raise UserError("--out: the name of the folder is empty; name one, such as build/optimum")
    if len(wanted) == 1:
        return {wanted[0]: Path(out)}
    return {id: Path(out) / id for id in wanted}


def prove_all(places: dict[str, Path], formats: tuple[str, ...]) -> int:
    """Derive and check everything, and only then write; 1 where a judge disagrees, and nothing is written."""
    for out in places.values():
        _writable(out)
    if "pdf" in formats and shutil.which("latexmk") is None:
        raise MissingTool(
            "--format pdf needs latexmk, which is not on this machine: "
            "install it (Debian: apt-get install latexmk texlive-latex-extra) or choose --format tex,html"
        )
    proofs = _proved(places)
    failed = [v for proof in proofs for v in proof.failed]
    if failed:
        click.echo(verdicts_table(failed))
        named = ", ".join(dict.fromkeys(f"{v.id} ({v.judge})" for v in failed))
        complain(f"nothing was written, because a check failed: {named}")
        return 1
    for proof in proofs:
        _write(proof, formats)
    return 0


def _proved(places: dict[str, Path]) -> list[Proof]:
    chapters = {id: reading(id) for id in _told("deriving", places)}
    standing = list(dict.fromkeys(chapter.id for id in places for chapter in chapters[id]))
    verdicts = verdicts_of(standing, None, SAMPLES, thorough=False, jobs=2, meanwhile=_load_the_report)
    return [
        Proof(id, out, chapters[id], tuple(v for v in verdicts if v.id in {c.id for c in chapters[id]}))
        for id, out in places.items()
    ]


def _load_the_report() -> None:
    """What writing needs, imported while the judges are at work."""
    from ..report import templates

    for part in ("assemble", "page"):
        import_module(f"symicl.report.{part}")
    for environment, name in (
        (templates.tex_environment(), "chapters.tex"),
        (templates.html_environment(), "page.html"),
    ):
        environment.get_template(name)


def _told(doing: str, ids: Iterable[str]) -> Iterable[str]:
    for id in ids:
        progress(f"{doing} {id}")
        yield id
    progress("")


def _writable(out: Path) -> None:
    """``UserError`` where the folder, or the nearest one above it that exists, cannot be written."""
    place = out
    try:
        while not place.exists() and not place.is_symlink():
            place = place.parent
        is_folder = place.is_dir()
    except (OSError, ValueError) as error:
        raise UserError(f"--out {out}: no folder can be made there: {_why(error)}") from None
    if not is_folder:
        raise UserError(f"--out {out}: {place} is not a folder; name a folder, or one that can be made")
    if not os.access(place, os.W_OK | os.X_OK):
        raise UserError(f"--out {out}: {place} cannot be written; choose another folder")


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _write(proof: Proof, formats: tuple[str, ...]) -> None:
    from ..report import write_report

    row = entry(proof.id)
    for _ in _told("writing", [proof.id]):
        try:
            files = write_report(
                proof.chapters,
                proof.verdicts,
                id=row.id,
                title=row.title,
                source=row.source,
                out=proof.out,
                formats=formats,
                version=__version__,
            )
        except OSError as error:
            raise UserError(f"--out {proof.out}: cannot be written: {_why(error)}") from error
    click.echo(_told_proof(proof, files))


def _told_proof(proof: Proof, files: Iterable[Path]) -> str:
    """What was proved, how it was checked, and where the files are."""
    row = entry(proof.id)
    results = [str(result) for result in proof.chapters[-1].results]
    shown = [f"  {file}" for file in files]
    parts = [f"{row.title} ({row.source})", "", "Proved", *map(_indented, results)]
    parts += ["", "Checked", _indented(verdicts_table(proof.verdicts)), "", "Written", *shown]
    return "\n".join(parts)


def _indented(block: str) -> str:
    return "\n".join(f"  {line}" for line in block.splitlines())


def describe(id: str) -> str:
    """A chapter for the terminal: definitions, and each result with its lines and their reasons."""
    row = entry(id)
    chapter = derive(row.id)
    blocks = [f"{chapter.title} ({chapter.source})", str(chapter.summary)]
    blocks += [f"{text(d.letter)} := {text(d.letter.body)}    [{d.note}]" for d in chapter.definitions]
    for result in chapter.results:
        blocks.append(str(result))
        for calculation in result.calculations:
            blocks.append(_indented("\n".join(filter(None, [str(calculation.intro), str(calculation)]))))
        if str(result.conclusion):
            blocks.append(_indented(str(result.conclusion)))
    if str(chapter.meaning):
        blocks.append(str(chapter.meaning))
    return "\n\n".join(blocks)


def verdicts_of(
    ids: list[str] | None, seed: int | None, samples: int | None, *, thorough: bool = True, **more: Any
) -> list[Any]:
    """The verdicts of all judges; seed and sample size are the suite's own where none is given."""
    from ..suite import check

    given = {name: value for name, value in (("seed", seed), ("samples", samples)) if value is not None}
    try:
        return check(ids, progress=lambda id: progress(f"checking {id}"), thorough=thorough, **more, **given)  # type: ignore[arg-type]
    finally:
        progress("")
        sys.stderr.flush()


def verdicts_table(verdicts: Iterable[Any]) -> str:
    """The verdicts in columns."""
    return table(
        [("id", "judge", "verdict", "detail"), *((v.id, v.judge, v.verdict, _brief(v.detail)) for v in verdicts)]
    )


def _brief(detail: str) -> str:
    """What fits on a line; ``symicl check --json`` and the report have it whole."""
    return detail if len(detail) <= WIDE else detail[:WIDE].rsplit(" ", 1)[0] + " …"
