"""The untrusted fast search: normal form, expectations, derivatives, solving.  See the names exported below."""

from .calculus import differential, gradient, replace, second_variation
from .convert import form
from .folding import fold
from .forms import Form
from .inverses import inverse
from .pairings import clear_pairings
from .powers import clear_powers, wishart_power, wishart_trace_power
from .solving import solve_linear
from .wick import clear_wick, expect
from .words import clear_words


def clear_caches() -> None:
    """Forget everything that was computed; forms that exist stay valid."""
    clear_words()
    clear_wick()
    clear_powers()
    clear_pairings()


__all__ = [
    "Form",
    "clear_caches",
    "differential",
    "expect",
    "fold",
    "form",
    "gradient",
    "inverse",
    "replace",
    "second_variation",
    "solve_linear",
    "wishart_power",
    "wishart_trace_power",
]
