"""Names of letters as identifiers of Rocq.

>>> identifier("W^PV"), identifier("E"), identifier("Λ")
('W_PV', 'E_', 'L_39b_')
"""

from __future__ import annotations

import re
from typing import Any

from sympy import Symbol

#: what the files themselves call by these names, and words of the language
TAKEN = frozenset(
    word
    for line in (
        "R A E RV S O I D env known known0 scalars table letters sizes dims nonzero commuting means row col",
        "random unit tr fun forall exists let in match with end if then else Type Prop Set as at return fix",
        "cofix where for using map_mx invmx size rot nth iota seq step given the_term the_size left right inl",
        "inr pair id units sign semi vanish positive nonnegative semidefinite level value order group letter",
        "entry place cov gap dim mat slope given diagonal definite event far_on",
        # what proofs call by these names
        "h h1 h2 p1 p2 p3 total bound front_gt0 rest_squares row_ col_ squares squares_ge0",
        # of what the library and Mathematical Components define, names that a letter could have
        "AC Eq Gt ID Im Lt Re Zp all and before bool cat centred close codom coef comp constant context count cut",
        "cycle depth deriv double drop entry_of eq error ex exp expn false filter find flip fst gaussian gcd ge gt",
        "half has head height horner iff index info insert into is is_derivative is_gradient isserlis last lcm le",
        "lead length leq lt ltn made_of map mask matrices max mean min monic moving nat negb not odd of by do or",
        "orb orbit pad pairs path plain poly power prime prod proj rev root roots scalar snd sort split sum take",
        "test tidy true tt turn uniq up val width word",
    )
    for word in line.split()
)
#: what the files number
NUMBERED = re.compile(r"(step|value|given|a|x|z|below|root|event)\d+\w*")


def identifier(name: str) -> str:
    """A name of Rocq for a letter; names that differ in more than a sign, such as W^PV and W_PV, stay different."""
    plain = name.replace("^", "_").replace("'", "_prime")
    plain = re.sub(r"[^A-Za-z0-9_]", lambda found: f"_{ord(found[0]):x}_", plain)
    plain = plain if plain[0].isalpha() else f"L{plain}"
    taken = plain in TAKEN or plain.rstrip("_") in TAKEN or NUMBERED.fullmatch(plain)
    return plain + "_" if taken else plain


def result_name(key: str) -> str:
    """The key of a result, such as ``law:gamma``, as a part of names."""
    return identifier(re.sub("[-:]", "_", key))


def inverse_name(name: str) -> str:
    """The name of a letter's inverse."""
    return identifier(name) + "_inv"


def root_name(name: str) -> str:
    """The name of a matrix whose product with its transpose is the letter."""
    return "root_" + identifier(name)


def matrix_type(node: Any, ring: str) -> str:
    """The type of a matrix over a ring.

    >>> from symicl import dimension, matrix
    >>> matrix_type(matrix("A", dimension("d") + 1, dimension("step1")), "R")
    "'M[R]_(d + 1, step1_)"
    """
    names = {n: Symbol(identifier(n.name)) for size in node.shape for n in size.free_symbols}
    rows, cols = (str(size.xreplace(names)) for size in node.shape)
    return f"'M[{ring}]_({rows}, {cols})"
