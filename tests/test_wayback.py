"""How a Wayback-style archive names its copies."""

import pytest

from dateline import wayback

SERVICE = "https://keep.example/base"
ASKED = f"{SERVICE}/save/http://a.example/b?c=d"
COPY = wayback.Memento(SERVICE, "20240131081500", "http://a.example/b?c=d")


def test_a_copy_has_an_address_for_readers_and_one_for_its_bytes():
    """They differ in `id_`; the day is that of the number."""
    assert COPY.page == f"{SERVICE}/web/20240131081500/http://a.example/b?c=d"
    assert COPY.raw == f"{SERVICE}/web/20240131081500id_/http://a.example/b?c=d"
    assert COPY.date == "2024-01-31"


def test_a_copy_is_asked_for_without_name_password_and_fragment():
    """None of them is part of the page."""
    assert wayback.saving(SERVICE, "http://me:secret@a.example/b?c=d#e") == ASKED


@pytest.mark.parametrize(
    "headers",
    [
        {"location": COPY.page},
        {"location": COPY.raw},
        {"location": "/base/web/20240131081500/http://a.example/b?c=d"},
        {"location": COPY.page.replace("https:", "http:")},
        {"content-location": "/base/web/20240131081500/http://a.example/b?c=d"},
        {"link": f'<{COPY.page}>; rel="memento"'},
        {"link": f"<{COPY.page}>;rel=memento"},
        {"link": f'<x>; rel="original", <{COPY.page}>; datetime="a, b"; rel="first last memento"'},
        {"link": f'<{SERVICE}/web/20200101000000/http://a.example/>; rel="memento", '
                 f'<{COPY.page}>; rel="memento"'},
    ],
)  # fmt: skip
def test_an_answer_names_its_copy(headers):
    """In any of three headers, in full or not; the latest of several."""
    assert wayback.named(SERVICE, ASKED, headers) == COPY


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"location": "/login"},
        {"location": COPY.page.replace("keep.example", "evil.example")},
        {"location": f"{SERVICE}/web/20241331081500/http://a.example/"},
        {"location": f"{SERVICE}/web/2024/http://a.example/"},
        {"location": f"{SERVICE}/web/20240131081500/"},
        {"location": f"{SERVICE}/web/20240131081500/http://a.example/ b"},
        {"link": f'<{COPY.page}>; rel="original"'},
        {"link": "<<<;;;,,,"},
    ],
)
def test_other_answers_name_none(headers):
    """Another host, another path, no moment, no address, another relation."""
    assert wayback.named(SERVICE, ASKED, headers) is None
