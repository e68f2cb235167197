"""The kind ``estimate``: how it is read, shown and drawn.  In its file:

estimator = "forward"          # or several: ["forward", "conditional"]; "best" takes the most precise one
theorem = "rates"              # the id to compare with; left out, the first that covers the setting
target_rel_error = 0.01        # or samples = 20000, at each point
[setting]                      # see symicl.simulate.Setting
[sweep]                        # lists of values, for any keys of the setting
"""

from __future__ import annotations

from typing import Any

from ..errors import UserError
from ..simulate import ESTIMATORS, best
from ..simulate import estimator as estimator_of
from ..simulate.memory import refuse_memory
from . import telling, theorems
from .document import Document, nearest, shown
from .estimation import MOST_CHUNKS, Asked, Estimation, Stop
from .grid import Point, read_grid, setting_at, shared_of
from .kinds import COMMON, Options, seed_of

KEYS = (*COMMON, "estimator", "theorem", "samples", "target_rel_error", "setting", "sweep", "plot")
LEAST, MOST = 64, 10**12
CLOSEST, COARSEST = 1e-6, 0.5
BEST = "best"


class Estimates:
    """How estimates are read, shown and drawn."""

    def read(self, document: Document, options: Options) -> Estimation:
        """The job that a file asks for."""
        document.only(KEYS)
        title, seed, stop = document.text_of("title"), seed_of(document, options), _stop(document, options)
        names, theorem = _names(document), _theorem(document)
        asked = [
            _asked(document, point, name, theorem, options.workers) for point in read_grid(document) for name in names
        ]
        _refuse_endless(document, asked, stop)
        return Estimation(title, seed, shared_of(document), asked, stop, _plot(document, asked))

    def again(self, result: dict[str, Any]) -> Estimation:
        """The job that made a result."""
        job = result["job"]
        asked = [
            Asked(point["at"], setting_at(job["setting"], point["at"]), point["estimator"], job["theorem"])
            for point in job["points"]
        ]
        return Estimation(result["title"], job["seed"], job["setting"], asked, Stop(**job["stop"]), job["plot"])

    def rows(self, result: dict[str, Any]) -> list[tuple[str, ...]]:
        """A row a point."""
        return telling.rows(result)

    def notes(self, result: dict[str, Any]) -> list[str]:
        """Slopes, theorems, the verdict."""
        return telling.notes(result)

    def failed(self, result: dict[str, Any]) -> bool:
        """Whether an estimate differs from its theorem."""
        return bool(result["verdict"]["refuted"])

    def draw(self, result: dict[str, Any], figure: Any) -> None:
        """Error bars over the exact curve."""
        from .plots import draw

        draw(result, figure)


def _names(document: Document) -> list[str]:
    """The estimators that are asked for, each once."""
    value = document.data.get("estimator", BEST)
    names = value if isinstance(value, list) else [value]
    known = [*ESTIMATORS, BEST]
    for place, name in enumerate(names):
        where = ("estimator", place) if isinstance(value, list) else ("estimator",)
        if not isinstance(name, str) or name not in known:
            raise document.error(where, f"{shown(name)} is unknown: {nearest(str(name), known)}")
    if not names:
        raise document.error(("estimator",), f"is empty; there are {', '.join(known)}")
    return list(dict.fromkeys(names))


def _theorem(document: Document) -> str | None:
    """The theorem to compare with, None for any."""
    if "theorem" not in document.data:
        return None
    name = document.text_of("theorem")
    known = list(dict.fromkeys(row.theorem for row in theorems.ROWS))
    if name not in known:
        raise document.error(("theorem",), f"{shown(name)} says nothing about a sampled mean: {nearest(name, known)}")
    return name


def _stop(document: Document, options: Options) -> Stop:
    samples = document.integer("samples", LEAST, MOST)
    target = document.number("target_rel_error", CLOSEST, COARSEST)
    if samples is not None and target is not None:
        raise document.error(("target_rel_error",), "and samples both say when to stop: leave one of them out")
    if options.samples is not None or options.target_rel_error is not None:
        return Stop(options.samples, options.target_rel_error)
    return Stop(samples, target)


def _asked(document: Document, point: Point, name: str, theorem: str | None, workers: int) -> Asked:
    """The point with its estimator; ``UserError`` where that or the theorem does not cover it, or it is too large."""
    found = best(point.setting) if name == BEST else estimator_of(name)
    at = f" at {_spoken(point.at)}" if point.at else ""
    if reason := found.refuses(point.setting):
        raise document.error(("estimator",), f"{name} does not cover the setting{at}: {reason}")
    if theorem is not None and (why := theorems.why_not(point.setting, theorem)):
        raise document.error(("theorem",), f"does not cover the setting{at}: it says nothing about {why}")
    try:
        refuse_memory(found, point.setting, workers=workers)
    except UserError as error:
        raise document.error(("setting",), f"is too large{at}: {error}") from None
    return Asked(point.at, point.setting, found.name, theorem)


def _refuse_endless(document: Document, asked: list[Asked], stop: Stop) -> None:
    """Refuse a number of samples that nobody would wait for."""
    chunks = sum(each.sizes.chunks(stop.samples) for each in asked) if stop.samples else 0
    if chunks > MOST_CHUNKS:
        what = f"at {len(asked)} points are {chunks:,} chunks of work; at most {MOST_CHUNKS:,} are done"
        raise UserError(f"{document.where(('samples',))}: samples = {stop.samples:,} {what}")


def _plot(document: Document, asked: list[Asked]) -> dict[str, Any]:
    """What is drawn against: a swept number, ``x``."""
    document.only(("x",), "plot")
    plot = document.table("plot")
    keys = [key for key in asked[0].at if all(isinstance(each.at[key], (int, float)) for each in asked)]
    if "x" in plot and plot["x"] not in keys:
        known = f"there are {', '.join(keys)}" if keys else "there is none"
        raise document.error(("plot", "x"), f"must be a swept number, not {shown(plot['x'])}: {known}")
    return plot


def _spoken(at: dict[str, Any]) -> str:
    return ", ".join(f"{key} = {shown(value)}" for key, value in at.items())
