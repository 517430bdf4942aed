"""Interface labels: `labels/<language>.toml` of the templates, overridden by site.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from ..model import Settings
from ..problems import Problem, SiteError, Span, did_you_mean
from ..text import load_toml, read_text

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class Labels:
    """The labels of one language. Calling it fills in a label's placeholders: `labels("page_of", n="2")`."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Raises KeyError for an unknown label."""
        text = self.texts.get(key)
        if text is None:
            raise KeyError(f'no label "{key}"; {did_you_mean(key, self.texts)}')
        try:
            return text.format(**values) if values else text
        except (KeyError, ValueError, IndexError):
            # reported when the labels were loaded
            return text


def load_labels(folders: Sequence[Path], settings: Settings, warnings: list[Problem]) -> dict[str, Labels]:
    """The labels of each of the site's languages, from the first of `folders` that has them.

    Labels missing in a language fall back to English, with a warning. Raises SiteError for a bad file.
    """
    english = _read(folders, FALLBACK_LANGUAGE)
    if not english:
        place = Span(folders[0].as_posix() if folders else "templates")
        hint = f"copy labels/{FALLBACK_LANGUAGE}.toml from the shipped templates"
        raise SiteError([Problem("labels-missing", "the templates have no interface labels", place, hint)])
    labels = {}
    for language in settings.languages:
        own = settings.labels.get(language, {})
        problems = list(_placeholder_problems(language, settings, english))
        wrong = {key for key, _ in problems}
        texts = {**_read(folders, language), **{key: text for key, text in own.items() if key not in wrong}}
        if missing := sorted(set(english) - set(texts) - wrong):
            message = f'{len(missing)} labels are missing in "{language}", shown in English: {", ".join(missing[:5])} …'
            span = settings.located.span("languages")
            hint = f"add them to [labels.{language}] in site.toml, or to templates/labels/{language}.toml"
            warnings.append(Problem("labels-missing", message, span, hint, "warning"))
        for key in sorted(set(own) - set(english)):
            span = settings.located.span("labels", language, key)
            message, hint = f'no template uses a label "{key}"', did_you_mean(key, english)
            warnings.append(Problem("label-unknown", message, span, hint, "warning"))
        warnings += [problem for _, problem in problems]
        labels[language] = Labels(language, {**english, **texts})
    return labels


def _placeholder_problems(
    language: str, settings: Settings, english: Mapping[str, str]
) -> Iterator[tuple[str, Problem]]:
    """Labels in site.toml with unknown placeholders, which would break every page that shows them."""
    for key, text in settings.labels.get(language, {}).items():
        known = _placeholders(english.get(key, ""))
        for name in _placeholders(text) - known:
            span = settings.located.span("labels", language, key)
            message = f'the label "{key}" has no placeholder {{{name}}}'
            yield key, Problem("label-placeholder", message, span, did_you_mean(name, known))


def _placeholders(text: str) -> set[str]:
    """The names in braces: `Get {format}` → format; `?` for a malformed text.

    A conversion or format counts as part of the name, so that `{n:>9}` is unknown.
    """
    try:
        parsed = [parts[1:] for parts in Formatter().parse(text) if parts[1] is not None]
        return {f"{name}!{kind}" if kind else f"{name}:{form}" if form else str(name) for name, form, kind in parsed}
    except ValueError:
        return {"?"}


def _read(folders: Sequence[Path], language: str) -> dict[str, str]:
    """The labels of one language; earlier folders win."""
    texts: dict[str, str] = {}
    for folder in reversed(folders):
        path = folder / "labels" / f"{language}.toml"
        if path.is_file():
            located = load_toml(read_text(path, path.as_posix()))
            texts.update({key: str(value) for key, value in located.values.items()})
    return texts
