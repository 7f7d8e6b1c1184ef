"""Templates: what they see, what they may not do, and how their faults read."""

import gc

import projects
import pytest
from msgspec.structs import replace

from dateline import problems, views
from dateline.language import Language
from dateline.plans import Plan
from dateline.project import Project
from dateline.render import Templates

FRAME = views.Frame(
    address="404.html",
    root="./",
    lang="en",
    dir="ltr",
    title="<Floods> & \"fires\"",
    description="",
    canonical="",
    stylesheet="assets/site.css",
    scripts=(),
    site_title="Floods",
    sections=(),
    menu=(),
    licence=None,
    repository="",
)  # fmt: skip
PAGE = views.NotFound(FRAME)


@pytest.fixture
def templates(tmp_path):
    """Return a function: the templates written in a text."""

    def of(text: str, folder: str = "templates") -> Templates:
        return Templates([projects.write(tmp_path / folder, text)], Language("en"))

    return of


def test_a_template_sees_the_view_as_page(templates):
    """What it prints is all there is in the page."""
    made = templates("""
        -- 404.html --
        {{ page.frame.site_title }} at {{ page.frame.root }}
    """)

    assert made.page(PAGE) == "Floods at ./"


def test_texts_are_escaped(templates):
    """No text of a view can open a tag or end an attribute; what Markdown made is HTML."""
    made = templates('-- 404.html --\n<i title="{{ page.frame.title }}">')
    prose = templates("-- page.html --\n{{ page.title }} {{ page.body }}", "prose")
    page = views.ProsePage(FRAME, "<b>", views.Markup("<b>bold</b>"), (), draft=False)

    assert made.page(PAGE) == '<i title="&lt;Floods&gt; &amp; &#34;fires&#34;">'
    assert prose.page(page) == "&lt;b&gt; <b>bold</b>"


def test_texts_are_escaped_once_whichever_way_they_are_printed(templates):
    """By a macro, a block, a filter, an inclusion or a translation: as MarkupSafe escapes."""
    made = templates("""
        -- part.html --
        {{ page.frame.title }}
        -- base.html --
        {% block main %}{% endblock %}
        -- 404.html --
        {% extends "base.html" %}
        {% macro shown(text) %}
        {{ text }}{% if caller is defined %}{{ caller() }}{% endif %}
        {% endmacro %}
        {% block main %}
        {{ shown(page.frame.title) }}
        {% call shown("") %}{{ page.frame.title }}{% endcall %}

        {% set kept %}{{ page.frame.title }}{% endset %}{{ kept }}
        {{ [page.frame.title, page.frame.title] | join("") }}
        {% filter replace("x", "y") %}{{ page.frame.title }}{% endfilter %}

        {% trans title=page.frame.title %}{{ title }}{% endtrans %}

        {% include "part.html" %}

        {{ page.frame.title ~ page.frame.title }}
        {{ 7 }} {{ none }} {{ page.frame.title | safe }}
        {{ ("<" ~ "&")[0] }} {{ [page.frame.title] }}
        {% endblock %}
    """)
    title = FRAME.title
    once = str(views.Markup.escape(title))
    in_a_list = str(views.Markup.escape([title]))

    lines = made.page(PAGE).split("\n")
    assert [line for line in lines if line] == [
        once, once, once, once * 2, once, once, once, once * 2,
        f"7 None {title}",
        f"&lt; {in_a_list}",
    ]  # fmt: skip


def test_content_is_never_template_code(templates):
    """Braces in a text are printed, not run."""
    page = replace(PAGE, frame=replace(FRAME, title="{{ 7 * 7 }} {% raw %}"))

    assert templates("-- 404.html --\n{{ page.frame.title }}").page(page) == "{{ 7 * 7 }} {% raw %}"


def test_texts_plurals_and_numbers_are_those_of_the_language(tmp_path):
    """A catalogue translates what templates mark; numbers are written as the language does."""
    projects.write(
        tmp_path,
        """
        -- 404.html --
        {{ _("Page not found") }}: {{ number(50000) }},
        {% trans n=2 %}{{ n }} event{% pluralize %}{{ n }} events{% endtrans %}
        -- locale/fr/LC_MESSAGES/dateline.po --
        msgid ""
        msgstr ""
        "Content-Type: text/plain; charset=UTF-8\\n"
        "Plural-Forms: nplurals=2; plural=(n > 1);\\n"

        msgid "Page not found"
        msgstr "Page introuvable"

        msgid "%(n)s event"
        msgid_plural "%(n)s events"
        msgstr[0] "%(n)s événement"
        msgstr[1] "%(n)s événements"
        """,
    )
    french = Templates([tmp_path], Language("fr", tmp_path / "locale")).page(PAGE)
    english = Templates([tmp_path], Language("en")).page(PAGE)

    assert french.replace("\u202f", " ") == "Page introuvable: 50 000,\n2 événements"
    assert english == "Page not found: 50,000,\n2 events"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "-- 404.html --\n<p>\n{{ page.frame.colour }}",
            "templates/404.html:2:1: 'dateline.views.Frame object' has no attribute 'colour'",
        ),
        (
            "-- 404.html --\n<p>\n{% if page %}",
            "templates/404.html:2:1: unexpected end of template.",
        ),
        (
            "-- 404.html --\n{% include 'parts/gone.html' %}",
            "templates/parts/gone.html:1:1: the template is missing",
        ),
        (
            """
            -- 404.html --
            {% extends "base.html" %}
            {% block main %}
            {% include "parts/x.html" %}
            {% endblock %}
            -- base.html --
            {% block main %}{% endblock %}
            -- parts/x.html --
            <p>
            <p>
            {{ 1 / 0 }}
            """,
            "templates/parts/x.html:3:1: division by zero",
        ),
        ("-- 404.html --\n{{ number(page) }}", "templates/404.html:1:1: "),
        ("-- 404.html --\n{% include '404.html' %}", "templates/404.html:1:1: maximum recursion"),
        ("-- other.html --\n", "templates/404.html:1:1: the template is missing"),
    ],
)
def test_a_fault_in_a_template_is_told_with_its_file_and_line(templates, text, message):
    """Whoever changes a template reads where it is wrong, not a traceback."""
    with pytest.raises(problems.Problems) as caught:
        templates(text).page(PAGE)

    assert problems.text(caught.value.problems).startswith(message)


def test_a_template_that_is_not_utf8_is_named(templates, tmp_path):
    """Also where another template includes it."""
    made = templates("-- 404.html --\n{% include 'parts/old.html' %}\n-- parts/old.html --")
    (tmp_path / "templates/parts/old.html").write_bytes("é".encode("latin-1"))

    with pytest.raises(problems.Problems) as caught:
        made.page(PAGE)
    assert problems.text(caught.value.problems).startswith(
        "templates/parts/old.html:1:1: the file is not UTF-8"
    )


def test_a_template_of_the_project_comes_before_the_one_of_the_same_name(tmp_path):
    """The first folder that has a file wins, file by file, in includes too."""
    own = projects.write(tmp_path / "own", "-- parts/x.html --\nmine")
    default = projects.write(
        tmp_path / "default",
        """
        -- 404.html --
        {% include "parts/x.html" %}{% include "parts/y.html" %}
        -- parts/x.html --
        theirs
        -- parts/y.html --
        , theirs
        """,
    )

    assert Templates([own, default], Language("en")).page(PAGE) == "mine, theirs"
    assert Templates([default], Language("en")).page(PAGE) == "theirs, theirs"


PLAIN = "-- 404.html --\nText {% include 'assets/drawing.svg' %}\n-- assets/drawing.svg --\n<svg/>"


def key(templates, view=PAGE):
    """The exact key of the one page that is made of this view."""
    (artifact,) = templates.artifacts([planned(view)]).values()
    return artifact.exact()


def planned(view, key="as-before"):
    """A plan of this view, with a key of what it may be made from."""
    return Plan(view.frame.address, key, lambda: view)


def test_the_key_of_a_page_changes_with_all_that_it_can_show(templates, tmp_path):
    """With the view, the language and every file among the templates, included drawings too."""
    before = key(templates(PLAIN))

    assert key(templates(PLAIN), replace(PAGE, frame=replace(FRAME, root="/"))) != before
    assert key(Templates([tmp_path / "templates"], Language("fr"))) != before
    assert key(templates("-- assets/drawing.svg --\n<svg><g/></svg>")) != before
    templates("-- assets/drawing.svg --\n<svg/>")
    assert key(templates(PLAIN)) == before
    assert key(templates("-- locale/fr/LC_MESSAGES/dateline.po --\n#")) != before


def test_the_key_of_a_page_does_not_change_with_where_the_templates_lie(templates):
    """The same templates in another folder make the same page."""
    assert key(templates(PLAIN, "here")) == key(templates(PLAIN, "there"))


def test_a_page_is_looked_at_only_if_its_plan_changed(templates):
    """A plan with the old key is not even turned into a view; one with a new key may be equal."""
    made = templates(PLAIN)
    (before,) = made.artifacts([planned(PAGE)]).values()
    (unseen,) = made.artifacts([Plan("404.html", "as-before", lambda: 1 / 0)]).values()
    (equal,) = made.artifacts([planned(PAGE, "new")]).values()
    other = replace(PAGE, frame=replace(FRAME, root="/"))
    (changed,) = made.artifacts([planned(other, "new")]).values()

    assert unseen.renewed(before.stamp) == before.stamp
    assert equal.renewed(before.stamp) == equal.stamp
    assert changed.renewed(before.stamp) is None


def test_no_page_is_made_before_it_is_needed(templates):
    """Describing a site with a broken template is no fault; making the page is."""
    (artifact,) = templates("-- 404.html --\n{{ x }}").artifacts([planned(PAGE)]).values()

    with pytest.raises(problems.Problems, match="'x' is undefined"):
        artifact.make()


def test_two_pages_at_one_address_are_refused(templates):
    """One would overwrite the other."""
    with pytest.raises(ValueError, match=r"two pages have the address '404\.html'"):
        templates(PLAIN).artifacts([planned(PAGE), planned(PAGE)])


def test_the_keys_of_pages_change_with_the_program_that_makes_them(tmp_path):
    """Another recipe, or another Dateline, makes every page anew."""
    folder = projects.with_recipe(projects.write(tmp_path, PLAIN))
    project = Project(folder, folder / "site")
    before = project.program
    (folder / "build.py").write_text("# another recipe\n")
    plan = planned(PAGE)

    assert project.program != before
    keys = {
        Templates([folder], Language("en"), program).artifacts([plan])["404.html"].key
        for program in (before, project.program)
    }
    assert len(keys) == 2


def test_a_rendered_page_leaves_no_garbage_behind(templates):
    """What macros and included templates hold is given up at once, without a look for it."""
    made = templates(
        """
        -- 404.html --
        {% from "parts.html" import shown %}
        {% macro outer(text) %}{{ shown(text) }}{% endmacro %}
        {% include "part.html" %}{{ outer(page.frame.title) }}
        -- parts.html --
        {% macro shown(text) %}<b>{{ text }}</b>{% endmacro %}
        -- part.html --
        {% macro inner() %}x{% endmacro %}{{ inner() }}
        """
    )
    first = made.page(PAGE)
    gc.collect()
    gc.disable()
    try:
        pages = {made.page(PAGE) for _ in range(200)}
        garbage = gc.collect()
    finally:
        gc.enable()

    assert pages == {first}
    assert garbage < 200  # what else leaves some behind; a page did so with a hundred objects
