"""What made a result: the versions of all that the bits may depend on."""

from __future__ import annotations

import platform

#: On which of them random numbers and what is made of them may depend.
DECISIVE = ("symicl", "numpy")


def versions() -> dict[str, str]:
    """symicl, NumPy, Python and the kind of processor.

    >>> sorted(versions())
    ['machine', 'numpy', 'python', 'symicl']
    """
    import numpy

    from .. import __version__

    return {
        "symicl": __version__,
        "numpy": numpy.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
