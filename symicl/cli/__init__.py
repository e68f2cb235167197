"""The command line.

    commands    the commands, one function each
    shell       what they share: exit codes, one-line errors, JSON, progress
    proving     prove, show and check
    verifying   verify and axioms
    expecting   the expectation of a word
    grammar     the words of ``symicl expect``, read by a parser of their own
    setting     what the letters of such a word mean, and how large a word may be
    evaluating  the formulas of a theorem at numbers
    inputs      the JSON file of ``--at``, read and checked
    numbers     its numbers and matrices
    roots       exact values with roots of long numbers
    values      formulas at these numbers, and how values are shown

Importing this package loads click and nothing heavier; a command imports what it needs when it runs.
"""

from .commands import main

__all__ = ["main"]
