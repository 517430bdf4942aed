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

from sitegen import journal
from sitegen.cache import Cache, keep_newest, load_plain, save_plain
from sitegen.fact_hashes import FactHashes
from sitegen.inventory import Inventory, list_files
from sitegen.journal import Journal
from sitegen.progress import Bar, Profile

KINDS = {"a": (int, str), "b": (str, int | str)}


def test_a_cache_keeps_what_was_asked_for_last(tmp_path: Path) -> None:
    """No more than so many bytes; what is old and was asked for just now stays."""
    cache = Cache(tmp_path)
    keys = [f"{number:02x}{'0' * 62}" for number in range(10)]
    for age, key in enumerate(keys):
        cache.put(key, bytes(1000))
        path = tmp_path / key[:2] / key[2:]
        os.utime(path, (time.time() - 86_400 * (20 - age),) * 2)
    assert cache.get(keys[0]) == bytes(1000)
    cache.limit(5 * 1032)
    assert [keys[0], *keys[6:]] == [key for key in keys if cache.get(key)]


def test_the_newest_are_kept(tmp_path: Path) -> None:
    """Files and folders alike."""
    for number in range(5):
        path = tmp_path / str(number)
        path.mkdir() if number % 2 else path.touch()
        os.utime(path, (number, number))
    keep_newest(tmp_path, 2)
    assert {"3", "4"} == {path.name for path in tmp_path.iterdir()}


def test_plain_values_come_back_whole_or_not_at_all(tmp_path: Path) -> None:
    """Any damaged byte is noticed."""
    path = tmp_path / "value"
    value = {("a", 2): (1, ["x"], b"y", None, 0.5, datetime.date(2024, 12, 31))}
    kind = dict[tuple[str, int], tuple[int, list[str], bytes, None, float, datetime.date]]
    save_plain(path, value)
    assert value == load_plain(path, kind)
    assert load_plain(path, dict[str, str]) is None
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert load_plain(path, kind) is None
        path.write_bytes(whole[:place])
        assert load_plain(path, kind) is None


@pytest.mark.parametrize("value", [2**64, "\ud800", object(), {1: {2: object()}}])
def test_what_can_not_be_kept_is_told_like_a_full_disk(value: object, tmp_path: Path) -> None:
    """A build goes on without it; what was there stays."""
    save_plain(tmp_path / "value", "old")
    with pytest.raises(OSError, match="can't be kept"):
        save_plain(tmp_path / "value", value)
    assert "old" == load_plain(tmp_path / "value", str)


def test_a_journal_is_its_last_state(tmp_path: Path) -> None:
    """After a whole state and any number of steps; two that follow on one state leave one of the two."""
    journal.begin(tmp_path, {"a": {number: str(number) for number in range(100)}})
    for step in range(60):
        state = Journal.load(tmp_path, KINDS)
        assert state is not None
        now = {**state.sections["a"], 0: f"step {step}"}
        del now[99 - step]
        now[1000 + step] = "moved"
        sections = {"a": now, "b": {"step": step}}
        if not state.follow(sections):
            journal.begin(tmp_path, sections)
        again = Journal.load(tmp_path, KINDS)
        assert again is not None
        assert sections == again.sections
    assert len(list(tmp_path.iterdir())) < 30
    one, other = Journal.load(tmp_path, KINDS), Journal.load(tmp_path, KINDS)
    assert one and other
    assert one.follow({**one.sections, "b": {"step": "one"}})
    assert other.follow({**other.sections, "b": {"step": "other"}})
    last = Journal.load(tmp_path, KINDS)
    assert last is not None
    assert {"step": "other"} == last.sections["b"]


def test_a_file_is_known_by_its_signature_unless_it_was_written_just_now(tmp_path: Path) -> None:
    """One that was written within the clock's last ticks may have been written again, and is read."""
    (tmp_path / "old.md").write_text("old")
    (tmp_path / "new.md").write_text("new")
    os.utime(tmp_path / "old.md", (1, 1))
    # its record was changed just now, too: as if that were long ago
    began = time.time_ns() + 10_000_000_000
    first = Inventory(list_files(tmp_path), began)
    assert first.digest("old.md") is None
    for path in first.listing.files:
        first.read(path)
    second = Inventory(list_files(tmp_path), began, first.taken())
    assert second.digest("old.md") == first.digests["old.md"]
    early = Inventory(first.listing, time.time_ns(), digests=first.digests)
    third = Inventory(list_files(tmp_path), time.time_ns(), early.taken())
    assert third.digest("new.md") is None
    (tmp_path / "old.md").write_text("OLD")
    os.utime(tmp_path / "old.md", (1, 1))
    assert Inventory(list_files(tmp_path), began, first.taken()).digest("old.md") is None


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
    """Through builds that add to a state, and through one that writes it whole."""
    known: dict[int, bytes] = {}
    hashes = FactHashes({}, {})
    for number, build in enumerate(builds):
        for key, digest in (*build.items(), *build.items()):
            # more than one process may have met it
            hashes.put(key, digest)
        known |= build
        sections = hashes.whole(known.keys()) if number % 2 else hashes.sections()
        hashes = FactHashes(sections["facts"], sections["later facts"])
        assert known == {key: hashes.get(key) for key in range(31) if hashes.get(key)}
        assert bool(known) == bool(hashes)
