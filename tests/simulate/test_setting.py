"""Settings: what is refused and how, what is plain data, layers from files, and the same bits everywhere."""

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from symicl.errors import UserError
from symicl.simulate import ESTIMATORS, Setting, estimator, load_layer
from symicl.simulate.moments import needed

REDUCED = {"name": "weights", "u": 1, "U": [[1, 0], [0, 1]]}
WRONG = [
    ({"d": 0}, "d must be an integer from 1 to 1000, not 0"),
    ({"d": 2.0}, "d must be an integer"),
    ({"d": 10**7}, "d must be an integer from 1 to 1000, not 10000000"),
    ({"N": 10**12}, "N must be an integer from 1 to 1000000000"),
    ({"M": True}, "M must be an integer"),
    ({"Lambda": [1, 2, 3]}, "Lambda has 3 eigenvalues, and d = 2"),
    ({"Lambda": [1, -1]}, "Lambda must not have a negative eigenvalue, not -1"),
    ({"Lambda": [[1, 0], [0, float("inf")]]}, r"Lambda\[2, 2\] must be a finite number, not inf"),
    ({"Lambda": [[1, 2, 3], [4, 5, 6]]}, "Lambda is 2×3, it should be 2×2"),
    ({"Lambda": [[1, 0], [0]]}, "Lambda must be a list of rows of one length"),
    ({"Lambda": "idenity"}, "Lambda: unknown spectrum 'idenity': did you mean 'identity'"),
    ({"Lambda": [1, 0]}, "layer: trained: Lambda is singular"),
    ({"sigma": -0.5}, "sigma must not be negative, not -0.5"),
    ({"task": None}, "task: None is no law"),
    ({"layer": [[1, 0], [0, 1]]}, r"layer: \[\[1, 0\], \[0, 1\]\] is no layer: give its name"),
    ({"noisy_target": 1}, "noisy_target must be true or false, not 1"),
    ({"quantity": "lost"}, "quantity: unknown quantity 'lost': did you mean 'loss'"),
    ({"target": "relu6"}, "target: unknown function 'relu6': did you mean 'relu'"),
    ({"layer": "trainde"}, "layer: unknown layer 'trainde': did you mean 'trained'"),
    ({"layer": {"name": "weights", "u": 1, "U": [[1]]}}, "layer: weights: U is 1×1, it should be 2×2"),
    ({"layer": {"name": "weights", "u": 1, "U": [[1, 0], [0, 1]], "p": [1]}}, "p has 1 coordinates, and d = 2"),
    ({"layer": {"name": "trained", "sigma": -1}}, "layer: trained: sigma must not be negative"),
    ({"task": {"name": "fixed", "w": [1]}}, "task: fixed: w has 1 coordinates, and d = 2"),
    ({"task": {"name": "sparse", "nonzero": 3}}, "nonzero is 3, but there are only d = 2"),
    ({"query": "unseen"}, "query: unseen: M = 5 examples leave no direction out where d = 2"),
    ({"covariance": {"name": "constant", "value": 1}, "Lambda": [1, 2]}, "leave out Lambda and Lambda_test"),
    ({"covariates": {"name": "student", "nu": 8}}, "moments up to order 8 are needed, and they end below 8"),
    ({"covariates": {"name": "student", "nu": 9}, "target": "quadratic"}, "moments up to order 12 are needed"),
    ({"noise": {"name": "student", "nu": 3}, "sigma": 1}, "noise: student: .* moments up to order 4"),
]


@pytest.mark.parametrize("given, words", WRONG, ids=[",".join(given) for given, _ in WRONG])
def test_wrong_settings_are_refused_in_one_line(given, words):
    with pytest.raises(UserError, match=words) as found:
        Setting.of({"d": 2, "N": 5} | given)
    assert "\n" not in str(found.value)


def test_keys():
    with pytest.raises(UserError, match="the key N is missing"):
        Setting.of({"d": 2})
    with pytest.raises(UserError, match="unknown key 'Lamda': did you mean 'Lambda'"):
        Setting.of({"d": 2, "N": 5, "Lamda": 1})


def test_which_moments_are_needed():
    full = {"name": "weights", "u": 1, "U": [[1, 0], [0, 1]], "p": [1, 0], "q": [0, 1]}
    assert needed(Setting(d=2, N=4, sigma=1)) == {"covariates": 8, "task": 4, "noise": 4}
    assert needed(Setting(d=2, N=4, target="sine")) == {"covariates": 4, "task": 0}
    assert needed(Setting(d=2, N=4, sigma=1, layer=full)) == {"covariates": 12, "task": 8, "noise": 8}
    Setting(d=2, N=4, noise={"name": "student", "nu": 3})  # there is no noise
    Setting(d=2, N=4, covariates={"name": "student", "nu": 5}, target="sign")


GIVEN = {
    "d": 2, "N": 5, "M": 3, "Lambda": [["1/3", 0], [0, 1]], "task": {"name": "sparse", "nonzero": 1}, "sigma": 0.1,
    "covariates": {"name": "mixture", "scales": [1, 2]}, "noise": "laplace", "noisy_target": True,
    "layer": {"name": "trained", "N": 7, "sigma": 0.1}, "quantity": "risk", "Lambda_test": [2, "1/7"],
    "query": {"name": "fixed", "x": [0.1, 0.2]},
}  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        GIVEN,
        {"d": 2, "N": 5, "covariance": {"name": "uniform", "from": 1, "to": 2}},
        {"d": 1, "N": 1, "layer": "trained"},
    ],
)
def test_plain_data_is_the_setting(given):
    setting = Setting.of(given)
    again = Setting.of(json.loads(json.dumps(setting.as_dict())))
    assert again.as_dict() == setting.as_dict()
    for copy in (again, pickle.loads(pickle.dumps(setting))):
        values = [estimator("forward").draw(s, np.random.default_rng(1), 50).tobytes() for s in (setting, copy)]
        assert values[0] == values[1]


def test_a_trained_layer_is_that_of_the_theorem():
    setting = Setting(d=2, N=4, Lambda=[[2, 0.5], [0.5, 1]], layer={"name": "trained", "sigma": 0.5, "N": 3})
    L = setting.Lambda
    Gamma = (1 + 1 / 3) * L + (np.trace(L) + 0.25) / 3 * np.eye(2)
    assert np.allclose(setting.layer.G @ Gamma, np.eye(2), atol=1e-12)
    own = Setting(d=2, N=4, covariance={"name": "exponential", "rate": 1})
    assert np.allclose(own.layer.G, 2 / (6 + (2 * 6 + 1 * 2) / 4) * np.eye(2))  # (m_2/a) I of Theorem 4.5


def test_layers_from_files(tmp_path):
    rng = np.random.default_rng(0)
    PV, KQ = rng.standard_normal((2, 3, 3)).astype(np.float32)
    path = tmp_path / "layer.npz"
    np.savez(path, W_PV=PV, W_KQ=KQ)
    setting = Setting(d=2, N=5, layer={"name": "file", "path": str(path)})
    assert np.array_equal(setting.layer.W_PV, PV) and np.array_equal(load_layer(path).W_KQ, KQ)
    path.unlink()
    assert np.array_equal(Setting.of(setting.as_dict()).layer.W_KQ, KQ)  # the numbers are written, not the file


def test_wrong_files_are_refused_in_one_line(tmp_path):
    one = np.eye(3)
    nan = one.copy()
    nan[1, 2] = np.nan
    wrong = {
        "W_KQ is 2×2, it should be 3×3": {"W_PV": one, "W_KQ": np.eye(2)},
        "holds no W_KQ; it holds W_PV, WKQ": {"W_PV": one, "WKQ": one},
        r"W_KQ\[2, 3\] must be a finite number, not nan": {"W_PV": one, "W_KQ": nan},
        "W_PV must be a matrix of numbers, not complex128": {"W_PV": one * 1j, "W_KQ": one},
        r"W_PV must be a matrix of numbers, not float64 of shape \(3,\)": {"W_PV": one[0], "W_KQ": one},
        "no .npz file of numbers: Object arrays cannot be loaded": {"W_PV": np.array([[Bomb()]]), "W_KQ": one},
    }
    for number, (words, arrays) in enumerate(wrong.items()):
        path = tmp_path / f"{number}.npz"
        np.savez(path, **arrays)
        refused(path, words)
    (tmp_path / "text.npz").write_text("no archive")
    (tmp_path / "cut.npz").write_bytes((tmp_path / "0.npz").read_bytes()[:200])
    np.save(tmp_path / "single.npy", one)
    refused(tmp_path / "text.npz", "no .npz file of numbers$")  # and no advice to load it unsafely
    refused(tmp_path / "cut.npz", "no .npz file of numbers")
    refused(tmp_path / "single.npy", "holds a single array")
    np.savez_compressed(tmp_path / "vast.npz", W_PV=np.zeros((2000, 2000)), W_KQ=one)
    refused(tmp_path / "vast.npz", "W_PV takes 32,000,128 bytes; at most 1001×1001 numbers are read")
    refused(claiming(tmp_path / "claims.npz", (10**6, 10**6)), "claims to hold more numbers than fit into memory")
    refused(claiming(tmp_path / "short.npz", (3, 3)), "no .npz file of numbers: EOF")
    refused(tmp_path / "none.npz", "cannot be read: No such file")
    refused(tmp_path, "cannot be read")


def claiming(path, shape):
    """An archive whose heads speak of that shape, with no numbers behind them."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("W_PV", "W_KQ"):
            head = io.BytesIO()
            np.lib.format.write_array_header_1_0(head, {"descr": "<f8", "fortran_order": False, "shape": shape})
            archive.writestr(f"{name}.npy", head.getvalue())
    return path


class Bomb:
    """What a pickle must never get to run."""

    def __reduce__(self):
        return os.abort, ()


def refused(path, words):
    with pytest.raises(UserError, match=words) as found:
        Setting(d=2, N=5, layer={"name": "file", "path": str(path)})
    assert "\n" not in str(found.value) and path.name in str(found.value)


PROGRAM = """
import hashlib, sys
import numpy as np
from symicl.simulate import ESTIMATORS, Setting
rng, d = np.random.default_rng(0), 130
task = {"name": "gaussian", "covariance": np.eye(d) + 0.2}
layer = {"name": "matrices", "W_PV": rng.standard_normal((d + 1, d + 1)), "W_KQ": rng.standard_normal((d + 1, d + 1))}
setting = Setting(d=d, N=60, Lambda=np.eye(d) + 0.1, sigma=0.5, task=task, layer=layer)
Lambda = np.round(np.cov(rng.standard_normal((d, 9 * d))), 6)
print(hashlib.sha256(Setting(d=d, N=60, Lambda=Lambda).layer.U.tobytes()).hexdigest())
for each in ESTIMATORS.values():
    seed = np.random.SeedSequence(5).spawn(3)[2]
    print(hashlib.sha256(each.draw(setting, np.random.default_rng(seed), 20).tobytes()).hexdigest())
"""


def test_the_same_bits_with_any_number_of_threads():
    """At 130 coordinates BLAS and LAPACK round differently with one thread and with two."""
    found = set()
    for threads in ("1", "2", "4"):
        env = os.environ | {f"{library}_NUM_THREADS": threads for library in ("OMP", "OPENBLAS", "MKL")}
        done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=True)
        found.add(done.stdout)
    assert len(found) == 1 and len(found.pop().split()) == 1 + len(ESTIMATORS)
