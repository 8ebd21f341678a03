"""Writes the first migration's SQL from the models; only until the first release, for history is never rewritten."""

from pathlib import Path

from waypost.platform.schema.build import statements
from waypost.tables import everything

TARGET = Path(__file__).parents[1] / "migrations" / "versions" / "0001_ground.sql"


def main() -> None:
    """One statement after another, each ended by a semicolon."""
    text = "\n\n".join(statement.strip().rstrip(";") + ";" for statement in statements(everything()))
    lines = (line.rstrip() for line in text.splitlines())
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
