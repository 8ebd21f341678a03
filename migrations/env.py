"""One line of history. The caller brings the connection of the owner; locks are never waited for long."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=True)
connection.execute(text("set lock_timeout = '10s'"))
connection.commit()

with context.begin_transaction():
    context.run_migrations()
