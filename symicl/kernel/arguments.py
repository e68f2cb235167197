"""What an inference may be given: theorems, statements and expressions of the language, whole numbers, and tuples.

Everything else is refused, and lists become tuples, so that nothing that a theorem is made of can be changed later.
The kinds of nodes are a closed set, looked up by their exact type: a subclass might answer for itself what it is.
"""

from __future__ import annotations

from typing import Any

from sympy import Pow, Symbol

from ..errors import ProofError, SymiclError
from ..language.kinds import KINDS, NUMBERS, apart, well_formed
from ..language.statements import And, Eq, Flow, Ge, Gt, Iff, Le, Lt, Ne, Or
from . import facts

RELATIONS = frozenset({Eq, Ne, Ge, Gt, Lt, Le})
CONNECTIVES = frozenset({And, Or, Iff})
#: statements about expressions
ATOMS = RELATIONS | {Flow}
STATEMENTS = ATOMS | CONNECTIVES

#: What the parameters of inferences are annotated with: a theorem, an expression, a tuple.
Proved = Any
Node = Any
Several = Any

#: Nodes that were found to be of these kinds throughout, by identity; they are kept, so that an identity stays theirs.
_checked: dict[int, Any] = {}
MOST = 1 << 17


def fit(annotation: str, argument: Any, theorem: type) -> bool:
    """Whether an argument, made immutable, is what a parameter with this annotation takes."""
    kind = type(argument)
    match annotation:
        case "Proved":
            return kind is theorem
        case "Statement":
            return kind in STATEMENTS
        case "Node":
            return kind in KINDS or kind is int
        case "Several":
            return kind is tuple
    return kind.__name__ == annotation


def frozen(argument: Any, theorem: type) -> Any:
    """The argument with tuples for lists and sets; ``ProofError`` for what no inference may be given."""
    kind = type(argument)
    if kind is theorem or kind is int:
        return argument
    if kind in (tuple, list):
        return tuple([frozen(part, theorem) for part in argument])
    if kind in (set, frozenset):
        return tuple(sorted([frozen(part, theorem) for part in argument], key=str))
    if kind in STATEMENTS:
        _refuse_malformed(argument)
        return argument
    if kind is str:
        return argument
    _refuse_strangers(argument)
    return argument


def _refuse_malformed(statement: Any) -> None:
    """``ProofError`` for a statement that its own constructor would not have made."""
    kind = type(statement)
    if kind in CONNECTIVES:
        if any(type(part) not in STATEMENTS for part in statement) or (kind is Iff and len(statement) != 2):
            raise ProofError(f"{kind.__name__} joins statements, and Iff two of them")
        for part in statement:
            _refuse_malformed(part)
        return
    for side in statement:
        _refuse_strangers(side)
    try:
        sound = kind in ATOMS and (kind is Flow or len(statement) == 2) and kind(*statement) == statement
    except (SymiclError, ValueError, TypeError) as error:
        raise ProofError(str(error)) from error
    if not sound:
        raise ProofError(f"this {kind.__name__} of {len(statement)} parts is not well formed")


def _refuse_strangers(node: Any) -> None:
    """``ProofError`` for a node that is not of the language, anywhere in an expression."""
    if id(node) in _checked:
        return
    if type(node) not in KINDS:
        raise ProofError(f"{node}: a node of kind {type(node).__name__} is not part of the language")
    for part in apart(node):
        if type(part) is not str:
            _refuse_strangers(part)
    if not well_formed(node):
        raise ProofError(f"{node}: this {type(node).__name__} is not well formed")
    if type(node) is Symbol and not node.is_real:
        raise ProofError(f"{node}: a symbol stands for a real number; make it with scalar(...) or dimension(...)")
    if type(node) is Pow:
        _refuse_unreal(node)
    if len(_checked) >= MOST:
        _checked.clear()
    _checked[id(node)] = node


def _refuse_unreal(node: Pow) -> None:
    """A root of something that may be negative is not real, and an exponent with letters is not of the language."""
    base, exponent = node.args
    if type(exponent) not in NUMBERS:
        raise ProofError(f"{node}: an exponent is a number here, not {exponent}")
    if not exponent.is_integer and not facts.nonnegative(base):
        raise ProofError(f"{node}: nothing says that {base} is nonnegative, so this root may not be real")
