"""What we call ourselves to others."""

from importlib.metadata import PackageNotFoundError, version

UNKNOWN = "unknown"


def product_version() -> str:
    """The installed version; "unknown" where the package is not installed."""
    try:
        return version("waypost")
    except PackageNotFoundError:
        return UNKNOWN
