"""Charts, each with a mistake of its own."""

import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
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


def misspelt_field(chart):
    """A field that no row has."""
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar().encode(x="valeu:Q")


def from_picture_address(chart):
    """Pictures from somewhere else."""
    rows = [{**row, "picture": "https://example.org/book.png"} for row in chart.rows]
    return alt.Chart(alt.Data(values=rows)).mark_image().encode(url="picture:N", x="value:Q")


def by_chance(chart):
    """Another chart each time."""
    rows = [{**row, "height": random.random()} for row in chart.rows]
    return alt.Chart(alt.Data(values=rows)).mark_point().encode(x="value:Q", y="height:Q")


def without_figures(chart):
    """Rows of its own in place of the figures."""
    return alt.Chart(alt.Data(values=[{"value": 3}])).mark_point().encode(x="value:Q")


def misspelt_argument(chart):
    """A keyword that Altair does not know."""
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar().encode(x=alt.X("value:Q", tilte="x"))


def two_arguments(chart, further):
    """More than it is given."""
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar()


async def later(chart):
    """No function but a coroutine."""
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar()


def with_sets(chart):
    """A value that no drawing has."""
    return alt.Chart(alt.Data(values=[{**row, "tags": object()} for row in chart.rows])).mark_bar()


def transformed(chart):
    """Other values than those of the figures, by a step of Vega's."""
    chart_ = alt.Chart(alt.Data(values=chart.rows)).transform_calculate(value="datum.value * 10")
    return chart_.mark_bar().encode(x="value:Q")


def written(chart):
    """A number that is no figure, in letters."""
    return alt.Chart(alt.Data(values=chart.rows)).mark_text().encode(y="area:N", text=alt.value("9999"))


def linked(chart):
    """Marks that are links."""
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar().encode(x="value:Q", href="area:N")


def painted(chart):
    """A colour from somewhere else."""
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar(color="url(https://example.org/x.svg#a)").encode(x="value:Q")


def in_a_thread(chart):
    """A file of the data, read by another thread."""
    path = Path(__file__).parent / "data" / "observations.csv"
    with ThreadPoolExecutor() as pool:
        pool.submit(path.read_text).result()
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar()


def refused_and_caught(chart):
    """A refusal that is caught is one all the same."""
    try:
        text = (Path(__file__).parent / "data" / "observations.csv").read_text()
    except Exception:
        text = ""
    return alt.Chart(alt.Data(values=[{**row, "text": text} for row in chart.rows])).mark_bar().encode(x="value:Q")


def another_program(chart):
    """A program that could do anything."""
    subprocess.run(["cat", "data/observations.csv"], check=True)
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar()


def undecoded(chart):
    """A text that can't be written in any file."""
    return alt.Chart(alt.Data(values=[{**row, "text": "\ud800"} for row in chart.rows])).mark_bar().encode(x="value:Q")
