import altair as alt


def loans(chart)
    return alt.Chart()
