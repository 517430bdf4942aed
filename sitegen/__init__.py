"""sitegen: static report sites from Markdown and data, in which every figure has a source."""

__version__ = "0.1.0"
