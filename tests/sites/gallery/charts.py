"""Charts of the gallery that no fence can say."""

import altair as alt


def loans_by_branch(chart):
    """A lollipop chart of the figures that the fence asks for."""
    base = alt.Chart(alt.Data(values=chart.rows)).encode(
        y=alt.Y("area:N", sort=None, title=None), x=alt.X("value:Q", title=None)
    )
    stems = base.mark_rule(color=chart.colours[0], strokeWidth=2)
    heads = base.mark_circle(size=140, color=chart.colours[0], opacity=1)
    labels = base.mark_text(align="left", dx=12).encode(text="label:N")
    return alt.layer(stems, heads, labels).properties(width=chart.width - 120, height=180)


def opening_hours():
    """Rows that are in no table of the data."""
    rows = [{"branch": "North", "hours": 44}, {"branch": "South", "hours": 31.5}, {"branch": "East", "hours": 38}]
    bars = alt.Chart(alt.Data(values=rows)).mark_bar()
    return bars.encode(x="hours:Q", y=alt.Y("branch:N", title=None), color=alt.Color("branch:N", legend=None))
