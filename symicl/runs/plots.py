"""The picture of estimates: intervals as error bars, over the curve that the theorem gives.  Needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, exp, floor, log
from pathlib import Path
from typing import Any

from ..errors import MissingTool, UserError
from .comparison import groups, numeric_keys
from .grid import setting_at
from .telling import named
from .theorems import Claim, claim

SUFFIXES = (".pdf", ".svg")
#: At how many places a curve is computed, and how many colours and marks tell curves apart.
PLACES = 33
MARKS = "osD^v<>P"
#: Legends stand below the picture: how long a label may be where two stand beside each other, and a line's height.
WIDE, LINE = 42, 0.2
#: So many swept values are written below the axis as they are.
TICKS = 8


def checked(path: Path) -> Path:
    """The path of a picture; ``UserError`` for another format, ``MissingTool`` where there is no matplotlib."""
    if path.suffix not in SUFFIXES:
        raise UserError(f"--plot {path}: a picture is written as {' or '.join(SUFFIXES)}")
    if not path.resolve().parent.is_dir():
        raise UserError(f"--plot {path}: there is no folder {path.parent}")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise MissingTool("--plot needs matplotlib, which is not installed: pip install matplotlib") from None
    return path


def save(figure: Any, path: Path) -> None:
    """Write a figure; the same figure gives the same bytes."""
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "symicl", "svg.fonttype": "path"}):
        try:
            figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else {"CreationDate": None})
        except OSError as error:
            raise UserError(f"--plot {path}: cannot be written: {error.strerror or error}") from None


def draw(result: dict[str, Any], figure: Any) -> None:
    """Error bars over the exact curve, a colour for each combination of the other swept values."""
    points, plot = result["points"], result["job"]["plot"]
    axes = figure.add_subplot()
    key = plot.get("x") or next(iter(numeric_keys(points)), None)
    if key is None:
        _side_by_side(axes, points)
    else:
        _against(axes, result, key)
    axes.set_ylabel(SYMBOLS[points[0]["quantity"]])
    axes.set_title(result["title"], fontsize=10, wrap=True, parse_math=False)  # the title is a person's own words
    axes.grid(alpha=0.3)
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        columns = 2 if max(map(len, labels)) < WIDE else 1
        figure.set_figheight(figure.get_figheight() + LINE * -(-len(labels) // columns))
        figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False, fontsize=8)


SYMBOLS = {"loss": "loss  ½E(ŷ − y)²", "risk": "risk  E(ŷ − y)²"}


def _against(axes: Any, result: dict[str, Any], key: str) -> None:
    """Estimates against a swept number."""
    points = result["points"]
    values = [point["at"][key] for point in points]
    positive = min(values) > 0 and max(values) / min(values) >= 8
    heights = [point["interval"][0] for point in points]
    axes.set_xscale("log" if positive else "linear")
    axes.set_yscale("log" if min(heights) > 0 and max(heights) / min(heights) >= 8 else "linear")
    axes.set_xlabel(key)
    if len(set(values)) <= TICKS:
        ticks = sorted(set(values))
        axes.set_xticks(ticks, [f"{x:,}".replace(",", "\u2009") if isinstance(x, int) else f"{x:g}" for x in ticks])
        axes.set_xticks([], minor=True)
    found = groups(points, key)
    varied = [name for name in found[0][0] if len({repr(others[name]) for others, _ in found}) > 1]
    slopes = {repr(line["at"]): line for line in result["slopes"] if line["key"] == key}
    for number, (others, group) in enumerate(found):
        label = ", ".join(f"{name} = {named(others[name])}" for name in varied) or others["estimator"]
        if line := slopes.get(repr(others)):
            label += f": slope {line['slope']:.3f} ± {line['error']:.1g}".replace("-", "−")
        colour, mark = f"C{number % 10}", MARKS[number % len(MARKS)]
        xs = [point["at"][key] for point in group]
        _bars(axes, xs, group, fmt=mark, color=colour, label=label)
        curve = _curve(result["job"], group, key, positive)
        axes.plot(*zip(*curve, strict=True), "-" if len(curve) > len(xs) else ":", color=colour, linewidth=1)
    axes.plot([], [], "-", color="0.4", linewidth=1, label="exact, by the theorem") if _known(points) else None


def _known(points: Sequence[dict[str, Any]]) -> bool:
    return any(point["exact"] is not None for point in points)


def _bars(axes: Any, xs: Sequence[float], group: Sequence[dict[str, Any]], **style: Any) -> None:
    below = [point["estimate"] - point["interval"][0] for point in group]
    above = [point["interval"][1] - point["estimate"] for point in group]
    heights = [point["estimate"] for point in group]
    axes.errorbar(xs, heights, yerr=[below, above], markersize=4, capsize=3, linestyle="none", **style)


def _curve(
    job: dict[str, Any], group: Sequence[dict[str, Any]], key: str, log_scale: bool
) -> list[tuple[float, float]]:
    """The theorem's values between the first and the last of a group's numbers; the estimates where there are none."""
    if not all(point["exact"] is not None for point in group):
        return sorted((point["at"][key], point["estimate"]) for point in group)
    found = {point["at"][key]: point["exact"] for point in group}
    whole = all(isinstance(x, int) for x in found)
    low, high = min(found), max(found)
    for step in range(PLACES):
        part = step / (PLACES - 1)
        x = exp(log(low) + part * (log(high) - log(low))) if log_scale else low + part * (high - low)
        x = min(max(round(x), ceil(low)), floor(high)) if whole else min(max(x, low), high)
        if x not in found:
            found[x] = _exact_at(job, {**group[0]["at"], key: x})
    return sorted((x, y) for x, y in found.items() if y is not None)


def _exact_at(job: dict[str, Any], at: dict[str, Any]) -> float | None:
    try:
        said = claim(setting_at(job["setting"], at), job["theorem"])
    except UserError:  # a number between two that fit need not fit itself
        return None
    return said.value if isinstance(said, Claim) else None


def _side_by_side(axes: Any, points: Sequence[dict[str, Any]]) -> None:
    """Estimates in a row, where nothing that was swept is a number."""
    places = list(range(len(points)))
    _bars(axes, places, points, fmt="o", color="C0", label="estimate, 95 %")
    known = [(place, point["exact"]) for place, point in zip(places, points, strict=True) if point["exact"] is not None]
    if known:
        axes.plot(*zip(*known, strict=True), "_", color="C3", markersize=24, label="exact, by the theorem")
    names = ["\n".join([*map(named, point["at"].values()), point["estimator"]]) for point in points]
    axes.set_xticks(places, names, fontsize=8)
    axes.set_xlim(-0.5, len(points) - 0.5)
