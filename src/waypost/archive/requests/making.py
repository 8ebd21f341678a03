"""Two more steps: pages, and signatures. Each result is safe before the next begins, so nothing is signed twice."""

from time import monotonic

from waypost.archive.requests import blobs
from waypost.archive.requests.ending import about, log
from waypost.archive.requests.holding import Hold
from waypost.archive.requests.looks import Looks
from waypost.archive.requests.metrics import RENDER, SIGN
from waypost.archive.requests.models import State
from waypost.archive.requests.seals import plain
from waypost.archive.requests.terms import Terms
from waypost.archive.sealing.canonical import digest, read_snapshot
from waypost.archive.sealing.rendering import render
from waypost.archive.signing.levels import Sealed
from waypost.archive.signing.signer import Signer


async def draw(hold: Hold) -> None:
    """Snapshot and files become volumes, in the language and zone that the organisation has now."""
    if hold.request.rendered:
        return
    assert hold.request.snapshot_key is not None
    run, terms = hold.run, hold.run.of(Terms)
    async with run.work() as work:
        look = await run.of(Looks).of(work)
    snapshot = read_snapshot(await blobs.fetch(run, hold.request.snapshot_key))
    files = await blobs.fetch_files(run, hold.request)
    if 0 < look.max_articles < len(snapshot.articles) and look.limit_mode == "cap_and_continue":
        counted = {"articles": len(snapshot.articles), "limit": look.max_articles}
        log.warning("process_ticket.article_limit_capped", **counted, **about(hold.request))
    began = monotonic()
    volumes = await render(snapshot, files, look, timeout=terms.render_time, memory=terms.render_memory)
    RENDER.observe(monotonic() - began)
    refs = await blobs.put_aside(run, hold.request.id, [one.pdf for one in volumes])
    async with hold.work() as (work, request):
        await blobs.name(work, refs)
        said = {"locale": look.locale, "zone": look.zone}
        request.rendered = [
            said | {"key": ref.storage_key, "number": one.number, "articles": one.articles, "notes": list(one.notes)}
            for ref, one in zip(refs, volumes, strict=True)
        ]
        request.template_version, request.state = volumes[0].template, State.RENDERED


async def sign(hold: Hold) -> None:
    """One volume after the other; a signed one is never signed again."""
    began, signer = monotonic(), hold.run.of(Signer)
    while len(hold.request.sealed) < len(hold.request.rendered):
        volume = hold.request.rendered[len(hold.request.sealed)]
        sealed = await signer.seal(await blobs.fetch(hold.run, volume["key"]))
        await _keep(hold, sealed, volume["articles"])
    SIGN.observe(monotonic() - began)


async def _keep(hold: Hold, sealed: Sealed, articles: int) -> None:
    (ref,) = await blobs.put_aside(hold.run, hold.request.id, [sealed.pdf])
    said = {"key": ref.storage_key, "sha256": digest(sealed.pdf), "size": len(sealed.pdf), "articles": articles}
    async with hold.work() as (work, request):
        await blobs.name(work, [ref])
        request.sealed = [*request.sealed, said | {"seal": plain(sealed)}]
        if len(request.sealed) == len(request.rendered):
            request.state = State.SEALED
