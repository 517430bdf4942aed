"""Charts, each with a mistake of its own."""

import urllib.request
from pathlib import Path

import altair as alt


def loans(chart):
    """The only good one."""
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar().encode(x="value:Q", y="period:N")


def raises(chart):
    """A key that isn't there."""
    return loans(chart).properties(title=chart.rows[0]["name"])


def nothing(chart):
    """No chart."""
    loans(chart)


def number_free(chart):
    """A value that is no number."""
    return alt.Chart(alt.Data(values=[{"value": float("nan")}])).mark_bar().encode(x="value:Q")


def wrong_value(chart):
    """A value of its own."""
    return alt.Chart(alt.Data(values=[{**chart.rows[0], "value": 1500}])).mark_bar().encode(x="value:Q")


def from_address(chart):
    """Data from somewhere else."""
    return alt.Chart("https://example.org/loans.csv").mark_bar().encode(x="value:Q")


def from_socket(chart):
    """Data from somewhere else, by another way."""
    urllib.request.urlopen("https://example.org/loans.csv")
    return loans(chart)


def from_file(chart):
    """A file beside it."""
    text = (Path(__file__).parent / "data" / "observations.csv").read_text()
    return alt.Chart(alt.Data(values=[{"text": text}])).mark_text()


def undrawable(chart):
    """What Vega can make nothing of."""
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar().encode(x=alt.X("value:Q", axis=alt.Axis(labelExpr="no(")))


def empty():
    """No rows."""
    return alt.Chart(alt.Data(values=[])).mark_bar()
