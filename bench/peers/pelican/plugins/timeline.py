"""What Pelican lacks for this site: before and after in order of time, and a list per place."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pelican import signals
from pelican.utils import slugify


def slug(text: str) -> str:
    """Return the text as a part of an address."""
    return str(slugify(text, regex_subs=[(r"[^A-Za-z0-9]+", "-"), (r"^-|-$", "")]))


def finalized(generator: Any) -> None:
    """Give each article its neighbours, sources and places, and gather the places."""
    articles = sorted(generator.articles, key=lambda article: article.date)
    generator.context["bydate"] = articles
    places: dict[tuple[str, str], list[Any]] = defaultdict(list)
    row = [None, *articles, None]
    for before, article, after in zip(row, articles, row[2:], strict=False):
        article.prev, article.next = before, after
        article.sourcelist = [source.split("|") for source in article.metadata["sources"]]
        names = (name.strip() for name in article.metadata["places"].split(","))
        article.placelist = [(name, slug(name)) for name in names]
        for place in article.placelist:
            places[place].append(article)
    generator.context["placemap"] = places


def written(generator: Any, writer: Any) -> None:
    """Write the list of each place."""
    template = generator.get_template("place")
    for (name, address), articles in generator.context["placemap"].items():
        writer.write_file(
            f"places/{address}/index.html",
            template,
            generator.context,
            place=name,
            articles=articles,
            relative_urls=generator.settings["RELATIVE_URLS"],
            url=f"places/{address}/",
        )


def register() -> None:
    """Tell Pelican of these."""
    signals.article_generator_finalized.connect(finalized)
    signals.article_writer_finalized.connect(written)
