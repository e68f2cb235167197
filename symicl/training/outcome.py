"""What came of a training: where the starts ended, and whether what the theorems say was seen.

>>> down = {"kind": "minimum", "eigenvalue": None, "loss": 0.25}
>>> runs = [{"downhill": down, "loss": [0.5, 0.26]}, {"downhill": down, "loss": [0.5, 0.4]}]
>>> (found,) = endings(runs, {"least": 0.25, "nothing": 0.5}, [])
>>> found["starts"], found["arrived"], found["by theorem"]
(2, 1, 0.25)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

#: a run has arrived where its loss is so near to what lies downhill, as a part of what can be gained
ARRIVED = 0.05
#: what is put down to rounding and to the integrator
EQUAL, NEAR = 1e-9, 1e-6
Runs = Sequence[Mapping[str, Any]]


def endings(runs: Runs, known: Mapping[str, float], levels: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How many starts lie above which place, how many have arrived there, and their mean loss beside the theorem's."""
    gain = known["nothing"] - known["least"]
    found = []
    for (kind, eigenvalue), these in _grouped(runs):
        found.append(
            {
                "kind": kind,
                "eigenvalue": eigenvalue,
                "starts": len(these),
                "arrived": sum(run["loss"][-1] - run["downhill"]["loss"] < ARRIVED * gain for run in these),
                "by theorem": _by_theorem(kind, eigenvalue, known, levels),
                "downhill": mean(run["downhill"]["loss"] for run in these),
                "loss": mean(run["loss"][-1] for run in these),
            }
        )
    return sorted(found, key=lambda place: (-place["starts"], place["downhill"]))


def _grouped(runs: Runs) -> Iterable[tuple[tuple[str, float | None], list[Mapping[str, Any]]]]:
    def place(run: Mapping[str, Any]) -> tuple[str, float]:
        return run["downhill"]["kind"], run["downhill"]["eigenvalue"] or 0.0

    for (kind, eigenvalue), these in groupby(sorted(runs, key=place), key=place):
        yield (kind, eigenvalue or None), list(these)


def _by_theorem(
    kind: str, eigenvalue: float | None, known: Mapping[str, float], levels: Sequence[Mapping[str, Any]]
) -> float | None:
    """The loss that the theorems give for a kind of end, or None."""
    if eigenvalue is not None:
        return next(float(level["loss"]) for level in levels if level["eigenvalue"] == eigenvalue)
    return {"minimum": known["least"], "nothing": known["nothing"]}.get(kind)


def checks(runs: Runs, least: float, times: Sequence[float]) -> list[dict[str, Any]]:
    """What the theorems say of all runs: each claim, whether it was seen to hold, and how nearly it failed."""
    lowest = min(min(*run["loss"], run["downhill"]["loss"]) for run in runs)
    found = [_check("no loss is below L*", lowest - least, lowest >= least - EQUAL * (1 + abs(least)))]
    for name, floor, claim in (
        ("flow", least, "the loss of the flow is at most L* + exp(−μt)(L₀ − L*)"),
        ("flow distance", 0.0, "‖uU − Γ⁻¹‖ on the flow is within its bound"),
    ):
        bound = {"flow": "bound", "flow distance": "distance bound"}[name]
        if all(bound in run for run in runs):
            used = max(_part(run[name][1:], run[bound][1:], floor) for run in runs)  # at the start it may be all
            found.append(_check(claim, used, used <= 1 + NEAR))
    return found


def _part(values: Sequence[float], bounds: Sequence[float], floor: float) -> float:
    """The largest part of a bound that is used, where there is more than rounding left of it."""
    pairs = [(value - floor, bound - floor) for value, bound in zip(values, bounds, strict=True)]
    return max((left / most for left, most in pairs if most > EQUAL), default=0.0)


def _check(claim: str, number: float, holds: bool) -> dict[str, Any]:
    return {"claim": claim, "number": float(number), "holds": bool(holds)}


def mean(values: Iterable[float]) -> float:
    """The mean."""
    listed = list(values)
    return float(sum(listed) / len(listed))
