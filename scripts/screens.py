"""Takes the screenshots of the documentation: the demo on a folder of its own, looked at with a real browser.

`python scripts/screens.py` takes all of them, `python scripts/screens.py offers offer` these pages alone.
"""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from waypost.cli.sample_sign_in import COMPANY, PASSWORD, PEOPLE

TARGET = Path(__file__).parents[1] / "docs" / "screens"
PALETTE = Path(__file__).with_name("palette.py")
READY = "Waypost is ready at "
FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking"]
MOST_BYTES = 150_000
PATIENCE = 90
"""How often a list is looked at again, every two seconds."""


@dataclass(frozen=True, slots=True)
class Look:
    """One way of looking at all pages."""

    name: str
    scheme: Literal["light", "dark"]
    width: int
    height: int


LOOKS = (Look("light", "light", 1280, 800), Look("dark", "dark", 1280, 800), Look("390", "light", 390, 844))
ENTRANCE = "sign-in"
TICKET = "a[href^='/tickets/']:has-text('No hot water')"
ON_A_TICKET = {
    "ticket": "",
    "reply": "",
    "print": "/print",
    "merge": "/merge",
    "split": "/split",
    "link": "/link",
    "move": "",
}
PAGES = {
    **dict.fromkeys((*ON_A_TICKET, "inbox", "palette", "help"), "/tickets"),
    "home": "/home",
    "canned-replies": "/canned-replies",
    "canned-reply": "/canned-replies",
    "quarantine": "/quarantine",
    "mailboxes": "/mailboxes",
    "connect-mailbox": "/mailboxes/new",
    "dead-letters": "/ops/jobs",
    "operations": "/ops",
    "selection": "/tickets?view=all",
    "attachment": "/tickets?view=all",
    "new-ticket": "/tickets/new",
    "filter": "/tickets/filter",
    "saved-views": "/tickets/saved-views",
    "send-identities": "/send-identities",
    "routing": "/routing",
    "rule": "/routing/rules/new",
    "dropped": "/routing/dropped",
    "queues": "/queues",
    "tags": "/tags",
    "threading": "/threading",
    "lookalikes": "/collisions",
    "lookalike": "/collisions",
    "decisions": "/collisions/rulings",
    "settings": "/settings",
    "account": "/account",
    "second-factor": "/account/second-factor",
    "members": "/members",
    "organization": "/organization",
    "api-keys": "/api-keys",
    "audit": "/audit",
    "archive": "/archives",
    "record": "/archives",
    "archive-requests": "/archive-requests",
    "archive-request": "/archive-requests",
    "evidence-log": "/archives/log",
    "completeness": "/archives/completeness",
    "retention": "/archive-retention",
    "archive-exports": "/archive-exports",
    "archive-policy": "/archive-policy",
    "archive-source": "/archive-sources/new",
    "runs": "/sourcing/runs",
    "run": "/sourcing/runs",
    "new-run": "/sourcing/runs/new",
    "sources": "/sourcing/sources",
    "source": "/sourcing/sources",
    "schedules": "/sourcing/schedules",
    "schedule": "/sourcing/schedules/new",
    "offers": "/sourcing/offers",
    "offer-cards": "/sourcing/offers?show=cards",
    "offer": "/sourcing/offers",
    "profiles": "/sourcing/profiles",
    "profile": "/sourcing/profiles/new",
    "searches": "/sourcing/searches",
    "scraper": "/sourcing/worker",
    "alerts": "/sourcing/alerts",
    "objectives": "/sourcing/slo",
    "bulk": "/tickets?view=all",
}
ON_A_THING = {
    "canned-reply": "a[href^='/canned-replies/0']",
    "lookalike": "#main a[href^='/collisions/0']",
    "record": "a[href^='/archives/0']",
    "archive-request": "a[href^='/archive-requests/0']",
    "run": "a[href^='/sourcing/runs/0']",
    "source": "#main a[href^='/sourcing/sources/']:not([href$='/new'])",
    "offer": "a[href^='/sourcing/offers/0']",
}
"""Pages of the first thing in a list; ids begin with a zero."""
DOUBT = """From: Nadia Farouk <nadia.farouk@example.net>
To: support@acme.example
Subject: The boiler of 7 Mill Road
Message-ID: <boiler-7-mill-road@example.net>
Date: Sat, 21 Nov 2026 09:12:00 +0000

{text}
"""
"""Two mails that claim to be one: a doubt for a person."""
TOLD = (
    "It lost its pressure again.\nCould you come on Monday?",
    "It lost its pressure again.\nPlease come on Tuesday.",
)


def main(*names: str) -> None:
    """Write every picture, or those of the named pages; one that is larger than a repository should carry is done with
    fewer colours."""
    if unknown := set(names) - {*PAGES, ENTRANCE}:
        raise SystemExit(f"There are no such pages: {', '.join(sorted(unknown))}.")
    TARGET.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for look in LOOKS:
            _photograph(browser, address, look, names or (ENTRANCE, *PAGES))
        browser.close()
    large = [str(picture) for picture in TARGET.glob("*.png") if picture.stat().st_size > MOST_BYTES]
    subprocess.run([sys.executable, PALETTE, *large], check=True)


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo that starts with an empty folder and ends, with everything it wrote, after the block."""
    with tempfile.TemporaryDirectory(prefix="waypost-screens-") as folder:
        command = [sys.executable, "-m", "waypost.cli", "demo", "--data", folder, "--port", "8600"]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert running.stdout is not None
            said = next((line for line in running.stdout if line.startswith(READY)), None)
            if said is None:
                raise SystemExit("The demo did not start; see what `make demo` says.")
            _bring_doubt(Path(folder))
            yield said.removeprefix(READY).strip()
        finally:
            running.send_signal(signal.SIGINT)
            running.wait()


def _bring_doubt(folder: Path) -> None:
    """Mail that only a person can judge, for the page that shows it side by side."""
    mails = [folder / f"doubt-{number}.eml" for number in range(len(TOLD))]
    for mail, text in zip(mails, TOLD, strict=True):
        mail.write_text(DOUBT.format(text=text), encoding="utf-8")
    command = [sys.executable, "-m", "waypost.cli", "import", *map(str, mails)]
    subprocess.run([*command, "--org", COMPANY, "--data", str(folder), "--wait"], check=True, stdout=subprocess.DEVNULL)


def _photograph(browser: Browser, address: str, look: Look, names: Sequence[str]) -> None:
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        locale="en-GB",
        reduced_motion="reduce",
        base_url=address,
    )
    page = context.new_page()
    _open(page, "/sign-in")
    if ENTRANCE in names:
        _shoot(page, ENTRANCE, look)
    _sign_in(page)
    for name in names:
        if name == ENTRANCE:
            continue
        _open(page, PAGES[name])
        if name in ON_A_TICKET:
            _open(page, _ticket(page) + ON_A_TICKET[name])
        if name in ON_A_THING:
            _open(page, _thing(page, name))
        if name in ACTS:
            ACTS[name](page)
        _shoot(page, name, look)
    context.close()


def _open(page: Page, path: str) -> None:
    """Refuses to go on where the product answers with an error: that is no picture for the documentation."""
    answer = page.goto(path)
    if answer is None or not answer.ok:
        raise SystemExit(f"{path} answered {answer.status if answer else 'nothing'}.")


def _thing(page: Page, name: str) -> str:
    """The first thing of a list; the demo's scraper may still be looking for it."""
    for _ in range(PATIENCE):
        found = page.locator(ON_A_THING[name])
        if found.count():
            return found.first.get_attribute("href") or ""
        page.wait_for_timeout(2_000)
        _open(page, PAGES[name])
    raise SystemExit(f"{PAGES[name]} stays empty.")


def _ticket(page: Page) -> str:
    href = page.locator(TICKET).first.get_attribute("href") or ""
    return href.partition("?")[0]


def _write(page: Page) -> None:
    """An answer that is being written in its place below the conversation."""
    page.keyboard.press("r")
    page.get_by_label("Your reply").fill("Dear Ms Whitfield,\n\nwe come **today between one and two**.")
    page.locator("#composer .form-acts").scroll_into_view_if_needed()


def _choose(page: Page) -> None:
    """Two tickets are chosen, and what may be done to both."""
    for box in range(2):
        page.locator("input[name=ids]").nth(box).check()
    page.locator("#selection").get_by_role("button", name="More…").click()
    page.get_by_role("heading", name="2 tickets chosen").wait_for()


def _carry_out(page: Page) -> None:
    """What became of an act on two tickets; last of all, since it changes them."""
    _choose(page)
    form = page.locator("form", has=page.locator("#act-priority"))
    form.locator("select").select_option("high")
    form.get_by_role("button", name="See what would happen").click()
    page.get_by_role("button", name="Do it").click()
    page.get_by_role("button", name="Undo all of it").wait_for()


def _move(page: Page) -> None:
    """Another conversation is looked for, to which the newest message belongs."""
    _open(page, page.locator("a[href$='/move']").last.get_attribute("href") or "")


def _look_at_file(page: Page) -> None:
    """A paper that hangs on a mail, shown in the browser."""
    hrefs = [row.get_attribute("href") or "" for row in page.locator("a[href^='/tickets/0']").all()]
    for href in dict.fromkeys(hrefs):
        _open(page, href)
        shown = page.locator("a[href$='/preview']")
        if shown.count():
            _open(page, shown.first.get_attribute("href") or "")
            page.locator("#main img").first.evaluate("(picture) => picture.decode()")
            return
    raise SystemExit("No mail of the demo has a paper on it.")


ACTS: dict[str, Callable[[Page], None]] = {
    "reply": _write,
    "selection": _choose,
    "bulk": _carry_out,
    "move": _move,
    "attachment": _look_at_file,
    "palette": lambda page: page.keyboard.press("Control+k"),
    "help": lambda page: page.keyboard.press("?"),
}
"""What is done before the picture is taken."""


def _sign_in(page: Page) -> None:
    page.fill("input[name=email]", PEOPLE[0].email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def _shoot(page: Page, name: str, look: Look) -> None:
    """A page that listens for news never falls silent, so pictures and style are waited for instead."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    page.screenshot(path=TARGET / f"{name}-{look.name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    main(*sys.argv[1:])
