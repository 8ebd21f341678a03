"""`waypost demo`: the whole product with a sample company, for this machine only."""

import os
from typing import Annotated

import typer

from waypost.cli.options import HOST, PORT, Data


def demo(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Preferred port; the next free one is taken.")] = PORT,
    data: Data = None,
) -> None:
    """Start everything, with a sample company.

    Acme has three people and some weeks of mail. Ctrl-C stops it; started again it goes on where it was. Replies do not
    leave: each becomes a file in the data folder, unless a mail relay (SMTP_HOST) is set. Closed tickets are archived
    below it, sealed with a key that is made here and worth nothing elsewhere. A scraper reads the sample job board that
    is served beside it. It says little, so that the address stays in sight; LOG_LEVEL=info shows each request and job.
    """
    from waypost.cli.lending import lend_board, lend_scraper
    from waypost.cli.listening import next_free_port
    from waypost.cli.planting import plant
    from waypost.cli.sample_seal import lend_seal
    from waypost.cli.sample_sign_in import welcome
    from waypost.platform.postgres.data_folder import prepare_data_folder
    from waypost.settings import load

    folder = load(data).data
    prepare_data_folder(folder)
    os.environ.setdefault("MAIL_FOLDER", str(folder / "demo" / "sent"))
    os.environ.setdefault("LOG_LEVEL", "warning")
    lend_seal(folder / "demo")
    chosen = next_free_port(HOST, port)
    scraper, board = lend_scraper(folder, (HOST, chosen)), lend_board()
    plant(HOST, chosen, data, first=["sample"], welcome=welcome(), scraper=scraper, board=board)


def sample(data: Data = None) -> None:
    """Make the sample company, where it does not exist, and bring its mail in."""
    from waypost.cli.leash import on_leash
    from waypost.cli.opening import in_house
    from waypost.cli.sample import fill

    on_leash()
    in_house(data, fill)
