"""The picture of ``symicl compare``: four risks against the length M of the test prompt, as PDF or SVG.

matplotlib is needed here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import MissingTool, UserError
from .comparing import TITLES, Setting

SUFFIXES = (".pdf", ".svg")
#: at how many lengths a curve is computed, and from how many random examples ridge regression where it is sampled
POINTS, SAMPLES = 40, 4000
STYLES = {"layer": "-", "gd": "--", "least_squares": "-.", "ridge": ":"}


def checked(path: Path) -> Path:
    """The path of a picture; ``UserError`` for another format, ``MissingTool`` where there is no matplotlib."""
    if path.suffix not in SUFFIXES:
        raise UserError(f"--plot {path}: a picture is written as {' or '.join(SUFFIXES)}")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise MissingTool("--plot needs matplotlib, which is not installed: pip install matplotlib") from None
    return path


def lengths(longest: int) -> list[int]:
    """Up to ``POINTS`` lengths from 1 to the longest, the short ones close together.

    >>> lengths(5), len(lengths(1000)) <= 40, lengths(1000)[-1]
    ([1, 2, 3, 4, 5], True, 1000)
    """
    if longest <= POINTS:
        return list(range(1, longest + 1))
    return sorted({round(longest ** (k / (POINTS - 1))) for k in range(POINTS)})


def curves(here: Setting, longest: int, progress: Callable[[str], None]) -> dict[str, list[tuple[int, float]]]:
    """The risk of each predictor at each length where it has one."""
    found: dict[str, list[tuple[int, float]]] = {name: [] for name in TITLES}
    for M in lengths(longest):
        progress(f"M = {M}")
        for name in ("layer", "gd"):
            found[name].append((M, here.value(name, M).number))
        if not here.no_least_squares(M):
            found["least_squares"].append((M, here.least_squares(M).number))
        if here.level:
            found["ridge"].append((M, here.ridge(M, samples=SAMPLES).value))
    progress("")
    return found


def draw(here: Setting, path: Path, longest: int | None, progress: Callable[[str], None]) -> None:
    """Write the picture; a curve that is zero throughout is left to the table."""
    import matplotlib
    from matplotlib.figure import Figure

    last = longest or max(4 * (here.d + 2), 2 * here.M)
    figure = Figure(figsize=(6.0, 4.0), layout="constrained")
    axes = figure.add_subplot()
    for name, points in curves(here, last, progress).items():
        above: list[Any] = [(M, risk) for M, risk in points if risk > 0]
        if above:
            axes.plot(*zip(*above, strict=True), STYLES[name], label=TITLES[name])
    axes.set(xscale="log", yscale="log", xlabel="examples in the test prompt, M", ylabel="mean square error")
    axes.set_title(f"d = {here.d}, N = {here.N}, σ = {float(here.sigma):.4g}, λ = {float(here.level):.4g}", fontsize=10)
    axes.legend(frameon=False, fontsize=9)
    axes.grid(alpha=0.3)
    with matplotlib.rc_context({"svg.hashsalt": "symicl"}):
        try:
            figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else {"CreationDate": None})
        except OSError as error:
            raise UserError(f"--plot {path}: cannot be written: {error.strerror or error}") from None
