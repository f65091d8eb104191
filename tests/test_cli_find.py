"""`influencer-bot find`: a table and JSON, beside a running server."""

import json

from tests.command_line import run


def find(demo, database_url, tmp_path, *arguments):
    return run("find", *arguments, database_url=database_url, folder=tmp_path)


def test_json_holds_total_time_and_explained_results(demo, database_url, tmp_path):
    done = find(demo, database_url, tmp_path, "skincare micro", "--json", "--limit", "3")

    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    assert answer["total"] > 3
    assert answer["took_ms"] > 0
    assert len(answer["results"]) == 3
    best = answer["results"][0]
    assert best["engagement_rate_definition"] in ("followers", "views")
    assert 0 < best["engagement_rate"] < 1
    assert 0 <= best["fit"] <= 100
    assert 0 <= best["coverage"] <= 1
    assert {part["name"] for part in best["parts"]} >= {"niche", "engagement", "freshness"}
    known = [part for part in best["parts"] if part["value"] is not None]
    mean = sum(p["weight"] * p["value"] for p in known) / sum(p["weight"] for p in known)
    assert round(mean, 2) == best["fit"]


def test_slack_and_the_command_line_find_the_same_in_the_same_order(demo, database_url, tmp_path):
    done = find(demo, database_url, tmp_path, "skincare", "micro", "--json")
    shown = demo.text_of(demo.command("ana", "find skincare micro"))

    places = [shown.index(one["handle"]) for one in json.loads(done.output)["results"]]
    assert places == sorted(places)


def test_the_table_names_creators_and_the_total(demo, database_url, tmp_path):
    done = find(demo, database_url, tmp_path, "skincare micro")

    assert done.exit_code == 0
    assert "creators for Skincare · micro" in done.output
    assert "@" in done.output


def test_what_can_not_be_meant_ends_with_a_sentence(demo, database_url, tmp_path):
    done = find(demo, database_url, tmp_path, "micro followers:500k-1m")

    assert done.exit_code == 1
    assert "Nobody can be both" in done.output
    assert "Traceback" not in done.output


def test_the_command_line_names_the_unknown_figures_as_slack_does(demo, database_url, tmp_path):
    table = find(demo, database_url, tmp_path, "skincare under €300")
    data = json.loads(find(demo, database_url, tmp_path, "skincare under €300", "--json").output)

    assert f"{data['unknown']:,} more left out: fee unknown" in table.output
    assert data["unknown_by"] == {"fee": data["unknown"]}
    assert f"{data['other_currency']:,} creators have a fee in another currency" in table.output
    assert all(one["too_little_known"] == (one["coverage"] < 0.5) for one in data["results"])


def test_an_empty_workspace_is_told_how_to_begin(slack, database_url, tmp_path):
    done = find(slack, database_url, tmp_path, "skincare")

    assert "influencer-bot import FILE brings them in" in done.output


def test_the_command_line_says_what_of_a_search_was_left_out(demo, database_url, tmp_path):
    done = find(demo, database_url, tmp_path, "skincare", "in")

    assert "Left out “in”: for India type country:in" in done.output
    assert "brings them in" not in done.output
