"""What can go wrong, and the exit code each kind of trouble ends with.

Every message repeats what the user wrote and says what would be right; the command line prints it as one line.
"""


class SymiclError(Exception):
    """The base of every error that symicl raises on purpose."""

    exit_code = 1


class UserError(SymiclError):
    """Wrong use or wrong input: the message repeats the input and says what would be right."""

    exit_code = 2


class ShapeError(UserError):
    """Two shapes that do not fit; the message names both."""


class ProofError(SymiclError):
    """A step that does not follow; the message shows the line, the rule and the difference."""


class MissingTool(SymiclError):
    """A program that is not on this machine; the message says how to get it."""

    exit_code = 3
