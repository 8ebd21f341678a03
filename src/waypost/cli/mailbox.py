"""`waypost mailbox`: connect an address from the command line, as the operator."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from waypost.cli.options import Data, Json, Org

mailbox = typer.Typer(name="mailbox", help="Mailboxes: connect one, change a login, list all.", no_args_is_help=True)
add = typer.Typer(name="add", help="Connect a mailbox.", no_args_is_help=True)
mailbox.add_typer(add)


Port = Annotated[int, typer.Option(min=1, max=65_535, help="Gmail: where the browser comes back to on this machine.")]


class Kind(StrEnum):
    """What a mailbox receives: copies of everything, or what is addressed to it."""

    JOURNAL = "journal"
    INBOX = "inbox"


class Protection(StrEnum):
    """How the connection is protected."""

    SSL = "ssl"
    STARTTLS = "starttls"
    PLAIN = "plain"


@add.command()
def imap(
    org: Org,
    host: Annotated[str, typer.Option(help="The mail server.")],
    user: Annotated[str, typer.Option(help="Name to sign in with.")],
    password_file: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="File that holds the password.")],
    address: Annotated[str, typer.Option(help="The address whose mail lies there.")],
    port: Annotated[int | None, typer.Option(help="Default: 993 with ssl, else 143.")] = None,
    purpose: Annotated[Kind, typer.Option(help="journal: receives copies of everything.")] = Kind.INBOX,
    tls: Annotated[Protection, typer.Option(help="How the connection is protected.")] = Protection.SSL,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Connect an IMAP mailbox; the login is tried before anything is kept. The server may be in a private network."""
    import json

    from waypost.cli.connecting import ImapAsked, connect_imap
    from waypost.cli.opening import in_house

    password = password_file.read_text(encoding="utf-8").rstrip("\r\n")
    asked = ImapAsked(host, port, user, password, address, purpose is Kind.JOURNAL, tls.value)
    mailbox_id = in_house(data, connect_imap(org, asked))
    said = json.dumps({"id": str(mailbox_id), "email_address": address.lower()})
    typer.echo(said if as_json else f"{address} is connected ({mailbox_id}); the worker reads it from now on.")


@add.command()
def gmail(org: Org, port: Port = 8085, data: Data = None, as_json: Json = False) -> None:
    """Connect the Gmail journal: prints Google's address and waits for its answer.

    The redirect http://127.0.0.1:PORT/ must be registered with the client of GOOGLE_CLIENT_ID.
    """
    import json

    from waypost.cli.connecting import connect_gmail
    from waypost.cli.opening import in_house

    address, mailbox_id = in_house(data, connect_gmail(org, port, _show))
    said = json.dumps({"id": str(mailbox_id), "email_address": address})
    typer.echo(said if as_json else f"{address} is connected ({mailbox_id}); the worker reads it from now on.")


@mailbox.command()
def login(
    org: Org,
    address: Annotated[str, typer.Argument(help="The address of the mailbox.")],
    password_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="IMAP: file that holds the new password.")
    ] = None,
    port: Port = 8085,
    data: Data = None,
) -> None:
    """Give a mailbox a new login: a password for IMAP, a new consent for Gmail. It is tried before it is kept."""
    from waypost.cli.connecting import change_login
    from waypost.cli.opening import in_house

    password = password_file.read_text(encoding="utf-8").rstrip("\r\n") if password_file else None
    in_house(data, change_login(org, address, password, port, _show))
    typer.echo(f"{address} has a new login; the worker looks for mail at once.")


def _show(where: str) -> None:
    typer.echo(f"Open this address in a browser on this machine, signed in as the mailbox:\n\n{where}\n", err=True)


@mailbox.command("list")
def list_(org: Org, data: Data = None, as_json: Json = False) -> None:
    """The mailboxes of an organisation and how they are doing."""
    import json

    from waypost.cli.connecting import all_mailboxes
    from waypost.cli.opening import in_house

    found = in_house(data, all_mailboxes(org))
    if as_json:
        return typer.echo(json.dumps(found))
    for one in found:
        typer.echo(f"{one['email_address']:32} {one['provider']:7} {one['purpose']:8} {one['condition']}")
    if not found:
        typer.echo("There are no mailboxes.")
