"""What the estimators are held against: exact settings in rationals, and means over every outcome of discrete laws."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import numpy as np

from symicl.check.rational.instances import random_instance
from symicl.check.sampled.prompts import random_case
from symicl.simulate import ESTIMATORS, Moments, Setting

#: |z| that a true value passes with probability below 1e-6
LIMIT = 5.0


def moderate(seed, d, N, **options):
    """An exact instance whose loss is not all tail: random numbers near a sensible layer, in sixteenths."""
    drawn = random_case(np.random.default_rng(seed), d, N)
    instance = random_instance(Random(seed), d, N, **options)
    C, U, p, q, u = (np.vectorize(lambda x: Fraction(round(16 * x), 16))(getattr(drawn, name)) for name in "CUpqu")
    if not options.get("full", True):
        p, q = 0 * p, 0 * q
    there = instance.with_weights(U=U.tolist(), p=p.tolist(), q=q.tolist(), u=u.item())
    return replace(there, C=C.tolist(), Lambda=(C @ C.T).tolist())


def as_setting(instance, **more):
    """An exact instance as a setting, with the numbers that are said not to matter."""
    layer = {"name": "matrices", "W_PV": floats(instance.W_PV), "W_KQ": floats(instance.W_KQ)}
    given = {"d": instance.d, "N": instance.N, "Lambda": floats(instance.Lambda), "layer": layer}
    given |= {"sigma": float(instance.sigma), "noisy_target": instance.noisy_target}
    return Setting(**(given | more))


def floats(rows):
    """A matrix of rationals in floating point."""
    return np.array(rows, dtype=float)


def scores(setting, value, samples, seed=0):
    """The score of a claimed value for each estimator that covers the setting."""
    found = {}
    for number, (name, each) in enumerate(ESTIMATORS.items()):
        if each.refuses(setting) is None:
            rng = np.random.default_rng([seed, number])
            found[name] = Moments.of(each.draw(setting, rng, samples)).estimate().z(value)
    return found


def whole(W_PV, W_KQ, E):
    """All of f(E), as the paper writes it, for one prompt."""
    return E + W_PV @ E @ (E.T @ W_KQ @ E) / (E.shape[1] - 1)


def enumerated(setting, values, probabilities, tasks, noises, phi):
    """E(ŷ − y_q)² over every outcome: coordinates of z among ``values``, ``tasks`` and ``noises`` equally likely."""
    d, M, total = setting.d, setting.M, 0.0
    columns = list(product(range(len(values)), repeat=d * (M + 1)))
    for chosen in columns:
        weight = np.prod([probabilities[i] for i in chosen])
        X = setting.C @ np.array([values[i] for i in chosen]).reshape(d, M + 1)
        for w in tasks:
            for noise in product(noises, repeat=M + 1):
                y = phi(w @ X) + setting.sigma * np.array(noise)
                if not setting.noisy_target:
                    y[-1] -= setting.sigma * noise[-1]
                E = np.vstack([X, y])
                E[-1, -1] = 0.0
                answer = whole(setting.layer.W_PV, setting.layer.W_KQ, E)[-1, -1]
                total += weight * (answer - y[-1]) ** 2 / len(tasks) / len(noises) ** (M + 1)
    return total
