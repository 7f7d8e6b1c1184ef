"""The benchmark: one corpus for all, outputs that are looked at, a report made from data."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bench import chart, corpus, counts, generators, outputs, report, rounds, sites
from bench.measure import Patience, Run
from bench.results import Results
from bench.rounds import Measurement

ROOT = Path(__file__).parents[1]
DATELINE = generators.ready("dateline")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The benchmark's site of twenty events, as Dateline builds it."""
    site = sites.write(DATELINE, corpus.events(20), tmp_path_factory.mktemp("bench") / "site")
    build(site)
    return site


@pytest.fixture
def output(built, tmp_path):
    """A copy of its pages, to be spoilt."""
    return shutil.copytree(built.output, tmp_path / "site")


def build(site):
    """Build a site of the benchmark; fail with what was said if it has faults."""
    command, environment = DATELINE.build, {**os.environ, **DATELINE.environment}
    subprocess.run(command, cwd=site.folder, env=environment, check=True, stderr=sys.stderr)


def test_the_corpus_is_the_same_every_time():
    """Its texts are those that were measured before, whatever the machine and its Python."""
    digest = hashlib.sha256(repr(corpus.events(50)).encode()).hexdigest()

    assert corpus.events(50) == corpus.events(50)
    assert digest.startswith("d60f8badec643d83")


def test_the_corpus_looks_like_a_timeline():
    """Events are in order of time, each with sources, actors, places and tags of the registries."""
    events = corpus.events(1000)
    words = sorted(len(event.body.split()) for event in events)

    assert [event.date for event in events] == sorted(event.date for event in events)
    assert len({event.id for event in events}) == 1000
    assert len({actor for event in events for actor in event.actors}) == 40
    assert len({place for event in events for place in event.places}) == 120
    assert 120 <= words[500] <= 180


@pytest.mark.parametrize("form", ["hugo", "eleventy", "mkdocs"])
def test_markdown_files_say_what_the_corpus_says(tmp_path, form):
    """The front matter is YAML, and nothing of an event is lost."""
    corpus.FORMS[form](corpus.events(20), tmp_path)

    for event in corpus.events(20):
        text = (tmp_path / f"events/{event.id}.md").read_text("utf-8")
        _, front, body = text.split("---\n", 2)
        data = yaml.safe_load(front)
        assert (data["title"], body.strip()) == (event.title, event.body.strip())
        assert (data["actors"], data["places"]) == (event.actors, event.places)
        assert data["tags"] == event.tags
        assert [source["url"] for source in data["sources"]] == [one.url for one in event.sources]


def test_pelicans_files_say_what_the_corpus_says(tmp_path):
    """Its headers are lines of a name and a value; a value goes on in indented lines."""
    corpus.pelican(corpus.events(20), tmp_path)

    for event in corpus.events(20):
        text = (tmp_path / f"events/{event.id}.md").read_text("utf-8")
        headers, body = text.split("\n\n", 1)
        assert f"Title: {event.title}\n" in headers
        assert f"Authors: {'; '.join(event.actors)}\n" in headers
        assert all(source.url in headers for source in event.sources)
        assert body == event.body


def test_datelines_files_say_what_the_corpus_says(tmp_path):
    """An entry of a year's file holds the event, and its sources are in the year's registry."""
    corpus.dateline(corpus.events(20), tmp_path)

    entries = {
        entry["id"]: entry
        for path in tmp_path.glob("events/*.yaml")
        for entry in yaml.safe_load(path.read_text("utf-8"))
    }
    for event in corpus.events(20):
        entry = entries[event.id]
        assert (entry["title"], entry["text"]) == (event.title, event.body)
        assert entry["actors"] == [corpus.slug(actor) for actor in event.actors]
        assert len(entry["sources"]) == len(event.sources)


def test_the_benchmarks_site_builds_without_faults_and_has_every_page(built):
    """The present package makes the pages that the other generators make, and no more."""
    events = corpus.events(20)
    terms = {
        *(f"actors/{corpus.slug(name)}" for event in events for name in event.actors),
        *(f"places/{corpus.slug(name)}" for event in events for name in event.places),
        *(f"tags/{corpus.slug(name)}" for event in events for name in event.tags),
    }
    files, size = outputs.size(built.output)

    assert outputs.faults(built.output, events) == []
    assert files == len(events) + len(terms) + len(["index", "feed", "sitemap", "style sheet"])
    assert size > 20 * 2000


def test_an_edit_is_seen_on_the_page(tmp_path):
    """What the benchmark adds to an event is there after the next build, and alone."""
    site = sites.write(DATELINE, corpus.events(20), tmp_path / "site")
    page = site.output / site.page / "index.html"

    sites.edit(site, "Retake 1.")
    build(site)
    first = page.read_text("utf-8")
    sites.edit(site, "Retake 2.")
    build(site)
    second = page.read_text("utf-8")

    assert "<p>Retake 1.</p>" in first
    assert second == first.replace("Retake 1.", "Retake 2.")
    assert outputs.faults(site.output, corpus.events(20)) == []


@pytest.mark.parametrize("path", ["index.html", "index.xml", "sitemap.xml", "tags/aid/index.html"])
def test_a_missing_page_is_noticed(output, path):
    """A generator that leaves out a list, the feed or the sitemap is not compared."""
    events = [event for event in corpus.events(20) if "aid" in event.tags]
    assert events

    (output / path).unlink()

    assert any(
        path.split("/")[-2:][0] in fault for fault in outputs.faults(output, corpus.events(20))
    )


def test_a_missing_event_is_noticed(output):
    """An event without a page is named."""
    event = corpus.events(20)[7]
    shutil.rmtree(output / "events" / event.id)

    assert outputs.faults(output, corpus.events(20)) == [f"events lacks {event.id}"]


def test_an_event_without_its_text_is_noticed(output):
    """A page that is there but says too little is told of."""
    event = corpus.events(20)[3]
    page = output / "events" / event.id / "index.html"
    page.write_text(page.read_text("utf-8").replace(event.sources[1].url, ""), "utf-8")

    found = outputs.faults(output, corpus.events(20))

    assert found == [f"events/{event.id}/ lacks '{event.sources[1].url}'"]


def test_a_list_that_lacks_an_event_is_noticed(output):
    """A list is compared with the events that belong there."""
    event = corpus.events(20)[3]
    page = output / "tags" / event.tags[0] / "index.html"
    text = page.read_text("utf-8").replace(f"/events/{event.id}/", "/")
    page.write_text(text, "utf-8")

    found = outputs.faults(output, corpus.events(20))

    assert found == [f"{event.tags[0]}/index.html lacks {event.id}"]


def test_a_disturbed_run_is_repeated_while_there_is_patience():
    """The quietest of three is kept; without patience the first."""
    runs = [Run(1, 1, 0.9), Run(1, 1, 0.5), Run(1, 1, 0.7)]

    patient, impatient = iter(runs), iter(runs)

    assert Patience(10).best(lambda: next(patient)) == runs[1]
    assert Patience(0).best(lambda: next(impatient)) == runs[0]
    assert Patience(10).best(lambda: Run(2, 3, 0.1)) == Run(2, 3, 0.1)


def results():
    """The results of two generators and two sizes."""
    machine = dict.fromkeys("processor cores memory system kernel python".split(), "some")
    versions = {"hugo": "0.168.0", "dateline": "0.1.0"}
    found = Results("2026-01-02", machine, versions, {"mkdocs": "no such package"})
    for work, generator, events, values in (
        ("cold", "hugo", 100, (0.2, 0.1, 0.3)),
        ("cold", "hugo", 1000, (1.0,)),
        ("cold", "dateline", 100, (0.3, 0.4, 0.3)),
        ("cold", "dateline", 1000, (2.5,)),
        ("memory", "hugo", 100, (80.0,)),
        ("memory", "dateline", 100, (40.0,)),
    ):
        disturbed = int(generator == "dateline" and events == 1000)
        one = Measurement(work, generator, events, values, values, disturbed, 290, 800000)
        found = found.with_measurement(one)
    return found


def test_results_read_back_as_they_were_kept(tmp_path):
    """The file holds everything, a line for each measurement."""
    path = tmp_path / "results.json"
    results().write(path)

    assert Results.read(path) == results()
    assert sum('"work"' in line for line in path.read_text("utf-8").splitlines()) == 6


def test_a_later_measurement_takes_the_place_of_the_same_one():
    """`--add` keeps what was not measured again."""
    new = Measurement("cold", "hugo", 100, (7.0,))

    found = results().with_measurement(new)

    assert found.one("cold", "hugo", 100) == new
    assert Counter(one.generator for one in found.measurements) == {"hugo": 3, "dateline": 3}


def test_the_report_compares_with_hugo():
    """It has ratios and values, says what is missing, and what was disturbed."""
    page = report.page(results())

    assert "| Dateline | 1.50 | 2.50 |" in page
    assert "| Dateline | 0.30 (0.30–0.40) | 2.50 (2.50–2.50) |" in page
    assert "| Dateline | 0.50 |  |" in page
    assert "| Dateline | 40 |  |" in page
    assert "Versions: Dateline 0.1.0, Hugo 0.168.0." in page
    assert "MkDocs is missing: no such package" in page
    assert "during these runs: Dateline, cold, 1,000 events (1 of 1)." in page
    assert "{" not in page


def test_the_report_is_that_of_the_results_that_are_kept():
    """docs/performance.md and its chart are what `python -m bench --report` would write."""
    kept = Results.read()

    assert (ROOT / "docs/performance.md").read_text("utf-8") == report.page(kept)
    assert (ROOT / "docs/performance.svg").read_text("utf-8") == report.growth(kept)


def test_the_chart_is_an_image_with_a_line_for_each_generator():
    """It is well-formed, has a title, and names each line beside its end."""
    drawing = ET.fromstring(report.growth(results()))
    space = "{http://www.w3.org/2000/svg}"
    words = [text.text for text in drawing.iter(f"{space}text")]

    assert drawing.find(f"{space}title").text
    assert len(list(drawing.iter(f"{space}path"))) == 2
    assert {"Hugo", "Dateline", "100", "1,000", "events", "seconds"} <= set(words)


def test_names_in_the_chart_do_not_overlap():
    """Lines that end at the same height have their names one below the other."""
    drawing = ET.fromstring(chart.lines("t", "x", "y", {"a": [(1, 5)], "b": [(1, 5.01)]}))
    space = "{http://www.w3.org/2000/svg}"
    height = {text.text: float(text.get("y")) for text in drawing.iter(f"{space}text")}

    assert abs(height["a"] - height["b"]) >= 15


def test_every_generator_has_its_site_and_its_version():
    """What bench/peers holds can be installed, in the version that is named there."""
    for name in set(generators.NAMES) - {"dateline"}:
        wanted = (generators.SITES / name / "requirements.txt").read_text("utf-8")

        assert all("==" in line for line in wanted.split())
        assert name in corpus.FORMS
    assert set(rounds.WORKS) <= set(report.WORKS)


def test_a_hot_path_that_does_more_work_is_told_of():
    """A growth of more than a tenth fails, with the stage and how to accept it; less does not."""
    before = {"calls": {"python": "x", "counts": dict.fromkeys(counts.STAGES, 1000)}}
    same = {"calls": {"python": "x", "counts": dict.fromkeys(counts.STAGES, 1090)}}
    more = {"calls": {"python": "x", "counts": dict.fromkeys(counts.STAGES, 1000) | {"make": 1200}}}

    lines, worse = counts.compare(before, more)

    assert worse
    assert [line for line in lines if line.endswith("MORE")] == [
        "calls        views and rendering                      1,000          1,200  +20.0%  MORE"
    ]
    assert "make counts ARGS=--accept" in lines[-1]
    assert not counts.compare(before, same)[1]


def test_counts_of_another_python_are_not_compared():
    """Another minor version calls other functions, so there is nothing to say."""
    before = {"calls": {"python": "x", "counts": dict.fromkeys(counts.STAGES, 1000)}}
    other = {"calls": {"python": "y", "counts": dict.fromkeys(counts.STAGES, 2000)}}

    assert counts.compare(before, other) == (
        ["calls: nothing to compare with for this Python"],
        False,
    )


@pytest.mark.slow
def test_the_hot_paths_do_no_more_work_than_they_did():
    """Reading, viewing, rendering and rebuilding make as many calls; `make counts` shows them."""
    lines, worse = counts.compare(counts.read(), counts.take(instructions=False))

    assert not worse, "\n".join(lines)
