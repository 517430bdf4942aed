"""Figures made for tests."""

from __future__ import annotations

from sitegen.model.data import Area, Document, Indicator, Observation

DOCUMENT = Document("report", {"": "Report"}, {}, "", "", "", {})


def figure(
    value: str,
    key: str = "x",
    *,
    unit_type: str = "count",
    unit: str = "",
    qualifier: str = "",
    status: str = "",
    rounding: str = "",
    period: str = "2024",
) -> Observation:
    """An observation with a value, of an indicator that has a kind of unit."""
    name = unit or {"percent": "percent", "money": "crown", "count": "book"}.get(unit_type, "number")
    indicator = Indicator("loans", {"": "Loans"}, name, unit_type, {"": name}, "neutral", {}, rounding)
    return Observation(
        id=key,
        indicator=indicator,
        area=Area("town", {"": "Town"}, {"": "Town"}, {}, "", "", None, None),
        period=period,
        period_note={},
        value=value,
        qualifier=qualifier,
        status=status,
        note={},
        line=2,
        source=DOCUMENT,
        locator={},
    )
