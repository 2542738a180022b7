"""Writes every kind of mail and every paper as a picture: ``make letters``. Needs a Chromium; for the papers, pdftoppm.

Each example of each notification that a mail can carry, dressed as it is sent, buttons that act included: 600 and
320 px wide, light and dark, Danish and English, with its subject and its first words above it; its plain text and the
mail itself lie beside it. What was changed after looking stands in docs/walk.md.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent.parent))
from conftest import ARGUMENTS, chromium  # noqa: E402

from alliance.deliveries import Parcel  # noqa: E402
from alliance.messages import Button, Buttons, Form, Message  # noqa: E402
from alliance.papers import Paper  # noqa: E402
from bot.mail.dress import Letterhead, parcel_as_mail  # noqa: E402
from scheduling.wording import KINDS  # noqa: E402
from templates import write  # noqa: E402
from templates.papers import pdf  # noqa: E402

WIDTHS, SCHEMES, LANGUAGES = (600, 320), ("light", "dark"), ("da", "en")
EXAMPLES_IN = HERE.parent / "templates"
WRITTEN_AS = {"own_data": "own_data_sent", "invitation_in_chat": "", "edit": ""}
"""Notifications whose words have another name; empty where no mail carries them."""
LETTERHEAD = Letterhead("Tovholder", "tovholder@klimaalliancen.example", "", "https://tovholder.example", acting=True)
SENT = datetime(2027, 2, 26, 7, 0, tzinfo=UTC)


def example_modules() -> Iterator[Any]:
    for file in sorted(EXAMPLES_IN.glob("*_examples.py")):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


def papers() -> Iterator[tuple[str, Paper]]:
    """Every paper of the examples: agendas, a supplement, minutes."""
    for module in example_modules():
        for name, value in vars(module).items():
            if isinstance(value, Paper):
                yield f"paper-{module.__name__.removesuffix('_examples')}-{name.lower()}", value


def examples() -> Iterator[tuple[str, str, str, Message]]:
    """Every example of what a mail can carry: its kind, which it is, in which language, and its message."""
    known: dict[str, dict[str, dict[str, Any]]] = {}
    for module in example_modules():
        known |= module.EXAMPLES
    kinds = sorted(filter(None, (WRITTEN_AS.get(kind, kind) for kind in KINDS)))
    for kind, language in product(kinds, LANGUAGES):
        for which, facts in known[kind].items():
            if not facts.get("in_chat"):
                yield kind, which.replace(" ", "-"), language, write(kind, language, **facts)


def posted(message: Message, language: str, name: str) -> EmailMessage:
    """The mail that carries the message to somebody, whose buttons act."""
    links = {button.words: f"hemmelighed-{n}" for n, button in enumerate(_buttons(message))}
    return parcel_as_mail(
        Parcel(
            delivery_id=1,
            key=name,
            to_name="Rikke Toft",
            to_address="borgmester@koege.example",
            language=language,
            message=message,
            at=SENT,
            alliance="DK2020 klimaalliance",
            links=links,
        ),
        LETTERHEAD,
    )


def _buttons(message: Message) -> Iterator[Button]:
    for block in message.blocks:
        if isinstance(block, Buttons):
            yield from (item for item in block.items if isinstance(item, Button))
        elif isinstance(block, Form):
            yield block.buttons[0]


def part_of(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body(preferencelist=(kind,))
    assert found
    return str(found.get_content())


def draw(browser: Browser, folder: Path) -> None:
    """Take a picture of each mail as it stands in its reader's window."""
    pages = {
        (width, scheme): browser.new_context(
            viewport={"width": width, "height": 200},
            color_scheme=scheme,  # type: ignore[arg-type]
        ).new_page()
        for width, scheme in product(WIDTHS, SCHEMES)
    }
    for kind, which, language, message in examples():
        name = f"{kind}-{which}-{language}"
        mail = posted(message, language, name)
        (folder / f"{name}.eml").write_bytes(mail.as_bytes())
        (folder / f"{name}.txt").write_text(f"{mail['Subject']}\n\n{part_of(mail, 'plain')}", encoding="utf-8")
        for (width, scheme), page in pages.items():
            page.set_content(part_of(mail, "html"))
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


def draw_pdf(content: bytes, folder: Path, name: str) -> None:
    """Write a paper, and a picture of each of its sides."""
    (folder / f"{name}.pdf").write_bytes(content)
    if drawer := shutil.which("pdftoppm"):
        subprocess.run([drawer, "-r", "70", "-png", folder / f"{name}.pdf", folder / f"{name}-side"], check=False)


if __name__ == "__main__":
    path = chromium()
    if path is None:
        sys.exit("there is no Chromium; install one or set TOVHOLDER_TEST_CHROMIUM to it")
    with sync_playwright() as playwright:
        for name, paper in papers():
            for language in LANGUAGES:
                draw_pdf(pdf(paper, language), Path(sys.argv[1]), f"{name}-{language}")
        draw(playwright.chromium.launch(executable_path=path, args=ARGUMENTS), Path(sys.argv[1]))
