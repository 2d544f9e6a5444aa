"""The record as process-mining tools take it: the process of a simulated committee is what the editions say it is."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from config.procedures import load
from records.database import reading
from states.conformance import EXPLAINED, UNEXPLAINED
from states.moments import local_moment
from tests.test_simulate import installation_in
from workflows.reports import quality
from workflows.reports.annual_summary import Summary, summary_of
from workflows.reports.case_files import year_of
from workflows.reports.compliance import AGENCY, LABEL, QUARTER, Compliance, facts_of, steps_of
from workflows.reports.history_export import parts
from workflows.simulation.simulate import SimulationPlan, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from states.procedure import Procedure
    from workflows.installation.installation import Installation
    from workflows.reports.quality import OfYear

pytestmark = pytest.mark.xdist_group("mined")

PLAN = SimulationPlan(cases=14, years=2, seed=11, ends=date(2024, 3, 31), deliver=False)
STEPS = ("opened", "advanced")


def array_of(**parts: Any) -> dict[str, Any]:
    needed = [name for name in parts if name not in {"attributes", "relationships"} or "time" not in parts]
    return {"type": "array", "items": {"type": "object", "properties": parts, "required": needed}}


TEXT = {"type": "string"}
INSTANT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
BELONGS = array_of(objectId=TEXT, qualifier=TEXT)
TYPES = array_of(
    name=TEXT,
    attributes=array_of(name=TEXT, type={"enum": ["string", "time", "integer", "float", "boolean"]}),
)
OCEL = {
    "type": "object",
    "properties": {
        "eventTypes": TYPES,
        "objectTypes": TYPES,
        "events": array_of(
            id=TEXT, type=TEXT, time=INSTANT, attributes=array_of(name=TEXT, value=TEXT), relationships=BELONGS
        ),
        "objects": array_of(
            id=TEXT, type=TEXT, attributes=array_of(name=TEXT, value=TEXT, time=INSTANT), relationships=BELONGS
        ),
    },
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "additionalProperties": False,
}
"""What the schema of OCEL 2.0 for JSON asks (ocel-standard.org/2.0, read in August 2026), in our own words."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A committee with fourteen cases over two years, their recommendations and its own years."""
    made = installation_in(tmp_path_factory.mktemp("mined"))
    simulate(made, PLAN, lambda _: None)
    yield made
    made.engine.dispose()


def written(installation: Installation, folder: Path, fmt: str, **only: Any) -> str:
    path = folder / {"ocel": "log.jsonocel"}.get(fmt, f"log.{fmt}")
    with path.open("w", encoding="utf-8") as file:
        file.writelines(parts(installation.engine, fmt, **only))
    return str(path)


def log(installation: Installation, folder: Path, **only: Any) -> pd.DataFrame:
    import pm4py

    return pm4py.read_xes(written(installation, folder, "xes", **only), variant="iterparse")


@pytest.fixture
def objects(installation: Installation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(parts(installation.engine, "ocel")))
    return found


def editions(log: pd.DataFrame) -> Mapping[str, Procedure]:
    return {str(name): load(str(name)) for name in log["case:edition"].unique()}


@pytest.mark.parametrize("kind", ["case", "recommendation", "committee"])
def test_the_process_that_is_discovered_is_the_one_the_editions_describe(
    installation: Installation, tmp_path: Path, kind: str
) -> None:
    import pm4py

    steps = log(installation, tmp_path, of=kind, kinds=STEPS)

    assert set(steps["case:kind"]) == {kind}
    for name, edition in editions(steps).items():
        follows, starts, _ = pm4py.discover_dfg(steps[steps["case:edition"] == name])
        leads = {(move.trigger.replace("_", " "), source): move.dest for (source, _), move in edition.moves.items()}
        opening = {trigger for trigger, source in leads if not source}
        assert set(starts) <= opening
        assert follows
        for one, other in follows:
            reached = {dest for (trigger, _), dest in leads.items() if trigger == one}
            left = {source for trigger, source in leads if trigger == other}
            assert reached & left, f"{name}: {other} cannot follow {one}"


def test_each_kind_of_file_is_a_log_of_its_own(installation: Installation, tmp_path: Path) -> None:
    found = {kind: log(installation, tmp_path, of=kind) for kind in ("case", "recommendation", "committee")}

    refs = [set(one["case:concept:name"]) for one in found.values()]
    assert all(refs)
    assert set.intersection(*refs) == set()
    assert set(log(installation, tmp_path)["case:concept:name"]) == refs[0]


def test_every_answer_ends_a_request_that_began_for_the_same_agency(installation: Installation, tmp_path: Path) -> None:
    asked = log(installation, tmp_path, kinds=["requested", "answered", "declined", "redirected", "sent_back"])

    assert asked["concept:name"].str.startswith("request ").all()
    begun = asked[asked["lifecycle:transition"] == "start"].groupby("concept:instance")["org:group"].unique()
    ended = asked[asked["lifecycle:transition"] == "complete"]
    assert len(ended) > 20
    for instance, agency in zip(ended["concept:instance"], ended["org:group"], strict=True):
        assert list(begun[instance]) == [agency]


def test_what_was_chased_says_which_date_on_which_rung_and_whom(installation: Installation, tmp_path: Path) -> None:
    chased = log(installation, tmp_path, kinds=["chased"])

    assert len(chased) > 20
    assert chased[["cairn:date", "cairn:due_on"]].notna().all(axis=None)
    climbed = chased[chased["cairn:rung"].notna()]
    assert climbed[["cairn:rung_day", "cairn:message", "cairn:told"]].notna().all(axis=None)


def test_the_object_centric_log_is_what_the_standard_asks_for(objects: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(OCEL).validate(objects)
    names = [one["id"] for one in objects["objects"]]
    assert len(set(names)) == len(names)
    assert len({one["id"] for one in objects["events"]}) == len(objects["events"])
    for section in ("event", "object"):
        types = {one["name"]: {of["name"] for of in one["attributes"]} for one in objects[f"{section}Types"]}
        for one in objects[f"{section}s"]:
            assert {of["name"] for of in one["attributes"]} <= types[one["type"]]
            assert {of["objectId"] for of in one["relationships"]} <= set(names)


def test_cases_requests_recommendations_actions_and_agencies_are_objects(
    installation: Installation, tmp_path: Path
) -> None:
    import pm4py

    found = pm4py.read_ocel2_json(written(installation, tmp_path, "ocel"))

    kinds = Counter(found.objects["ocel:type"])
    assert kinds.keys() >= {"case", "request", "recommendation", "action", "agency", "committee"}
    assert kinds["case"] == PLAN.cases
    links = set(zip(found.o2o["ocel:oid"], found.o2o["ocel:qualifier"], strict=True))
    recommendations = set(found.objects[found.objects["ocel:type"] == "recommendation"]["ocel:oid"])
    assert all((ref, "came from") in links for ref in recommendations)
    changed = found.object_changes[found.object_changes["ocel:field"] == "state"]
    assert set(changed["ocel:type"]) == {"case", "recommendation", "committee"}


def test_the_life_of_a_request_is_found_from_the_object_centric_log(installation: Installation, tmp_path: Path) -> None:
    import pm4py

    whole = pm4py.read_ocel2_json(written(installation, tmp_path, "ocel", without=["chased"]))

    of_requests = pm4py.ocel_flattening(whole, "request")
    of_requests = of_requests[of_requests["concept:name"].str.startswith("request ")]
    follows, starts, _ = pm4py.discover_dfg(of_requests)

    assert {name.rpartition(": ")[2] for name in starts} == {"asked"}
    assert {(one.rpartition(": ")[2], other.rpartition(": ")[2]) for one, other in follows} <= {
        ("asked", "answered"),
        ("asked", "declined"),
        ("asked", "passed on"),
        ("answered", "sent back"),
        ("sent back", "answered"),
        ("sent back", "declined"),
        ("sent back", "passed on"),
    }
    assert pm4py.discover_oc_petri_net(pm4py.filter_ocel_object_types(whole, ["case", "request"]))["object_types"]


def test_one_file_alone_names_nothing_that_is_not_in_the_log(installation: Installation) -> None:
    ref = "LR-2023-0001"
    found = json.loads("".join(parts(installation.engine, "ocel", ref)))

    names = {one["id"] for one in found["objects"]}
    assert ref in names
    assert all(of["objectId"] in names for one in found["objects"] for of in one["relationships"])
    assert local_moment(PLAN.starts, "00:00").year == 2022


# ------------------------------------------------------------------------------------------------- quality assurance


@pytest.fixture(scope="module")
def measured(installation: Installation) -> dict[str, OfYear]:
    with reading(installation.engine) as tx:
        years, damaged = quality.measure(tx, PLAN.ends, frozenset())
    assert damaged == ()
    return years


def summary(installation: Installation, year: str) -> Summary:
    with reading(installation.engine) as tx:
        return summary_of(tx, year_of(year), PLAN.ends)


def test_time_limits_are_the_steps_of_the_years_summary_however_they_are_grouped(
    installation: Installation, measured: dict[str, OfYear]
) -> None:
    assert len(measured) == PLAN.years
    for name, year in measured.items():
        told = summary(installation, name)
        kept = Compliance(year.year, steps_of(json.loads(json.dumps(facts_of(year.steps)))))
        assert Counter(kept.steps) == Counter(told.steps)
        by_label = kept.by(LABEL)
        for one in told.timings():
            group = by_label[one.label]
            found = (group.all, group.measured, group.late, group.middle, group.shortest, group.longest)
            assert found == (one.count, one.measured, one.late, one.middle, one.shortest, one.longest)
        for part in (QUARTER, LABEL, AGENCY):
            groups = kept.by(part).values()
            assert sum(group.all for group in groups) == len(told.steps)
            assert sum(group.late for group in groups) == sum(one.late for one in told.steps)


def test_a_simulated_committee_takes_no_step_that_its_editions_do_not_allow(measured: dict[str, OfYear]) -> None:
    found = [one for year in measured.values() for one in year.found]

    assert {deviation.kind for _, _, deviation in found} <= {EXPLAINED, UNEXPLAINED}
    assert all(deviation.sentence.endswith(".") and deviation.rule for _, _, deviation in found)
    assert sum(year.taken for year in measured.values()) > 50


def test_the_process_map_is_what_pm4py_discovers_from_our_log(
    installation: Installation, measured: dict[str, OfYear], tmp_path: Path
) -> None:
    import pm4py

    steps = log(installation, tmp_path, of="case", kinds=STEPS)
    seen = 0
    for year in measured.values():
        first, last = (f"{day} 00:00:00" for day in (year.year.first, year.year.last))
        within = pm4py.filter_time_range(steps, first, last.replace("00:00:00", "23:59:59"), mode="events")
        for edition, ours in year.maps.items():
            follows, begins, ends = pm4py.discover_dfg(within[within["case:edition"] == edition])
            assert ours.pairs() == dict(follows)
            assert {name: len(refs) for name, refs in ours.begins.items()} == dict(begins)
            assert {name: len(refs) for name, refs in ours.ends.items()} == dict(ends)
            seen += len(follows)
    assert seen > 20
