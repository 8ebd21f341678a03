"""A stand-in for Zammad on loopback: behaves as its documentation and public source say, not as we would like."""

from tests.wire.zammad.faults import Fault
from tests.wire.zammad.server import StandIn
from tests.wire.zammad.webhooks import Trigger, Webhook
from tests.wire.zammad.world import Attached, Attachment, World

__all__ = ["Attached", "Attachment", "Fault", "StandIn", "Trigger", "Webhook", "World"]
