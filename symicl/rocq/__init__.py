"""Theorems for somebody else to check: a proof record as files of Rocq (Coq), one lemma a step.

    names      names of letters as identifiers of Rocq
    terms      expressions and statements as terms of Rocq
    letters    the letters of a record
    context    the table of what is known of them, with its proof
    section    the head of a file: what is given, defined, known
    given      random matrices of any law, on which others are drawn: such as the covariance of one prompt
    squares    what is a sum of squared norms, and how that is seen
    signs      proofs of the signs of scalars
    steps      the proof of each step, by the inference that made it
    order_steps  those about order: signs, inequalities, roots
    slopes     derivatives: which letters move, the exact expansion along a line, what it says
    slope_steps  the proof of each step that speaks of derivatives
    parts      a file in one part, or in two where something is differentiated
    remade     steps made again by the kernel with other expressions in their place
    instances  theorems with values put in: the steps behind them, made again for the values
    held       results about random letters that no mean is over, made again for any matrices
    assumed    what a file assumes, in words for its head
    export     a record as files, each with a head that says what it proves and assumes
    folder     the folder that they are written into, with the library and how to compile them
    library/   the Rocq library that the files stand on

and the check of a folder of such files:

    verify         a folder of proofs, compiled and asked what it assumes
    verify_text    the text of a Rocq file, in sentences, without comments
    verify_rules   what a sentence of a proof may be
    verify_refusal  what is said of a step that is not accepted
    origin         whether a file is the export of a proof record beside it
    verify_build   coqc with its limits, and the compiled library in the user's cache

An inference that is not known here is refused by name; nothing is left out silently.
"""
