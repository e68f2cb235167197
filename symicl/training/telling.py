"""The result of a training for a terminal: a table, and what is said below it.

>>> named("spurious minimum", 1.0), named("minimum", None)
('spurious minimum, λ = 1', 'global minimum')
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Rows = list[tuple[str, ...]]
#: at how many times a course is shown
SHOWN = 9


def rows(result: Mapping[str, Any]) -> Rows:
    """A table: the course where there is one start and a flow, else where the starts ended; its head first."""
    if len(result["points"]) == 1 and "flow" in result["points"][0]:
        return _course_rows(result)
    head = ("where", "starts", "arrived", "loss by the theorem", "loss downhill", "loss at the end")
    return [head, *(_ending_row(place) for place in result["endings"])]


def _course_rows(result: Mapping[str, Any]) -> Rows:
    (run,), least = result["points"], result["least"]
    names = [name for name in ("loss", "descent", "flow", "bound") if name in run]
    titles = {
        "loss": "sampled descent" if "descent" in run else "descent",
        "descent": "population descent",
        "flow": "flow",
        "bound": "theorem's bound",
    }
    last = len(result["times"]) - 1
    chosen = sorted({round(k * last / (SHOWN - 1)) for k in range(SHOWN)})
    head = ("step", "time", *(f"L − L*: {titles[name]}" for name in names), "‖uU − Γ⁻¹‖")
    return [head] + [
        (
            str(result["steps"][k]),
            f"{result['times'][k]:.4g}",
            *(f"{_clipped(run[name][k] - least):.3g}" for name in names),
            f"{run['distance'][k]:.3g}",
        )
        for k in chosen
    ]


def _clipped(left: float) -> float:
    """Less than rounding is zero."""
    return left if left > 1e-14 else 0.0


def _ending_row(place: Mapping[str, Any]) -> tuple[str, ...]:
    said = f"{place['by theorem']:.6f}" if place["by theorem"] is not None else "–"
    return (
        named(place["kind"], place["eigenvalue"]),
        str(place["starts"]),
        str(place["arrived"]),
        said,
        f"{place['downhill']:.6f}",
        f"{place['loss']:.6f}",
    )


def named(kind: str, eigenvalue: float | None) -> str:
    """A kind of end in words."""
    words: dict[str, str] = {
        "minimum": "global minimum",
        "nothing": "saddle that predicts nothing",
        "stationary": "stationary point, no theorem",
        "moving": "not settled",
    }
    if eigenvalue is not None:
        return f"{words.get(kind, kind) if kind == 'minimum' else kind}, λ = {eigenvalue:.4g}"
    return words.get(kind, kind)


def notes(result: Mapping[str, Any]) -> list[str]:
    """What is said below the table; the verdict last."""
    told = [_ended(place) for place in result["endings"]] if len(result["points"]) == 1 else []
    bends = result["curvature"]
    told.append(
        f"largest curvature: {bends['start']:.3g} at the start, {bends['optimum']:.3g} at the balanced optimum; "
        f"steps below {bends['safe step']:.2g} are safe on average"
    )
    if (step := result["job"]["training"].get("step")) and step > 2 / bends["optimum"]:
        told.append(f"step = {step:g} is above 2/{bends['optimum']:.3g}: descent cannot rest at the balanced optimum")
    told += [_said(check) for check in result["checks"]]
    count, wrong = len(result["checks"]), sum(not check["holds"] for check in result["checks"])
    claims = f"{count} claim{'s' * (count != 1)}"
    return [*told, f"{claims} of the theorems looked at: {wrong or 'none'} failed"]


def _ended(place: Mapping[str, Any]) -> str:
    where = f"the start leads to the {named(place['kind'], place['eigenvalue'])}"
    said = f"; the theorem says {place['by theorem']:.6f}" if place["by theorem"] is not None else ""
    return f"{where}: loss {place['loss']:.6f} at the end, {place['downhill']:.6f} downhill{said}"


def _said(check: Mapping[str, Any]) -> str:
    how = "least difference" if "below" in check["claim"] else "largest part of it used"
    return f"{'holds' if check['holds'] else 'FAILS'}: {check['claim']} ({how}: {check['number']:.3g})"


def failed(result: Mapping[str, Any]) -> bool:
    """Whether a claim of a theorem failed."""
    return not all(check["holds"] for check in result["checks"])
