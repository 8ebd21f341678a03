"""What the doors of sources share: their addresses, and when a source pauses."""

from typing import Annotated

from fastapi import Path, Request

from waypost.platform.parts import Parts
from waypost.sourcing.sources.keys import FORM
from waypost.sourcing.sources.pausing import PauseTerms

HERE = "/sourcing/sources"
ONE = HERE + "/{job_source_key}"
Key = Annotated[str, Path(pattern=FORM, max_length=64)]


def pause_terms(request: Request) -> PauseTerms:
    """The part."""
    parts: Parts = request.app.state.parts
    return parts.of(PauseTerms)
