"""`waypost smoke`: does sourcing work, from an address to offers?"""

import typer


def smoke() -> None:
    """Try sourcing end to end: a run of the sample board, signed reports, retry, replay, a full queue, silence.

    Starts a deployment of its own on loopback and removes it again. With SMOKE_AUTOSTART=false it tries the one of
    API_BASE_URL and WORKER_BASE_URL, signed in as SMOKE_EMAIL with SMOKE_PASSWORD. Exit code 0: it works; 1: the stage
    that failed is named, with the end of the log.
    """
    from waypost.cli.smoking.trying import tried

    if not tried(typer.echo):
        raise typer.Exit(1)
