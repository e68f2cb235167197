"""``symicl simulate`` and ``symicl reproduce``: experiments read, run, watched and shown."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any

import click

from ..errors import SymiclError, UserError
from ..names import meant
from ..runs.checkpoints import SUFFIX
from ..runs.document import Document
from ..runs.engines import Engine
from ..runs.engines import engine as engine_of
from ..runs.jobs import Job
from ..runs.kinds import Kind, Options, kind, kind_of
from ..runs.results import differences, framed, other_versions, read_result, told_versions
from ..runs.runner import State, check_output, compute, run
from ..workers import processors
from .shell import INTERRUPTED, progress, table

FOLDER = Path("build") / "simulate"
#: Seconds between the lines of progress where stderr is no terminal.
NOW_AND_THEN = 30.0
#: How many differences are listed.
LISTED = 10


class Interrupted(SymiclError):
    """Ctrl-C, with what is to be done now."""

    exit_code = INTERRUPTED


@dataclass(frozen=True)
class Wanted:
    """The options of ``symicl simulate``."""

    out: str | None = None
    resume: bool = False
    overwrite: bool = False
    samples: int | None = None
    target_rel_error: float | None = None
    seed: int | None = None
    engine: str = "loky"
    workers: int | None = None
    scheduler: str | None = None
    plot: str | None = None

    def options(self) -> Options:
        """What goes before the file's own words."""
        target = self.target_rel_error
        if self.samples is not None and target is not None:
            raise UserError("--samples and --target-rel-error both say when to stop: leave one of them out")
        if target is not None and not 1e-6 <= target <= 0.5:
            raise UserError(f"--target-rel-error {target:g}: a number from 1e-06 to 0.5 is needed")
        return Options(self.seed, self.samples, target, side_by_side(self.engine, self.workers))

    def command(self, name: str) -> str:
        """The command line that was given, but for --resume and --overwrite."""
        words = ["symicl", "simulate", name]
        for option in fields(self):
            value = getattr(self, option.name)
            if value != option.default and not isinstance(value, bool):
                words += [f"--{option.name.replace('_', '-')}", str(value)]
        return shlex.join(words)


@dataclass(frozen=True)
class Done:
    """A result, where it was written, and how its kind shows it."""

    result: dict[str, Any]
    kind: Kind
    out: Path
    plot: Path | None

    @property
    def failed(self) -> bool:
        """Whether an estimate differs from its theorem."""
        return self.kind.failed(self.result)

    def text(self) -> str:
        """For a terminal."""
        written = f"written: {self.out}" + (f", {self.plot}" if self.plot else "")
        head = [self.result["title"], ""] if self.result["title"] else []
        notes = [*self.kind.notes(self.result), *self._made_before(), written]
        return "\n".join([*head, table(self.kind.rows(self.result)), "", *notes])

    def _made_before(self) -> list[str]:
        """That a result which was there already is of other versions."""
        others = told_versions(other_versions(self.result))
        return (
            [f"made before this run, by other versions: {'; '.join(others)}; --overwrite runs it anew"]
            if others
            else []
        )


def side_by_side(name: str, workers: int | None) -> int:
    """How many workers share this machine's memory."""
    return (workers or processors()) if name == "loky" else 1


def examples() -> list[tuple[str, str]]:
    """The packaged examples: name and title."""
    folder = resources.files("symicl.reports").joinpath("experiments")
    names = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    documents = [Document(name, folder.joinpath(f"{name}.toml").read_text("utf-8")) for name in names]
    return [(document.name, document.text_of("title")) for document in documents]


def document_of(name: str) -> Document:
    """The document in a file, or the packaged example of that name."""
    packaged = resources.files("symicl.reports").joinpath("experiments", f"{name}.toml")
    if Path(name).exists() or Path(name).name != name or not packaged.is_file():
        if not Path(name).exists():
            raise UserError(f"{name}: there is no such file, and no such example{_hint(name)}")
        return Document.read(Path(name))
    return Document(f"{name}.toml", packaged.read_text("utf-8"))


def _hint(name: str) -> str:
    folder = resources.files("symicl.reports").joinpath("experiments")
    known = [file.name.removesuffix(".toml") for file in folder.iterdir()]
    near = meant(name, known)
    return f": did you mean {near}?" if near else " (`symicl simulate --list` shows them)"


def simulate(name: str, wanted: Wanted) -> Done:
    """Run an experiment, write its result and its picture."""
    options, picture = wanted.options(), _picture(wanted.plot)
    chosen = engine_of(wanted.engine, wanted.workers, wanted.scheduler)
    document = document_of(name)
    made = kind_of(document)
    out = Path(wanted.out) if wanted.out else FOLDER / f"{Path(name).stem}.json"
    check_output(out, resume=wanted.resume, overwrite=wanted.overwrite)
    watching = Watching(Path(name).stem)
    job = watching.during("checking the settings", lambda: made.read(document, options))
    result = _watched(job, chosen, out, wanted, watching, name)
    if picture is not None:
        watching.during("drawing", lambda: draw(made, result, picture))
    return Done(result, made, out, picture)


def _watched(job: Job, chosen: Engine, out: Path, wanted: Wanted, watching: Watching, name: str) -> dict[str, Any]:
    try:
        return run(job, chosen, out, resume=wanted.resume, overwrite=wanted.overwrite, watch=watching)
    except KeyboardInterrupt:
        if not Path(f"{out}{SUFFIX}").exists():
            raise Interrupted("interrupted before anything was done") from None
        kept = f"what is done is kept in {out}{SUFFIX}"
        raise Interrupted(f"interrupted; {kept}; go on with: {wanted.command(name)} --resume") from None
    finally:
        watching.end()


def _picture(plot: str | None) -> Path | None:
    if plot is None:
        return None
    from ..runs.plots import checked

    return checked(Path(plot))


def draw(made: Kind, result: dict[str, Any], path: Path) -> None:
    """Write the picture of a result."""
    from matplotlib.figure import Figure

    from ..runs.plots import save

    figure = Figure(figsize=(6.0, 4.0), layout="constrained")
    made.draw(result, figure)
    save(figure, path)


@dataclass
class Watching:
    """Progress on stderr: a line that changes on a terminal, else a line now and then."""

    name: str
    last: float = field(default_factory=time.monotonic)

    def __call__(self, state: State) -> None:
        share = f"{state.done} of {state.known} chunks"
        self.say(share if state.seconds is None else f"{share}, {clock(state.seconds)} left")

    def say(self, message: str) -> None:
        """One message, where it is time for one."""
        now = time.monotonic()
        if sys.stderr.isatty():
            progress(f"{self.name}: {message}")
        elif now - self.last >= NOW_AND_THEN:
            self.last = now
            click.echo(f"{self.name}: {message}", err=True)

    def during(self, message: str, work: Callable[[], Any]) -> Any:
        """What the work gives, with a message while it lasts."""
        self.say(message)
        try:
            return work()
        finally:
            self.end()

    def end(self) -> None:
        """Leave the terminal clean."""
        progress("")


def clock(seconds: float) -> str:
    """A time as one reads it.

    >>> clock(5), clock(75), clock(7500)
    ('0:05', '1:15', '2:05:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@dataclass(frozen=True)
class Again:
    """A result beside the same made again."""

    file: Path
    differences: list[str]
    versions: dict[str, list[str]]

    def text(self) -> str:
        """For a terminal."""
        versions = told_versions(self.versions)
        if not self.differences:
            beside = f" ({'; '.join(versions)})" if versions else ""
            return f"{self.file}: made again, and every bit is the same{beside}"
        more = len(self.differences) - LISTED
        rest = [f"and {more} more"] if more > 0 else []
        count = len(self.differences)
        head = f"{self.file}: {count} value{'s' * (count > 1)} differ{'s' * (count == 1)}"
        return "\n".join([head, *self.differences[:LISTED], *rest, *(versions or ["all versions are the same"])])


def reproduce(path: Path, *, engine: str, workers: int | None, scheduler: str | None) -> Again:
    """Run a result again and compare."""
    old = read_result(path)
    watching = Watching(path.stem)
    try:
        made = kind(old["job"]["kind"])
        job = watching.during("checking the settings", lambda: made.again(old))
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise UserError(f"{path}: damaged: it does not say what was run ({error})") from None
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    try:
        new = framed(job, compute(job, engine_of(engine, workers, scheduler), watch=watching))
    finally:
        watching.end()
    return Again(path, list(differences(old, new)), other_versions(old))
