"""The settings are read once, and a wrong one is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from alliance.pacing import a_minute
from tovholder.settings import DEFAULT_DATABASE, KNOWN, Settings, Wrong, read_settings
from tovholder.wiring import transports


def test_nothing_set_is_a_demo_on_this_machine():
    found = read_settings({})
    assert found == Settings() and (found.database_url, found.port) == (DEFAULT_DATABASE, 8000)
    assert (found.host, found.language, found.charter, found.smtp_url) == ("127.0.0.1", "da", "dk2020", "")


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_an_empty_value_counts_as_unset(name):
    assert read_settings({name: ""}) == Settings()


@pytest.mark.parametrize(
    "name, value, field",
    [
        ("DATABASE_URL", "sqlite:///x.db", "database_url"),
        ("TOVHOLDER_HOST", "0.0.0.0", "host"),
        ("TOVHOLDER_MAILBOX", "bot@koege.example", "mailbox"),
        ("TOVHOLDER_BASE_URL", "https://bot.example", "base_url"),
        ("TOVHOLDER_BASE_URL", "http://127.0.0.1:8000/sub", "base_url"),
        ("TOVHOLDER_LANGUAGE", "en", "language"),
        ("TOVHOLDER_CHARTER", "klimaalliancen", "charter"),
        ("TOVHOLDER_HEARTBEAT_URL", "https://monitor.example/ping/1", "heartbeat_url"),
        ("TOVHOLDER_LOG", "json", "log"),
    ],
)
def test_every_setting_is_read_from_its_variable(name, value, field):
    assert getattr(read_settings({name: value}), field) == value


@pytest.mark.parametrize("typed, port", [("1", 1), ("8000", 8000), ("65535", 65535)])
def test_a_port_is_a_number_from_1_to_65535(typed, port):
    assert read_settings({"PORT": typed}).port == port


@pytest.mark.parametrize("typed", ["0", "65536", "-1", "abc", "80.0", " ", "8000 ", "1e3", "²", "9" * 5000])
def test_any_other_port_is_refused_with_what_was_got_wanted_and_to_do(typed):
    with pytest.raises(Wrong) as wrong:
        read_settings({"PORT": typed})
    assert f"PORT={typed!r}" in str(wrong.value) and "1 to 65535" in str(wrong.value) and "8000" in str(wrong.value)


@pytest.mark.parametrize(
    "typed", ["koege.dk", "ftp://koege.dk", "https://", "https:// x", "//koege.dk", "https://[", "https://k.dk:x"]
)
def test_a_base_url_that_is_no_web_address_is_refused(typed):
    with pytest.raises(Wrong, match=r"TOVHOLDER_BASE_URL.*wanted https"):
        read_settings({"TOVHOLDER_BASE_URL": typed})


@pytest.mark.parametrize(
    ("typed", "pages"),
    [
        ("", ""),
        ("https://tovholder.example", "https://tovholder.example"),
        ("https://tovholder.example:8443/", "https://tovholder.example:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://tovholder.example", ""),
        ("http://127.0.0.1.evil.example", ""),
        ("https://tovholder.example/sub", ""),
        ("https://tovholder.example?x", ""),
        ("https://me:secret@tovholder.example", ""),
    ],
)
def test_people_sign_in_over_https_to_a_host_of_its_own_or_on_this_machine(typed, pages):
    assert read_settings({"TOVHOLDER_BASE_URL": typed}).pages_url == pages


@pytest.mark.parametrize("typed", ["DA", "dansk", "de", " da"])
def test_a_language_is_da_or_en(typed):
    with pytest.raises(Wrong, match=r"TOVHOLDER_LANGUAGE.*da or en"):
        read_settings({"TOVHOLDER_LANGUAGE": typed})


def test_a_heartbeat_address_that_is_none_is_refused_without_saying_it_back():
    with pytest.raises(Wrong, match="TOVHOLDER_HEARTBEAT_URL") as wrong:
        read_settings({"TOVHOLDER_HEARTBEAT_URL": "monitor.example/secret"})
    assert "secret" not in str(wrong.value) and "https://" in str(wrong.value)


def test_any_other_kind_of_log_is_refused_with_what_was_wanted():
    with pytest.raises(Wrong, match=r"TOVHOLDER_LOG='xml'.*json or text"):
        read_settings({"TOVHOLDER_LOG": "xml"})


def test_the_pace_of_mail_is_a_number_a_minute():
    assert read_settings({}).mails_a_minute == 0
    assert read_settings({"TOVHOLDER_MAILS_A_MINUTE": "30"}).mails_a_minute == 30
    paced = {"SMTP_URL": "smtp://mail.example", "TOVHOLDER_MAILBOX": "bot@koege.example"}
    paced["TOVHOLDER_MAILS_A_MINUTE"] = "30"
    assert transports(read_settings(paced), create_engine("sqlite://"), [])["mail"].rate == a_minute(30)
    for wrong in ("0", "-1", "fast", "1.5", "60001"):
        with pytest.raises(Wrong, match="TOVHOLDER_MAILS_A_MINUTE"):
            read_settings({"TOVHOLDER_MAILS_A_MINUTE": wrong})


def test_mail_needs_an_address_to_come_from():
    with pytest.raises(Wrong, match="TOVHOLDER_MAILBOX"):
        read_settings({"SMTP_URL": "smtp://mail.example"})
    both = read_settings({"SMTP_URL": "smtp://mail.example", "TOVHOLDER_MAILBOX": "bot@koege.example"})
    assert both.smtp_url == "smtp://mail.example"


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("TOVHOLDER_LANG", "TOVHOLDER_LANGUAGE"),
        ("TOVHOLDER_MAILBX", "TOVHOLDER_MAILBOX"),
        ("TOVHOLDER_BASEURL", "TOVHOLDER_BASE_URL"),
    ],
)
def test_an_unknown_setting_of_ours_is_refused_with_the_one_that_was_meant(typed, meant):
    with pytest.raises(Wrong) as wrong:
        read_settings({typed: "x"})
    assert typed in str(wrong.value) and f"Did you mean {meant}?" in str(wrong.value)


def test_what_tests_set_and_what_is_not_ours_is_left_alone():
    assert read_settings({"TOVHOLDER_TEST_PG": "x", "HOME": "/", "PORTS": "x"}) == Settings()


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from([*KNOWN, "TOVHOLDER_X", "PATH"]), st.text(max_size=30), max_size=6))
def test_an_environment_is_either_read_or_refused_by_the_name_of_what_is_wrong(environment):
    try:
        read_settings(environment)
    except Wrong as wrong:
        assert any(name in str(wrong) for name in environment)


def test_settings_do_not_change():
    with pytest.raises(AttributeError):
        read_settings({}).port = 9  # type: ignore[misc]
