"""By hand: the kit in a real browser, walked by keyboard, listened to, and looked at by axe."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.needs import needs
from tests.platform.web_kit.serving import Answers, served

pytestmark = pytest.mark.turns("the kit by hand", 3)
FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--no-first-run"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=needs("chromium"), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the pages are."""
    with served() as found:
        yield found


@pytest.fixture
def at(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh window; whatever the browser complains about fails the test."""
    window = browser.new_page(base_url=address, viewport={"width": 1300, "height": 800}, reduced_motion="reduce")
    window.set_default_timeout(5000)
    complaints: list[str] = []
    window.on("console", lambda said: complaints.append(said.text))
    window.on("pageerror", lambda error: complaints.append(str(error)))
    yield window
    window.close()
    assert complaints == []


def focused(page: Page) -> str:
    """What has the focus: its address, id or name."""
    found: str = page.evaluate("(e => e.getAttribute('href') || e.id || e.name)(document.activeElement)")
    return found


def test_the_list_is_walked_and_picked_by_keys(at: Page) -> None:
    at.goto("/desk")
    for key in "jjjk":
        at.keyboard.press(key)
    assert focused(at) == "/desk?open=1"
    at.keyboard.press("x")
    expect(at.locator("[data-picked]")).to_have_text("1 selected")
    at.locator("input[name=ids]").nth(4).click(modifiers=["Shift"], force=True)
    expect(at.locator(".selection")).to_be_visible()
    at.keyboard.press("j")
    at.keyboard.press("Enter")
    expect(at.locator("#main h1")).to_contain_text("Ticket")


def test_keys_click_what_declares_them(at: Page) -> None:
    at.goto("/desk?open=7")
    at.keyboard.press("/")
    assert focused(at) == "q"
    at.keyboard.type("enj")
    at.keyboard.press("Escape")
    at.keyboard.press("s")
    assert focused(at) == "choose-status"
    at.keyboard.press("Escape")
    at.locator("body").click(position={"x": 600, "y": 700})
    at.keyboard.press("n")
    expect(at.locator("textarea")).to_be_focused()
    at.keyboard.type("heard")
    at.keyboard.press("Control+Enter")
    at.wait_for_url("**/desk?open=noted")
    at.keyboard.press("e")
    at.wait_for_url("**/desk?open=closed")


def test_the_palette_finds_and_does(at: Page) -> None:
    at.goto("/desk?open=7")
    at.keyboard.press("Control+k")
    at.keyboard.type("clos tic")
    expect(at.locator(".palette-none")).to_be_visible()
    at.locator(".palette-input").fill("clo")
    at.keyboard.press("Enter")
    at.wait_for_url("**/desk?open=closed")


def test_help_lists_the_keys_of_this_page(at: Page) -> None:
    at.goto("/desk?open=7")
    at.keyboard.press("?")
    expect(at.locator("[data-keys] [data-found]").filter(has_text="Close").locator("kbd")).to_have_text("E")
    at.keyboard.press("Escape")
    expect(at.locator("#help")).to_be_hidden()


def test_news_are_counted_once_each_and_move_nothing(at: Page) -> None:
    at.goto("/desk")
    expect(at.locator(".fresh")).to_have_text("2 new")
    assert at.locator("[data-row]").count() == 60


def test_a_list_keeps_its_place_from_page_to_page(at: Page) -> None:
    at.goto("/desk")
    at.locator("#list").evaluate("list => { list.scrollTop = 900; }")
    at.locator("[data-row] a").nth(20).click()
    at.wait_for_url("**/desk?open=20")
    assert abs(at.locator("#list").evaluate("list => list.scrollTop") - 900) < 120


def test_a_page_that_is_wanted_is_there_already(at: Page) -> None:
    at.goto("/desk")
    Answers.asked.clear()
    with at.expect_event("requestfinished", lambda request: request.url.endswith("open=3"), timeout=5000):
        at.locator("[data-row] a").nth(3).hover(force=True)
    at.locator("[data-row] a").nth(3).click()
    at.wait_for_url("**/desk?open=3")
    assert Answers.asked.count("/desk?open=3") == 1


def test_appearance_changes_at_once(at: Page) -> None:
    at.route("**/settings/theme", lambda route: route.fulfill(status=204))
    at.goto("/desk")
    at.get_by_role("button", name="Bob Tanner").click()
    at.get_by_role("button", name="Dark").click()
    assert at.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_why_opens_its_evidence_and_closes_again(at: Page) -> None:
    at.goto("/-/patterns")
    at.get_by_role("button", name="Joined this ticket").click()
    expect(at.get_by_text("The mail answers a message")).to_be_visible()
    at.keyboard.press("Escape")
    expect(at.get_by_text("The mail answers a message")).to_be_hidden()


def test_mail_takes_the_style_of_the_house_inside_its_frame(at: Page) -> None:
    at.goto("/-/patterns?dark")
    body = at.locator("iframe").first.content_frame.locator("body")
    assert body.evaluate("body => getComputedStyle(body).marginTop") == "0px"


@pytest.mark.parametrize(
    ("path", "width"),
    [
        ("/-/patterns?light", 1300),
        ("/-/patterns?de&dark", 390),
        ("/desk", 390),
        ("/desk?open=5", 900),
        ("/error", 390),
    ],
)
def test_axe_finds_nothing(at: Page, path: str, width: int) -> None:
    at.set_viewport_size({"width": width, "height": 800})
    at.goto(path)
    found = Axe().run(at, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    assert at.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
