"""The ground: identity, jobs, audit, storage, mailboxes, messages, tickets."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everything at once, as plain SQL that an operator can read and run by hand."""
    script = Path(__file__).with_name("0001_ground.sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(script)  # the driver itself: SQLAlchemy would take the script's % for placeholders


def downgrade() -> None:
    """There is nothing before the ground."""
    raise RuntimeError("There is no older version: restore a backup, or drop the database.")
