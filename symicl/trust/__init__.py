"""The judges judged: every theorem of the catalogue with one thing changed, before kernel, search and judges.

    mutants        formulas with one thing changed
    arithmetic     rationals, roots to 60 digits, polynomials in normals
    values         the value of an expression at a point, in a third way
    points         the points, some of them on the sets that theorems speak of
    truth          whether a statement is true, decided by the points
    attacks        mutants before the kernel
    searching      mutants before engine and rules
    judged         mutants before the judges of a chapter
    frequencies    power and false alarms of the Monte Carlo judge
    outcome        what became of one mutant, and the sums of that
    scoring        everything together, side by side

Whether a mutant is still true is decided apart from the judge that is scored: the values share no code with kernel and
engine, and with the judges only the arithmetic of polynomials, by which an expectation and a derivative are taken.
"""
