"""What a build does to the output folder, and what it refuses to do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import projects
import pytest

from dateline import output
from dateline.artifacts import Artifact, Site
from dateline.problems import Misuse, Problems


def site(**pages: str) -> Site:
    """A site with these texts; `events__a` stands for the path `events/a`."""
    made = Site()
    made |= {path.replace("__", "/"): Artifact.of(text.encode()) for path, text in pages.items()}
    return made


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder: its bytes, and when it was written, in nanoseconds."""
    return {
        name: (data, (folder / name).stat().st_mtime_ns)
        for name, data in projects.files(folder).items()
    }


def names(folder: Path) -> list[str]:
    """Every file and folder below a folder but the record, sorted."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return sorted(set(found) - {output.RECORD})


@pytest.fixture
def folder(tmp_path):
    """An output folder that is not there yet."""
    return tmp_path / "site"


# What is written.


def test_a_first_build_writes_every_file_and_a_record(folder):
    """The folder is made, with the folders in it."""
    report = output.write(site(index="home", events__a__index="a"), folder)

    assert report == output.Report(written=2, unchanged=0, removed=0)
    assert names(folder) == ["events", "events/a", "events/a/index", "index"]
    record = json.loads((folder / output.RECORD).read_text("utf-8"))
    assert sorted(record["files"]) == ["events/a/index", "index"]


def test_what_did_not_change_is_not_touched(folder):
    """The same site again writes nothing, not even the record."""
    output.write(site(index="home", a="a"), folder)
    before = snapshot(folder)

    report = output.write(site(index="home", a="a"), folder)

    assert report == output.Report(written=0, unchanged=2, removed=0)
    assert snapshot(folder) == before


def test_only_what_changed_is_written(folder):
    """The file beside it keeps its time."""
    output.write(site(index="home", a="a"), folder)
    before = snapshot(folder)

    report = output.write(site(index="home", a="another"), folder)

    assert report == output.Report(written=1, unchanged=1, removed=0)
    assert (folder / "a").read_text() == "another"
    assert snapshot(folder)["index"] == before["index"]


def test_a_new_key_for_the_same_bytes_leaves_the_file_and_notes_the_key(folder):
    """A template that was edited and prints the same page touches the record only."""
    output.write(site(index="home"), folder)
    before = snapshot(folder)
    again = Site({"index": Artifact("another key", lambda: b"home")})

    report = output.write(again, folder)

    assert report == output.Report(written=0, unchanged=1, removed=0)
    assert snapshot(folder)["index"] == before["index"]
    assert "another key" in (folder / output.RECORD).read_text("utf-8")


def test_a_page_with_a_known_key_is_not_made_again(folder):
    """That is what makes a build after a small edit quick."""
    output.write(Site({"index": Artifact("key", lambda: b"home")}), folder)

    report = output.write(Site({"index": Artifact("key", pytest.fail)}), folder)

    assert report == output.Report(written=0, unchanged=1, removed=0)


def test_a_file_that_somebody_edited_is_put_right(folder):
    """An edit or a deletion in the output does not survive the next build; other files stay."""
    output.write(site(index="home", a="a", b="b"), folder)
    before = snapshot(folder)
    (folder / "index").write_text("edited")
    (folder / "a").unlink()

    report = output.write(site(index="home", a="a", b="b"), folder)

    assert report == output.Report(written=2, unchanged=1, removed=0)
    assert (folder / "index").read_text() == "home"
    assert (folder / "a").read_text() == "a"
    assert snapshot(folder)["b"] == before["b"]


def test_what_is_gone_disappears_with_the_folders_it_leaves_empty(folder):
    """A folder that still holds something stays."""
    output.write(site(events__a__index="a", events__b__index="b", tags__c__index="c"), folder)

    report = output.write(site(events__b__index="b"), folder)

    assert report == output.Report(written=0, unchanged=1, removed=2)
    assert names(folder) == ["events", "events/b", "events/b/index"]


def test_a_site_without_files_leaves_an_empty_folder(folder):
    """Nothing of the earlier site is left, and the folder itself stays."""
    output.write(site(events__a="a"), folder)

    assert output.write(Site(), folder).removed == 1
    assert names(folder) == []


@pytest.mark.parametrize("backwards", [False, True])
def test_a_file_may_take_the_place_of_a_folder_and_the_reverse(folder, backwards):
    """`media/kidal` was a picture and is now a folder of them."""
    sites = [site(media__kidal="x", index="home"), site(media__kidal__fort="y", index="home")]
    if backwards:
        sites.reverse()
    output.write(sites[0], folder)

    report = output.write(sites[1], folder)

    assert report == output.Report(written=1, unchanged=1, removed=1)
    assert set(sites[1].files) == set(projects.files(folder)) - {output.RECORD}


def test_files_can_be_read_by_everyone(folder):
    """A web server runs as another user."""
    output.write(site(index="home"), folder)

    assert {(folder / name).stat().st_mode & 0o777 for name in ("index", output.RECORD)} == {0o644}


# A build that fails.


def broken() -> bytes:
    """A page whose template has a fault."""
    raise Problems([])


def test_a_build_with_a_fault_changes_nothing(folder):
    """Every page is made before the first one is written: bytes and times stay."""
    output.write(site(index="home", a="a", b="b"), folder)
    before = snapshot(folder)
    after = site(index="a new home", a="a")
    after |= {"z": Artifact("key", broken)}

    with pytest.raises(Problems):
        output.write(after, folder)
    assert snapshot(folder) == before


def test_a_first_build_with_a_fault_makes_no_folder(folder):
    """There is nothing where nothing was."""
    with pytest.raises(Problems):
        output.write(Site({"index": Artifact("key", broken)}), folder)
    assert not folder.exists()


def test_a_build_that_is_killed_half_way_is_mended_by_the_next(folder):
    """Half of the new pages, half of a file and the old record: the next build knows them all."""
    old = site(index="home", gone__a="a", kept="kept")
    new = site(index="a new home", added__b="b", kept="kept")
    output.write(old, folder)
    script = """
import os, sys
from pathlib import Path
from dateline import output
from dateline.artifacts import Artifact, Site

def killed(path, data, put=output._put, written=[]):
    written.append(path)
    if len(written) > int(sys.argv[2]):
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / ".dateline-halfdone").write_bytes(data[:1])
        os._exit(137)
    put(path, data)

output._put = killed
pages = {"index": b"a new home", "added/b": b"b", "kept": b"kept"}
site = Site({path: Artifact.of(data) for path, data in pages.items()})
output.write(site, Path(sys.argv[1]))
"""
    for stop_after in (0, 1, 2, 3):
        ended = subprocess.run(
            [sys.executable, "-c", script, folder, str(stop_after)],
            check=False,
            env=os.environ | {"PYTHONPATH": str(projects.ROOT)},
        )
        assert ended.returncode == 137

        output.write(new, folder)

        assert set(projects.files(folder)) == {*new.files, output.RECORD}
        assert (folder / "index").read_bytes() == b"a new home"
        output.write(old, folder)
        assert set(projects.files(folder)) == {*old.files, output.RECORD}


def test_a_first_build_that_is_killed_is_mended_by_the_next(folder):
    """Files that it wrote are in its record already, so they are not taken for another's."""
    folder.mkdir()
    output._put_record(folder, {"index": ["key", "hash"], "a": ["key", "hash"]})
    (folder / "index").write_text("home")

    assert output.write(site(index="home", b="b"), folder).written == 2
    assert names(folder) == ["b", "index"]


def test_what_a_stopped_build_left_half_written_is_cleared_away(folder):
    """Only names that a build gives; a file with a name like it is somebody's, and is refused."""
    output.write(site(a__index="home"), folder)
    (folder / "a/.dateline-ab_cd123").write_text("half")

    output.write(site(a__index="home"), folder)
    assert names(folder) == ["a", "a/index"]

    (folder / ".dateline-notes.txt").write_text("mine")
    with pytest.raises(Misuse, match="files that no build wrote"):
        output.write(site(a__index="home"), folder)
    assert (folder / ".dateline-notes.txt").read_text() == "mine"


def test_a_full_disk_leaves_no_half_file_and_is_mended_by_the_next_build(tmp_path):
    """The old page is still there, and with room again the new site is."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        folder = disk / "site"
        output.write(site(index="home"), folder)
        large = Site({"index": Artifact.of(b"x" * 100_000)})

        with pytest.raises(OSError, match="No space left"):
            output.write(large, folder)
        assert (folder / "index").read_text() == "home"
        assert names(folder) == ["index"]

        assert output.write(site(index="a new home"), folder).written == 1
        assert (folder / "index").read_text() == "a new home"
    finally:
        subprocess.run(["umount", disk], check=True)


# Folders that are not ours.


@pytest.mark.parametrize("foreign", ["notes.txt", "events/a/notes.txt", ".htaccess", ".git/HEAD"])
def test_a_folder_with_files_that_no_build_wrote_is_refused(folder, foreign):
    """Neither before the first build nor after one; nothing in it changes."""
    projects.write(folder, f"-- {foreign} --\nmine")

    with pytest.raises(Misuse, match=f"files that no build wrote: '{foreign}'"):
        output.write(site(index="home"), folder)
    assert list(projects.files(folder)) == [foreign]

    (folder / foreign).unlink()
    output.write(site(index="home"), folder)
    projects.write(folder, f"-- {foreign} --\nmine")
    before = snapshot(folder)
    with pytest.raises(Misuse):
        output.write(site(index="another"), folder)
    assert snapshot(folder) == before


def test_an_empty_folder_is_taken(folder):
    """With empty folders in it too: nothing can be lost there."""
    (folder / "empty").mkdir(parents=True)

    assert output.write(site(index="home"), folder).written == 1
    assert (folder / "empty").is_dir()


def test_how_many_files_are_in_the_way_is_said(folder):
    """The first by name, and the number of the rest."""
    projects.write(folder, "-- b --\n-- a --\n-- c --")

    with pytest.raises(Misuse, match="'a' and 2 more"):
        output.write(site(index="home"), folder)


def test_a_link_in_the_output_is_somebody_elses(folder, tmp_path):
    """It is not followed: nothing is written or deleted where it leads."""
    outside = projects.write(tmp_path / "outside", "-- index --\nmine")
    output.write(site(index="home", events__index="x"), folder)
    (folder / "events/index").unlink()
    (folder / "events").rmdir()
    (folder / "events").symlink_to(outside)

    with pytest.raises(Misuse, match="'events'"):
        output.write(site(index="home"), folder)
    assert (outside / "index").read_text() == "mine\n"


def test_a_linked_folder_is_refused(folder, tmp_path):
    """Where a link leads may change between two builds."""
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Misuse, match="symbolic link"):
        output.write(site(index="home"), folder)
    assert names(tmp_path / "elsewhere") == []


def test_a_file_in_place_of_the_folder_is_refused(folder):
    """It is left as it is."""
    folder.write_text("mine")

    with pytest.raises(Misuse, match="is a file"):
        output.write(site(index="home"), folder)
    assert folder.read_text() == "mine"


def test_home_and_the_root_of_the_disk_are_refused(tmp_path, monkeypatch):
    """Even an empty home: what is not ours today will not be tomorrow."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    for place in (tmp_path, Path("/")):
        with pytest.raises(Misuse, match="not a folder to build into"):
            output.write(site(index="home"), place)
    assert output.write(site(index="home"), tmp_path / "site").written == 1


@pytest.mark.parametrize("place", [".", "..", "content", "content/events", "templates/site"])
def test_folders_that_a_build_reads_are_refused(tmp_path, place):
    """Neither in them nor around them; a folder beside them is fine."""
    project = projects.write(
        tmp_path / "project", "-- content/events/a.yaml --\n-- templates/x.html --"
    )
    keep = [project / "content", project / "templates"]
    before = snapshot(tmp_path)

    with pytest.raises(Misuse, match="which a build must not touch"):
        output.write(site(index="home"), project / place, keep_out_of=keep)
    assert snapshot(tmp_path) == before
    assert output.write(site(index="home"), project / "contents", keep_out_of=keep).written == 1


@pytest.mark.parametrize(
    "record",
    [
        "",
        "{",
        "[]",
        "null",
        '{"files": []}',
        '{"files": {"index": "key"}}',
        '{"files": {"index": [1, 2, 3]}}',
        b"\xff\xfe",
    ],
)
def test_a_record_that_makes_no_sense_is_no_record(folder, record):
    """No file is then known to be ours, so none is overwritten; without the files all is well."""
    output.write(site(index="home"), folder)
    data = record if isinstance(record, bytes) else record.encode()
    (folder / output.RECORD).write_bytes(data)

    with pytest.raises(Misuse, match="files that no build wrote: 'index'"):
        output.write(site(index="another"), folder)
    assert (folder / "index").read_text() == "home"

    (folder / "index").unlink()
    assert output.write(site(index="another"), folder).written == 1


@pytest.mark.parametrize(
    "path", ["../mine", "/etc/mine", "a/../../mine", "..\\mine", "", ".", "a//b"]
)
def test_a_record_cannot_lead_out_of_the_folder(folder, tmp_path, path):
    """Whatever somebody wrote into it, nothing beside the folder is deleted."""
    (tmp_path / "mine").write_text("mine")
    output.write(site(index="home"), folder)
    record = json.loads((folder / output.RECORD).read_text("utf-8"))
    record["files"][path] = ["key", "hash"]
    (folder / output.RECORD).write_text(json.dumps(record), "utf-8")

    assert output.write(site(index="home"), folder).removed == 0
    assert (tmp_path / "mine").read_text() == "mine"
