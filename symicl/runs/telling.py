"""Estimates for a terminal: a row a point, then the slopes, and the verdict over all comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .document import shown


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The table: swept values, the estimate with half its 95 % interval, what the theorem says, the score."""
    points = result["points"]
    keys = list(points[0]["at"])
    head = (*keys, points[0]["quantity"], "± 95 %", "theorem says", "z", "verdict", "samples", "estimator")
    return [head, *(_row(point, keys) for point in points)]


def _row(point: dict[str, Any], keys: Sequence[str]) -> tuple[str, ...]:
    low, high = point["interval"]
    known = point["exact"] is not None
    return (
        *(named(point["at"][key]) for key in keys),
        f"{point['estimate']:.6g}",
        f"{(high - low) / 2:.2g}",
        f"{point['exact']:.6g}" if known else "–",
        f"{point['z']:+.2f}" if known else "–",
        ("differs" if point["refuted"] else "agrees") if known else "none",
        str(point["samples"]),
        point["estimator"],
    )


def named(value: Any) -> str:
    """A swept value in a few characters.

    >>> named({"name": "student", "nu": 9}), named([1, 2])
    ('student (nu 9)', '[1, 2]')
    """
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        rest = ", ".join(f"{key} {shown(inner)}" for key, inner in value.items() if key != "name")
        return _cut(f"{value['name']} ({rest})" if rest else value["name"])
    return _cut(value if isinstance(value, str) else shown(value))


def _cut(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"


def notes(result: dict[str, Any]) -> list[str]:
    """What stands below the table."""
    return [*_slopes(result), *_theorems(result), _verdict(result)]


def _slopes(result: dict[str, Any]) -> list[str]:
    found = []
    for line in result["slopes"]:
        where = ", ".join(f"{key} {named(value)}" for key, value in line["at"].items())
        exact = f"; the exact values give {line['exact']:+.4f} (z = {line['z']:+.2f})" if "exact" in line else ""
        found.append(f"slope in {line['key']} ({where}): {line['slope']:+.4f} ± {line['error']:.2g}{exact}")
    return found


def _theorems(result: dict[str, Any]) -> list[str]:
    used = dict.fromkeys(f"{p['theorem']} ({p['formula']})" for p in result["points"] if p["exact"] is not None)
    missing = dict.fromkeys(p["why"] for p in result["points"] if p["exact"] is None)
    lines = [f"exact values from the derived theorem{'s' * (len(used) > 1)} {', '.join(used)}"] if used else []
    return [*lines, *(f"no exact value: {why}" for why in missing)]


def _verdict(result: dict[str, Any]) -> str:
    said = result["verdict"]
    if not said["comparisons"]:
        return "nothing to compare with"
    count = f"{said['comparisons']} comparison{'s' * (said['comparisons'] > 1)}"
    level = f"{count}, corrected after {said['correction']} at {100 * said['alpha']:g} %"
    witness = (
        f"forward, the independent witness, made {said['independent']} of the estimates"
        if said["independent"]
        else "forward, the independent witness, was not among the estimators"
    )
    return f"{level}: {said['refuted'] or 'none'} differ{'s' * (said['refuted'] == 1)}; {witness}"
