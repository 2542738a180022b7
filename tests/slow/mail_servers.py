"""Postfix and Dovecot from Debian as one throwaway mail server on this machine: SMTP in, LMTP between, IMAP out.

They need root (to become their own users) and read nothing of the system's own configuration; nothing leaves.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOMAIN, PASSWORD = "client.test", "hemmeligt"
PATIENCE_SECONDS = 60
MAIL_USER = "mail"

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
myhostname = mx.{domain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
smtpd_relay_restrictions = reject_unauth_destination
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = static:known
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
recipient_delimiter = +
default_transport = error:mail does not leave this machine
relay_transport = error:mail does not leave this machine
disable_dns_lookups = yes
smtpd_peername_lookup = no
"""
MASTER_CF = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT_CONF = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{home}/mail/%Lu
recipient_delimiter = +
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={user} home={home}/mail/%Lu allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""


def missing() -> str:
    """What keeps the servers from running here, or nothing."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    absent = [name for name in ("postfix", "dovecot") if shutil.which(name, path=path) is None]
    if absent:
        return f"{' and '.join(absent)} not installed: apt-get install postfix dovecot-imapd dovecot-lmtpd"
    return "" if os.geteuid() == 0 else "mail servers can only be started by root"


@dataclass(frozen=True)
class MailServers:
    """Where they listen. Anybody at ``DOMAIN`` has a mailbox, with the one password."""

    smtp: int
    imap: int

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp}"

    def mailbox(self, address: str, count: int) -> list[bytes]:
        """The mails of somebody in the order they came, when there are as many as expected; raises TimeoutError."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while len(mails := self._fetched(address)) < count:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{address} got {len(mails)} mails, wanted {count}")
            time.sleep(0.2)
        return mails

    def _fetched(self, address: str) -> list[bytes]:
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=PATIENCE_SECONDS) as imap:
            imap.login(address, PASSWORD)
            imap.select(readonly=True)
            _, (numbers,) = imap.search(None, "ALL")
            return [_content(imap.fetch(number.decode(), "(RFC822)")[1]) for number in numbers.split()]


def _content(answer: list[object]) -> bytes:
    first = answer[0]
    assert isinstance(first, tuple) and isinstance(first[1], bytes)
    return first[1]


@contextlib.contextmanager
def mail_servers() -> Iterator[MailServers]:
    """Both servers while the block runs, in a folder of their own that is gone afterwards."""
    smtp, lmtp, imap = _free_ports(3)
    home = Path(tempfile.mkdtemp(prefix="mail-servers-"))
    home.chmod(0o755)  # each part of a mail server is a user of its own, and has to come in
    facts = {"home": home, "domain": DOMAIN, "password": PASSWORD, "user": MAIL_USER}
    facts |= {"smtp": smtp, "lmtp": lmtp, "imap": imap}
    try:
        with _dovecot(home, facts), _postfix(home, facts):
            for port in (smtp, lmtp, imap):
                _wait_for(port, home)
            yield MailServers(smtp, imap)
    finally:
        shutil.rmtree(home)


@contextlib.contextmanager
def _dovecot(home: Path, facts: dict[str, object]) -> Iterator[None]:
    (home / "mail").mkdir()
    user = pwd.getpwnam(MAIL_USER)
    os.chown(home / "mail", user.pw_uid, user.pw_gid)
    (home / "dovecot.conf").write_text(DOVECOT_CONF.format(**facts))
    with _process("dovecot", "-F", "-c", str(home / "dovecot.conf")):
        yield


@contextlib.contextmanager
def _postfix(home: Path, facts: dict[str, object]) -> Iterator[None]:
    config = home / "postfix"
    for folder in (config, home / "queue", home / "data"):
        folder.mkdir()
    shutil.chown(home / "data", "postfix")
    (config / "main.cf").write_text(MAIN_CF.format(**facts))
    (config / "master.cf").write_text(MASTER_CF.format(**facts))
    with _process("postfix", "-c", str(config), "start-fg"):
        yield
        subprocess.run([_program("postfix"), "-c", str(config), "stop"], check=False, capture_output=True)


@contextlib.contextmanager
def _process(name: str, *args: str) -> Iterator[None]:
    process = subprocess.Popen([_program(name), *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _program(name: str) -> str:
    return shutil.which(name) or f"/usr/sbin/{name}"


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in taken]


def _wait_for(port: int, home: Path) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > give_up:
            logs = "\n".join(path.read_text() for path in home.glob("*.log"))
            raise TimeoutError(f"nobody listens on port {port}\n{logs}")
        time.sleep(0.1)
