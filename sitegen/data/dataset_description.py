"""The data as a schema.org Dataset.

https://schema.org/Dataset ; what Google asks: https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..content import Addresses
from ..model import Dataset, Document, Settings, in_language, span_of
from ..problems import Problem, SiteError, Span
from ..text import load_yaml, read_text

# characters of a description
_LENGTHS = range(50, 5001)


def dataset_description(addresses: Addresses, language: str, page_url: str = "") -> Mapping[str, Any]:
    """The JSON-LD object with names and descriptions in one language and absolute addresses.

    `page_url` is the site path of the page about the data (default: that of the descriptor).
    """
    dataset, package, settings = addresses.dataset, addresses.dataset.descriptor, addresses.settings
    name = _text(package, "title", language) or in_language(settings.title, language)
    description = _description(dataset, settings, language)
    licences = [item.get("path") or item.get("name") for item in package.get("licenses", ())]
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": addresses.absolute("/data/datapackage.json"),
        "name": name,
        "description": description or name,
        "url": addresses.absolute(page_url or "/data/datapackage.json"),
        "inLanguage": list(settings.languages),
        "isAccessibleForFree": True,
        "license": licences[0] if len(licences) == 1 else licences,
        "version": package.get("version"),
        "keywords": package.get("keywords"),
        "creator": [
            _given({"@type": "Organization", "name": item.get("title"), "url": item.get("path")})
            for item in package.get("contributors", ())
        ],
        "isBasedOn": [_document(item, language) for item in dataset.documents.values()],
        "temporalCoverage": span_of(item.period for item in dataset.observations.values()),
        "spatialCoverage": [
            {"@type": "Place", "name": in_language(area.full_name, language) or area.id}
            for area in dataset.areas.values()
            if not area.parent
        ],
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "name": in_language(item.name, language),
                "unitText": in_language(item.unit_name, language).split("|")[-1] or item.unit,
            }
            for item in dataset.indicators.values()
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": f"{table}.{suffix}",
                "encodingFormat": media,
                "contentUrl": addresses.absolute(f"/data/{table}.{suffix}"),
            }
            for table in dataset.tables
            for suffix, media in (("csv", "text/csv"), ("json", "application/json"))
        ],
    }
    return _given(described)


def _description(dataset: Dataset, settings: Settings, language: str) -> str:
    return _text(dataset.descriptor, "description", language) or in_language(settings.description, language)


def description_problems(dataset: Dataset, settings: Settings, content: Path) -> Iterator[Problem]:
    """A warning for each language in which the description is too short or too long for search engines.

    A site that describes neither itself nor its data gets none.
    """
    descriptor = content / "data" / "datapackage.yaml"
    for language in settings.languages if dataset.tables else ():
        length = len(_description(dataset, settings, language).strip())
        if length not in _LENGTHS and (length or descriptor.exists()):
            message = f'the description of the data in "{language}" has a length of {length:,}'
            hint = f"search engines for datasets ask for {_LENGTHS[0]} to {_LENGTHS[-1]:,} characters"
            span = _description_span(settings, descriptor, language)
            yield Problem("dataset-description", message, span, hint, "warning")


def _description_span(settings: Settings, descriptor: Path, language: str) -> Span:
    """The place of a description: in the descriptor, or in site.toml if that has none."""
    try:
        source = read_text(descriptor, descriptor.as_posix())
        located = load_yaml(source.text, source)
    except SiteError:
        return settings.located.span("description", language)
    if (located.values.get("descriptions") or {}).get(language):
        return located.span("descriptions", language)
    return (located if located.values.get("description") else settings.located).span("description", language)


def _text(package: Mapping[str, Any], key: str, language: str) -> str:
    texts: Mapping[str, str] = package.get(f"{key}s") or {}
    return texts.get(language) or str(package.get(key, ""))


def _document(document: Document, language: str) -> Mapping[str, Any]:
    known = {
        "@type": "CreativeWork",
        "name": in_language(document.title, language),
        "publisher": in_language(document.publisher, language),
        "datePublished": document.date,
        "url": document.url,
    }
    return _given(known)


def _given(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in values.items() if value}
