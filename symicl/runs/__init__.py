"""Experiments: a small TOML file, run in chunks by any number of workers, checkpointed, written down, drawn.

    locate, document   a TOML file, and where in it each key stands
    experiment, kinds  what a file asks for; one class a kind of experiment
    training           the kind of experiment that trains a layer
    jobs, runner       a job hands out chunks in waves; the runner keeps each answer at once
    engines, cluster   who does the chunks: this process, processes of this machine, a Dask cluster
    checkpoints        finished chunks on disk
    theorems           what the derived theorems say of a setting
    results, slopes    what a result holds, and which power of M or N it follows
    plots              pictures (matplotlib)

A chunk's random numbers come from ``SeedSequence(seed).spawn``, by its point of the grid and its place there, and
chunks are merged in that order: a result has the same bits for any number of workers, any engine, any order.
"""
