"""A page in a real browser: what it has become when its scripts have run, and what the browser complains about."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--hide-scrollbars", "--force-prefers-reduced-motion"),
    "--enable-logging=stderr",
]


class Browser:
    """Headless Chromium with a profile of its own for every page."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.opened, self.complaints = folder, 0, []

    def run(self, page, *flags, fragment=""):
        """Open a page; what is asked for goes to standard output, complaints of the page are kept."""
        self.opened += 1
        place = self.folder / str(self.opened)
        place.mkdir()
        (place / "page.html").write_text(page, "utf-8")
        command = ["chromium", *FLAGS, f"--user-data-dir={place / 'profile'}", *flags]
        done = subprocess.run(
            [*command, f"file://{place / 'page.html'}{fragment}"],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        self.complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        return done.stdout

    def dom(self, page, *, fragment="", width=1200):
        """The page after its scripts have run."""
        return self.run(page, f"--window-size={width},900", "--dump-dom", fragment=fragment)

    def pdf(self, page):
        """The page as it is printed."""
        self.run(page, "--no-pdf-header-footer", f"--print-to-pdf={self.folder / 'page.pdf'}")
        return self.folder / "page.pdf"


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not on this machine")
    return Browser(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def scripted():
    """A page with one more script at its end, and without the policy that would forbid it."""

    def add(page, script):
        free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
        return free.replace("</body>", f"<script>{script}</script></body>")

    return add
