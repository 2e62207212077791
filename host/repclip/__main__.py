"""``python -m repclip``, and what the ``repclip`` script starts.

Ctrl-C may come while the rest is still being loaded, so nothing of it is imported before somebody is there to take it.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> int:
    """Run ``repclip``; the exit code is returned, never raised."""
    try:
        from repclip.cli import main as run

        return run()
    except KeyboardInterrupt:  # later ones end in the command line, with what they interrupted put in order
        print("repclip: interrupted", file=sys.stderr)
        return 130  # as there


if __name__ == "__main__":
    sys.exit(main())
