"""The office of the tickets' tests, Alice, who may steer, and a worker."""

from tests.ticketing.bulk.conftest import work_off
from tests.ticketing.queues.conftest import alice
from tests.ticketing.routing.conftest import routing
from tests.ticketing.tickets.conftest import globex, office

__all__ = ["alice", "globex", "office", "routing", "work_off"]
