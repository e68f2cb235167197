"""The moments of a positive law in the file of ``--at``, or a law with a name from which they follow.

``{"d": 3, "N": 10, "moments": [1, 2, 6]}`` and ``{"d": 3, "N": 10, "law": "exponential", "rate": 1}`` say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..derivations.eigenvalue_laws import LAWS, Law
from ..errors import UserError
from ..language.numeric import evaluate
from . import numbers
from .numbers import Literal, show

SIZES = ("d", "N")


def with_moments(path: Path, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The object with m_1, m_2 and m_3 in place of ``moments`` or of the law.

    ``UserError`` for any other key, and for moments that no law of a positive number has.
    """
    if "law" in raw:
        found = _of_law(path, raw)
    else:
        _refuse_others(path, raw, (*SIZES, "moments"))
        found = _listed(path, raw["moments"])
    _refuse_impossible(f"{path}: moments", [numbers.number(entry, f"{path}: moments") for entry in found])
    return {name: raw[name] for name in SIZES} | {f"m_{k}": entry for k, entry in enumerate(found, 1)}


def _refuse_others(path: Path, raw: Mapping[str, Any], wanted: tuple[str, ...]) -> None:
    for key in raw:
        if key not in wanted:
            raise UserError(f"{path}: unknown key {show(key)}: the keys are {', '.join(wanted)}{_or_a_law(wanted)}")
    for key in wanted:
        if key not in raw:
            raise UserError(f"{path}: key {key} is missing; needed are {', '.join(wanted)}{_or_a_law(wanted)}")


def _or_a_law(wanted: tuple[str, ...]) -> str:
    """The laws that may stand in place of moments, each with its keys."""
    if "moments" not in wanted:
        return ""
    return ", or in place of moments a law: " + "; ".join(
        f"{name} with {', '.join(law.keys)}" for name, law in LAWS.items()
    )


def _listed(path: Path, given: Any) -> list[Any]:
    if not isinstance(given, list) or len(given) != 3:
        told = f"a list of {len(given)}" if isinstance(given, list) else show(given)
        raise UserError(f"{path}: moments must be the list [m1, m2, m3] of E λ, E λ² and E λ³, not {told}")
    for k, entry in enumerate(given, 1):
        numbers.number(entry, f"{path}: moments, entry {k},")
    return given


def _refuse_impossible(place: str, moments: list[Fraction]) -> None:
    """A law on λ > 0 has these moments if and only if both gaps are positive, or it is constant."""
    m1, m2, m3 = moments
    if m1 <= 0:
        raise UserError(f"{place}: m1 is {m1}, but the mean of a positive eigenvalue is positive")
    if m2 < m1**2:
        raise UserError(f"{place}: m2 is {m2}, less than m1² = {m1**2}, which no law has")
    if m2**2 > m1 * m3:
        raise UserError(f"{place}: m2² is {m2**2}, more than m1·m3 = {m1 * m3}, which no positive law has")
    if (m2 == m1**2) != (m2**2 == m1 * m3):
        raise UserError(
            f"{place}: m2 = m1² and m2² = m1·m3 hold together, for a constant eigenvalue, or both not; "
            f"here are m1 = {m1}, m2 = {m2}, m3 = {m3}"
        )


def _of_law(path: Path, raw: Mapping[str, Any]) -> list[Any]:
    law = LAWS.get(raw["law"]) if isinstance(raw["law"], str) else None
    if law is None:
        raise UserError(f"{path}: law is {show(raw['law'])}; known are {', '.join(LAWS)}")
    _refuse_others(path, raw, (*SIZES, "law", *law.keys))
    given = [numbers.number(raw[key], f"{path}: {key}") for key in law.keys]
    for key, value in zip(law.keys, given, strict=True):
        if value < 0 or (value == 0 and key != "from"):
            raise UserError(f"{path}: {key} is {show(raw[key])}, but it must be positive")
    exact = all(numbers.is_exact(raw[key]) for key in law.keys)
    return [Literal(str(m), exact) for m in _moments(path, law, given)]


def _moments(path: Path, law: Law, given: list[Fraction]) -> list[Fraction]:
    """The moments at these parameters, exactly."""
    if law.name == "two-point":
        if given[-1] >= 1:
            raise UserError(f"{path}: probability is {given[-1]}, but it must be less than 1")
        given = [*given, 1 - given[-1]]
    if law.name == "uniform" and given[0] >= given[1]:
        raise UserError(f"{path}: from is {given[0]} and to is {given[1]}, but from must be less than to")
    values = dict(zip(law.parameters, given, strict=True))
    found = [evaluate(moment, values) for moment in law.moments]
    return [Fraction(int(m.p), int(m.q)) for m in found]
