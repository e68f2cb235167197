"""Numbers: the loss and the risk of a layer on sampled prompts of any law, with errors that can be trusted.

The natural way through: a ``Setting`` says what is sampled, an estimator draws independent values whose mean is the
quantity, ``Moments`` sums them up and merges, and its estimate has an interval and a score against a claim.

    setting      what is simulated: laws, layer, quantity; checked, plain data
    laws         tasks, inputs, noises, queries, functions, spectra by name
    layers       weights that are given, read from a file, or trained by a theorem
    prompts      prompts of a setting, many at once
    wishart      the covariance of normal examples without the examples
    estimators   from the most independent (``forward``) to the most precise (``conditional``)
    statistics   moments that merge
    intervals    confidence intervals, p-values, many comparisons
    stopping     when there are enough values
    memory       what is held, and what does not fit
    named, numbers, moments, algebra: how plain data is read and checked; linear algebra that starts no threads

>>> import numpy as np
>>> setting = Setting(d=3, N=20, Lambda=[1, 1, "1/2"])
>>> values = best(setting).draw(setting, np.random.default_rng(0), 4000)
>>> estimate = Moments.of(values).estimate()
>>> bool(estimate.error < 0.05 * estimate.mean)
True
"""

from .estimators import ESTIMATORS, Estimator, best, estimator
from .layers import Layer, load_layer
from .setting import Setting, listing
from .statistics import Moments

__all__ = ["ESTIMATORS", "Estimator", "Layer", "Moments", "Setting", "best", "estimator", "listing", "load_layer"]
