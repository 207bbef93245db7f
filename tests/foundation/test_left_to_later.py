"""The alarm on acts that are left to a later request sums up every function that has such acts."""

from __future__ import annotations

import re

from tests.factories.template import ROOT, read_stacks


def test_the_alarm_watches_every_function_that_leaves_something_to_later() -> None:
    leaving = {path.parent.name for path in ROOT.glob("functions/*/handler.py") if "afterwards(" in path.read_text()}
    assert len(leaving) > 3
    (alarm,) = (
        stack["Resources"]["ActsLeftToLater"]["Properties"]
        for stack in read_stacks().values()
        if "ActsLeftToLater" in stack["Resources"]
    )
    expression, *summed = alarm["Metrics"]
    metrics = {each["Id"]: each["MetricStat"]["Metric"] for each in summed}
    assert {each["MetricName"] for each in metrics.values()} == {"LeftToLater"}
    assert {each["Dimensions"][0]["Value"] for each in metrics.values()} == leaving
    assert set(re.findall(r"FILL\((\w+), 0\)", expression["Expression"])) == metrics.keys()
