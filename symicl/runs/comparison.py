"""Estimates beside what theorems say: intervals, scores, the verdict over all comparisons, and slopes.

Many comparisons at the level α would refute a true theorem now and then; Holm's correction keeps the probability that
any true one is refuted below α, whatever the dependence between them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..simulate import Moments
from ..simulate import estimator as estimator_of
from ..simulate.intervals import holm, interval, p_value
from .estimation import Asked
from .slopes import Line, fitted
from .theorems import Claim, claim

ALPHA, LEVEL = 1e-3, 0.95


def compared(asked: Sequence[Asked], found: Sequence[tuple[int, Moments]]) -> dict[str, Any]:
    """The points, slopes and verdict of a result; ``found`` are the chunks and moments of each point."""
    points = [_point(each, chunks, moments) for each, (chunks, moments) in zip(asked, found, strict=True)]
    tested = [point for point in points if "p" in point]
    for point, adjusted in zip(tested, holm([point["p"] for point in tested]), strict=True):
        point["adjusted_p"], point["refuted"] = adjusted, adjusted < ALPHA
    verdict = {
        "comparisons": len(tested),
        "refuted": sum(point["refuted"] for point in tested),
        "alpha": ALPHA,
        "correction": "Holm",
        "independent": sum(point["independent"] for point in tested),
    }
    return {"points": points, "slopes": slopes(points), "verdict": verdict}


def _point(asked: Asked, chunks: int, moments: Moments) -> dict[str, Any]:
    estimate = moments.estimate()
    low, high = interval(estimate, LEVEL) if estimate.error else (estimate.mean, estimate.mean)
    point: dict[str, Any] = {
        "at": asked.at,
        "quantity": asked.setting.quantity,
        "estimator": asked.estimator,
        "independent": estimator_of(asked.estimator).independent,
        "samples": moments.count,
        "chunks": chunks,
        "moments": moments.as_dict(),
        "estimate": estimate.mean,
        "error": estimate.error,
        "interval": [low, high],
    }
    said = claim(asked.setting, asked.theorem)
    if not isinstance(said, Claim):
        return {**point, "exact": None, "why": said}
    z = estimate.z(said.value) if estimate.error else 0.0
    return {
        **point,
        "exact": said.value,
        "theorem": said.theorem,
        "formula": said.formula,
        "z": z,
        "p": p_value(estimate, said.value),
    }


def slopes(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each swept number, and each choice of all other swept values, the power of it that the estimates follow.

    The line through the exact values has the same weights, so that both bend alike where the curve is no line.
    """
    found = []
    for key in numeric_keys(points):
        for others, group in groups(points, key):
            xs = [point["at"][key] for point in group]
            errors = [point["error"] for point in group]
            line = fitted(xs, [point["estimate"] for point in group], errors)
            if line is None:
                continue
            found.append({"key": key, "at": others, "slope": line.slope, "error": line.error, "level": line.level})
            if exact := _exact_line(xs, group, errors):
                found[-1] |= {"exact": exact.slope, "z": (line.slope - exact.slope) / line.error}
    return found


def _exact_line(xs: list[Any], group: list[dict[str, Any]], errors: list[float]) -> Line | None:
    if any(point["exact"] is None or not point["exact"] > 0 for point in group):
        return None
    scaled = [error * p["exact"] / p["estimate"] for error, p in zip(errors, group, strict=True)]
    return fitted(xs, [point["exact"] for point in group], scaled)


def numeric_keys(points: Sequence[dict[str, Any]]) -> list[str]:
    """The swept keys whose values are all numbers, and of which there are several."""

    def is_number(value: Any) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool)

    keys = points[0]["at"] if points else {}
    values = {key: [point["at"][key] for point in points] for key in keys}
    return [key for key, found in values.items() if all(map(is_number, found)) and len(set(found)) > 1]


def groups(points: Sequence[dict[str, Any]], key: str) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The points that differ in ``key`` alone, with what they share: the other swept values, and the estimator."""
    found: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    for point in points:
        others = {name: value for name, value in point["at"].items() if name != key}
        others["estimator"] = point["estimator"]
        found.setdefault(json.dumps(others), (others, []))[1].append(point)
    return list(found.values())
