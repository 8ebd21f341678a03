"""Each table that knows tickets or messages of tickets was thought of."""

from waypost.platform.db import Base
from waypost.tables import everything
from waypost.ticketing import module
from waypost.ticketing.rearranging.tables import FOLLOW_THE_MESSAGE, FOLLOW_THE_TICKET, ONCE_EACH, PLANNED, STAY, WORDS

HISTORY = {"rearrangements", "bulk_items"}
"""What was done stays as it was done."""


def test_every_table_that_names_a_ticket_has_its_rule() -> None:
    ruled = {*FOLLOW_THE_MESSAGE, *FOLLOW_THE_TICKET, *ONCE_EACH, *PLANNED, *STAY}
    known = {table.name for table in everything().sorted_tables if "ticket_id" in table.columns} | {"tickets"}
    assert known - HISTORY == ruled


def test_what_follows_the_message_names_both() -> None:
    tables = everything().tables
    assert all({"ticket_id", "message_id"} <= set(tables[name].columns.keys()) for name in FOLLOW_THE_MESSAGE)
    assert all(column in tables[name].columns for name, column in ONCE_EACH.items())


def test_every_process_knows_the_tables_of_features_above() -> None:
    """A worker never opens a composer, and yet merges tickets whose drafts must follow."""
    brought = {
        each.__tablename__
        for models in module.TABLES
        for each in vars(models).values()
        if isinstance(each, type) and issubclass(each, Base) and hasattr(each, "__tablename__")
    }
    assert {*STAY, *WORDS} <= brought
