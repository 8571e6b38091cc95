"""From a recipe to a checkpoint: read, fine-tune, calibrate, export, evaluate, write the card."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer
from transformers import AutoTokenizer, set_seed

from framescope.checkpoint import read_provenance
from framescope.model import FramingModel
from framescope_data.corpora import all_records, checksum, load
from framescope_data.layers import LayerError
from framescope_data.records import without_leaks
from framescope_data.values import Record
from framescope_eval.baselines import baselines
from framescope_eval.report import evaluate, write_report
from framescope_eval.systems import model_system
from framescope_training.base import is_checkpoint
from framescope_training.card import REPORT, write_card
from framescope_training.dataset import tokenised
from framescope_training.distil import soft_targets
from framescope_training.fit import fit, trained_hours
from framescope_training.network import FramingNetwork, averaged, from_base
from framescope_training.provenance import check_destination, claim_run, provenance, steps
from framescope_training.publish import publish
from framescope_training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie: corpus texts, the base encoder (directory or Hub id), run, checkpoint."""

    corpora: Path
    base: str
    run: Path
    checkpoint: Path


def train(recipe: Recipe, places: Places, final: bool) -> None:
    """Follows a recipe; a run that was cut short goes on where it stopped.

    `final` scores the recipe's test sets too. Everything is chosen on dev: use it once, at the end.
    """
    check_destination(places.checkpoint)
    names = (*recipe.train, *recipe.dev, *recipe.test, *recipe.unlabelled)
    data = {name: checksum(load(name, places.corpora)) for name in names}
    facts = provenance(recipe, places.base, data)
    claim_run(places.run, facts)
    dev, test = (all_records(names, places.corpora) for names in (recipe.dev, recipe.test))
    sentences = _sentences(recipe, places.corpora, dev, test)
    network = _fitted(recipe, places, sentences)
    facts["hours"] = round(trained_hours(places.run), 2)
    publish(network, recipe, places.base, without_leaks(dev, test), facts, places.checkpoint)
    report(recipe, places, (*recipe.dev, *recipe.test) if final else recipe.dev)
    write_card(places.checkpoint)


def report(recipe: Recipe, places: Places, corpora: Sequence[str]) -> None:
    """Writes the checkpoint's `report.json`: the int8 graph as shipped, beside the baselines.

    A checkpoint that training went on from stands beside it too, as `before`.
    """
    model = FramingModel.from_pretrained(places.checkpoint)
    documents = {name: load(name, places.corpora) for name in corpora}
    scored = all_records(corpora, places.corpora)
    learned = _learned_from(recipe, places)
    beside = baselines(learned, recipe.dev, scored, places.corpora)
    if is_checkpoint(places.base):
        beside = {"before": model_system(FramingModel.from_pretrained(places.base)), **beside}
    found = evaluate(recipe.title, "int8", model, documents, beside, places.corpora)
    write_report(found.report, places.checkpoint / REPORT)


def _learned_from(recipe: Recipe, places: Places) -> tuple[str, ...]:
    """The corpora of `recipe` and those of the steps before it, where their texts are here too."""
    course = steps(read_provenance(places.checkpoint))
    earlier = dict.fromkeys(name for step in course[:-1] for name in step["recipe"]["train"])
    try:
        all_records(earlier, places.corpora)
    except (LayerError, OSError):
        return recipe.train
    return tuple(dict.fromkeys((*earlier, *recipe.train)))


def _sentences(
    recipe: Recipe, corpora: Path, dev: Sequence[Record], test: Sequence[Record]
) -> list[Record]:
    """Those of train, then the plain ones that are not among them."""
    train = without_leaks(all_records(recipe.train, corpora), dev, test)
    plain = without_leaks(all_records(recipe.unlabelled, corpora), dev, test, train)
    return train + plain


def _fitted(recipe: Recipe, places: Places, sentences: Sequence[Record]) -> FramingNetwork:
    tokenizer: Tokenizer = AutoTokenizer.from_pretrained(places.base).backend_tokenizer
    said = (
        soft_targets(recipe.teachers, [record.text for record in sentences], places.run)
        if recipe.teachers
        else ()
    )
    rows = tokenised(sentences, tokenizer, recipe.max_tokens, said, recipe.gold_weight)
    networks = []
    for seed in recipe.seeds:
        set_seed(recipe.seeds[0])
        networks.append(from_base(places.base, recipe.dropout, recipe.layers))
        fit(networks[-1], recipe, seed, rows, places.run / f"seed-{seed}")
    return averaged(networks)
