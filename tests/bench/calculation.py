"""How long a large dataset takes to be read, validated and held against its rules: `python -m tests.bench.calculation`.

100,000 observations and 2,000 rules, in one process; at most 10 s on two cores, and 500 MiB.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from sitegen.content.settings import load_settings
from sitegen.data.calculation.computing import calculate
from sitegen.data.calculation.declared import load_declarations
from sitegen.data.dataset import load_dataset
from sitegen.problems.problem import Problem

_SITE = 'languages = ["en"]\nbase_url = "https://example.org/"\ntitle = "Bench"\n'
_INDICATORS = "id,name,unit,unit_type,unit_en\nloans,Loans,loan,count,loan|loans\nshare,Share,percent,percent,percent\n"
_SOURCES = "id,title,publisher,date,url,accessed,note\nsurvey,Survey,Library,2024,,,\n"


def write_site(content: Path, observations: int, rules: int) -> None:
    """A site of many areas: a count and a share for each, a total for each hundred of them, rules over all."""
    data = content / "data"
    data.mkdir(parents=True)
    (content / "site.toml").write_text(_SITE, encoding="utf-8")
    (data / "indicators.csv").write_text(_INDICATORS, encoding="utf-8")
    (data / "sources.csv").write_text(_SOURCES, encoding="utf-8")
    areas = observations // 2
    (data / "areas.csv").write_text(
        "id,name\n" + "".join(f"area-{n},Area {n}\n" for n in range(areas)), encoding="utf-8"
    )
    rows = [f"loans-{n},loans,area-{n},2024,{1000 + n},,,survey,table 1,\n" for n in range(areas)]
    rows += [f"share-{n},share,area-{n},2024,{(1000 + n) % 97 + 1}.{n % 10},,,survey,table 2,\n" for n in range(areas)]
    header = "id,indicator,area,period,value,qualifier,status,source,locator,note\n"
    (data / "observations.csv").write_text(header + "".join(rows), encoding="utf-8")
    (data / "rules.toml").write_text("".join(_rules(rules, areas)), encoding="utf-8")


def _rules(rules: int, areas: int) -> list[str]:
    texts = []
    for number in range(rules):
        first = number * 7 % (areas - 30)
        parts = ", ".join(f"loans-{first + place}" for place in range(20))
        total = sum(1000 + first + place for place in range(20))
        rule = (
            f"sum({parts}) = {total}",
            f"loans-{first} < loans-{first + 1} < loans-{first + 2}",
            f"loans-{first} / share-{first} within 1..200_000_000",
            f"change(loans-{first}, loans-{first + 1}) > 0",
        )[number % 4]
        texts.append(f'[rule-{number}]\nrule = "{rule}"\ntitle = "Rule {number}"\n')
    return texts


def main() -> None:
    """Write the site to a temporary folder, read and judge it, and print the time and the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=100_000)
    parser.add_argument("--rules", type=int, default=2_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        write_site(content, given.observations, given.rules)
        problems: list[Problem] = []
        started = time.perf_counter()
        settings = load_settings(content, "", problems)
        dataset = load_dataset(content, settings, problems)
        read = time.perf_counter()
        dataset = calculate(load_declarations(content, settings, problems), dataset, problems)
        done = time.perf_counter()
    assert not problems, problems[:3]
    assert len(dataset.observations) == given.observations // 2 * 2
    assert len(dataset.judgements) == given.rules
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(dataset.observations):,} observations, {len(dataset.judgements):,} rules")  # noqa: T201
    print(f"read and validated in {read - started:.1f} s, computed and judged in {done - read:.1f} s")  # noqa: T201
    print(f"{done - started:.1f} s in all, {peak:.0f} MiB at most")  # noqa: T201


if __name__ == "__main__":
    main()
