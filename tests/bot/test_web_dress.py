from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.messages import (
    Ask,
    AskKind,
    Block,
    Button,
    Buttons,
    Choice,
    Facts,
    File,
    Form,
    Image,
    Invite,
    Link,
    Message,
    Section,
    Table,
    Text,
)
from bot.web.dress import answers_from, html

VOID = {"input", "br", "img"}
Pairs = list[tuple[str, str]]


@dataclass
class Control:
    """A field as a browser holds it: what it would send, or nothing."""

    name: str
    sends: list[str] = field(default_factory=list)


@dataclass
class WebForm:
    attributes: dict[str, str | None]
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def submit(self, button: int = 0) -> Pairs:
        """Return what the browser posts when a button is pressed; it sends each line break as CRLF."""
        pairs = [(control.name, value) for control in self.controls for value in control.sends]
        return [(name, re.sub(r"\r\n|\r|\n", "\r\n", value)) for name, value in [*pairs, self.buttons[button]]]


class Browser(HTMLParser):
    """As much of a browser as it takes to fill nothing in and press a button; also checks the nesting."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[WebForm] = []
        self.ids: list[str] = []
        self.points_to: list[str] = []
        self.open: list[str] = []
        self.text: list[str] | None = None
        self.options: list[tuple[str, bool]] = []
        self.feed(page)
        self.close()
        assert self.open == [], "an element was left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert len(found) == len(attrs), f"an attribute stands twice in {attrs}"
        if tag not in VOID:
            self.open.append(tag)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.points_to += (found.get(name) or "").split()
        if tag == "form":
            assert self.open.count("form") == 1, "forms do not nest"
            self.forms.append(WebForm(found))
        elif tag in ("input", "textarea", "select", "button", "option"):
            self.control(tag, found)

    def control(self, tag: str, found: dict[str, str | None]) -> None:
        form, name, value = self.forms[-1], found.get("name") or "", found.get("value") or ""
        kind = found.get("type")
        if tag == "option":
            self.options.append((value, "selected" in found))
        elif tag == "button":
            form.buttons.append((name, value))
        elif tag == "select":
            self.options = []
            form.controls.append(Control(name))
        elif tag == "textarea":
            self.text = []
            form.controls.append(Control(name))
        elif kind in ("radio", "checkbox"):
            form.controls.append(Control(name, [value] if "checked" in found else []))
        elif kind == "file":
            assert "value" not in found, "a browser fills nothing in here"
        elif kind == "date":
            form.controls.append(Control(name, [value if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else ""]))
        else:
            form.controls.append(Control(name, [re.sub(r"[\r\n]", "", value) if kind == "text" else value]))

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"
        if tag == "textarea":
            self.forms[-1].controls[-1].sends = ["".join(self.text or []).removeprefix("\n")]
            self.text = None
        elif tag == "select":
            chosen = [value for value, selected in self.options if selected]
            self.forms[-1].controls[-1].sends = [(chosen or [self.options[0][0]])[-1]]


def page(*blocks: Block, **options: str) -> str:
    return str(html(Message("Kort", blocks), **options))  # type: ignore[arg-type]


def asking(ask: Ask) -> str:
    return page(Form((Section("Energi", (ask,)),), (Button("Send", "indberet"),)))


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
long_words = st.lists(words, max_size=3).map("\n".join)
keys = words.filter(lambda key: key and not key.startswith("_") and not key.endswith("._state"))
buttons = st.builds(Button, words, long_words)


@st.composite
def asks(draw: st.DrawFn, key: str) -> Ask:
    kind: AskKind = draw(st.sampled_from(["text", "long", "number", "date", "choice", "check", "file"]))
    values = draw(st.lists(words, max_size=9, unique=True)) if kind in ("number", "choice") else []
    value = {
        "text": words,
        "long": long_words,
        "number": st.sampled_from(["", "12,5", "-3", *values]),
        "date": st.sampled_from(["", "2027-01-04", "4. januar", "2027-02-30", "0000-01-01"]),
        "choice": st.sampled_from(["", *values]),
        "check": st.sampled_from(["", "ja"]),
        "file": st.just(""),
    }[kind]
    return Ask(
        key,
        draw(words),
        kind,
        draw(value),
        draw(words),
        draw(words),
        tuple(Choice(value, draw(words)) for value in values),
        draw(st.booleans()),
        draw(words),
    )


@st.composite
def forms(draw: st.DrawFn) -> Form:
    names = draw(st.lists(keys, max_size=5, unique=True))
    middle = draw(st.integers(0, len(names)))
    sections = [
        Section(draw(words), tuple(draw(asks(name)) for name in part), draw(words))
        for part in (names[:middle], names[middle:])
    ]
    return Form(tuple(sections), tuple(draw(st.lists(buttons, min_size=1, max_size=3))), draw(words))


@pytest.mark.slow
@given(st.lists(forms(), min_size=1, max_size=2), st.data())
def test_what_a_browser_sends_is_the_words_and_the_values_that_stood_there(
    shown: list[Form], data: st.DataObject
) -> None:
    hidden = (("_token", "x&y"),)
    browser = Browser(html(Message("Kort", tuple(shown)), hidden=hidden))
    assert len(browser.forms) == len(shown)
    for form, web_form in zip(shown, browser.forms, strict=True):
        button = data.draw(st.integers(0, len(form.buttons) - 1))
        sent = web_form.submit(button)
        asked = [ask for section in form.sections for ask in section.asks]
        values = {ask.key: ask.value for ask in asked if ask.kind != "file"}
        assert ("enctype" in web_form.attributes) is any(ask.kind == "file" for ask in asked)
        assert answers_from(sent) == (form.buttons[button].words, values)
        assert ("_token", "x&y") in sent
        assert (web_form.attributes.get("data-keep") or "") == form.keep


@pytest.mark.slow
@given(st.lists(forms(), max_size=3))
def test_ids_are_unique_and_everything_that_points_somewhere_finds_it(shown: list[Form]) -> None:
    message = Message("Kort", tuple(shown))
    browser = Browser(html(message, id_prefix="a") + html(message, id_prefix="b"))
    assert len(browser.ids) == len(set(browser.ids))
    assert set(browser.points_to) <= set(browser.ids)


@given(st.lists(buttons, min_size=1, max_size=3))
def test_a_press_says_the_words_of_the_button(shown: list[Button]) -> None:
    browser = Browser(page(Buttons(tuple(shown)), form_action="/sig"))
    assert [answers_from(form.submit()) for form in browser.forms] == [(button.words, {}) for button in shown]
    assert {form.attributes["action"] for form in browser.forms} == {"/sig"}


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        ([("el", "12,5"), ("el._state", "")], {"el": "12,5"}),
        ([("el", ""), ("el._state", "ukendt")], {"el": "ukendt"}),
        ([("el._state", "ukendt"), ("el", "12,5")], {"el": "ukendt"}),
        ([("ok", ""), ("ok", "ja")], {"ok": "ja"}),
        ([("_token", "hemmelig"), ("_x._state", "y")], {}),
        ([("note", "en\r\nto")], {"note": "en\nto"}),
    ],
)
def test_answers_are_read_by_name(sent: Pairs, answers: dict[str, str]) -> None:
    assert answers_from(sent) == ("", answers)


HOSTILE = "\"'><script>alert(1)</script><a onclick='x'"


@pytest.mark.parametrize(
    "block",
    [
        Text(HOSTILE),
        Text(HOSTILE, "heading"),
        Text(f"[{HOSTILE.replace('(1)', '')}](https://x.dk/{HOSTILE.replace(' ', '')})"),
        Facts(((HOSTILE, HOSTILE),)),
        Table(HOSTILE, (HOSTILE, "b"), ((HOSTILE, HOSTILE),)),
        Image("https://x.dk/" + HOSTILE.replace(" ", ""), HOSTILE),
        Buttons((Button(HOSTILE, HOSTILE), Link(HOSTILE, HOSTILE))),
        Form(
            (Section(HOSTILE, (Ask("k", HOSTILE, "text", HOSTILE, HOSTILE, HOSTILE, error=HOSTILE),), HOSTILE),),
            (Button(HOSTILE, HOSTILE),),
            HOSTILE,
        ),
        Form(
            (Section("", (Ask(HOSTILE, "l", "choice", choices=(Choice(HOSTILE, HOSTILE),)),)),),
            (Button("a", "b"),),
        ),
        File(HOSTILE, HOSTILE, b"x"),
    ],
)
def test_nothing_a_person_wrote_becomes_an_element_or_an_attribute(block: Block) -> None:
    class Listener(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag != "script"
            assert not [name for name, _ in attrs if name.startswith("on")]

    Browser(page(block))
    Listener().feed(page(block))


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://x.dk/a", True),
        ("HTTP://x.dk", True),
        ("mailto:a@x.dk", True),
        ("/moeder/1", True),
        ("/", True),
        ("//evil.dk", False),
        ("/\\evil.dk", False),
        ("/\t/evil.dk", False),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("moeder/1", False),
        (" https://x.dk", False),
    ],
)
def test_only_safe_addresses_become_links(url: str, safe: bool) -> None:
    assert ("<a " in page(Buttons((Link("Her", url),)))) is safe
    assert "<a " not in page(Text(f"[Her]({url})")) or safe


def test_a_calendar_feed_may_be_subscribed_to_from_a_link_of_ours() -> None:
    assert 'href="webcal://x.dk/f"' in page(Buttons((Link("Abonnér", "webcal://x.dk/f"),)))


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Text("**a** _b_\nc\n\nd"), "<p><strong>a</strong> <em>b</em><br>c</p>\n<p>d</p>"),
        (Text("~~7. *juli*~~ **~~b~~**"), "<p><s>7. *juli*</s> <strong><s>b</s></strong></p>"),
        (Text("[a & b](https://x.dk)"), '<p><a href="https://x.dk" rel="noopener">a &amp; b</a></p>'),
        (Text("Dagsorden", "heading"), "<h3>Dagsorden</h3>"),
        (Text("Husk", "subtle"), '<p class="subtle">Husk</p>'),
        (Text("Pas på", "warning"), '<p class="warning"><strong>Pas på</strong></p>'),
        (Facts((("Dato", "4/1"),)), '<dl class="facts"><dt>Dato</dt><dd>4/1</dd></dl>'),
        (Image("https://x.dk/a.png", "Kurve"), '<p><img src="https://x.dk/a.png" alt="Kurve"></p>'),
        (Image("javascript:x", "Kurve"), "<p>Kurve</p>"),
        (
            Table("Status", ("", "MWh"), (("Aarhus", "7"),)),
            '<div class="scroll" tabindex="0" role="region" aria-label="Status">'
            "<table><caption>Status</caption>"
            '<thead><tr><td></td><th scope="col">MWh</th></tr></thead>\n'
            '<tbody><tr><th scope="row">Aarhus</th><td>7</td></tr></tbody></table></div>',
        ),
        (
            Buttons((Button("Ja", "svar ja", "primary"),)),
            '<div class="actions"><form method="post">'
            '<button type="submit" name="_words" value="svar ja" class="primary">Ja</button></form></div>',
        ),
        (
            File("a.txt", "text/plain", b"hej"),
            '<p class="file"><a href="data:text/plain;base64,aGVq" download="a.txt">a.txt</a> (3 B)</p>',
        ),
        (
            Invite("CANCEL", b"hej"),
            '<p class="file"><a href="data:text/calendar;base64,aGVq" download="invite.ics">invite.ics</a> (3 B)</p>',
        ),
    ],
)
def test_each_block_has_its_element(block: Block, expected: str) -> None:
    assert page(block).removeprefix("<p>Kort</p>\n") == expected


@pytest.mark.parametrize(("level", "tag"), [(-1, "h1"), (1, "h1"), (4, "h4"), (9, "h6")])
def test_headings_stand_at_the_level_asked_for(level: int, tag: str) -> None:
    assert f"<{tag}>A</{tag}>" in html(Message("Kort", (Text("A", "heading"),)), heading_level=level)


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    shown = asking(Ask("el", "Elforbrug", "number", "12,5x", "Fra måleren", "MWh", required=True, error="Ikke et tal."))
    assert '<label id="m-1-1-1-label" for="m-1-1-1">Elforbrug <span class="unit">(MWh)</span>' in shown
    assert '<span class="required">(skal udfyldes)</span>' in shown
    assert (
        '<input type="text" inputmode="decimal" value="12,5x" id="m-1-1-1" name="el"'
        ' aria-describedby="m-1-1-1-hint m-1-1-1-error" aria-invalid="true" required="">'
    ) in shown
    assert 'role="alert"><p><strong>Det her skal rettes</strong></p>' in shown
    assert '<li><a href="#m-1-1-1">Elforbrug: Ikke et tal.</a></li>' in shown
    assert "<fieldset><legend>Energi</legend>" in shown


def test_a_file_is_asked_for_like_anything_else_in_a_form_that_can_carry_it() -> None:
    shown = asking(
        Ask("file", "Bilag", "file", "gammelt.pdf", "PDF, højst 20 MB", required=True, error="Filen er for stor.")
    )
    assert '<form method="post" novalidate="" enctype="multipart/form-data">' in shown
    assert (
        '<input type="file" id="m-1-1-1" name="file" aria-describedby="m-1-1-1-hint m-1-1-1-error"'
        ' aria-invalid="true" required="">'
    ) in shown
    assert '<label id="m-1-1-1-label" for="m-1-1-1">Bilag' in shown
    assert '<li><a href="#m-1-1-1">Bilag: Filen er for stor.</a></li>' in shown
    assert "enctype" not in asking(Ask("a", "A"))


def test_a_form_without_errors_raises_no_alarm() -> None:
    assert "alert" not in asking(Ask("el", "Elforbrug"))


@pytest.mark.parametrize(
    ("ask", "piece"),
    [
        (Ask("a", "A", "long", "\nx"), 'name="a">\n\nx</textarea>'),
        (Ask("a", "A", "date", "2027-01-04"), 'type="date" value="2027-01-04"'),
        (Ask("a", "A", "date", "4. januar"), 'type="text" value="4. januar"'),
        (Ask("a", "A", "check", "ja"), 'type="checkbox" value="ja" checked=""'),
        (Ask("a", "A", "choice", choices=tuple(Choice(str(n), str(n)) for n in range(6))), 'type="radio"'),
        (Ask("a", "A", "choice", choices=tuple(Choice(str(n), str(n)) for n in range(7))), "<select id="),
    ],
)
def test_each_kind_of_question_has_its_field(ask: Ask, piece: str) -> None:
    assert piece in asking(ask)


@pytest.mark.parametrize(("value", "typed", "chosen"), [("12,5", "12,5", False), ("ukendt", "", True)])
def test_a_number_may_instead_be_one_of_its_choices(value: str, typed: str, chosen: bool) -> None:
    shown = asking(Ask("el", "El", "number", value, choices=(Choice("ukendt", "Ved ikke"),)))
    assert f'inputmode="decimal" value="{typed}"' in shown
    assert 'name="el._state" aria-labelledby="m-1-1-1-label"><option value="">et tal</option>' in shown
    assert ('<option value="ukendt" selected="">Ved ikke</option>' in shown) is chosen


def test_the_words_around_a_form_are_in_the_readers_language() -> None:
    ask = Ask("el", "El", "number", error="Not a number.", required=True, choices=(Choice("unknown", "Not known"),))
    form = Form((Section("Energy", (ask,)),), (Button("Send", "report"),))
    labels = {"number_label": "a number", "required_label": "required", "errors_label": "Please correct this"}
    shown = page(form, **labels)
    assert all(label in shown for label in labels.values())
    assert "skal" not in shown
