"""repclip: counts lift-hold-lower reps from one limb-worn IMU and times every phase."""

from __future__ import annotations

__all__ = ["__version__"]

__version__: str


def __getattr__(name: str) -> str:
    """Look the version up when it is first asked for: that takes a while, in which Ctrl-C would find nobody."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import metadata

    try:
        found = metadata.version("repclip")
    except metadata.PackageNotFoundError:  # a checkout on the path that was never installed
        found = "0+unknown"
    globals()[name] = found
    return found
