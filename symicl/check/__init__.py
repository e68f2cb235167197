"""The judges: they do not trust a derivation, and share no code with it.

A judge is given a formula as a plain Python callable of numbers, works the quantity out its own way, and hands back
a ``Verdict`` with its evidence.  Of symicl it imports only ``symicl.errors``.

    verdict        what a judge hands back
    matrices       matrices of rationals, as lists of rows
    instances      exact random settings: sizes, Λ = CCᵀ, weight blocks
    polynomials    polynomials in independent standard normals, and their means
    exact          the real forward pass in such polynomials: the loss and its derivatives
    words          the mean of a word of matrices
    comparing      trials over random instances, and one claimed value against one exact value
    judges         the exact judges of a prediction, a loss, a moment, a gradient
    landscape      the exact judges of stationary points and of an optimum
    courses        gradient flow on the loss at p = q = 0, integrated
    flow           the judges of gradient flow, and of gradient descent on sampled prompts
    enclosures     mpmath intervals with outward rounding, and boxes of them
    surface        the loss at p = q = 0 over intervals, from exact moments
    regions        irrational points, and boxes on and off the stationary points
    intervals      the interval judges of stationary points and of an optimum
    bilinear       the loss over all blocks from second moments, with its Hessian
    spurious       the exact judge of the optimum over all blocks and of its stationary points at u = U = 0
    descents       the loss over all blocks minimised from many random starts
    prompts        random prompts and the real forward pass in NumPy
    estimates      mean, interval and z-score of many samples
    trained        a trained layer on test prompts of another length
    shifts         the same for tasks, queries and inputs of another law
    laws           the same where the labels follow a law of their own
    covariance_laws    prompts with covariances of their own, of finitely many outcomes
    monte_carlo    the Monte Carlo judges
    laws_iv        the interval judge of ReLU and sine tasks
    laws_mc        the Monte Carlo judge of labels that are a function of their inputs
    drawn_covariances  the Monte Carlo judge of prompts with covariances of their own
    descent        one step of gradient descent, and a layer that is said to be one
    estimators     least squares and ridge regression
    predictors     the Monte Carlo judge of a layer beside gradient descent, least squares and ridge regression

Names are imported when they are first used, so that mpmath is loaded only for the interval judges, and NumPy only for
the Monte Carlo judges.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "verdict": "Verdict",
    "instances": "Instance Sample random_instance random_instances random_sample",
    "exact": "gradient loss_derivative population_loss prediction_at second_derivative",
    "words": "moment",
    "judges": "judge_gradient judge_loss judge_moment judge_prediction",
    "landscape": "judge_optimum judge_stationary",
    "flow": "judge_descent_mc judge_flow",
    "intervals": "judge_optimum_interval judge_stationary_interval",
    "trained": "judge_trained trained_weights",
    "laws": "judge_law mixed power_of",
    "shifts": "judge_learning judge_shifts",
    "covariance_laws": "judge_any_covariance judge_diagonal_covariance judge_independent_eigenvalues",
    "drawn_covariances": "judge_random_covariance_mc",
    "descent": "judge_descent",
    "estimators": "judge_least_squares judge_ridge",
    "predictors": "judge_predictors_mc",
    "spurious": "Claims judge_full",
    "descents": "judge_descents",
    "prompts": "Case random_case",
    "laws_iv": "judge_law_interval",
    "laws_mc": "judge_inputs_mc judge_law_mc",
    "monte_carlo": "judge_loss_mc judge_moment_mc judge_optimum_mc",
}
_WHERE = {name: module for module, names in _HOME.items() for name in names.split()}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'symicl.check' has no attribute {name!r}")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
