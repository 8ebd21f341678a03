import pytest
from playwright.async_api import Browser, StorageState
from tests.browser.site import Site, Window, context_on
pytestmark = pytest.mark.anyio
async def test_shots(site: Site, chromium: Browser, known: StorageState) -> None:
    for name,(width,dark) in {"wide":(1280,False),"dark":(1280,True),"narrow":(390,False)}.items():
        context = await context_on(chromium, width=width, dark=dark, known=known)
        w = await Window.on(site, context)
        one, other = await w.find('"baby in the house"'), await w.find('"The Pipe Wrench"')
        await w.open("/tickets?view=all")
        await w.page.locator("input[name=ids]").nth(1).check()
        await w.page.locator("[data-key=f]").first.click()
        await w.page.wait_for_timeout(700)
        await w.page.screenshot(path=f"/tmp/l-inbox-{name}.png")
        await w.page.get_by_role("button", name="All in this view…").click()
        await w.page.wait_for_timeout(500)
        bulk = w.page.url.removeprefix(site.url)
        for tag,page in {"bulk":bulk,"would":bulk+"?status=closed","views":"/tickets/saved-views","split":one+"/split","merge":one+"/merge?other="+other.rpartition("/")[2],"ticket":one}.items():
            await w.open(page); await w.page.wait_for_timeout(300)
            await w.page.screenshot(path=f"/tmp/l-{tag}-{name}.png", full_page=True)
        await context.close()
        print(w.complaints)
