"""A real IMAP server for tests: Dovecot on loopback with its own certificate, to be stopped and started at will."""

import contextlib
import getpass
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

BINARY = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
ABSENT = "dovecot is not installed (apt-get install dovecot-imapd)"
PASSWORD = "correct-horse"

CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{mail}/%u
mail_max_userip_connections = 100
maildir_very_dirty_syncs = no
first_valid_uid = 0
first_valid_gid = 0
login_trusted_networks = 127.0.0.0/8
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service auth {{
  user = {user}
}}
service auth-worker {{
  user = {user}
}}
"""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Dovecot:
    """`start` may be called again after `stop`: mails, UIDs and ports stay."""

    root: Path
    plain: int = field(default_factory=free_port)
    tls: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Certificate and configuration; when run as root the server works as `nobody`."""
        self.root.mkdir(parents=True, exist_ok=True)
        who = pwd.getpwnam("nobody" if os.geteuid() == 0 else getpass.getuser())
        for name in ("run", "state", "home", "mail"):
            (self.root / name).mkdir(exist_ok=True)
        _certificate(self.root)
        (self.root / "dovecot.conf").write_text(
            CONFIG.format(
                root=self.root,
                password=PASSWORD,
                mail=self.root / "mail",
                user=who.pw_name,
                group=grp.getgrgid(who.pw_gid).gr_name,
                uid=who.pw_uid,
                gid=who.pw_gid,
                plain=self.plain,
                tls=self.tls,
            )
        )
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{who.pw_uid}:{who.pw_gid}", str(self.root)], check=True)

    @property
    def ca(self) -> Path:
        """The certificate to trust."""
        return self.root / "cert.pem"

    @property
    def is_running(self) -> bool:
        """Between `start` and `stop`."""
        return self._process is not None

    def start(self) -> None:
        """Run until `stop`; returns when it accepts connections."""
        assert BINARY is not None
        command = [BINARY, "-F", "-c", str(self.root / "dovecot.conf")]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.plain), 0.2) as probe:
                probe.settimeout(2)
                if probe.recv(4) == b"* OK":
                    return
            time.sleep(0.02)
        raise RuntimeError((self.root / "dovecot.log").read_text()[-2000:])

    def stop(self) -> None:
        """End it and every connection; its children would serve theirs to the end."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None

    def add_user(self, name: str) -> "MailUser":
        """A mailbox of its own; everybody's password is `PASSWORD`."""
        return MailUser(self, name)


@dataclass
class MailUser:
    """One mailbox: mail comes in as files, the way a delivery agent brings it."""

    server: Dovecot
    name: str

    @property
    def folder(self) -> Path:
        """The Maildir of INBOX."""
        return self.server.root / "mail" / self.name

    def deliver(self, *mails: bytes) -> None:
        """Drop mails into `new/`, in order."""
        for part in ("tmp", "new", "cur"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        for mail in mails:
            name = f"{time.time_ns()}.{uuid4().hex}.test"
            (self.folder / "tmp" / name).write_bytes(mail)
            (self.folder / "tmp" / name).rename(self.folder / "new" / name)
        if os.geteuid() == 0:
            owner = (self.server.root / "mail").stat()
            subprocess.run(["chown", "-R", f"{owner.st_uid}:{owner.st_gid}", str(self.folder)], check=True)

    def forget_uids(self) -> None:
        """Lose the UID list, as a restored backup does: the folder gets a new UIDVALIDITY."""
        for path in self.folder.glob("dovecot*"):
            path.unlink()


def _certificate(root: Path) -> None:
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(root / "key.pem"), "-out", str(root / "cert.pem")]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
