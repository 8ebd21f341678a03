"""Last needs: what going through every row of what operators know still asked for."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """As plain SQL that an operator can read and run by hand."""
    script = Path(__file__).with_name("0007_last_needs.sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(script)  # the driver itself: SQLAlchemy would take the script's % for placeholders


def downgrade() -> None:
    """What was written since would be lost."""
    raise RuntimeError("The older version cannot hold what was written since: restore a backup.")
