"""Formulas that a person types: a grammar of their own, and what its letters and operations mean.

grammar     tokens and a parser by recursive descent, which calls a builder for every operation
setting     the builder of the command line's words, with bounds on what may be asked

No text is ever run as code.
"""
