import altair as alt
import pandsa


def loans(chart):
    return alt.Chart(alt.Data(values=chart.rows)).mark_bar()
