"""What the judges said, for the page: in one line under each step, and with every number at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from .checks import cases, decimals
from .messages import Messages

MARKS = {"pass": "✓", "fail": "✗", "skipped": "–"}


@dataclass(frozen=True)
class Case:
    """One case of a judge that samples: sizes, the formula's value, the mean with its 95 % interval, the z-score."""

    size: str
    formula: str
    mean: str
    z: str
    limit: str
    samples: str
    score: float


def figures(verdict: Any) -> list[Case]:
    """The cases of a verdict whose judge gave z-scores, rounded as their errors allow.

    >>> from types import SimpleNamespace
    >>> found = {"d": 2, "N": 5, "formula": 0.5, "mean": 0.52, "half_width": 0.04, "z": 1.0}
    >>> (case,) = figures(SimpleNamespace(numbers={"cases": [found]}))
    >>> case.size, case.formula, case.mean, case.z
    ('(2, 5)', '0.500', '0.520 ± 0.040', '+1.00')
    """
    return [_case(case) for case in cases(verdict)]


def _case(case: Mapping[str, Any]) -> Case:
    digits = decimals(case["half_width"])
    formula, mean, half = (f"{case[key]:.{digits}f}" for key in ("formula", "mean", "half_width"))
    limit = f"{case['limit']:.2f}" if "limit" in case else ""
    size = f"({case.get('d', '')}, {case.get('N', '')})"
    samples = str(case.get("samples", ""))
    return Case(size, formula, f"{mean} ± {half}", _signed(case["z"]), limit, samples, float(case["z"]))


def _signed(z: float) -> str:
    return f"{z:+.2f}".replace("-", "−")


def chips(verdicts: Iterable[Any], say: Messages) -> Markup:
    """All verdicts on a chapter in one line: which judge, what it said, and of one that samples the z-scores.

    The case that is furthest from its formula is shown with the 95 % interval of its mean.
    """
    shown = []
    for verdict in verdicts:
        found = figures(verdict)
        more = Markup("")
        if found:
            widest = max(found, key=lambda case: abs(case.score))
            said = say("cases.widest", mean=widest.mean, formula=widest.formula)
            more = Markup(" <i>z</i> = {}; {}").format(", ".join(case.z for case in found), said)
        word = say(f"checks.{verdict.verdict}")
        shown.append(
            Markup('<span class="chip {}">{} {} <b>{}</b>{}</span>').format(
                verdict.verdict, MARKS.get(verdict.verdict, ""), say(f"checks.{verdict.judge}"), word, more
            )
        )
    return Markup(" ").join(shown)


def hole(chapter: str) -> Markup:
    """Where the verdicts on a chapter will stand; nothing that a person wrote looks like it, for ``<`` is escaped."""
    return Markup("<!--verdicts of {}-->").format(escape(chapter))


def filled(page: str, verdicts: Iterable[Any], chapters: Iterable[str], say: Messages) -> str:
    """The page with the verdicts in their places; the judges are waited for here and not before."""
    given = list(verdicts)
    for id in chapters:
        of_it = [v for v in given if v.id.replace("/", ":").split(":")[0] == id]
        page = page.replace(hole(id), chips(of_it, say))
    return page
