"""Curves over a length as SVG, both axes logarithmic: what the page shows where no script runs.

``reports/plots.js`` draws the same picture from the same numbers, when a reader moves a slider; a test holds the two
beside each other.

>>> print(shown(0.000123456), shown(31.4159), shown(250000.0))
1.235 × 10⁻⁴ 31.42 2.500 × 10⁵
>>> drawing([Line("c0", [(1.0, 0.5), (10.0, 0.05)])], [(10.0, 0.05)], "N").count("<path")
2
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from markupsafe import Markup, escape

#: the picture, and the room around the frame, in units of its view box
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 420, 290, 50, 14, 12, 40
#: numbers from here up to there are written without a power of ten
PLAIN = (-2, 3)
#: how many decades are shown at most
DEEP = 6
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A curve: the class that gives it its colour and dashes, and its points."""

    kind: str
    points: Sequence[Point]


def shown(value: float) -> str:
    """A number with four digits, for a person."""
    if not isfinite(value):
        return "–"
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:#.4g}".rstrip(".")
    digits, exponent = f"{value:.3e}".split("e")
    return f"{digits} × 10{str(int(exponent)).translate(RAISED)}"


def drawing(lines: Sequence[Line], marks: Iterable[Point], axis: str) -> Markup:
    """What stands inside the ``svg``: grid, scales, curves, and a dot where the sliders stand."""
    drawn = [Line(line.kind, [p for p in line.points if _visible(p)]) for line in lines]
    frame = Frame.around([point for line in drawn for point in line.points])
    parts = [frame.scales(axis)]
    for line in drawn:
        path = frame.path([p for p in line.points if frame.holds(p)])
        parts.append(Markup('<path class="{}" d="{}"/>').format(line.kind, path))
    for x, y in (p for p in marks if _visible(p) and frame.holds(p)):
        parts.append(Markup('<circle cx="{}" cy="{}" r="4"/>').format(frame.across(x), frame.up(y)))
    return Markup("").join(parts)


def _visible(point: Point) -> bool:
    return all(isfinite(number) and number > 0 for number in point)


@dataclass(frozen=True)
class Frame:
    """Whole decades from ``left`` to ``right`` and from ``low`` to ``high``, as exponents of ten."""

    left: int
    right: int
    low: int
    high: int

    @classmethod
    def around(cls, points: Sequence[Point]) -> Frame:
        """The decades that hold all points, or the highest ones; one decade each way where there are none."""
        low, high = _decades([y for _, y in points])
        return cls(*_decades([x for x, _ in points]), max(low, high - DEEP), high)

    def holds(self, point: Point) -> bool:
        """Whether a point is in the picture: what is zero but for rounding is not."""
        return log10(point[1]) >= self.low - 1e-9

    def across(self, x: float) -> str:
        """Where x is, from the left of the picture."""
        share = (log10(x) - self.left) / (self.right - self.left)
        return f"{LEFT + share * (WIDTH - LEFT - RIGHT):.1f}"

    def up(self, y: float) -> str:
        """Where y is, from the top of the picture."""
        share = (log10(y) - self.low) / (self.high - self.low)
        return f"{HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM):.1f}"

    def path(self, points: Iterable[Point]) -> str:
        """The path through the points."""
        return " ".join(f"{'L' if i else 'M'}{self.across(x)} {self.up(y)}" for i, (x, y) in enumerate(points))

    def scales(self, axis: str) -> Markup:
        """The grid, the numbers at its ends, and the letter on the axis."""
        columns, rows = range(self.left, self.right + 1), range(self.low, self.high + 1)
        step = ceil((len(rows) - 1) / 6)
        grid = [f"M{self.across(10.0**x)} {TOP}V{HEIGHT - BOTTOM}" for x in columns]
        grid += [f"M{LEFT} {self.up(10.0**y)}H{WIDTH - RIGHT}" for y in rows]
        below = [_label(self.across(10.0**x), HEIGHT - BOTTOM + 16, "middle", x) for x in columns]
        beside = [_label(LEFT - 7, float(self.up(10.0**y)) + 4, "end", y) for y in rows if (y - self.low) % step == 0]
        name = Markup('<text class="axis" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            (LEFT + WIDTH - RIGHT) // 2, HEIGHT - 6, axis
        )
        return Markup('<path class="grid" d="{}"/>').format(" ".join(grid)) + Markup("").join([*below, *beside, name])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The least and the greatest power of ten around the values; they are one apart at least."""
    if not values:
        return 0, 1
    low, high = floor(log10(min(values)) + 1e-9), ceil(log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _label(x: float | str, y: float, anchor: str, exponent: int) -> Markup:
    plain = PLAIN[0] <= exponent <= PLAIN[1]
    text = f"{10.0**exponent:g}" if plain else f"10{str(exponent).translate(RAISED)}"
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, f"{y:.1f}", anchor, escape(text))
