"""The kind ``estimate``: how it is read, shown and drawn.  In its file:

estimator = "forward"          # or several: ["forward", "conditional"]; "best" takes the most precise one
theorem = "rates"              # the id to compare with; left out, the first that covers the setting
target_rel_error = 0.01        # or samples = 20000, at each point
[setting]                      # see symicl.simulate.Setting
[sweep]                        # lists of values, for any keys of the setting
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ..errors import UserError
from ..simulate import ESTIMATORS, Setting, best
from ..simulate import estimator as estimator_of
from ..simulate.memory import refuse_memory
from ..simulate.numbers import integer, number
from . import telling, theorems
from .document import Document, nearest, shown
from .estimation import MOST_CHUNKS, Asked, Estimation, Stop
from .grid import Point, read_grid, setting_at, shared_of
from .kinds import COMMON, SEEDS, Options, seed_of

KEYS = (*COMMON, "estimator", "theorem", "samples", "target_rel_error", "setting", "sweep", "plot")
LEAST, MOST = 64, 10**12
CLOSEST, COARSEST = 1e-6, 0.5
BEST = "best"


class Estimates:
    """How estimates are read, shown and drawn."""

    def read(self, document: Document, options: Options) -> Estimation:
        """The job that a file asks for."""
        document.only(KEYS, inside={"setting": [field.name for field in fields(Setting)]})
        title, seed, stop = document.text_of("title"), seed_of(document, options), _stop(document, options)
        names, theorem = _names(document), _theorem(document)
        asked = [
            _asked(document, point, name, theorem, options.workers) for point in read_grid(document) for name in names
        ]
        if many := _endless(asked, stop):
            raise UserError(f"{document.where(('samples',))}: {many}")
        return Estimation(title, seed, shared_of(document), asked, stop, _plot(document, asked))

    def again(self, result: dict[str, Any]) -> Estimation:
        """The job that made a result."""
        job = result["job"]
        seed, stop, theorem = integer("seed", job["seed"], 0, SEEDS), _stop_again(**job["stop"]), job["theorem"]
        if theorem is not None and theorem not in _theorems():
            raise UserError(f"theorem: {shown(theorem)} says nothing about a sampled mean")
        asked = [_asked_again(job["setting"], point, theorem) for point in job["points"]]
        if not asked:
            raise UserError("damaged: its job has no points")
        if many := _endless(asked, stop):
            raise UserError(many)
        return Estimation(result["title"], seed, job["setting"], asked, stop, job["plot"])

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


def _asked_again(shared: dict[str, Any], point: dict[str, Any], theorem: str | None) -> Asked:
    """A point of a result that was written down, with what is refused in a file refused here too."""
    setting, found = setting_at(shared, point["at"]), estimator_of(point["estimator"])
    if reason := found.refuses(setting):
        raise UserError(f"{found.name} does not cover the setting: {reason}")
    refuse_memory(found, setting)
    return Asked(point["at"], setting, found.name, theorem)


def _stop_again(samples: Any, target: Any) -> Stop:
    """When a result that was written down had enough."""
    if target is not None and not CLOSEST <= number("target", target) <= COARSEST:
        raise UserError(f"target must be a number from {CLOSEST:g} to {COARSEST:g}, not {shown(target)}")
    return Stop(None if samples is None else integer("samples", samples, LEAST, MOST), target)


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
    if name not in (known := _theorems()):
        raise document.error(("theorem",), f"{shown(name)} says nothing about a sampled mean: {nearest(name, known)}")
    return name


def _theorems() -> list[str]:
    """The theorems that can be compared with."""
    return list(dict.fromkeys(row.theorem for row in theorems.ROWS))


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


def _endless(asked: list[Asked], stop: Stop) -> str:
    """What is to be said of a number of samples that nobody would wait for; empty where one would."""
    chunks = sum(each.sizes.chunks(stop.samples) for each in asked) if stop.samples else 0
    if chunks <= MOST_CHUNKS:
        return ""
    points = f" at {len(asked)} points" if len(asked) > 1 else ""
    return f"samples = {stop.samples:,}{points} are {chunks:,} chunks of work; at most {MOST_CHUNKS:,} are done"


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
