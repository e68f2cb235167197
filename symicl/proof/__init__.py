"""Writing a derivation: ``calculation`` (lines), ``rules`` (their reasons), ``chapter`` (what a derivation hands on)."""
