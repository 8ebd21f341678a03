"""SQL that tables alone cannot say: look-up and search functions, declared by the feature that calls them."""

_declared: dict[str, str] = {}


def declare_sql(name: str, statement: str) -> None:
    """Keep one statement (a function with its owner and grants) under a name; the order of declaring is kept."""
    _declared[name] = statement


def declared_sql() -> dict[str, str]:
    """All declared statements by name."""
    return _declared
