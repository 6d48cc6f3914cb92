"""A real browser before a real server: Chromium, which tells of whatever a page does that it should not."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from reviewflow.api.server import Service
from reviewflow.app import App
from reviewflow.web.site import site
from tests.stories.world import PEOPLE, Desk
from tests.web.world import opened

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
PATIENCE_MS = 15_000
BROKEN = "securitypolicyviolation"
_LISTEN = f"""addEventListener("{BROKEN}", (one) =>
    console.error("{BROKEN}: " + one.violatedDirective + " " + one.blockedURI + " " + one.sourceFile))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this process."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "There is no Chromium; scripts/test installs Debian's where it may."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def serving(desk: Desk, host: str = "127.0.0.1", **api: Any) -> Iterator[tuple[str, App]]:
    """A desk's database at the door, in a thread of this process: the address, and the application."""
    app = opened(desk, **api)
    service = Service(app, site(app), "127.0.0.1", 0)
    server = threading.Thread(target=service.run, daemon=True)
    server.start()
    try:
        yield f"http://{host}:{service.port}", app
    finally:
        service.stop()
        server.join(10)
        app.engine.dispose()


class Tab:
    """A page of somebody, with a session of his own; `faults` are what no page of ours may do."""

    def __init__(self, browser: Browser, base: str, **context: Any) -> None:
        self.base, self.faults, self.dialogs = base, list[str](), list[str]()
        self.context = browser.new_context(base_url=base, viewport=context.pop("viewport", WIDE), **context)
        self.context.set_default_timeout(PATIENCE_MS)
        self.has_scripts = context.get("java_script_enabled", True)
        self.context.add_init_script(_LISTEN)
        self.page = self.another()

    def another(self) -> Page:
        """Another page of the same session."""
        page = self.context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"a script failed: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on("dialog", self._opened)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        is_of_status = message.text.startswith("Failed to load resource")  # told by `_answered`
        if message.type in ("error", "warning") and not is_of_status:
            self.faults.append(f"the console: {message.text}")

    def _asked(self, request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme != "data" and f"{there.scheme}://{there.netloc}" != self.base:
            self.faults.append(f"leaves this host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.status} {response.url}")

    def _opened(self, dialog: Any) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def come_in(self, who: str, path: str = "/") -> None:
        """By one click of a simulation."""
        self.page.goto(f"/simulation/as/{PEOPLE.get(who, who)}?next={path}")

    def close(self) -> None:
        """Nothing was done that should not be."""
        self.context.close()
        assert self.faults == []


@contextmanager
def tab(browser: Browser, base: str, who: str | None = None, **context: Any) -> Iterator[Tab]:
    """A tab, which has done nothing wrong when it is closed; `context` as Playwright's."""
    made = Tab(browser, base, **context)
    try:
        if who:
            made.come_in(who)
        yield made
    except BaseException:
        made.context.close()
        raise
    made.close()
