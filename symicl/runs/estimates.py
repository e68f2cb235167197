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
from . import theorems
from .document import Document, nearest, shown
from .estimation import Asked, Estimation, Stop
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
            Asked(point.at, point.setting, _estimator(document, point, name, options.workers), theorem)
            for point in read_grid(document)
            for name in names
        ]
        return Estimation(title, seed, shared_of(document), asked, stop)

    def again(self, result: dict[str, Any]) -> Estimation:
        """The job that made a result."""
        job = result["job"]
        asked = [
            Asked(point["at"], setting_at(job["setting"], point["at"]), point["estimator"], job["theorem"])
            for point in job["points"]
        ]
        return Estimation(result["title"], job["seed"], job["setting"], asked, Stop(**job["stop"]))

    def text(self, result: dict[str, Any]) -> str:
        """The table, the slopes, the verdict."""
        from .shown import text

        return text(result)

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


def _estimator(document: Document, point: Point, name: str, workers: int) -> str:
    """The estimator's name; ``UserError`` where it does not cover the point, or its memory is not to be had."""
    found = best(point.setting) if name == BEST else estimator_of(name)
    at = f" at {_spoken(point.at)}" if point.at else ""
    if reason := found.refuses(point.setting):
        raise document.error(("estimator",), f"{name} does not cover the setting{at}: {reason}")
    try:
        refuse_memory(found, point.setting, workers=workers)
    except UserError as error:
        raise document.error(("setting",), f"is too large{at}: {error}") from None
    return found.name


def _spoken(at: dict[str, Any]) -> str:
    return ", ".join(f"{key} = {shown(value)}" for key, value in at.items())
