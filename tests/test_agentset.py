"""Agent sets: Mesa's view over columns reads and writes the columns, and refuses what cannot be."""

from __future__ import annotations

import numpy as np
import pytest
import small

from sim.agentset import MOST_VIEWS, AllAgents, Employer, Household, Person, sets_of
from sim.errors import InputError


@pytest.fixture
def world(before):
    return before()


@pytest.fixture
def families(world):
    return sets_of(world)[0]


def test_a_view_reads_the_columns_of_its_row(world, families):
    view = families[7]
    assert view.unique_id == world.households.identifier[7]
    assert view.declared == float(world.state.declared[7])
    assert view.believed_effect == float(world.endowments.believed_effect[7])
    assert isinstance(view.children, int)
    assert families.agent(view.unique_id) == view
    assert view in families
    assert view not in families.select(families.get("unique_id") != view.unique_id)
    assert view.to_dict()["declared"] == view.declared


def test_a_view_writes_through_to_the_column(world, families):
    families[3].aware = 1
    families[3].capital = 1234.5
    assert world.state.aware[3] == 1
    assert world.state.capital[3] == 1234.5


@pytest.mark.parametrize("name", ["children", "unique_id", "believed_effect"])
def test_traits_and_endowments_refuse_to_be_written(families, name):
    with pytest.raises(AttributeError, match="fixed within a run"):
        setattr(families[0], name, 1)
    with pytest.raises(AttributeError, match="fixed within a run"):
        families.set(name, 1)


def test_bookkeeping_between_tables_refuses_to_be_written(world):
    with pytest.raises(AttributeError, match="kept by the matching rules"):
        sets_of(world)[1].set("employer", 0)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("aware", 2, "aware is 2; it must be a whole number from 0 to 1"),
        ("aware", 0.5, "from 0 to 1"),
        ("contract_month", 53, "from 0 to 52"),
        ("contract", -1, "from 0 to 8"),
        ("paid_at", 40_000, "from -32768 to 32767"),
        ("capital", float("nan"), "finite number"),
        ("capital", "much", "must be a number"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_one_sentence_and_nothing_is_written(families, name, value, says):
    before = families.get(name)
    for write in (lambda: setattr(families[0], name, value), lambda: families.set(name, value)):
        with pytest.raises(InputError, match=says):
            write()
    assert np.array_equal(families.get(name), before)


def test_an_unknown_column_is_named_with_the_nearest_one(families):
    with pytest.raises(AttributeError, match="did you mean 'children'"):
        _ = families[0].childern
    with pytest.raises(AttributeError, match="no column"):
        families[0].wealth = 1


def test_select_by_sentence_mask_and_function_agree(world, families):
    mask = (world.households.children >= 2) & (world.state.benefit == 1)
    by_sentence = families.select("children >= 2 and benefit == 1")
    assert len(by_sentence) == mask.sum() > 0
    assert np.array_equal(by_sentence.rows, families.select(mask).rows)
    assert np.array_equal(by_sentence.rows, families.select(lambda a: a.children >= 2 and a.benefit == 1).rows)
    assert np.array_equal(by_sentence.rows, families.select("children >= 2").select("benefit == 1").rows)


def test_select_keeps_at_most_so_many_or_a_share(families):
    assert len(families.select(at_most=5)) == 5
    assert len(families.select(at_most=0.5)) == len(families) // 2
    assert len(families.select("children >= 0", at_most=3)) == 3
    assert len(families.select(agent_type=Person)) == 0
    smaller = families[:]
    assert smaller.select("children > 1", inplace=True) is smaller
    assert 0 < len(smaller) < len(families)


@pytest.mark.parametrize("wrong", ["children >", "children", "childern > 1", np.array([True])])
def test_a_wrong_filter_is_refused(families, wrong):
    with pytest.raises((InputError, AttributeError)):
        families.select(wrong)


def test_agg_equals_numpy_and_never_overflows(world, families):
    exact = world.households.size.astype(np.int64)
    assert families.agg("size", sum) == exact.sum() > 255
    assert families.agg("declared", np.mean) == world.state.declared.astype(np.float64).mean()
    assert families.agg("size", [min, max]) == [exact.min(), exact.max()]
    assert families.get(["size", "declared"]).shape == (len(families), 2)
    assert (families.get("wealth", handle_missing="default", default_value=3) == 3).all()


def test_set_writes_a_number_or_one_for_each(world, families):
    some = families.select("children >= 3")
    some.set("loan", np.arange(len(some)))
    assert np.array_equal(world.state.loan[some.rows], np.arange(len(some)))
    assert world.state.loan.sum() == np.arange(len(some)).sum()


def test_do_and_map_visit_every_agent(world, families):
    def learn(agent, how):
        agent.aware = how

    assert families.do(learn, how=1) is families
    assert world.state.aware.all()
    families.shuffle_do(learn, 0)
    assert not world.state.aware.any()
    assert families.map("to_dict")[0]["size"] == world.households.size[0]


def test_sort_and_shuffle_keep_the_agents(families):
    falling = families.sort("declared").get("declared")
    assert (np.diff(falling) <= 0).all()
    assert (np.diff(families.sort(lambda a: a.declared, ascending=True).get("declared")) >= 0).all()
    shuffled = families.shuffle()
    assert not np.array_equal(shuffled.rows, families.rows)
    assert set(shuffled.rows) == set(families.rows)


def test_groups_of_mesa_are_sets(families):
    groups = families.groupby("children")
    assert sum(groups.count().values()) == len(families)
    assert groups.agg("children", max) == {n: n for n in groups.groups}
    assert isinstance(families.groupby("urban", result_type="list").groups[0], list)


def test_a_frame_is_indexed_by_identifier(families):
    frame = families.select("children == 1").to_frame(["children", "declared"])
    assert frame["children"].eq(1).all()
    assert frame.index.name == "unique_id"


def test_a_trait_hidden_by_the_state_is_called_initial(world):
    firms = sets_of(world)[2]
    assert np.array_equal(firms.column("initial_staff"), world.labour.frame.employers.staff)
    assert np.array_equal(firms.column("staff"), world.labour.employers.staff)


def test_nobody_joins_or_leaves_a_country(families):
    for change in (families.add, families.remove, families.discard):
        with pytest.raises(AttributeError, match="fixed within a run"):
            change(families[0])


def test_all_agents_together_are_lazy_and_say_what_to_use_instead(world, monkeypatch):
    sets = dict(zip((Household, Person, Employer), sets_of(world), strict=True))
    together = AllAgents(sets)
    assert len(list(together)) == len(together) == sum(map(len, sets.values()))
    assert sets[Household][0] in together
    monkeypatch.setattr("sim.agentset.MOST_VIEWS", len(together) - 1)
    with pytest.raises(InputError, match=r"use model\.households"):
        iter(together)
    assert len(together) > 0
    assert MOST_VIEWS == 100_000


def test_small_countries_have_rows_of_each_kind(world):
    assert all(len(one) > 0 for one in sets_of(world))
    assert small.COUNTRY


def test_totals_and_means_are_those_of_the_real_country(eventful):
    world = small.burnt_in(small.mixed(120), eventful)
    families, persons, _ = sets_of(world)
    heavy, light = families.select("weight == 200"), families.select("weight == 20")
    assert families.total() == 200 * len(heavy) + 20 * len(light) == families.get("weight").sum()
    assert families.total("children") == 200 * heavy.get("children").sum() + 20 * light.get("children").sum()
    assert families.mean("children") == pytest.approx(families.total("children") / families.total())
    assert families[0].weight in (20, 200)
    assert persons.total() == len(persons) * world.labour.frame.weight
    assert np.isnan(families.select("children > 90").mean("size"))
