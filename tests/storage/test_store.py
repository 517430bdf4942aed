"""What builds keep: bounded, checked, found again; and what is told while one is at work."""

from __future__ import annotations

import datetime
import io
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.build.kept_pages import FactHashes
from sitegen.problems.progress import Bar, Profile
from sitegen.storage.source_tree import SourceTree
from sitegen.storage.store import PageRecord, Store, load_value, save_value


def test_a_store_keeps_what_was_asked_for_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than so many bytes; what is old and was asked for just now stays."""
    store, days = Store(tmp_path), 86_400
    keys = [f"{number:02x}" for number in range(10)]
    for age, key in enumerate(keys):
        monkeypatch.setattr(time, "time", lambda age=age: 1e9 - days * (20 - age))
        store.put("drawing", key, bytes(1000))
    monkeypatch.setattr(time, "time", lambda: 1e9)
    assert {keys[0]: bytes(1000)} == store.found("drawing", [keys[0], "none"])
    store.limit("drawing", 5 * 1000)
    assert [keys[0], *keys[6:]] == list(store.found("drawing", keys))


def test_the_last_used_owners_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a kind, so many; those of other kinds stay."""
    store = Store(tmp_path)
    store.keep("other", "0", {"a": 1})
    for number in range(5):
        monkeypatch.setattr(time, "time", lambda number=number: float(number))
        store.keep("build", str(number), {"a": number, "b": number}, 2)
    assert [{}, {}, {}, {"a": 3, "b": 3}, {"a": 4, "b": 4}] == [
        store.values("build", str(number), int) for number in range(5)
    ]
    assert {"a": 1} == store.values("other", "0", int)


VALUE = {"a": (1, ["x"], b"y", None, 0.5, datetime.date(2024, 12, 31))}
KIND = dict[str, tuple[int, list[str], bytes, None, float, datetime.date]]


def test_values_come_back_whole_or_not_at_all(tmp_path: Path) -> None:
    """Any damaged byte of a file is noticed; so is a value of another type."""
    path = tmp_path / "value"
    save_value(path, VALUE)
    assert VALUE == load_value(path, KIND)
    assert load_value(path, dict[str, str]) is None
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert load_value(path, KIND) is None
        path.write_bytes(whole[:place])
        assert load_value(path, KIND) is None
    store = Store(tmp_path)
    store.keep("kind", "owner", {"name": VALUE})
    assert VALUE == store.value("kind", "owner", "name", KIND)
    assert store.value("kind", "owner", "name", dict[str, str]) is None
    assert store.value("kind", "owner", "other", KIND) is None
    store.forget("kind", "owner", ["name"])
    assert store.value("kind", "owner", "name", KIND) is None


def test_two_stores_of_a_folder_see_each_other(tmp_path: Path) -> None:
    """Each what the other has written; what was held stays as it was, whatever the other removes."""
    one, other = Store(tmp_path), Store(tmp_path)
    record = PageRecord(one.new_id(), "en", "index", one.build, b"{}", b"", b"[]", b"{}", b"<p>")
    one.add_pages("engine", [record])
    assert [record[:6]] == [found[:6] for found in other.pages("engine")]
    one.hold()
    other.remove_pages([record.id])
    assert b"<p>" == one.html(record.id)
    one.put("drawing", "key", b"value")
    assert [] == list(one.pages("engine"))
    assert {"key": b"value"} == other.found("drawing", ["key"])


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_can_not_be_written_is_read(tmp_path: Path) -> None:
    """What was kept there is found; what is new is not kept."""
    first = Store(tmp_path)
    first.put("drawing", "key", b"value")
    first.close()
    tmp_path.chmod(0o500)
    store = Store(tmp_path)
    store.put("drawing", "new", b"value")
    assert {"key": b"value", "new": b"value"} == store.found("drawing", ["key", "new"])
    tmp_path.chmod(0o700)
    assert {"key": b"value"} == Store(tmp_path).found("drawing", ["key", "new"])


def test_a_file_is_known_by_its_signature_unless_it_was_written_just_now(tmp_path: Path) -> None:
    """One that was written within the clock's last ticks may have been written again, and is read."""
    (tmp_path / "old.md").write_text("old")
    (tmp_path / "new.md").write_text("new")
    os.utime(tmp_path / "old.md", (1, 1))
    # its record was changed just now, too: as if that were long ago
    began = time.time_ns() + 10_000_000_000
    first = SourceTree.of(tmp_path)
    first.began = began
    assert first.known_digest("old.md") is None
    for path in first.files:
        first.read(path)
    second = SourceTree.of(tmp_path, first.for_next_build())
    assert second.known_digest("old.md") == first.digests["old.md"]
    first.began = time.time_ns()
    third = SourceTree.of(tmp_path, first.for_next_build())
    assert third.known_digest("new.md") is None
    (tmp_path / "old.md").write_text("OLD")
    os.utime(tmp_path / "old.md", (1, 1))
    first.began = began
    assert SourceTree.of(tmp_path, first.for_next_build()).known_digest("old.md") is None


def test_a_profile_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds by stage, then the slowest pages and charts apart."""
    clock = iter([1.0, 3.5, 6.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    profile = Profile(_began=0.0)
    profile.stage("reading")
    profile.stage("rendering pages", 2)
    profile.done("/a/", 0.25)
    profile.done("/b/", 0.5)
    profile.done("chart one", 1.25)
    profile.end()
    assert profile.text().splitlines() == [
        "seconds by stage:",
        "    1.000  starting",
        "    2.500  reading",
        "    2.500  rendering pages",
        "slowest pages:",
        "    0.500  /b/",
        "    0.250  /a/",
        "slowest charts:",
        "    1.250  one",
    ]


def test_a_bar_waits_a_second_and_is_drawn_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times a second at most, and gone at the end."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    terminal = io.StringIO()
    bar = Bar(terminal)
    bar.stage("rendering pages", 4)
    bar.done("/a/")
    assert "" == terminal.getvalue()
    now[0] = 1.01
    bar.done("/b/")
    bar.done("/c/")
    assert "\r\x1b[Krendering pages  [############            ]  2/4  /b/" == terminal.getvalue()
    now[0] = 1.2
    bar.done("/d/")
    assert terminal.getvalue().endswith("4/4  /d/")
    bar.end()
    assert terminal.getvalue().endswith("\r\x1b[K")


@given(st.lists(st.dictionaries(st.integers(0, 30), st.binary(min_size=16, max_size=16), max_size=20), max_size=5))
def test_hashes_are_those_put_last(builds: list[dict[int, bytes]]) -> None:
    """Through builds that each add to the ones before."""
    known: dict[int, bytes] = {}
    hashes = FactHashes()
    for build in builds:
        known |= build
        hashes = hashes.updated(build)
        assert known == {key: digest for key in range(31) if (digest := hashes.get(key))}
