"""``prove``, ``show`` and ``check``: what stands between the command line and derivations, judges and report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..derivations import BOOK, derive, entry, reading
from ..errors import UserError
from ..language.printing import text
from ..report.pdf import maker
from ..workers import Crew, processors
from .proving_rocq import older_library, rocq_files, without_older_library
from .shell import complain, progress, table

#: What `prove` draws; `symicl check` draws more, and asks the exact judges for more instances.
SAMPLES = 20_000
#: How much of a judge's evidence a line of the terminal shows.
WIDE = 110


class Verdicts:
    """The verdicts on the chapters of a report, in reading order, waited for when they are looked at."""

    def __init__(self, ids: Iterable[str], answers: Callable[[], dict[str, list[Any]]]) -> None:
        self._ids, self._answers = tuple(ids), answers

    def __iter__(self) -> Iterator[Any]:
        found = self._answers()
        for id in self._ids:
            yield from found[id]


@dataclass(frozen=True)
class Proof:
    """One row of the catalogue on its way: its chapters, the verdicts on them, and where it will stand."""

    id: str
    out: Path
    chapters: tuple[Any, ...]
    verdicts: Verdicts

    @property
    def failed(self) -> list[Any]:
        """The verdicts that disagree."""
        return [v for v in self.verdicts if v.verdict == "fail"]


def known(ids: Iterable[str]) -> list[str]:
    """The ids without repetitions; ``UserError`` for one that the catalogue does not have."""
    return list(dict.fromkeys(entry(id).id for id in ids))


def folders(ids: Iterable[str], out: str | None) -> dict[str, Path]:
    """The folder for each id: ``build/ID``, or ``out`` itself, or ``out/ID`` where there are several."""
    wanted = [BOOK.id] if BOOK.id in ids else known(ids)
    if out is None:
        return {id: Path("build") / id for id in wanted}
    if not out:
        raise UserError("--out: the name of the folder is empty; name one, such as build/optimum")
    if len(wanted) == 1:
        return {wanted[0]: Path(out)}
    return {id: Path(out) / id for id in wanted}


def prove_all(places: dict[str, Path], formats: tuple[str, ...], options: Mapping[str, Any] | None = None) -> int:
    """Derive and check everything, and only then write; 1 where a judge disagrees, and nothing is written.

    ``options`` are further fields of the report's ``Document``.
    """
    for out in places.values():
        writable(out)
        if "coq" in formats:
            older_library(out)  # refused before any work is done
    if "pdf" in formats:
        maker(cjk=(options or {}).get("lang") == "zh")  # before any work is done
    with Crew(processors() - 1) as crew:
        proofs = _derived(places, crew)
        _load_the_report()
        composed = [_composed(proof, formats, options or {}) for proof in proofs]
        failed = [v for proof in proofs for v in proof.failed]
    if failed:
        click.echo(verdicts_table(failed))
        named = ", ".join(dict.fromkeys(f"{v.id} ({v.judge})" for v in failed))
        complain(f"nothing was written, because a check failed: {named}")
        return 1
    for proof, contents in zip(proofs, composed, strict=True):
        if "coq" in formats:
            without_older_library(proof.out)
        click.echo(_told_proof(proof, _written(proof.out, contents)))
    return 0


def _derived(places: dict[str, Path], crew: Crew) -> list[Proof]:
    """Everything derived, and the judges at work on it beside us."""
    chapters = {id: reading(id) for id in _told("deriving", places)}
    answers = _judged({chapter.id: chapter for found in chapters.values() for chapter in found}, crew)
    return [
        Proof(id, out, chapters[id], Verdicts([chapter.id for chapter in chapters[id]], answers))
        for id, out in places.items()
    ]


def _judged(chapters: dict[str, Any], crew: Crew) -> Callable[[], dict[str, list[Any]]]:
    """All judges on all chapters; each process takes every n-th, so that what they import is imported once each."""
    from ..suite import judge

    def judged(ids: list[str]) -> dict[str, list[Any]]:
        return {id: judge(chapters[id], samples=SAMPLES, thorough=False) for id in ids}

    share = max(crew.jobs, 1)
    parts = [list(chapters)[start::share] for start in range(min(share, len(chapters)))]
    begun = [crew.begin(judged, part) for part in parts]
    return cache(lambda: {id: found for answer in begun for id, found in answer().items()})


def _load_the_report() -> None:
    """What writing needs, imported while the judges are at work."""
    from ..report import templates

    for part in ("assemble", "page"):
        import_module(f"symicl.report.{part}")
    for environment, name in (
        (templates.tex_environment(), "chapters.tex"),
        *((templates.html_environment(), f"page{part}.html") for part in ("", "_parts", "_explorer")),
    ):
        environment.get_template(name)


def _told(doing: str, ids: Iterable[str]) -> Iterable[str]:
    for id in ids:
        progress(f"{doing} {id}")
        yield id
    progress("")


def writable(out: Path) -> None:
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


def _row(id: str) -> Any:
    """The row of the catalogue, or the book."""
    return BOOK if id == BOOK.id else entry(id)


def _composed(proof: Proof, formats: tuple[str, ...], options: Mapping[str, Any]) -> dict[str, bytes]:
    from ..report.assemble import compose
    from ..report.rates_picture import rates_picture

    row = _row(proof.id)
    progress(f"writing {proof.id}")
    shown = tuple(part for part in formats if part != "coq")
    try:
        record = _record(proof)
        files = rocq_files(proof.id, record, proof.out) if "coq" in formats else {}
        command = f"symicl prove {'--all' if row.id == BOOK.id else row.id}"
        drawn = rates_picture(proof.chapters) if row.id == BOOK.id and {"tex", "pdf"} & set(shown) else None
        options = {**options, "pictures": {} if drawn is None else {f"{row.id}-rates.pdf": drawn}}
        if shown:
            files |= compose(
                proof.chapters,
                proof.verdicts,
                row.id,
                row.title,
                row.source,
                shown,
                __version__,
                command=command,
                **options,
            )
        return files | {f"{row.id}.proof.json": record.encode()}
    finally:
        progress("")


def _record(proof: Proof) -> str:
    """Every result of every chapter, with all the steps that made them."""
    from ..records.writing import Named, record

    row = _row(proof.id)
    results = [
        Named(chapter.id, result.key, result.title, (result.theorem, *result.also), result.lines)
        for chapter in proof.chapters
        for result in chapter.results
    ]
    return record(results, id=row.id, title=row.title, source=row.source, version=__version__)


def _written(out: Path, contents: dict[str, bytes]) -> list[Path]:
    from ..report.files import write_all

    try:
        return write_all(out, contents, folders=("library",))
    except OSError as error:
        raise UserError(f"--out {out}: cannot be written: {_why(error)}") from error


def _told_proof(proof: Proof, files: Iterable[Path]) -> str:
    """What was proved, how it was checked, and where the files are."""
    row = _row(proof.id)
    results = [str(result) for result in proof.chapters[-1].results]
    if proof.id == BOOK.id:
        results = [f"{c.id}: {', '.join(result.title for result in c.results)}" for c in proof.chapters]
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
    for side_by_side in chapter.tables:
        rows = [side_by_side.head, *(tuple(map(str, row)) for row in side_by_side.rows)]
        blocks.append(f"{side_by_side.caption}\n{table(rows)}")
    if str(chapter.meaning):
        blocks.append(str(chapter.meaning))
    return "\n\n".join(blocks)


def verdicts_of(
    ids: list[str] | None, seed: int | None, samples: int | None, *, quick: bool = False, **more: Any
) -> list[Any]:
    """The verdicts of all judges; seed and sample size are the suite's own where none is given, or ``quick`` ones."""
    from ..suite import check

    thorough, samples = not quick, SAMPLES if quick and samples is None else samples

    more.setdefault("jobs", processors() if processors() > 1 else 0)
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
