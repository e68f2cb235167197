"""Writing a derivation: ``calculation`` (lines), ``rules`` (reasons), ``chapter`` (what a derivation hands on)."""
