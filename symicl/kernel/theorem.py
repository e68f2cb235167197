"""Theorems: the only place where one is made.

``Theorem`` has no public constructor.  The functions below are its constructors: each runs one of the inferences of
``equations``, ``order``, ``flowing``, ``logic`` and ``schemas``, which check what they claim, and seals what it
concludes.  A theorem remembers its rule and its arguments, so that it is its own proof record and can be made again
from nothing else.  Search and calculation live elsewhere and only propose; here they are compared.

>>> from symicl import dimension, matrix, Eq, tr
>>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
>>> identity(Eq(tr(A @ B), tr(B.T @ A.T)))
⊢ tr(A B) = tr(B.T A.T)
>>> identity(Eq(A @ B, B @ A))
Traceback (most recent call last):
    ...
symicl.errors.ProofError: A B = B A does not follow by matrix algebra: the two sides differ by A B - B A
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from inspect import Parameter, Signature, signature
from itertools import zip_longest
from typing import Any

from ..errors import ProofError
from ..language.statements import Statement
from . import equations, flowing, logic, order, schemas
from .arguments import fit, frozen
from .conclusion import divided, stands_on
from .facts import refuse_false_claims

_SEAL = object()


class Theorem:
    """A statement that the kernel has proved from ``assumptions`` and the axioms named in ``axioms``.

    ``rule`` names the inference that made it and ``arguments`` what it was made of, other theorems among them.
    """

    __slots__ = ("arguments", "assumptions", "axioms", "rule", "statement")

    statement: Statement
    assumptions: frozenset[Statement]
    axioms: frozenset[str]
    rule: str
    arguments: tuple[Any, ...]

    def __init__(self, seal: object, **fields: Any) -> None:
        if seal is not _SEAL:
            raise ProofError("a Theorem is made by the inferences of symicl.kernel, not by its constructor")
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __init_subclass__(cls) -> None:
        raise ProofError(f"{cls.__name__}: there is one kind of Theorem")

    def __setattr__(self, name: str, value: Any) -> None:
        raise ProofError(f"a Theorem cannot be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise ProofError(f"a Theorem cannot be changed: {name}")

    @property
    def premises(self) -> tuple[Theorem, ...]:
        """The theorems that it was made of."""
        return tuple(_theorems_in(self.arguments))

    def __repr__(self) -> str:
        given = ", ".join(sorted(map(str, self.assumptions)))
        return f"{given} ⊢ {self.statement}".lstrip()

    def _repr_latex_(self) -> str:
        return self.statement._repr_latex_()


def _theorems_in(arguments: tuple[Any, ...]) -> Iterator[Theorem]:
    for argument in arguments:
        if type(argument) is Theorem:
            yield argument
        elif type(argument) is tuple:
            yield from _theorems_in(argument)


def _sealed(check: Callable[..., Any]) -> Callable[..., Theorem]:
    """The constructor that runs one inference: its arguments are made immutable, its conclusion becomes a theorem."""
    parameters = signature(check)

    @wraps(check)
    def infer(*arguments: Any, **named: Any) -> Theorem:
        if named:
            arguments = parameters.bind(*arguments, **named).args
        known = frozen(arguments, Theorem)
        _refuse_unfit(check.__name__, parameters, known)
        concluded = check(*known)
        frozen(concluded.statement, Theorem)
        premises = tuple(_theorems_in(known))
        kept = frozenset().union(*(p.assumptions for p in premises)) if concluded.kept is None else concluded.kept
        assumptions = kept | concluded.extra | divided(concluded.statement)
        refuse_false_claims(concluded.statement, *assumptions)
        return Theorem(
            _SEAL,
            rule=check.__name__,
            arguments=known,
            statement=concluded.statement,
            assumptions=assumptions,
            axioms=concluded.axioms.union(stands_on(concluded.statement), *(p.axioms for p in premises)),
        )

    return infer


def _refuse_unfit(rule: str, parameters: Signature, arguments: tuple[Any, ...]) -> None:
    """``ProofError`` where an argument is not what the inference takes in that place."""
    declared = list(parameters.parameters.values())
    last = declared[-1]
    open_ended = last.kind is Parameter.VAR_POSITIONAL
    needed = sum(p.default is Parameter.empty for p in declared) - open_ended
    if not needed <= len(arguments) or (len(arguments) > len(declared) and not open_ended):
        raise ProofError(f"{rule} does not take {len(arguments)} arguments")
    for parameter, argument in zip_longest(declared[: len(arguments)], arguments, fillvalue=last):
        if not fit(parameter.annotation, argument, Theorem):
            raise ProofError(f"{rule}: {argument} is not what it takes for {parameter.name}")


identity = _sealed(equations.identity)
expectation = _sealed(equations.expectation)
blocks = _sealed(equations.blocks)
cancel = _sealed(equations.cancel)
derivative = _sealed(equations.derivative)
combine = _sealed(equations.combine)
inside = _sealed(equations.inside)
chain = _sealed(equations.chain)
replace = _sealed(equations.replace)
turn = _sealed(equations.turn)
flip = _sealed(equations.flip)

nonnegative = _sealed(order.nonnegative)
positive = _sealed(order.positive)
nonzero = _sealed(order.nonzero)
at_least = _sealed(order.at_least)
weaken = _sealed(order.weaken)
mirror = _sealed(order.mirror)
descend = _sealed(order.descend)
add_up = _sealed(order.add_up)
divisor = _sealed(order.divisor)
dominates = _sealed(order.dominates)
vanishes = _sealed(order.vanishes)
root = _sealed(order.root)
unroot = _sealed(order.unroot)

assume = _sealed(logic.assume)
both = _sealed(logic.both)
part = _sealed(logic.part)
either = _sealed(logic.either)
choose = _sealed(logic.choose)
cases = _sealed(logic.cases)
iff = _sealed(logic.iff)
cut = _sealed(logic.cut)
modus = _sealed(logic.modus)

conserved = _sealed(flowing.conserved)
falls = _sealed(flowing.falls)
decays = _sealed(flowing.decays)
keeps_sign = _sealed(flowing.keeps_sign)

instantiate = _sealed(schemas.instantiate)
cite = _sealed(schemas.cite)

#: Every inference by its name, as a proof record calls it.
INFERENCES: dict[str, Callable[..., Theorem]] = {
    made.__name__: made
    for made in (
        *(identity, expectation, blocks, cancel, derivative, combine, inside, chain, replace, turn, flip),
        *(nonnegative, positive, nonzero, at_least, weaken, mirror, descend, add_up, divisor, dominates, vanishes),
        *(root, unroot, conserved, falls, decays, keeps_sign),
        *(assume, both, part, either, choose, cases, iff, cut, modus),
        *(instantiate, cite),
    )
}
