"""What an estimator says it holds, against what it allocates, for every kind of law."""

import tracemalloc

import numpy as np
import pytest

from symicl.simulate import ESTIMATORS, Setting

ALL = {"name": "weights", "u": 0.9, "U": [[0.7, 0.5], [-0.2, 0.6]], "p": [0.2, -0.1], "q": [0.1, 0.3]}
DENSE = [[1, 0.2, 0], [0.2, 0.7, 0.1], [0, 0.1, 0.5]]
HELD = [
    {"d": 20, "N": 200},
    {"d": 3, "N": 40, "Lambda": DENSE, "sigma": 1, "task": {"name": "sparse", "nonzero": 1}},
    {"d": 3, "N": 40, "target": "cubic", "sigma": 1, "noise": "laplace"},
    {"d": 6, "N": 4, "M": 3, "query": "unseen"},
    {"d": 3, "N": 40, "covariance": {"name": "two-point", "first": 1, "second": 2, "probability": 0.5}},
    *({"d": 4, "N": 60, "covariates": law} for law in ("sphere", "uniform", "rademacher")),
    {"d": 4, "N": 60, "covariates": {"name": "student", "nu": 9}},
    {"d": 4, "N": 60, "covariates": {"name": "mixture", "scales": [1, 2]}},
    {"d": 4, "N": 60, "covariates": {"name": "discrete", "values": [-1, 1]}},
    {"d": 2, "N": 30, "sigma": 1, "layer": ALL},
]


@pytest.mark.parametrize("given", HELD, ids=lambda given: "-".join(given))
def test_doubles_bound_what_a_block_holds(given):
    """Every array of a value is counted: what a block allocates is no more than the figure, but for small change."""
    setting = Setting(**given)
    for each in ESTIMATORS.values():
        if each.refuses(setting) is not None:
            continue
        count = each.at_once(setting)
        each.block(setting, np.random.default_rng(0), 1)  # what is worked out once
        tracemalloc.start()
        each.block(setting, np.random.default_rng(0), count)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak <= 1.05 * 8 * count * each.doubles(setting) + 20_000, each.name
        assert peak >= 0.3 * 8 * count * each.doubles(setting), each.name
