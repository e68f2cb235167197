"""The verdicts of the judges as tables that each fit on a page, and the figures of the judges that sample."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: how many lines a table holds, and how many letters of evidence are on one of them
HIGH, WIDE = 32, 48


@dataclass(frozen=True)
class Sample:
    """One case of a sampling judge, ready to be printed; ``id`` is the chapter, ``what`` the mean that was taken."""

    id: str
    what: str
    sizes: str
    formula: str
    mean: str
    half: str
    z: str


def cases(verdict: Any) -> tuple[Mapping[str, Any], ...]:
    """The cases of a verdict with a formula, a mean, its interval and its z-score; none where it has no figures."""
    numbers = getattr(verdict, "numbers", {})
    found = numbers.get("cases", ()) if isinstance(numbers, Mapping) else ()
    return tuple(
        case for case in found if isinstance(case, Mapping) and {"formula", "mean", "half_width", "z"} <= set(case)
    )


def subject(verdict: Any) -> str:
    """What a sampling judge took the mean of, without the figures; all that it says where it keeps no subject apart.

    >>> from types import SimpleNamespace
    >>> subject(SimpleNamespace(detail="too far off"))
    'too far off'
    """
    said: str = getattr(verdict.detail, "parts", {}).get("subject", verdict.detail)
    return said


def tables(verdicts: Iterable[Any]) -> list[list[Any]]:
    """The verdicts in tables that each fit on a page."""
    return _paged([(verdict, 1 + len(_said(verdict)) // WIDE) for verdict in verdicts])


def _said(verdict: Any) -> str:
    return subject(verdict) if cases(verdict) else verdict.detail


def samples(verdicts: Iterable[Any]) -> list[list[Sample]]:
    """The figures of the judges that sample, in tables that each fit on a page."""
    rows = [(v, i, case) for v in verdicts for i, case in enumerate(cases(v))]
    return _paged([(_sample(v, case), 1 if i else 3) for v, i, case in rows])


def levels(verdicts: Iterable[Any]) -> list[str]:
    """The levels that the z-scores of one judge hold at, all together."""
    return sorted(
        {f"{verdict.numbers['alpha']:g}" for verdict in verdicts if cases(verdict) and "alpha" in verdict.numbers}
    )


def seeds(verdicts: Iterable[Any]) -> list[str]:
    """The seeds that the judges say they used."""
    found = {case["seed"] for verdict in verdicts for case in cases(verdict) if "seed" in case}
    found |= {
        v.numbers["seed"] for v in verdicts if isinstance(getattr(v, "numbers", None), Mapping) and "seed" in v.numbers
    }
    return sorted(map(str, found))


def _sample(verdict: Any, case: Mapping[str, Any]) -> Sample:
    digits = decimals(case["half_width"])
    sizes = f"({case.get('d', '')}, {case.get('N', '')})"
    formula, mean = (f"{case[key]:.{digits}f}" for key in ("formula", "mean"))
    return Sample(
        verdict.id, subject(verdict), sizes, formula, mean, f"{case['half_width']:.{digits}f}", f"{case['z']:+.2f}"
    )


def decimals(half_width: float) -> int:
    """After how many decimals a mean is rounded: two digits of its error are shown.

    >>> decimals(0.0566), decimals(12.3)
    (3, 0)
    """
    return max(0, 1 - math.floor(math.log10(half_width))) if half_width > 0 and math.isfinite(half_width) else 4


def _paged(rows: list[tuple[Any, int]]) -> list[list[Any]]:
    pages: list[list[Any]] = [[]]
    height = 0
    for row, lines in rows:
        if pages[-1] and height + lines > HIGH:
            pages.append([])
            height = 0
        pages[-1].append(row)
        height += lines
    return [page for page in pages if page]
