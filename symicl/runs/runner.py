"""Running a job: waves of chunks through an engine, each answer kept at once, the result written at the end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UserError
from .checkpoints import SUFFIX, Checkpoints, write_whole
from .engines import Engine
from .jobs import Answer, Job, Key
from .results import framed, read_result
from .versions import DECISIVE, versions


@dataclass(frozen=True)
class State:
    """How far a run is: chunks done, chunks known to be needed, and the seconds that are left (None: not known yet)."""

    done: int
    known: int
    seconds: float | None


Watch = Callable[[State], None]


class Clock:
    """The time that is left, by the cost that was done since the start."""

    def __init__(self) -> None:
        self.start, self.cost = time.monotonic(), 0.0

    def left(self, cost: float) -> float | None:
        """Seconds for that much more cost; None before anything was done."""
        return (time.monotonic() - self.start) * cost / self.cost if self.cost else None


def compute(
    job: Job, engine: Engine, kept: Checkpoints | None = None, watch: Watch = lambda state: None
) -> dict[Key, Answer]:
    """All answers of a job; those that are kept are taken from there, the others are kept as they come."""
    answers: dict[Key, Answer] = {}
    clock = Clock()
    with engine:
        while wave := list(job.wave(answers)):
            todo = []
            for chunk in wave:
                found = kept.answer(chunk) if kept else None
                if found is None:
                    todo.append(chunk)
                else:
                    answers[chunk.key] = found
            remaining = sum(chunk.cost for chunk in todo)
            beyond, known = job.left(answers), len(answers) + len(todo)
            watch(State(len(answers), known, clock.left(remaining + beyond)))
            for chunk, answer in engine.answers(todo):
                if kept:
                    kept.keep(chunk, answer)
                answers[chunk.key] = answer
                clock.cost += chunk.cost
                remaining -= chunk.cost
                watch(State(len(answers), known, clock.left(remaining + beyond)))
    return answers


def run(
    job: Job,
    engine: Engine,
    out: Path,
    *,
    resume: bool = False,
    overwrite: bool = False,
    watch: Watch = lambda state: None,
) -> dict[str, Any]:
    """Run a job and write its result, JSON, to ``out``; a run that was ended goes on with ``resume``.

    Nothing is at ``out`` before the result is whole.  ``UserError`` where ``out`` is there already, unless
    ``overwrite``; where an earlier run was ended, unless ``resume`` or ``overwrite``; or where nothing can be written.
    """
    check_output(out, resume=resume, overwrite=overwrite)
    if resume and out.exists():
        return finished(job, out)
    kept = Checkpoints(out, {**job.identity(), "versions": {name: versions()[name] for name in DECISIVE}})
    done = False
    try:
        kept.open(resume=resume)
        result = framed(job, compute(job, engine, kept, watch))
        write_result(out, result)
        done = True
    finally:
        kept.close(done=done)
    return result


def check_output(out: Path, *, resume: bool, overwrite: bool) -> None:
    """Refuse an output that would be lost, or that cannot be written."""
    if resume and overwrite:
        raise UserError("--resume goes on and --overwrite starts anew: leave one of them out")
    if out.is_dir():
        raise UserError(f"{out}: is a folder; name a file such as {out / 'result.json'}")
    if out.exists() and not (resume or overwrite):
        raise UserError(f"{out}: is there already; choose another --out, or --overwrite to write it anew")
    if out.with_name(out.name + SUFFIX).exists() and not (resume or overwrite):
        raise UserError(
            f"{out}: an earlier run was ended before it was done: --resume goes on, --overwrite starts anew"
        )


def finished(job: Job, out: Path) -> dict[str, Any]:
    """The result of a run that there was nothing to go on with; ``UserError`` where it is that of another job."""
    result = read_result(out)
    if result["job"] != json.loads(json.dumps(job.written())):
        raise UserError(f"{out}: is the result of another experiment; choose another --out, or --overwrite")
    return result


def write_result(out: Path, result: dict[str, Any]) -> None:
    """Write a result as a whole."""
    text = json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        write_whole(out, text)
    except OSError as error:
        raise UserError(f"{out}: cannot be written: {error.strerror or error}") from None
