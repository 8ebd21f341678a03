"""Alice's notebook: an offer in it, a profile, a saved search, a frozen choice."""

from uuid import UUID

from tests.fixtures import Product
from waypost.sourcing.notebook import keeping
from waypost.sourcing.notebook.choosing.actions import freeze
from waypost.sourcing.notebook.keeping import Meta
from waypost.sourcing.notebook.profiles.actions import write
from waypost.sourcing.notebook.profiles.typed import Stated
from waypost.sourcing.notebook.searches.actions import save


async def notebook_of(product: Product, offer_id: UUID) -> dict[str, UUID]:
    """Ids by the names that addresses use."""
    alice = product.cast.alice
    async with product.house.works.open(alice.org_id, alice.actor) as work:
        profile = await write(work, Stated(name="Zeppelin hangars", roles=["Zeppelin pilot"]))
        mine = await keeping.pick(work, offer_id)
        await keeping.set_meta(work, mine, Meta(notes="Ask about the quicksilver gauge."))
        search = await save(work, "Zeppelins", {"mode": "explore", "q": "zeppelin"})
        choice = await freeze(work, [mine.id])
        return {"link_id": mine.id, "profile_id": profile.id, "search_id": search.id, "choice_id": choice.id}
