"""Seeing what the house does: logs without personal data, metrics without organisations, health without secrets."""

import sys

if "structlog" not in sys.modules and "rich" not in sys.modules:
    # Structlog loads rich, pygments and markdown to draw tracebacks (170 modules, 9 MB). Ours are described, not drawn.
    sys.modules["rich"] = None  # type: ignore[assignment]  # what the import system calls "not there"
    import structlog as structlog

    del sys.modules["rich"]
