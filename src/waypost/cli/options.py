"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder of everything kept on this machine. Default: WAYPOST_DATA, else /var/lib/waypost for root and"
        " the user's own data folder for others.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Org = Annotated[str, typer.Option("--org", metavar="NAME", help="The organisation, by name or id.")]
Host = Annotated[
    str | None, typer.Option(help="Address to listen on; 0.0.0.0 for all. Default: SERVER_HOST, else 127.0.0.1.")
]
Port = Annotated[
    int | None,
    typer.Option(
        min=0, max=65_535, help="Port to listen on; 0 for any free one. Default: SERVER_PORT, PORT, else 8000."
    ),
]
HOST, PORT = "127.0.0.1", 8000
