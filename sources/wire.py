"""The only way out to the network."""


class Wire:
    """What a source speaks through; see `sources/source.py`."""
