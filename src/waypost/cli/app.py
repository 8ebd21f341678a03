"""All commands under one name."""

import typer

from waypost.cli.api import api
from waypost.cli.archive import archive
from waypost.cli.bring import import_
from waypost.cli.browser import browser
from waypost.cli.callbacks import callbacks
from waypost.cli.demo import demo, sample
from waypost.cli.doctor import doctor
from waypost.cli.flow import flow
from waypost.cli.jobs import jobs
from waypost.cli.mailbox import mailbox
from waypost.cli.migrate import migrate
from waypost.cli.note import note
from waypost.cli.org import org
from waypost.cli.person import person
from waypost.cli.sample_board import sample_board
from waypost.cli.scrape import scrape
from waypost.cli.scraper import scraper
from waypost.cli.smoke import smoke
from waypost.cli.up import up
from waypost.cli.worker import worker

app = typer.Typer(
    help="Waypost: mail becomes conversations, work becomes invoices, what is closed becomes evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(up)
app.command()(demo)
app.command()(migrate)
app.command()(api)
app.command()(worker)
app.command()(scraper)
app.command(hidden=True)(sample)
app.command("sample-board", hidden=True)(sample_board)
app.add_typer(org)
app.add_typer(person)
app.command("import")(import_)
app.add_typer(mailbox)
app.add_typer(jobs)
app.add_typer(archive)
app.add_typer(callbacks)
app.add_typer(scrape)
app.add_typer(browser)
app.command()(doctor)
app.command()(note)
app.command()(smoke)
app.command()(flow)
