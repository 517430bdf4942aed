"""The word lists of languages: their shape, and that a file is all that a language needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..conftest import ROOT

FOLDER = ROOT / "sitegen" / "language" / "words"
FILES = {path.stem: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) for path in FOLDER.iterdir()}  # noqa: S506


def lists(values: Any, *keys: str) -> dict[tuple[str, ...], list[str]]:
    """The lists of a file by their keys."""
    if isinstance(values, str):
        return {keys: values.split(" | ")}
    found: dict[tuple[str, ...], list[str]] = {}
    for key, value in values.items():
        found |= lists(value, *keys, key)
    return found


@pytest.mark.parametrize("language", FILES)
def test_a_word_list_has_known_keys_and_each_word_once(language: str) -> None:
    """What is misspelt would silently never be found."""
    known = lists(FILES["en"]).keys() | lists(FILES["signs"]).keys() | lists(FILES["vi"]).keys()
    free = {("multiples",), ("per",)}
    for keys, some in lists(FILES[language]).items():
        assert keys in known or keys[:1] in free, keys
        assert len(set(some)) == len(some), keys
        assert all(word == word.strip() and word for word in some), keys
        if keys == ("months",):
            assert 12 == len(some)


def test_a_language_is_added_by_its_file(tmp_path: Path) -> None:
    """Cells, units and directions in Estonian, which the engine does not know."""
    shutil.copytree(FOLDER, tmp_path / "words")
    estonian = (
        "percent: protsenti\nmarks:\n  not available: andmed puuduvad\nbounds_before:\n  more-than: üle\n"
        "months: jaanuar | veebruar | märts | aprill | mai | juuni | juuli | august | september | oktoober | november"
        " | detsember\ndirections:\n  falling: lange*\n  rising: tõus*\n"
    )
    (tmp_path / "words" / "et.yaml").write_text(estonian, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; import sitegen.language\n"
        "sys.modules['sitegen.language.words']._FOLDER = Path(sys.argv[1])\n"
        "from sitegen.data.units import known_unit_type\n"
        "from sitegen.data.values import number_mistake, period_mistake\n"
        "from sitegen.checks.prose.directions import _compiled\n"
        "print(number_mistake('andmed puuduvad', 'value')[1], number_mistake('üle 12', 'value')[1], sep='\\n')\n"
        "print(period_mistake('5. juuni 2024')[2], known_unit_type('protsenti'), sep='\\n')\n"
        "print(_compiled('et').rising.search('tõusis')[0])\n"
    )
    run = [sys.executable, "-c", code, str(tmp_path / "words")]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True, env={"PYTHONUTF8": "1"})
    assert [
        '"andmed puuduvad" in column "value" is no number, but a mark for "not available"',
        '"üle 12" in column "value" is a bound, "more-than"',
        "write 2024-06-05",
        "percent",
        "tõusis",
    ] == done.stdout.splitlines()
