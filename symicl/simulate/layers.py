"""The layer whose numbers are asked for: its two weight matrices, given, read from a file, or trained by a theorem.

>>> given = read_layer({"name": "weights", "u": 1, "U": [[2, 0], [0, 2]]}, 2, 10, np.eye(2))
>>> given.W_PV.tolist()[-1], given.W_KQ.tolist()[0], given.bilinear
([0.0, 0.0, 1.0], [2.0, 0.0, 0.0], True)
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ..errors import UserError
from .algebra import Array, is_diagonal
from .named import Table, shown
from .numbers import SIZES, integer, is_definite, matrix, not_negative, number, vector

#: The most bytes of a matrix that is read from a file: of the widest numbers, with room for its head.
LARGEST = 16 * (SIZES + 1) ** 2 + 4096


@dataclass(frozen=True, eq=False)
class Layer:
    """W^PV and W^KQ, both (d+1)×(d+1).

    The last row of W^PV is (pᵀ, u), the first d columns of W^KQ are (U; qᵀ); nothing else reaches the answer.
    ``written`` is the plain data that this layer is written as.
    """

    W_PV: Array
    W_KQ: Array
    written: Any = None

    @property
    def p(self) -> Array:
        """Length d."""
        return self.W_PV[-1, :-1]

    @property
    def u(self) -> float:
        """The last entry of W^PV."""
        return float(self.W_PV[-1, -1])

    @property
    def U(self) -> Array:
        """d×d."""
        return self.W_KQ[:-1, :-1]

    @property
    def q(self) -> Array:
        """Length d."""
        return self.W_KQ[-1, :-1]

    @property
    def bilinear(self) -> bool:
        """Whether p = q = 0, so that the answer is u (Xy/M)ᵀ U x_q."""
        return not self.p.any() and not self.q.any()

    @property
    def G(self) -> Array:
        """uU, d×d."""
        return self.u * self.U


@dataclass(frozen=True, eq=False)
class Trained:
    """What training ends at: uU = Γ⁻¹ by the theorem `optimum`, or the one of `random-covariance`, with p = q = 0.

    ``N``: the length of the training prompts, that of the setting unless it is said.  ``sigma``: the noise on their
    labels, 0 unless it is said.
    """

    N: Any = None
    sigma: Any = 0.0
    name: ClassVar[str] = "trained"

    def __post_init__(self) -> None:
        if self.N is not None:
            object.__setattr__(self, "N", integer("N", self.N))
        object.__setattr__(self, "sigma", not_negative("sigma", self.sigma))

    def layer(self, d: int, N: int, Lambda: Array, law: Any) -> Layer:
        """The theorem's value at these numbers."""
        length = self.N or N
        if law is None:
            product = gamma_inverse(length, Lambda, self.sigma)
        elif self.sigma:
            raise UserError("sigma: no theorem covers training with noise and random covariances; leave it 0")
        else:
            product = scale_for(law, d, length) * np.eye(d)
        return from_blocks(1.0, product, np.zeros(d), np.zeros(d), LAYERS.write("layer", self))


@dataclass(frozen=True, eq=False)
class Weights:
    """The blocks ``u`` (a number), ``U`` (d×d), ``p`` and ``q`` (length d, 0 unless they are said)."""

    u: Any
    U: Any
    p: Any = None
    q: Any = None
    name: ClassVar[str] = "weights"

    def layer(self, d: int, N: int, Lambda: Array, law: Any) -> Layer:
        """These blocks, and 0 elsewhere."""
        p, q = (np.zeros(d) if each is None else vector(key, each) for key, each in (("p", self.p), ("q", self.q)))
        for key, each in (("p", p), ("q", q)):
            if len(each) != d:
                raise UserError(f"{key} has {len(each)} coordinates, and d = {d}")
        u, U = number("u", self.u), matrix("U", self.U, (d, d))
        written = {"name": "weights", "u": u, "U": U.tolist(), "p": p.tolist(), "q": q.tolist()}
        return from_blocks(u, U, p, q, written)


@dataclass(frozen=True, eq=False)
class Matrices:
    """``W_PV`` and ``W_KQ``, both (d+1)×(d+1)."""

    W_PV: Any
    W_KQ: Any
    name: ClassVar[str] = "matrices"

    def layer(self, d: int, N: int, Lambda: Array, law: Any) -> Layer:
        """These matrices."""
        PV, KQ = (matrix(key, getattr(self, key), (d + 1, d + 1)) for key in ("W_PV", "W_KQ"))
        return Layer(PV, KQ, {"name": "matrices", "W_PV": PV.tolist(), "W_KQ": KQ.tolist()})


@dataclass(frozen=True)
class File:
    """The arrays W_PV and W_KQ of an ``.npz`` file; see ``load_layer``."""

    path: Any
    name: ClassVar[str] = "file"

    def layer(self, d: int, N: int, Lambda: Array, law: Any) -> Layer:
        """What the file holds."""
        return load_layer(self.path, d)


LAYERS = Table("layer", "layer", (Trained, Weights, Matrices, File))


def read_layer(value: Any, d: int, N: int, Lambda: Array, law: Any = None) -> Layer:
    """The layer that plain data speaks of, for training prompts of N examples of covariance Λ.

    ``law`` is that of the eigenvalues where each prompt has a covariance of its own.  A ``Layer`` is checked.
    """
    if isinstance(value, Layer):
        value = Matrices(value.W_PV, value.W_KQ)
    spoken = LAYERS.read("layer", value)
    try:
        return spoken.layer(d, N, Lambda, law)
    except UserError as error:
        raise UserError(f"layer: {getattr(spoken, 'name', type(spoken).__name__)}: {error}") from None


def from_blocks(u: float, U: Array, p: Array, q: Array, written: Any = None) -> Layer:
    """The layer with these blocks and 0 in all places that do not matter."""
    d = len(U)
    PV, KQ = np.zeros((d + 1, d + 1)), np.zeros((d + 1, d + 1))
    PV[-1, :-1], PV[-1, -1] = p, u
    KQ[:-1, :-1], KQ[-1, :-1] = U, q
    return Layer(PV, KQ, written)


def load_layer(path: Any, d: int | None = None) -> Layer:
    """The layer of a real model from an ``.npz`` file that holds ``W_PV`` and ``W_KQ``; nothing in it is executed.

    ``UserError`` where the file cannot be read, a matrix is missing, not square of one size (d+1 where d is given),
    or has an entry that is no finite number.
    """
    file = Path(path) if isinstance(path, (str, Path)) else None
    if file is None:
        raise UserError(f"path must be the name of an .npz file, not {shown(path)}")
    try:
        opened = np.load(file, allow_pickle=False)
        if not hasattr(opened, "files"):
            raise UserError(f"{file}: holds a single array; needed is an .npz file with W_PV and W_KQ")
        with opened as arrays:
            found = {name: _member(file, arrays, name) for name in ("W_PV", "W_KQ")}
    except OSError as error:
        raise UserError(f"{file}: cannot be read: {error.strerror or error}") from None
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise UserError(f"{file}: no .npz file of numbers{_said(error)}") from None
    except MemoryError:
        raise UserError(f"{file}: claims to hold more numbers than fit into memory") from None
    size = len(found["W_PV"]) if d is None else d + 1
    try:
        PV, KQ = (matrix(name, array, (size, size)) for name, array in found.items())
    except UserError as error:
        raise UserError(f"{file}: {error}") from None
    return Layer(PV, KQ, {"name": "matrices", "W_PV": PV.tolist(), "W_KQ": KQ.tolist()})


def _said(error: Exception) -> str:
    """NumPy's own words, but for its advice to run what is in the file."""
    words = " ".join(str(error).split()).removesuffix(" when allow_pickle=False")
    return f": {words}" if words and "pickle" not in words else ""


def _member(file: Path, arrays: Any, name: str) -> Array:
    if f"{name}.npy" not in arrays.zip.namelist():
        raise UserError(f"{file}: holds no {name}; it holds {', '.join(arrays.files) or 'nothing'}")
    if (size := arrays.zip.getinfo(f"{name}.npy").file_size) > LARGEST:
        raise UserError(f"{file}: {name} takes {size:,} bytes; at most {SIZES + 1}×{SIZES + 1} numbers are read")
    array = arrays[name]
    if array.dtype.kind not in "fiu" or array.ndim != 2:
        raise UserError(f"{file}: {name} must be a matrix of numbers, not {array.dtype} of shape {array.shape}")
    return np.asarray(array, dtype=float)


def gamma_inverse(N: int, Lambda: Array, sigma: float = 0.0) -> Array:
    """Γ⁻¹ of the derived theorem `optimum`, for training prompts of N examples with label noise σ.

    From about a hundred coordinates on the last bits of an inverse depend on how many threads LAPACK has: it has one.

    >>> gamma_inverse(4, np.eye(2)).tolist()
    [[0.5714285714285714, 0.0], [0.0, 0.5714285714285714]]
    """
    from threadpoolctl import threadpool_limits

    from ..attention import Task
    from ..derivations import derive
    from ..language.letters import scalar

    if not is_definite(Lambda):
        raise UserError("Lambda is singular, and then training has more than one end; give the weights")
    chapter = derive("optimum", Task(noise=scalar("sigma", positive=True)) if sigma else None)
    with threadpool_limits(limits=1):
        found = np.asarray(_at(chapter.formulas["Gamma_inverse"], N=N, Lambda=Lambda, sigma=sigma), dtype=float)
    return np.diag(np.diag(found)) if is_diagonal(Lambda) else found


def scale_for(law: Any, d: int, N: int) -> float:
    """uU/I of the derived theorem `random-covariance`, for eigenvalues of one law with finite moments."""
    from ..derivations import derive

    if not hasattr(law, "moments"):
        raise UserError("the law of the eigenvalues has no moments() to train by; give the weights")
    moments = {f"m_{k}": moment for k, moment in enumerate(law.moments(), 1)}
    return float(_at(derive("random-covariance").formulas["uU"], d=d, N=N, **moments))


def _at(formula: Any, **values: Any) -> Any:
    """The formula at these numbers, by the names of its letters."""
    from ..language.letters import Defined, letters_of
    from ..language.numeric import evaluate

    letters = {each.name: each for each in letters_of(formula) if not isinstance(each, Defined)}
    return evaluate(formula, {letters[n]: value for n, value in values.items() if n in letters}, exact=False)
