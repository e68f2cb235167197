"""Proof records: a theorem written down with every step that made it, and made again from that by the kernel alone.

    terms    expressions and statements as numbered rows, and back, within limits
    limits   how large a record may be
    writing  theorems to the text of a record
    reading  the text of a record to its rows, each of the right form
    replay   the rows to theorems, step by step, through the kernel

Nothing in a record is executed: it is JSON, its rows name nodes of the language and inferences of the kernel, and an
unknown name is refused.
"""
