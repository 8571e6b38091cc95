"""Probe files -> cases -> a report by name."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.page.rates import wilson
from framescope_data.files import PROBES
from framescope_data.probes import CHANGES, Case, ProbeError, read_cases
from framescope_eval.probe_tables import failing_sentences, probe_tables
from framescope_eval.probes import run_probes

FILE = """
[words]
city = ["Oslo", "Lima"]

[pairs]
side = [["the north", "the south"]]

[[probes]]
name = "exchange"
kind = "must_not_change"
techniques = ["loaded_label"]
pairs = "side"
each = 1
templates = ["{a} met {b} in {city}.", "In {city}, {b} met {a}."]
"""


def read(tmp_path, text):
    (tmp_path / "capability.toml").write_text(text, encoding="utf-8")
    return read_cases(tmp_path)


def test_there_are_enough_cases_of_every_kind_and_capability():
    cases = read_cases()
    assert len(cases) == 1713
    assert set(Counter(case.kind for case in cases)) == {
        "must_fire",
        "must_not_fire",
        "must_not_change",
        "must_move",
    }
    by_capability = Counter(case.capability for case in cases)
    assert sorted(by_capability) == sorted(path.stem for path in PROBES.glob("*.toml"))
    assert min(by_capability.values()) >= 60
    axes = {case.axis for case in cases if case.capability == "even_handedness"}
    assert axes == {"country", "army", "party", "faith", "ethnicity", "gender", "outlet"}


def test_cases_are_the_same_each_time_with_ids_of_their_own():
    cases = read_cases()
    assert cases == read_cases()
    assert len({case.id for case in cases}) == len(cases)


def test_the_readme_counts_the_cases():
    readme = (PROBES / "README.md").read_text(encoding="utf-8")
    cases = read_cases()
    for capability, count in Counter(case.capability for case in cases).items():
        row = next(line for line in readme.splitlines() if line.startswith(f"| `{capability}.toml"))
        assert row.endswith(f" {count:,} |")
    assert f"{len(cases):,} cases in all" in readme


def test_long_sentences_put_the_words_beyond_128_others():
    cases = [case for case in read_cases() if case.probe.endswith("in_long_sentence")]
    assert cases
    assert all(len(case.text.split()) > 128 for case in cases)


def test_every_exchange_is_mirrored_and_every_sentence_begins_with_a_capital():
    for case in read_cases():
        first = next(character for character in case.text if character.isalnum())
        assert first == first.upper()
        assert case.text != case.other
        assert "{" not in case.text + case.other
        assert bool(case.other) == (case.kind in {"must_not_change", "must_move"})


def test_templates_take_words_in_turn_and_exchange_pairs(tmp_path):
    cases = read(tmp_path, FILE)
    assert [(case.text, case.other) for case in cases] == [
        ("The north met the south in Oslo.", "The south met the north in Oslo."),
        ("In Lima, the south met the north.", "In Lima, the north met the south."),
    ]
    assert {case.axis for case in cases} == {"side"}


def test_an_id_outlives_other_cases(tmp_path):
    before = read(tmp_path, FILE)
    after = read(tmp_path, FILE.replace('["{a} met', '["{a} wrote to {b}.", "{a} met'))
    shared = {case.text for case in before} & {case.text for case in after}
    assert {c.id for c in before if c.text in shared} == {c.id for c in after if c.text in shared}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"must_not_change"',
            '"must_vary"',
            "capability.toml:9: unknown kind 'must_vary'; use one",
        ),
        ('"loaded_label"', '"label"', "unknown technique 'label'; use one of loaded_label"),
        ("{city}", "{town}", "unknown slot 'town'; use one of city, a, b"),
        ('pairs = "side"', 'pairs = "sides"', "unknown list of pairs 'sides'; use one of side"),
        ('pairs = "side"', 'changes = ["bold"]', "unknown change 'bold'; use one of upper_case"),
        ('pairs = "side"', "", "unknown slot 'a'"),
        ('"must_not_change"', '"must_fire"', "others neither"),
        ("each = 1", "each = 0", "each = 0 is not a positive number"),
        ("each = 1", "each = 3", "comes twice; lower `each`"),
        ("each = 1", "", "missing key 'each'"),
        ("each = 1", "each = 1\naxis = 2", "unknown key 'axis'"),
        ('["Oslo", "Lima"]', "[]", "city is empty"),
        ('["Oslo", "Lima"]', '"Oslo"', "city is not a list of strings"),
        ('["the north", "the south"]', '["the north"]', "side is not a list of pairs"),
        ('"{a} met {b} in {city}."', '"{city} slept."', "'side' changes nothing in 'Oslo slept.'"),
        ("[words]", "[words", "capability.toml: "),
    ],
)
def test_errors_say_file_and_remedy(tmp_path, old, new, message):
    with pytest.raises(ProbeError) as error:
        read(tmp_path, FILE.replace(old, new))
    assert str(error.value).startswith(str(tmp_path))
    assert message in str(error.value)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ProbeError, match="no probe files"):
        read_cases(tmp_path)


@pytest.mark.parametrize("name", CHANGES)
@given(text=st.text())
def test_changes_keep_letters_and_take_any_text(name, text):
    def kept(value: str) -> str:
        # Upper case may lengthen a letter, and casefold undoes both.
        return "".join(c for c in value.upper().casefold() if c.isalnum())

    assert kept(CHANGES[name](text)) == kept(text)


def test_changes_by_example():
    text = 'The "old" mayor\'s office – now closed – reopens.'
    assert CHANGES["curly_quotes"](text) == "The “old” mayor’s office – now closed – reopens."
    assert CHANGES["headline_case"](text) == 'The "Old" Mayor\'s Office – Now Closed – Reopens.'
    assert CHANGES["em_dash"](text) == 'The "old" mayor\'s office—now closed—reopens.'
    assert CHANGES["line_breaks"](text).split() == text.split()
    assert "\n" in CHANGES["line_breaks"](text)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_wilson_interval_holds_the_share(counts):
    hits, of = counts
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of + 1e-12
    assert hits / of <= high + 1e-12 <= 1 + 1e-9


def test_wilson_agrees_with_a_published_value():
    # Newcombe 1998, table I, method 3: 81 of 263.
    assert tuple(round(end, 4) for end in wilson(81, 263)) == (0.2553, 0.3662)


def case(kind, text, other="", techniques=("loaded_label",), axis=""):
    return Case(f"own/{kind}/{text}", "own", kind, kind, techniques, axis, text, other)


@pytest.fixture(scope="module")
def wordings(tiny_model):
    """A sentence in which the tiny model decides a label, and one in which it decides nothing."""
    fired, silent = "The regime shelled the town on Monday.", "The council met on Tuesday."
    found = [prediction.techniques for prediction in tiny_model.predict([fired, silent])]
    assert ["loaded_label" in techniques for techniques in found] == [True, False]
    return fired, silent


def test_each_kind_fails_and_holds(tiny_model, wordings):
    fired, silent = wordings
    held = [
        case("must_fire", fired),
        case("must_not_fire", silent),
        case("must_not_change", fired, fired.lower(), axis="lower"),
        case("must_move", silent, fired, axis="wording"),
    ]
    broken = [
        case("must_fire", silent),
        case("must_not_fire", fired),
        case("must_not_change", fired, silent, axis="other"),
        case("must_move", fired, silent, axis="wording"),
    ]
    for one in held:
        assert run_probes(tiny_model, [one]).probes[0].failures == ()
    for one in broken:
        assert [f.case for f in run_probes(tiny_model, [one]).probes[0].failures] == [one]


def test_the_report_counts_by_name_and_axis(tiny_model, wordings):
    fired, silent = wordings
    cases = [
        case("must_fire", fired),
        case("must_fire", silent),
        case("must_not_change", fired, fired.upper(), axis="capitals"),
        replace(case("must_not_change", fired, silent, axis="wording"), probe="another"),
    ]
    report = run_probes(tiny_model, cases)
    assert [(r.probe, r.cases, len(r.failures)) for r in report.probes] == [
        ("must_fire", 2, 1),
        ("must_not_change", 1, 0),
        ("another", 1, 1),
    ]
    assert report.probes[0].rate.value == 0.5
    capitals, wording = report.axes
    assert (capitals.axis, capitals.pairs, capitals.fired) == ("capitals", 1, 1)
    assert capitals.flipped.value == 0 < wording.flipped.value
    unchanged, changed = ([of.value for of in axis.change] for axis in report.axes)
    assert max(unchanged) < 1e-3 < max(changed)
    tables = probe_tables(report) + failing_sentences(report)
    assert "| own | must_fire | must_fire | 2 | 1 | 0.500 [" in tables
    assert f"- {silent} → nothing" in tables


def test_all_cases_run_on_a_model(tiny_model):
    cases = read_cases()
    report = run_probes(tiny_model, cases)
    assert sum(result.cases for result in report.probes) == len(cases)
    assert sum(axis.pairs for axis in report.axes) == sum(
        case.kind == "must_not_change" for case in cases
    )
