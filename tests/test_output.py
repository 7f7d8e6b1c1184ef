"""What a build does to the output folder, and what it refuses to do."""

import json
import os
import signal
import time
from pathlib import Path

import projects
import pytest

from dateline import output, trees
from dateline.artifacts import Artifact, Made, Site
from dateline.problems import Document, Faults, Misuse, Problems


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


def many(text: str = "") -> Site:
    """A site of so many files that several processes make them."""
    return site(**{f"events__{n}__index": f"event {n}{text}" for n in range(400)}, index="home")


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
    again = Site({"index": Made("another key", lambda: b"home")})

    report = output.write(again, folder)

    assert report == output.Report(written=0, unchanged=1, removed=0)
    assert snapshot(folder)["index"] == before["index"]
    assert "another key" in (folder / output.RECORD).read_text("utf-8")


def test_a_page_with_a_known_key_is_not_made_again(folder):
    """That is what makes a build after a small edit quick."""
    output.write(Site({"index": Made("key", lambda: b"home")}), folder)

    report = output.write(Site({"index": Made("key", pytest.fail)}), folder)

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


# A build that fails.


def broken() -> bytes:
    """A page whose template has a fault."""
    raise Problems([])


def test_a_build_with_a_fault_changes_nothing(folder):
    """Every page is made before the first one is written: bytes and times stay."""
    output.write(site(index="home", a="a", b="b"), folder)
    before = snapshot(folder)
    after = site(index="a new home", a="a")
    after |= {"z": Made("key", broken)}

    with pytest.raises(Problems):
        output.write(after, folder)
    assert snapshot(folder) == before


def test_a_first_build_with_a_fault_makes_no_folder(folder):
    """There is nothing where nothing was."""
    with pytest.raises(Problems):
        output.write(Site({"index": Made("key", broken)}), folder)
    assert not folder.exists()


def test_what_a_stopped_build_left_half_written_is_cleared_away(folder):
    """In the hidden folder it noted down what it was about to write there."""
    output.write(site(index="home", a="a"), folder)
    output.write(site(index="another", a="a"), folder)
    hidden = folder.parent / ".dateline/site"
    (hidden / "pending.json").write_text('["half", "a"]')
    (hidden / "next/half").write_text("ha")
    (hidden / "next/a").unlink()
    (hidden / "next/a").write_text("h")
    (hidden / "draft").write_text("ha")

    output.write(site(index="a third"), folder)

    assert names(folder) == ["index"]
    assert names(hidden) == [
        "lock",
        "memory.json",
        "next",
        "next/.dateline.json",
        "next/a",
        "next/index",
    ]
    output.write(site(index="a fourth"), folder)
    assert names(hidden / "next") == ["index"]


def test_a_file_in_the_hidden_folder_that_no_build_put_there_is_not_deleted(folder):
    """Somebody wrote it into the site at the very moment of the exchange."""
    output.write(site(index="home"), folder)
    output.write(site(index="another"), folder)
    stranger = folder.parent / ".dateline/site/next/notes.txt"
    stranger.write_text("mine")

    with pytest.raises(Misuse, match=r"next' has files that no build wrote: 'notes.txt'"):
        output.write(site(index="a third"), folder)
    assert stranger.read_text() == "mine"
    assert (folder / "index").read_text() == "another"


# Two folders that take turns.


def test_an_edit_that_is_taken_back_makes_no_page_again(folder):
    """The spare folder has it still; its time is new, so that no browser keeps the other one."""
    output.write(site(index="home", a="a"), folder)
    output.write(site(index="another", a="a"), folder)
    before = (folder / "index").stat().st_mtime_ns
    key = site(index="home").files["index"].key

    report = output.write(Site({"index": Made(key, pytest.fail), **site(a="a").files}), folder)

    assert report == output.Report(written=1, unchanged=1, removed=0)
    assert (folder / "index").read_text() == "home"
    assert (folder / "index").stat().st_mtime_ns > before


def test_a_file_keeps_its_time_until_it_changes(folder):
    """Whichever of the two folders it is in: a browser's copy stays good, and so does rsync's."""
    output.write(site(index="0", a="a"), folder)
    times = []
    for text in ("1", "1b", "1c", "1d"):
        output.write(site(index=text, a="a", b="b"), folder)
        times.append([(folder / name).stat().st_mtime_ns for name in "ab"])

    assert times == [times[0]] * 4


@pytest.mark.parametrize("rest", [0, 0.15])
def test_an_edit_by_hand_is_put_right_in_both_folders(folder, rest):
    """Right after the build and later; though the two share their files by hard links."""
    for text in ("0", "1", "2"):
        output.write(site(index=text, same="same", gone="g"), folder)
    time.sleep(rest)
    for name in ("index", "same"):
        times = (folder / name).stat()
        (folder / name).write_text("S" * times.st_size)
        os.utime(folder / name, ns=(times.st_atime_ns, times.st_mtime_ns))

    for text in ("2", "3", "4", "5"):
        output.write(site(index=text, same="same", gone="g"), folder)
        assert projects.files(folder)["same"] == b"same"
        assert projects.files(folder)["index"] == text.encode()


def test_what_a_build_only_gave_another_name_is_not_read_again_by_the_next(folder):
    """A link is new to a file's time of change, but what it holds was known before."""
    output.write(site(index="1", same="same"), folder)
    time.sleep(trees.GRAIN / 1e9 + 0.05)  # what was written a moment ago is read again

    output.write(site(index="2", same="same"), folder)

    memories = trees.Memories((folder.parent / ".dateline/site/memory.json").read_bytes())
    for tree in (folder, folder.parent / ".dateline/site/next"):
        remembered = memories.of(trees.inode(tree)).marks.files["same"]
        assert remembered == trees.file_mark(str(tree / "same"))


def test_what_somebody_changed_and_the_site_no_longer_has_is_not_deleted(folder):
    """The build stops before anything happens, and goes on when the file is out of the way."""
    output.write(site(index="home", gone="g"), folder)
    (folder / "gone").write_text("mine now")
    before = snapshot(folder)

    with pytest.raises(Misuse, match="that somebody changed: 'gone'"):
        output.write(site(index="another"), folder)
    assert snapshot(folder) == before

    (folder / "gone").rename(folder.parent / "saved")
    assert output.write(site(index="another"), folder).removed == 1
    assert (folder.parent / "saved").read_text() == "mine now"


@pytest.mark.parametrize("part", ["", "/site", "/site/next", "/site/last"])
@pytest.mark.parametrize("builds", [0, 2])
def test_a_link_in_place_of_the_hidden_folder_is_refused(folder, tmp_path, part, builds):
    """Nothing is written where it leads."""
    for text in range(builds):
        output.write(site(index=str(text)), folder)
    outside = tmp_path / "outside"
    outside.mkdir()
    link = folder.parent / f".dateline{part}"
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.exists():
        link.rename(tmp_path / "moved")
    link.symlink_to(outside)

    with pytest.raises(Misuse, match="is a symbolic link"):
        output.write(site(index="home"), folder)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    "memory", ["", "{", "[]", '{"1": []}', '{"1": ["", ["a", "b"], []]}', b"\xff"]
)
def test_a_memory_that_makes_no_sense_is_none(folder, memory):
    """It only saves time."""
    output.write(site(index="home", a="a"), folder)
    data = memory if isinstance(memory, bytes) else memory.encode()
    (folder.parent / ".dateline/site/memory.json").write_bytes(data)
    (folder / "a").write_text("b")

    assert output.write(site(index="home", a="a"), folder).written == 1
    assert (folder / "a").read_text() == "a"


def test_files_and_folders_have_the_same_modes_whatever_the_umask(folder):
    """A web server runs as another user, and two builds make equal trees."""
    before = os.umask(0o077)
    try:
        output.write(site(index="home", a__b="b"), folder)
        output.write(site(index="another", a__b="b", c__d="d"), folder)
    finally:
        os.umask(before)

    found = [folder, *folder.rglob("*")]
    assert {path.stat().st_mode & 0o7777 for path in found if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o7777 for path in found if path.is_dir()} == {0o755}


# One file that is no part of a site.


def test_one_file_is_replaced_as_a_whole(tmp_path):
    """Nothing is left beside it but the hidden folder."""
    output.put(tmp_path / "permalinks.lock", b"one")
    output.put(tmp_path / "permalinks.lock", b"two")

    assert (tmp_path / "permalinks.lock").read_bytes() == b"two"
    assert {path.name for path in tmp_path.iterdir()} == {"permalinks.lock", ".dateline"}


def test_one_file_that_cannot_be_written_is_named(tmp_path):
    """There is a folder in its place."""
    (tmp_path / "permalinks.lock/a").mkdir(parents=True)

    with pytest.raises(OSError, match=r"'.*/permalinks\.lock'"):
        output.put(tmp_path / "permalinks.lock", b"one")


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
    """With empty folders in it too, which go: nothing can be lost there."""
    (folder / "empty").mkdir(parents=True)

    assert output.write(site(index="home"), folder).written == 1
    assert names(folder) == ["index"]


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


# Several processes.


@pytest.mark.parametrize("jobs", [2, 4])
def test_the_same_site_is_written_however_many_write_it(tmp_path, jobs):
    """Every byte, the record too: when all is new, when all changed, and when nothing did."""
    one, several = tmp_path / "one", tmp_path / "several"
    for text in ("", " again", " again", " third"):
        reports = [
            output.write(many(text), one),
            output.write(many(text), several, jobs=jobs),
        ]
        assert reports[0] == reports[1]
        assert projects.files(one) == projects.files(several)
    changed = Site(many(" third").files | {"index": Artifact.of(b"another home")})

    assert output.write(changed, several, jobs=jobs).written == 1
    assert output.write(changed, one).written == 1
    assert projects.files(one) == projects.files(several)
    assert len(projects.files(tmp_path / ".dateline/several/next")) == 402


@pytest.mark.parametrize("written", [output.write, output.rehearse])
def test_every_fault_is_found_however_many_look(folder, written):
    """Not only the first one; sorted by place."""

    def faulty(number: int):
        def make() -> bytes:
            with Faults() as faults:
                faults.add(Document("templates/event.html", "").spot(number), "no such thing")
            return b""

        return make

    made = {f"{n}": Made(f"{n}", faulty(n)) for n in range(1, 400)}
    found = []
    for jobs in (1, 2, 4):
        with pytest.raises(Problems) as raised:
            written(Site(made), folder, jobs=jobs)
        found.append(raised.value.problems)

    assert [problem.line for problem in found[0]] == list(range(1, 400))
    assert found[0] == found[1] == found[2]
    assert not folder.exists()


def test_few_files_are_made_by_one_process(folder):
    """Another one would take longer to start than it could save."""
    first, makers = os.getpid(), {}

    def who() -> bytes:
        return f"{os.getpid()}".encode()

    def artifacts(number: int) -> Site:
        return Site({f"{n}": Made(f"{n}", who) for n in range(number)})

    for number in (output.SHARED_FROM - 1, output.SHARED_FROM + 200):
        output.write(artifacts(number), folder / str(number), jobs=2)
        files = projects.files(folder / str(number))
        makers[number] = {int(data) for name, data in files.items() if name != output.RECORD}

    assert makers[output.SHARED_FROM - 1] == {first}
    assert len(makers[output.SHARED_FROM + 200]) == 2


def test_a_process_that_is_killed_leaves_the_site_as_it_was(folder):
    """One line says so, and the next build mends what it left."""
    output.write(many(), folder)
    before, first = snapshot(folder), os.getpid()

    def killed() -> bytes:
        if os.getpid() != first:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.01)
        return b"home"

    files = {f"other/{n}": Made(f"{n}", killed) for n in range(400)}
    with pytest.raises(ChildProcessError) as raised:
        output.write(Site(files), folder, jobs=2)

    assert raised.value.strerror == (
        "a process of the build was ended by signal 9, perhaps for want of memory; "
        "the site is as it was: build again, with --jobs 1 if this happens again"
    )
    assert snapshot(folder) == before
    assert output.write(many(" new"), folder, jobs=2).written == 400


def test_a_rehearsal_makes_only_what_is_not_in_the_record(folder):
    """And it writes nothing."""
    output.write(site(index="home"), folder)
    before, made = snapshot(folder), []
    known = site(index="home").files["index"].key
    files = {
        "index": Made(known, pytest.fail),
        "other": Made("other", lambda: made.append("other") or b""),
    }

    output.rehearse(Site(files), folder)

    assert (made, snapshot(folder)) == (["other"], before)
