"""Programs that are no Python packages: a test that needs one says its name when it is absent."""

import os
import shutil

import pytest

PACKAGES = {
    "chromium": "chromium",
    "clamd": "clamav-daemon",
    "dovecot": "dovecot-imapd",
    "openssl": "openssl",
    "pdfsig": "poppler-utils",
    "softhsm2-util": "softhsm2",
}
NAMES = {"chromium": ("chromium", "chromium-browser", "google-chrome")}
FOLDERS = f"{os.environ.get('PATH', '')}:/usr/bin:/usr/sbin:/usr/local/sbin"


def needs(program: str) -> str:
    """The path of a program; the test is skipped, by name, where it is not installed."""
    found = next(filter(None, (shutil.which(name, path=FOLDERS) for name in NAMES.get(program, (program,)))), None)
    if found is None:
        pytest.skip(f"{program} is not installed (apt-get install {PACKAGES[program]})")
    return found
