"""What `up --with-scraper` and `demo` give both sides of sourcing: addresses of each other, and secrets made here."""

import os
from pathlib import Path

from waypost.cli.ready import Address, netloc

SECRETS = {
    "worker_callback_signing_secret": ("WORKER_CALLBACK_SIGNING_SECRET",),
    "worker_tasks_token": ("WORKER_AUTH_TOKEN", "TASKS_AUTH_TOKEN"),
}
"""File in the data folder → the names that hold it; the API and the scraper know the second one by different names."""
LOOPBACK, USUAL_PORT = "127.0.0.1", 4001


def lend_scraper(data: Path, web: Address) -> int:
    """Set in the environment what is not set there; gives the scraper's port."""
    from waypost.cli.listening import next_free_port

    port = next_free_port(LOOPBACK, int(os.environ.get("WORKER_PORT") or USUAL_PORT))
    for file, names in SECRETS.items():
        _lend_secret(data / "secrets" / file, names)
    given = {
        "WORKER_TASK_URL": f"http://{LOOPBACK}:{port}/tasks",
        "WORKER_CALLBACK_URL": f"http://{netloc(web)}/api/job-sources/complete",
        "WORKER_ALLOWED_ORIGINS": f"http://{netloc(web)}",
        "WORKER_OUTPUT_DIR": str(data / "scraper"),
        "WORKER_DEAD_LETTER_DIR": str(data / "scraper" / "dead-letter"),
        "WORKER_LOG_LEVEL": os.environ.get("LOG_LEVEL", "warning").lower(),
    }
    for name, value in given.items():
        os.environ.setdefault(name, value)
    return port


def lend_board() -> int:
    """Where the sample board will listen, and leave to read it there; gives its port."""
    from waypost.cli.listening import next_free_port
    from waypost.cli.sample_board import PORT, WHERE

    port = next_free_port(LOOPBACK, PORT)
    os.environ[WHERE] = f"http://{LOOPBACK}:{port}"
    os.environ.setdefault("ALLOWED_PRIVATE_CIDRS", f"{LOOPBACK}/32")
    return port


def _lend_secret(file: Path, names: tuple[str, ...]) -> None:
    """As a file, so that no process shows it; where the operator named one of them, all are the operator's."""
    from waypost.platform.safety.secrets import kept_secret

    if not any(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in names):
        kept_secret(file)
        for name in names:
            os.environ[f"{name}_FILE"] = str(file)
