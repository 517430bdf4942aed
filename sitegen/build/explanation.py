"""Explains what a page or figure was made from, and where it ends up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, meta
from jinja2.exceptions import TemplateSyntaxError

from ..facts import read_in_words
from ..model import Artifact, Dataset, DerivedFigure, Figure, StoredPage, WrittenPage, in_language
from ..problems import Problem, SiteError, Span, did_you_mean, printable, printable_json
from .changes import PageName
from .conductor import BuiltSite
from .kept_pages import Reasons

Parts = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Explanation:
    """A name, what it is, and related items under headings."""

    name: str
    kind: str
    parts: Parts

    def text(self) -> str:
        """For people: indented items under headings."""
        lines = [f"{self.name}: {self.kind}"]
        for heading, items in self.parts.items():
            if items:
                lines += [f"{heading}:", *(f"  {item}" for item in items)]
        return "\n".join(map(printable, lines))

    def json(self) -> str:
        """For programs."""
        value = {"name": self.name, "kind": self.kind, **self.parts}
        return printable_json(json.dumps(value, ensure_ascii=False, indent=2))


def explained(name: str, site: BuiltSite, templates: Sequence[Path]) -> Explanation:
    """Explain a page's key, a figure's id or an output path. Raises SiteError for anything else."""
    dataset = site.addresses.dataset
    if name in dataset.figures:
        return _figure(dataset.figures[name], site)
    path = name.removeprefix("output/").strip("/")
    pages = [item for item in site.pages if path in _names(item)]
    if pages:
        return _page(path, pages, site, templates)
    for artifact in site.artifacts:
        if artifact.path == path:
            return _artifact(artifact, site)
    known = {*dataset.figures, *(item.page.key for item in site.pages), *(item.path for item in site.artifacts)}
    hint = did_you_mean(name, known) or "a page's key (results), a figure's id, or a path in the output"
    raise SiteError([Problem("name-unknown", f'nothing is called "{name}"', Span("explain"), hint)])


def _names(item: StoredPage) -> tuple[str, ...]:
    """What a page may be called: its key, its file with or without the folder, its output file, its address."""
    page = item.page
    files = (page.source.name, page.file) if isinstance(page, WrittenPage) else ()
    return (page.key, *files, page.output_path, page.url.strip("/"))


def _page(name: str, pages: Sequence[StoredPage], site: BuiltSite, templates: Sequence[Path]) -> Explanation:
    dataset = site.addresses.dataset
    figures = sorted(frozenset().union(*(item.shown for item in pages)))
    languages = ", ".join(item.page.language for item in pages)
    layouts = dict.fromkeys(item.page.layout for item in pages)
    parts = {
        "files": [item.page.source.name for item in pages if isinstance(item.page, WrittenPage)],
        "templates": [path for layout in layouts for path in _template_files(layout, templates)],
        "figures": [_place(dataset.figures[key], dataset) for key in figures],
        "charts": list(dict.fromkeys(chart for item in pages for chart in _charts(item))),
        "becomes": [item.page.output_path for item in pages],
        **_rebuilds(pages, site),
    }
    return Explanation(name, f"a page ({languages})", parts)


def _rebuilds(pages: Sequence[StoredPage], site: BuiltSite) -> Parts:
    """Why a build would render the pages now, or why they were last rendered."""
    names = [item.page.name for item in pages]
    now = {name: site.rendered[name] for name in names if name in site.rendered}
    past = {name: site.reasons[name] for name in names if name in site.reasons and name not in now}
    return {
        "would be rebuilt because of": _in_words(now),
        "would be built for the first time": [
            f"{key} ({language})" for (language, key) in now if not now[language, key]
        ],
        "was last rebuilt because of": _in_words(past),
    }


def _in_words(reasons: Mapping[PageName, Reasons | None]) -> list[str]:
    return list(dict.fromkeys(read_in_words(read) for why in reasons.values() for read in why or ()))


def _charts(item: StoredPage) -> list[str]:
    return [request.id for request in item.parts.charts]


def _template_files(layout: str, folders: Sequence[Path]) -> Iterator[str]:
    """The template of a layout, and all templates it extends, includes or imports, without duplicates."""
    environment = Environment(autoescape=True)
    waiting, seen = [f"{layout}.html"], set()
    while waiting:
        name = waiting.pop(0)
        path = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if name in seen or path is None:
            continue
        seen.add(name)
        yield path.as_posix()
        try:
            tree = environment.parse(path.read_text(encoding="utf-8"))
        except TemplateSyntaxError:
            continue
        waiting += sorted(found for found in meta.find_referenced_templates(tree) if found)


def _figure(figure: Figure, site: BuiltSite) -> Explanation:
    dataset = site.addresses.dataset
    into = [item.id for item in dataset.derived.values() if any(given.id == figure.id for given in item.inputs)]
    shown = [item for item in site.pages if figure.id in item.shown]
    rests = family(figure.id, dataset)
    through = [item for item in site.pages if item not in shown and item.shown & rests]
    own = {item.page.output_path for item in (*shown, *through)}
    rules = [item for item in dataset.judgements if figure.id in item.figures]
    language = site.addresses.settings.default_language
    verdicts = {True: "holds", False: "does not hold, which is explained"}
    parts = {
        "stands in": [_place(figure, dataset)],
        "value": [" ".join(part for part in (figure.qualifier, figure.value, figure.indicator.unit) if part)],
        "computed from": [],
        "source": [f"{item.id}: {in_language(item.title, language)}" for item in figure.documents],
        "computed into": into,
        "rules": [f"{item.id}: {verdicts[item.holds]}" for item in rules],
        "shown on": [f"{item.page.key} ({item.page.language})" for item in shown],
        "shown as part of computed figures on": [f"{item.page.key} ({item.page.language})" for item in through],
        "ends up in": sorted(own | set(_files_of(figure, site))),
    }
    if isinstance(figure, DerivedFigure):
        parts["computed from"] = [figure.written, *(_place(item, dataset) for item in figure.inputs)]
    return Explanation(figure.id, "a computed figure" if parts["computed from"] else "a figure", parts)


def family(key: str, dataset: Dataset) -> frozenset[str]:
    """The ids of a figure and of all figures computed from it, directly or indirectly."""
    found, waiting = {key}, [key]
    while waiting:
        more = set(dataset.computed_into.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return frozenset(found)


def _files_of(figure: Figure, site: BuiltSite) -> Iterator[str]:
    """The output files other than pages that contain a figure."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(figure.id)}(?![\w-])")
    for artifact in site.artifacts:
        is_text = artifact.path.endswith((".csv", ".json", ".jsonld"))
        if figure.id in artifact.figures or (is_text and pattern.search(artifact.content.decode())):
            yield artifact.path


def _artifact(artifact: Artifact, site: BuiltSite) -> Explanation:
    dataset = site.addresses.dataset
    text = artifact.content.decode("utf-8", "replace")
    readable = artifact.path.endswith((".csv", ".json", ".html", ".xml"))
    named = [key for key in dataset.figures if readable and re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", text)]
    parts = {
        "made from": [artifact.origin] if artifact.origin else ["the whole site"],
        "figures": [_place(dataset.figures[key], dataset) for key in sorted(artifact.figures) or named],
    }
    return Explanation(artifact.path, "a file of the output", parts)


def _place(figure: Figure, dataset: Dataset) -> str:
    """`loans-2024 (content/data/observations.csv:3)`."""
    return f"{figure.id} ({dataset.source_of(figure).name}:{figure.line})"
