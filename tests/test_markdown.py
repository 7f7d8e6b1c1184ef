"""Markdown: what is supported, what is removed, and how citations and event links get through."""

from __future__ import annotations

import html
import re

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dateline import bounds, markdown
from dateline.markdown import Citation, Cited, EventLink, Stray

TAGS = set(
    "a abbr b blockquote br cite code dd del dfn div dl dt em h2 h3 h4 h5 h6 hr i ins kbd li "
    "mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul "
    "var".split()
)
ATTRIBUTES = set("lang dir href rel title id start colspan rowspan scope".split())


def cite(citation: Citation) -> str:
    """A citation as the tests print it."""
    return f"<sup>{html.escape('; '.join(cited.id for cited in citation.cited))}</sup>"


def link(token: EventLink) -> str:
    """An event link as the tests print it."""
    return f'<a href="../{html.escape(token.id)}/">{html.escape(token.label or token.id)}</a>'


def rendered(text: str) -> str:
    """The text as HTML, with the citations and links of these tests."""
    return markdown.render(text, cite, link)


def found(text: str) -> list:
    """The tokens of a text."""
    return list(markdown.tokens(text))


def test_a_citation_knows_its_sources_and_locators():
    """`[@a, p. 4; @b]` cites two sources, the first with a locator, each at its own place."""
    text = "One [@un-2023, p. 4, fn. 2; @ap]."

    assert found(text) == [
        Citation(4, 28, (Cited("un-2023", "p. 4, fn. 2", 5), Cited("ap", "", 28)))
    ]
    assert text[28:31] == "@ap"


def test_an_event_link_has_an_id_and_perhaps_words():
    """`[[id]]` prints the event's title, `[[id|words]]` the words, with single spaces."""
    assert found("[[a]] [[b|the\n  second]]") == [
        EventLink(0, 5, "a", ""),
        EventLink(6, 18, "b", "the second"),
    ]


@pytest.mark.parametrize(
    "text", ["[a](b)", "[a] [b]", "a@b.org", "\\[[a]]", "\\[@a]", "[x](mailto:a@b.org)", "[^1]"]
)
def test_other_brackets_are_no_tokens(text):
    """Links, footnotes, mail addresses and what a back slash protects are left to Markdown."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a [[b", "'[[' without ']]'"),
        ("a [[b] c", "'[[' without ']]'"),
        ("a [@b", "'[@' without ']'"),
        ("![a](b.jpg)", "a picture in a text"),
        ("[[ ]]", "a link to an event without its id"),
        ("[@]", "a citation without the id of a source"),
        ("[@a;]", None),
        ("[@a; ]", "a citation without the id of a source"),
    ],
)
def test_what_looks_like_a_token_but_is_none_is_a_stray(text, message):
    """A slip of the pen is reported, never printed in silence."""
    strays = [token.message for token in found(text) if isinstance(token, Stray)]

    assert strays == ([message] if message else [])


@pytest.mark.parametrize(
    "text",
    [
        "`[[a]]`",
        "``a ` [[a]]``",
        "```\n[[a]] [@b\n```",
        "~~~\n[[a]]\n~~~",
        "    [[a]]",
        "- item\n\n        [[a]]",
        "<code>[[a]]</code>",
    ],
)
def test_tokens_in_code_are_shown_as_they_are(text):
    """Code is left alone, in all the ways that Markdown has to write it."""
    assert found(text) == []
    assert "[[a]]" in rendered(text)


@pytest.mark.parametrize(
    "text",
    [
        "a ` b\n\n[[a]] ` c",
        "\\`[[a]]\\`",
        "```\n\n[[a]]",
        "- item\n\n    [[a]]",
        "1. item\n    [[a]]",
        "- a `b\n- [[a]] c`",
    ],
)
def test_tokens_beside_what_is_no_code_are_tokens(text):
    """A back tick without its partner, or in another paragraph or item, begins no code."""
    assert found(text) == [EventLink(text.index("[["), 5, "a", "")]
    assert "<a href" in rendered(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A[@b].", "<p>A<sup>b</sup>.</p>"),
        ("*[[a|b]]*", '<p><em><a href="../a/">b</a></em></p>'),
        ("**x[@b]**", "<p><strong>x<sup>b</sup></strong></p>"),
        ("# [[a]]", '<h2 id="text-"><a href="../a/">a</a></h2>'),
        ("> [@b]", "<blockquote>\n<p><sup>b</sup></p>\n</blockquote>"),
        ('[x](y "[[a]]")', '<p><a href="y" title="" rel="noopener">x</a></p>'),
    ],
)
def test_tokens_may_stand_wherever_text_may(text, shown):
    """Also in emphasis, headings and quotations; in an attribute they leave nothing behind."""
    assert rendered(text) == shown


def test_tokens_may_stand_in_tables():
    """A bar between the id and the words does not end the cell."""
    shown = rendered("| a | b |\n|---|---|\n| [[a|b]] | [@c] |")

    assert '<td><a href="../a/">b</a></td>' in shown
    assert "<td><sup>c</sup></td>" in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A [@b].", "<p>A<sup>b</sup>.</p>"),
        ("A\n[@b] c", "<p>A<sup>b</sup> c</p>"),
        ("*A* [@b] [@c]", "<p><em>A</em><sup>b</sup><sup>c</sup></p>"),
        ("A [[b|c]] d", '<p>A <a href="../b/">c</a> d</p>'),
        ("`A [@b]` [@", "<p><code>A [@b]</code> [@</p>"),
    ],
)
def test_a_citation_follows_its_word_without_a_space(text, shown):
    """Whatever space was typed before it; links to events, code and slips keep theirs."""
    assert rendered(text) == shown


def test_what_cite_and_link_return_is_never_read_as_markdown():
    """A title with stars or brackets is printed as it is."""
    shown = markdown.render("[[a]], [@b]", lambda _: "<sup>*1* [[c]]</sup>", lambda _: "*a* `b`")

    assert shown == "<p>*a* `b`,<sup>*1* [[c]]</sup></p>"


def test_headings_begin_below_the_title_of_the_page():
    """A page has one `h1`, its title; other headings keep their level."""
    shown = rendered("# One\n\n## Two\n\n### Three\n\n<h1>Four</h1>")

    assert re.findall(r"<(h\d)", shown) == ["h2", "h2", "h3", "h2"]


def test_a_heading_has_an_anchor_of_its_own():
    """Two headings with the same words have two anchors, none like another anchor of a page."""
    shown = rendered("## The entry\n\n## The entry\n\n## Über 1969")

    assert re.findall(r'id="([^"]*)"', shown) == [
        "text-the-entry",
        "text-the-entry_1",
        "text-über-1969",
    ]


def test_footnotes_lead_there_and_back():
    """A footnote's mark and its text link to each other."""
    shown = rendered("One[^a].\n\n[^a]: A note.")
    ids = re.findall(r'id="([^"]*)"', shown)

    assert sorted(ids) == ["fn:a", "fnref:a"]
    assert 'href="#fn:a"' in shown
    assert 'href="#fnref:a"' in shown


def test_footnotes_of_one_text_are_not_those_of_the_next():
    """What one text defines is forgotten when the next is read."""
    rendered("One[^a] and [x][y].\n\n[^a]: A note.\n\n[y]: https://example.org/")

    assert rendered("[^a] [x][y]") == "<p>[^a] [x][y]</p>"


def test_lists_tables_and_definitions_are_supported():
    """The forms that docs/content.md names become their elements."""
    text = "- a\n\n1. b\n\nTerm\n:   Meaning\n\n| a |\n|---|\n| b |\n\n> c\n\n---\n\n~~~\nd\n~~~"
    shown = rendered(text)

    for tag in "ul ol dl dt dd table th td blockquote hr pre code".split():
        assert f"<{tag}" in shown, tag


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<SCRIPT>alert(1)</SCRIPT >",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<style>p { display: none }</style>",
        '<iframe src="https://example.org/"></iframe>',
        '<object data="x"></object><embed src="x">',
        '<form action="x"><input name="y"><button>z</button></form>',
        '<img src="https://example.org/x.png" onerror="alert(1)">',
        "![x](https://example.org/x.png)",
        "<svg><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></math>",
        '<meta http-equiv="refresh" content="0;url=https://example.org/">',
        '<base href="https://example.org/"><link rel="stylesheet" href="x">',
        '<b onclick="alert(1)" style="color: red" class="notice">x</b>',
        '<p hidden id="main" data-x="y" aria-label="z" role="alert" tabindex="1">x</p>',
        '<a href="x" target="_blank" ping="https://example.org/" download>x</a>',
        '<details open ontoggle="alert(1)"><summary>x</summary></details>',
        "<video><source onerror='alert(1)'></video><audio src='x'></audio>",
        "<template><script>alert(1)</script></template><slot name='x'></slot>",
        "<noscript><p title='</noscript><script>alert(1)</script>'></noscript>",
        "<x-card onclick='alert(1)'>x</x-card>",
        "<!-- <script>alert(1)</script> --><![CDATA[<script>alert(1)</script>]]>",
        "<div\nonmouseover='alert(1)'>x</div>",
        "`<script>alert(1)</script>`\n\n    <script>alert(1)</script>",
        "| <script>alert(1)</script> |\n|---|\n| <b onclick=alert(1)>x</b> |",
        "[^1]\n\n[^1]: <script>alert(1)</script>",
        "# <script>alert(1)</script>",
        "{{ 7 * 7 }} {% include 'x' %}",
    ],
)
def test_nothing_that_acts_or_disguises_gets_through(text):
    """No scripts, handlers, styles, frames, forms, pictures, classes or foreign elements."""
    assert strange(rendered(text)) == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java&#x73;cript:alert(1)",
        "java&#115;cript&colon;alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "&#1;javascript:alert(1)",
        "javascript&#58;alert(1)",
        "javascript%3Aalert(1)",
        "vbscript:msgbox(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "blob:https://example.org/x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "tel:+123",
    ],
)
@pytest.mark.parametrize(
    "form", ['<a href="{}">x</a>', "[x]({})", "[x](<{}>)", "<{}>", "[x][1]\n\n[1]: {}"]
)
def test_links_lead_to_web_pages_and_mail_alone(form, address):
    """No other scheme gets through, in whatever coding it is written."""
    shown = rendered(form.format(address))

    assert strange(shown) == []
    assert not re.search(r'href="[^"]*(script|data|blob|file|ftp|tel|msgbox)[^"]*:', shown)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/?a=b&c#d",
        "http://example.org",
        "mailto:a@example.org",
        "../a/",
        "#text-a",
    ],
)
def test_ordinary_links_are_kept(address):
    """Web, mail and relative addresses stay as they are, but tell no other site of this one."""
    (anchor,) = elements(rendered(f"[x]({address})"))[1:]

    assert anchor.attrib == {"href": address, "rel": "noopener"}


@pytest.mark.parametrize(
    "text",
    [
        '<sup class="cite">[<a id="cite-x-1" href="#source-x">1</a>]</sup>',
        '<a class="event-link" href="../x/">x</a>',
        '<li id="source-x">x</li>',
        f"{markdown.OPEN}0{markdown.CLOSE} and [@a]",
    ],
)
def test_our_own_markup_cannot_be_forged(text):
    """What looks like a citation or an event link was written as one."""
    shown = rendered(text)

    assert "class=" not in shown
    assert not re.search(r'id="(cite|source)', shown)


@pytest.mark.parametrize(
    "forged",
    [
        f"{markdown.OPEN}0{markdown.CLOSE}",
        f"{markdown.OPEN}7{markdown.CLOSE}",
        "&#xFDD0;0&#xFDD1;",
        "&#x00fdd0;7&#64977;",
        "&amp;#xFDD0;0&#xFDD1;",
    ],
)
def test_the_signs_of_a_slot_cannot_be_forged(forged):
    """What stands for a citation while Markdown is read is no way to print a second one."""
    shown = rendered(f"{forged} [@a] {forged}")

    assert shown.count("<sup>") == 1


@pytest.mark.parametrize("id", ["main", "source-x", "cite-x-1", "lift-off", "search", "top"])
def test_ids_of_raw_html_cannot_clash_with_those_of_the_page(id):
    """Only ids with the beginnings that are kept for texts get through."""
    assert elements(rendered(f'<h2 id="{id}">x</h2>'))[0].attrib == {}


def test_ids_of_raw_html_are_kept_where_they_clash_with_none():
    """An anchor of the author's own begins with `text-`."""
    assert elements(rendered('<h2 id="text-mine">x</h2>'))[0].attrib == {"id": "text-mine"}


def test_harmless_html_is_kept():
    """What Markdown has no sign for may be written as HTML."""
    text = '<sub>2</sub> <abbr title="x">y</abbr> <span lang="ar" dir="rtl">z</span> <mark>m</mark>'

    assert rendered(text) == f"<p>{text}</p>"


def test_relative_links_are_found_however_they_are_written():
    """In brackets, by reference, in HTML and twice; not in code, and not those to other sites."""
    text = """
[a](../a/#x) [b][1] <a href="../c/?d=e&amp;f">c</a> [a](../a/) `[d](../d/)`
[e](https://example.org/) [f](//example.org/) [g](mailto:a@b.org) [h](#text-h)

[1]: ../b/
"""

    assert list(markdown.links(text)) == ["../a/", "../b/", "../c/?d=e&f", "../a/"]


MARKUP = st.sampled_from(
    [
        *"<>\"'`=/&;:#*_[]()!|~-+ \n\t\\@^{}",
        *"a x script javascript: onclick= href= style= id= class= src= title= alert(1)".split(),
        *"<a <b> <p> </p> <script> </script> <svg> <math> <style> </style> <textarea>".split(),
        *"<!-- --> <![CDATA[ ]]> <? ?> &lt; &#60; &colon; &quot; \x00 \ufdd0 \ufdd1 0".split(" "),
        *"[[ ]] [@ [^1] [^1]: ``` ~~~ --- | <h1 <details> <template> <noscript> <iframe".split(),
    ]
)


@given(st.lists(MARKUP, max_size=40).map("".join) | st.text(max_size=80))
@example("<a title='[[a]]' href=x>")
@example('<a href="x" title="[[a]]>">x</a>')
@example("[x](y '\"><script>alert(1)</script>[[a]]')")
@settings(max_examples=600, deadline=None)
def test_no_text_whatever_yields_a_tag_or_attribute_outside_the_list(text):
    """A browser, which html5lib reads like, sees nothing but what is allowed."""
    assert strange(rendered(text)) == []


@given(st.text(alphabet="[]@|;,`\\ ab\n#*-~", max_size=40))
@settings(max_examples=400, deadline=None)
def test_tokens_stand_where_they_say(text):
    """A token's place and length are those of what was typed, in order and apart."""
    end = 0
    for token in found(text):
        assert token.offset >= end
        assert text[token.offset : token.offset + token.length][:2] in ("[[", "[@", "![")
        end = token.offset + token.length


def elements(shown: str) -> list:
    """Every element of a piece of HTML, as a browser reads it, in order."""
    fragment = html5lib.parseFragment(shown, namespaceHTMLElements=False)
    return [element for element in fragment.iter() if element is not fragment]


def strange(shown: str) -> list[str]:
    """The tags, attributes and addresses that ought not to be there."""
    out = []
    for element in elements(shown):
        if element.tag not in TAGS:
            out.append(str(element.tag))
        out += [f"{element.tag} {name}" for name in element.attrib if name not in ATTRIBUTES]
        scheme = re.match(r"[\x00-\x20]*([a-zA-Z][\w+.-]*):", element.get("href", ""))
        if scheme and scheme[1].lower() not in ("http", "https", "mailto"):
            out.append(element.get("href"))
    return out


PIECES = (
    "[@a-1]", "[[b]]", "[b]", "(@a)", "[@", "[[", "![", "`", "``", "```\n", "~~~\n", "    ", "\t",
    "\n", "\n\n", "- ", "> ", "<code>", "</code>", "<a href='x'>", "[x](y)", "[x](https://a.b/c)",
    "[x]: y",
    "[^1]", "\n[^1]: z", "[x][y]", "words ", "*w*", "\\", "@a", "[ @a]", "1. ", ": ", "|", "<http://a.b>",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=600, deadline=None)
def test_what_rules_want_to_know_is_the_same_without_converting(text):
    """The looks that spare most texts Python-Markdown find what the converted text has."""
    parsed = markdown._parsed(text)
    printed = [one for number, one in enumerate(parsed.found) if number not in parsed.in_code]
    hrefs = re.findall(r'<a [^>]*?href="([^"]*)"', parsed.raw)
    relative = [
        address
        for address in (html.unescape(href).partition("#")[0] for href in hrefs)
        if address and not re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE)
    ]
    found = markdown.findings(text)

    assert list(markdown.tokens(text)) == printed
    assert list(markdown.links(text)) == relative
    assert markdown._might_be_bare(text) == bool(markdown._BARE.search(text))
    cited = {
        one.id for token in printed if isinstance(token, markdown.Citation) for one in token.cited
    }
    assert found.sources == cited
    assert found.odd == any(
        (
            any(isinstance(one, markdown.Stray) for one in printed),
            list(markdown.bare(text)),
            list(markdown.idle_notes(text)),
        )
    )
    assert list(found.links) == relative


@given(
    st.lists(st.sampled_from((*PIECES, "[" * 301, "a" * 20_001, "\n" * 99, "> " * 11)), max_size=9)
)
@settings(max_examples=200, deadline=None)
def test_a_look_is_enough_for_ordinary_texts(pieces):
    """A text that is far from every limit exceeds none."""
    text = "".join(pieces)

    if bounds._ordinary(text):
        assert not [*bounds._of_the_text(text), *bounds._of_a_paragraph(text)]
