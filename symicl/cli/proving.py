"""``prove``, ``show`` and ``check``: deriving, judging, writing, and saying what was done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..errors import MissingTool
from .shell import complain, progress, table

#: How many prompts the Monte Carlo judge draws while a report is written; ``symicl check`` draws more.
SAMPLES = 20_000


def known(ids: Iterable[str]) -> list[str]:
    """The ids, each once; ``UserError`` names the nearest one where there is none."""
    from ..derivations import entry

    return [entry(id).id for id in dict.fromkeys(ids)]


def folders(ids: Iterable[str], out: str | None) -> dict[str, Path]:
    """Where each report goes: build/ID, or DIR for one and DIR/ID for several."""
    wanted = known(ids)
    if out is None:
        return {id: Path("build") / id for id in wanted}
    return {id: Path(out) if len(wanted) == 1 else Path(out) / id for id in wanted}


def prove_all(places: dict[str, Path], formats: Sequence[str]) -> int:
    """Prove each of them; 1 where a judge disagrees, in which case its report is not written."""
    if "pdf" in formats:
        _need_latexmk()
    return max([_prove(id, out, formats) for id, out in places.items()], default=0)


def _need_latexmk() -> None:
    import shutil

    if shutil.which("latexmk") is None:
        raise MissingTool(
            "--format pdf needs latexmk, which is not on this machine; on Debian: apt-get install latexmk "
            "texlive-latex-recommended texlive-pictures lmodern. Without pdf nothing else is needed."
        )


def _prove(id: str, out: Path, formats: Sequence[str]) -> int:
    from .. import suite
    from ..derivations import entry, reading
    from ..report import write_report

    progress(f"{id}: deriving")
    chapters = reading(id)
    verdicts = suite.check([c.id for c in chapters], samples=SAMPLES, thorough=False, progress=_checking)
    failed = [v for v in verdicts if v.verdict == "fail"]
    progress(f"{id}: writing")
    files = [] if failed else write_report(
        chapters, verdicts, id=id, title=entry(id).title, source=entry(id).source, out=out, formats=set(formats),
        version=__version__,
    )  # fmt: skip
    progress("")
    click.echo(_told(chapters[-1], verdicts, files))
    if failed:
        complain(f"{id}: {len(failed)} of {len(verdicts)} checks failed, so no report was written")
    return int(bool(failed))


def _checking(id: str) -> None:
    progress(f"{id}: checking")


def _told(chapter: Any, verdicts: Sequence[Any], files: Sequence[Path]) -> str:
    lines = [f"Proved: {chapter.title} ({chapter.source})", ""]
    for result in chapter.results:
        given = f" {result.given}" if str(result.given) else ""
        lines += [f"  {result.kind} ({result.title}).{given}", *(f"      {s}" for s in result.statements)]
    lines += ["", "Checked, by the kernel line by line and by judges that know nothing of the derivation:", ""]
    lines += [f"  {line}" for line in verdicts_table(verdicts).splitlines()]
    return "\n".join([*lines, *(["", "Written:", ""] if files else []), *(f"  {file}" for file in files)])


def verdicts_of(ids: Sequence[str] | None, seed: int | None, samples: int | None) -> list[Any]:
    """The verdicts of all judges."""
    from .. import suite

    given = {"seed": seed, "samples": samples}
    verdicts = suite.check(ids, progress=_checking, **{key: v for key, v in given.items() if v is not None})
    progress("")
    return verdicts


def verdicts_table(verdicts: Sequence[Any]) -> str:
    """A table for the terminal."""
    rows = [(v.id, v.judge, v.verdict, _short(v.detail)) for v in verdicts]
    return table([("what", "judge", "verdict", "evidence"), *rows])


def _short(detail: str, most: int = 150) -> str:
    """The evidence on one line; ``symicl check --json`` has it whole."""
    return detail if len(detail) <= most else detail[: most - 1].rsplit(" ", 1)[0] + " …"


def describe(id: str) -> str:
    """The theorem and its steps in the terminal."""
    from ..derivations import derive, entry

    chapter = derive(entry(id).id)
    lines = [f"{chapter.title} ({chapter.source})", "", str(chapter.summary), ""]
    for definition in chapter.definitions:
        lines += [f"{definition.letter} := {definition.letter.body}    ({definition.note})"]
    for result in chapter.results:
        lines += ["", str(result)]
        for calculation in result.calculations:
            intro = [f"  {calculation.intro}"] if str(calculation.intro) else []
            lines += ["", *intro, *(f"    {line}" for line in str(calculation).splitlines())]
        lines += ["", f"  {result.conclusion}"] if str(result.conclusion) else []
        if assumed := sorted(map(str, result.theorem.assumptions)):
            lines += ["", f"  Stands on the assumptions: {', '.join(assumed)}"]
    return "\n".join([*lines, "", str(chapter.meaning)])
