"""The judges: they do not trust a derivation, and share no code with it.

A judge is given a formula as a plain Python callable of numbers, works the quantity out its own way, and hands back
a ``Verdict`` with its evidence.  Of symicl it imports only ``symicl.errors``.

    verdict        what a judge hands back
    comparing      trials over random instances, and one claimed value against one exact value
    rational       the setting in rational numbers: instances, polynomials in normals, the forward pass
    exact          the exact judges
    interval       the interval judges
    sampled        the Monte Carlo judges, and those of courses in time and of many starts

Names are imported when they are first used, so that mpmath is loaded only for the interval judges, and NumPy only for
the Monte Carlo judges.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "verdict": "Verdict",
    "rational.instances": "Instance Sample random_instance random_instances random_sample",
    "rational.forward": "gradient loss_derivative population_loss prediction_at second_derivative",
    "rational.words": "moment",
    "exact.model": "judge_gradient judge_loss judge_moment judge_prediction",
    "exact.landscape": "judge_optimum judge_stationary",
    "sampled.flow": "judge_descent_mc judge_flow",
    "interval.optimum": "judge_optimum_interval judge_stationary_interval",
    "rational.trained": "judge_trained trained_weights",
    "exact.laws": "judge_law mixed power_of",
    "exact.shifts": "judge_learning judge_shifts",
    "exact.covariance_laws": "judge_any_covariance judge_diagonal_covariance judge_independent_eigenvalues",
    "sampled.drawn_covariances": "judge_random_covariance_mc",
    "exact.descent": "judge_descent",
    "exact.estimators": "judge_least_squares judge_ridge",
    "sampled.predictors": "judge_predictors_mc",
    "exact.spurious": "Claims judge_full",
    "sampled.descents": "judge_descents",
    "sampled.prompts": "Case random_case",
    "interval.laws": "judge_law_interval",
    "sampled.labels": "judge_inputs_mc judge_law_mc",
    "sampled.monte_carlo": "judge_loss_mc judge_moment_mc judge_optimum_mc",
}
_WHERE = {name: module for module, names in _HOME.items() for name in names.split()}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'symicl.check' has no attribute {name!r}")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
