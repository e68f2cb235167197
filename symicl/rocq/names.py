"""Names of letters as identifiers of Rocq.

>>> identifier("W^PV"), identifier("E"), identifier("Λ")
('W_PV', 'E_', 'L_39b_')
"""

from __future__ import annotations

import re

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
        "h h1 h2 p1 p2 p3 total bound front_gt0 rest_squares row_ col_",
    )
    for word in line.split()
)
#: what the files number
NUMBERED = re.compile(r"(step|value|given|a|below|root|event)\d+\w*")


def identifier(name: str) -> str:
    """A name of Rocq for a letter; different names stay different."""
    plain = name.replace("^", "_").replace("'", "_prime")
    plain = re.sub(r"[^A-Za-z0-9_]", lambda found: f"_{ord(found[0]):x}_", plain)
    plain = plain if plain[0].isalpha() else f"L{plain}"
    return plain + "_" if plain in TAKEN or NUMBERED.fullmatch(plain) else plain


def result_name(key: str) -> str:
    """The key of a result, such as ``law:gamma``, as a part of names."""
    return identifier(re.sub("[-:]", "_", key))


def inverse_name(name: str) -> str:
    """The name of a letter's inverse."""
    return identifier(name) + "_inv"


def root_name(name: str) -> str:
    """The name of a matrix whose product with its transpose is the letter."""
    return "root_" + identifier(name)
