"""When a backup, and a trial of restoring one, last succeeded. Of the whole installation: no organisation in it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base
from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, OWNER


class Kind(StrEnum):
    """What was done."""

    BACKUP = "backup"
    RESTORE_DRILL = "restore-drill"


class Safekeeping(Base):
    """The newest success of each kind."""

    __tablename__ = "safekeepings"

    kind: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


declare_sql("safekeepings", f"grant select, insert, update on safekeepings to {APP}")
declare_sql("safekeepings.figures", f"grant select on safekeepings to {OWNER}")
