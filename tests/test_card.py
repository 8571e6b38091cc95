"""The model card: metadata by the Hub's rules, offline; what it says follows from the facts."""

import json
import shutil
from typing import Annotated, Literal

import pytest
from huggingface_hub import ModelCard
from huggingface_hub.repocard_data import eval_results_to_model_index, model_index_to_eval_results
from pydantic import BaseModel, ConfigDict, Field

from framescope.checkpoint import BUNDLED
from framescope.techniques import TECHNIQUES
from framescope_eval.report import read_report
from framescope_training.card import write_card

HubId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
Name = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Task(Strict):
    type: Literal["text-classification", "token-classification"]


class Dataset(Strict):
    type: Name
    name: Name
    split: Literal["train", "dev", "test"] | None = None
    revision: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Metric(Strict):
    type: Annotated[str, Field(pattern="^[a-z0-9_]+$")]
    name: Name
    value: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class Result(Strict):
    task: Task
    dataset: Dataset
    metrics: Annotated[list[Metric], Field(min_length=1)]


class Index(Strict):
    name: Name
    results: Annotated[list[Result], Field(min_length=1)]


class Example(Strict):
    text: Name
    example_title: Name


class Emissions(Strict):
    emissions: Annotated[float, Field(gt=0)]
    source: Name
    training_type: Literal["pre-training", "fine-tuning"]
    hardware_used: Name


class Metadata(Strict):
    """The fields of the Hub's specification that we use, and no others.

    https://github.com/huggingface/hub-docs/blob/main/modelcard.md
    """

    language: Annotated[str, Field(pattern="^[a-z]{2}$")]
    license: Literal["apache-2.0"]
    library_name: Name
    pipeline_tag: Literal["text-classification"]
    tags: list[Name]
    datasets: list[HubId] = []
    metrics: list[Name]
    base_model: HubId | None = None
    base_model_relation: Literal["finetune"] | None = None
    widget: Annotated[list[Example], Field(min_length=1)]
    co2_eq_emissions: Emissions | None = None
    index: Annotated[list[Index], Field(alias="model-index", min_length=1, max_length=1)]


SECTIONS = (
    "Model details",
    "Uses",
    "Bias, risks and limits",
    "How to use",
    "Training data: who made the labels",
    "Training procedure",
    "Evaluation",
    "Environmental cost",
    "Technical specifications",
    "Citation",
    "Contact",
)


@pytest.fixture
def shipped(tmp_path):
    """The committed facts of the shipped checkpoint."""
    for file in ("framescope.json", "report.json"):
        shutil.copy(BUNDLED / "small" / file, tmp_path)
    return tmp_path


@pytest.fixture
def facts(shipped):
    """The same of a checkpoint that was made in one step, without a teacher and without a clock."""
    path = shipped / "framescope.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    made = manifest["provenance"]
    manifest["provenance"] = {
        key: made[key] for key in made if key not in ("earlier", "hours", "teachers_sha256")
    }
    base = "sentence-transformers/all-MiniLM-L6-v2"
    made["recipe"] |= {"base": base, "teachers": [], "unlabelled": []}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return shipped


def rendered(facts, recipe=(), **provenance):
    manifest = json.loads((facts / "framescope.json").read_text(encoding="utf-8"))
    manifest["provenance"] |= provenance
    manifest["provenance"]["recipe"] |= dict(recipe)
    (facts / "framescope.json").write_text(json.dumps(manifest), encoding="utf-8")
    return write_card(facts).read_text(encoding="utf-8")


def metadata(card):
    return Metadata.model_validate(ModelCard(card).data.to_dict())


def test_the_shipped_card_is_what_its_facts_give(shipped):
    card = (BUNDLED / "small" / "README.md").read_text(encoding="utf-8")
    assert write_card(shipped).read_text(encoding="utf-8") == card
    assert metadata(card).base_model == "sentence-transformers/all-MiniLM-L6-v2"


def test_the_metadata_follow_the_rules_of_the_hub(facts):
    card = rendered(facts, hours=1.5)
    found = metadata(card)
    assert found.base_model == "sentence-transformers/all-MiniLM-L6-v2"
    assert {*TECHNIQUES, "onnx"} <= {*found.tags}
    index = ModelCard(card).data.to_dict()["model-index"]
    name, results = model_index_to_eval_results(index)
    assert name == "framescope-small"
    assert eval_results_to_model_index(name, results) == index


def test_every_figure_of_a_class_is_in_the_model_index(facts):
    (index,) = metadata(rendered(facts)).index
    stated = {
        (result.dataset.name, metric.name): metric.value
        for result in index.results
        for metric in result.metrics
    }
    for corpus in read_report(facts / "report.json").corpora:
        system = corpus.systems[0]
        for of in system.sentences.classes:
            for name, value in (
                ("precision", of.precision),
                ("recall", of.recall),
                ("f1", of.f1),
                ("average_precision", of.average_precision),
                ("roc_auc", of.roc_auc),
                ("matthews_correlation", of.mcc),
                ("brier_score", of.reliability.brier),
                ("expected_calibration_error", of.reliability.ece),
            ):
                assert stated[corpus.name, f"{of.technique} {name}"] == round(value.value, 4)
        for of in system.spans:
            name = f"{of.technique} span f1, overlap"
            assert stated[corpus.name, name] == round(of.f1.value, 4)


def test_all_sections_are_there_and_nothing_is_left_of_the_template(facts):
    card = rendered(facts)
    assert [line[3:] for line in card.splitlines() if line.startswith("## ")] == list(SECTIONS)
    body = card.partition("\n# ")[2]
    for left in ("{%", "{{ ", " None", "Undefined", "[More Information"):
        assert left not in body
    assert "```bibtex" in body
    assert "author = {{The framescope authors}}" in body


def test_a_distilled_checkpoint_says_so(facts):
    plain = rendered(facts)
    assert "Distilled" not in plain
    assert "distillation" not in metadata(plain).tags
    sha = json.loads((facts / "framescope.json").read_text())["provenance"]["data_sha256"]
    card = rendered(
        facts,
        {
            "teachers": ["runs/base/published"],
            "unlabelled": ["pool"],
            "gold_weight": 0.5,
            "train": ["ptc-train", "pool-train", "drills"],
        },
        teachers_sha256={"runs/base/published": "ab" * 32},
        data_sha256={**sha, "pool-train": "1" * 64, "drills": "2" * 64, "pool": "3" * 64},
    )
    assert "the targets are what a larger teacher says" in card
    assert "the share 0.5 of the target. Unlabelled text of pool was used so too." in card
    assert f"`{'ab' * 8}`" in card
    assert "runs/base" not in card
    assert "| ptc-train | train | two readings by language models, joined |" in card
    assert "| pool-train | train | one reading by language models |" in card
    assert "| drills | train | ours, by the language model that wrote the text |" in card
    assert "| pool | unlabelled | none: plain text |" in card
    assert "mediabiasgroup/anno-lexical" in metadata(card).datasets
    assert "distillation" in metadata(card).tags


def test_energy_is_estimated_from_recorded_hours_alone(facts):
    without = rendered(facts)
    assert "The hours were not recorded" in without
    assert metadata(without).co2_eq_emissions is None
    card = rendered(facts, hours=2.0)
    assert "for 2.0 hours. At an assumed 40 W that is 0.08 kWh" in card
    assert "about 38 g of CO2" in card
    stated = metadata(card).co2_eq_emissions
    assert stated
    assert stated.emissions == pytest.approx(2 * 0.04 * 481, abs=0.1)


def test_a_corpus_that_was_read_again_is_named(facts):
    sha = json.loads((facts / "framescope.json").read_text())["provenance"]["data_sha256"]
    report = read_report(facts / "report.json")
    same = {**sha, **{corpus.name: corpus.sha256 for corpus in report.corpora}}
    assert "has changed since" not in rendered(facts, data_sha256=same)
    assert "`fakes-dev` has changed since" in rendered(
        facts, data_sha256={**same, "fakes-dev": "0" * 64}
    )


def test_a_checkpoint_made_in_steps_tells_each(facts):
    manifest = json.loads((facts / "framescope.json").read_text(encoding="utf-8"))
    earlier = manifest["provenance"] | {"hours": 1.0}
    card = rendered(facts, {"base": "runs/first/published"}, earlier=earlier, hours=0.5)
    assert "Step 1, " in card
    assert "Step 2, " in card
    assert "for 1.5 hours" in card
    assert metadata(card).base_model == "sentence-transformers/all-MiniLM-L6-v2"


def test_a_path_is_no_base_model_of_the_hub(facts):
    assert metadata(rendered(facts, {"base": "/models/mine"})).base_model is None
