"""Pictures of a training: its courses over the theorem's flow and bound, or many starts and where they end.

They are drawn into a matplotlib figure that is handed over; nothing is imported here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .telling import named

#: what is drawn of a run, in this order: its key, colour, style, width
LINES = (
    ("bound", "0.55", ":", 1.6),
    ("loss", "C0", "-", 1.0),
    ("descent", "C1", "-", 2.2),
    ("flow", "0.0", "--", 1.0),
)
COLOURS = {"minimum": "C0", "spurious minimum": "C3", "strict saddle": "C1", "nothing": "0.5"}
#: what is left of a loss when rounding has taken over
FLOOR = 1e-10
ANYTHING_ELSE = "C2"
#: lines for each colour, few enough to be told apart
FAINT = 24


def draw(result: Mapping[str, Any], figure: Any) -> None:
    """The picture that fits: courses where there is a flow to compare with, else the ends of all starts."""
    axes = figure.add_subplot()
    if "flow" in result["points"][0]:
        _courses(axes, result)
    else:
        _ends(axes, result)
    axes.set_xlabel("time t, the sum of the step sizes")
    axes.set_title(result["title"], fontsize=10, wrap=True)


def _courses(axes: Any, result: Mapping[str, Any]) -> None:
    """L − L* on a logarithmic scale against time."""
    times, least, points = result["times"], result["least"], result["points"]
    sampled = "descent" in points[0]
    labels = {
        "bound": "the theorem's bound, exp(−μt)(L₀ − L*)",
        "loss": "gradient descent on sampled prompts" if sampled else "gradient descent on the population loss",
        "descent": "gradient descent on the population loss",
        "flow": "gradient flow, by the theorem",
    }
    for name, colour, style, width in LINES:
        for number, run in enumerate(points):
            if name in run:
                left = [(t, loss - least) for t, loss in zip(times, run[name], strict=True)]
                label = labels[name] if number == 0 else None
                _above(axes, left, color=colour, linestyle=style, linewidth=width, label=label)
    axes.set(yscale="log", ylabel="L − L*")
    axes.set_ylim(bottom=max(FLOOR, axes.get_ylim()[0]))
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize=8)


def _above(axes: Any, left: Sequence[tuple[float, float]], **style: Any) -> None:
    """What is above rounding."""
    shown = [(t, value) for t, value in left if value > FLOOR]
    if shown:
        axes.plot(*zip(*shown, strict=True), **style)


def _ends(axes: Any, result: Mapping[str, Any]) -> None:
    """The loss of all starts against time, over the levels that the theorems give."""
    times, points = result["times"], result["points"]
    told = {(place["kind"], place["eigenvalue"]): place["starts"] for place in result["endings"]}
    drawn: dict[tuple[str, Any], int] = dict.fromkeys(told, 0)
    for run in points:
        place = run["downhill"]["kind"], run["downhill"]["eigenvalue"]
        if drawn[place] < FAINT:
            label = f"{told[place]} of {len(points)} to the {named(*place)}" if not drawn[place] else None
            axes.plot(
                times, run["loss"], color=COLOURS.get(place[0], ANYTHING_ELSE), linewidth=0.8, label=label, alpha=0.7
            )
        drawn[place] += 1
    _levels(axes, result)
    axes.set_ylabel("population loss L")
    axes.legend(frameon=False, fontsize=8, loc="upper right")


def _levels(axes: Any, result: Mapping[str, Any]) -> None:
    """Horizontal lines, named at their right end."""
    lines = [(result["least"], "L*", "C0"), (result["nothing"], "½ tr Λ", "0.5")]
    for level in result["levels"]:
        colour = COLOURS.get(level["kind"], ANYTHING_ELSE)
        lines.append((level["loss"], f"{level['kind']}, λ = {level['eigenvalue']:.3g}", colour))
    low, high = result["least"], result["nothing"]
    axes.set_ylim(low - 0.08 * (high - low), high + 0.25 * (high - low))
    heights = _apart([loss for loss, *_ in lines], 0.06 * (high - low))
    for (loss, name, colour), height in zip(lines, heights, strict=True):
        axes.axhline(loss, color=colour, linestyle="--", linewidth=1)
        axes.annotate(name, (1.01, height), xycoords=("axes fraction", "data"), va="center", fontsize=8, color=colour)


def _apart(heights: Sequence[float], gap: float) -> list[float]:
    """Heights for labels, moved up where two are nearer than the gap.

    >>> _apart([0.0, 1.0, 0.1], 0.5)
    [0.0, 1.0, 0.5]
    """
    found, free = list(heights), float("-inf")
    for place in sorted(range(len(heights)), key=lambda k: heights[k]):
        found[place] = max(heights[place], free)
        free = found[place] + gap
    return found
