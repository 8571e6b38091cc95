"""The libraries that framescope fits into, and the blocks of docs/integrations.md."""

import pickle
import re
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from datasets import Dataset
from sklearn.base import clone
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.validation import check_is_fitted

from framescope import TECHNIQUES
from framescope.columns import columns
from framescope.sklearn_classifier import FramingClassifier

PAGE = ROOT / "docs" / "integrations.md"
TEXTS = ["Sources said the regime had butchered them.", "The council met on Tuesday.", "", "😀"]
LABELS = np.array([[1, 1, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]])

BLOCKS = re.findall(
    r"^## (.+?)\n(?:(?!^## )[\s\S])*?```python\n(.*?)```", PAGE.read_text("utf-8"), re.M | re.S
)


@pytest.mark.parametrize(("name", "code"), BLOCKS, ids=[name for name, _ in BLOCKS])
def test_the_page_s_python_runs(name, code, capsys):
    if name == "spaCy":
        _spacy()
    exec(compile(code, PAGE.name, "exec"), {})
    assert "0" in capsys.readouterr().out or name in {"datasets", "spaCy"}


def test_the_page_has_a_block_for_each():
    assert [name for name, _ in BLOCKS] == [
        "pandas, polars",
        "datasets",
        "scikit-learn",
        "spaCy",
        "transformers",
    ]


def test_the_modules_of_extras_are_not_loaded_by_inference():
    code = (
        "import sys, framescope, framescope.columns, framescope.hub;"
        "print([m for m in ('sklearn', 'spacy', 'pandas', 'huggingface_hub') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_columns_say_what_the_predictions_say(tiny_model):
    predictions = tiny_model.predict(TEXTS)
    found = columns(predictions)
    assert list(found) == [*TECHNIQUES, "techniques", "words"]
    assert found["loaded_label"] == [of.scores.loaded_label for of in predictions]
    assert found["words"][0] == [span.text for span in predictions[0].spans]
    table = Dataset.from_dict(found)
    assert table[0]["techniques"] == list(predictions[0].techniques)
    assert columns([])["techniques"] == []


@pytest.fixture(scope="module")
def classifier(tiny_checkpoint):
    return FramingClassifier(str(tiny_checkpoint), threads=1)


def test_the_estimator_gives_indicators_and_probabilities(classifier, tiny_model):
    said = tiny_model.predict(TEXTS)
    expected = [[technique in of.techniques for technique in TECHNIQUES] for of in said]
    assert np.array_equal(classifier.predict(TEXTS), expected)
    probabilities = classifier.predict_proba(np.array(TEXTS)[:, None])
    assert probabilities.shape == (4, 3)
    assert probabilities[0, 0] == said[0].scores.loaded_label
    assert classifier.classes_.tolist() == list(TECHNIQUES)
    assert classifier.predict([]).shape == (0, 3)
    for wrong, error in (("a text", TypeError), ([["a", "b"]], ValueError), ([1], TypeError)):
        with pytest.raises(error):
            classifier.predict(wrong)


def test_the_estimator_works_where_estimators_do(classifier):
    check_is_fitted(classifier)
    for copy in (clone(classifier), pickle.loads(pickle.dumps(classifier))):
        assert copy.get_params() == classifier.get_params()
        assert np.array_equal(copy.predict(TEXTS), classifier.predict(TEXTS))
    assert len(pickle.dumps(classifier)) < 2000
    one = cross_val_predict(classifier, TEXTS, LABELS, cv=2, method="predict_proba")
    assert np.array_equal(one, classifier.predict_proba(TEXTS))
    assert 0 <= make_pipeline(classifier).fit(TEXTS, LABELS).score(TEXTS, LABELS) <= 1


@pytest.mark.parametrize(
    "check",
    [
        "check_do_not_raise_errors_in_init_or_set_params",
        "check_estimator_cloneable",
        "check_estimator_repr",
        "check_get_params_invariance",
        "check_mixin_order",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_set_params",
        "check_valid_tag_types",
    ],
)
def test_scikit_learn_s_own_checks_that_feed_no_numbers(classifier, check):
    getattr(estimator_checks, check)("FramingClassifier", classifier)


def _spacy():
    spacy = pytest.importorskip("spacy", reason="needs the extra `spacy`")
    import framescope.spacy_component  # noqa: F401, PLC0415  (as the entry point does)

    return spacy


@pytest.fixture
def nlp(tiny_checkpoint):
    nlp = _spacy().blank("en")
    nlp.add_pipe("framescope", config={"checkpoint": str(tiny_checkpoint), "threads": 1})
    return nlp


def test_the_spacy_component_agrees_with_the_model(nlp, tiny_model):
    text = "😀 Sources said the “regime” had butchered them.  Talks go on.\n\nThe thugs fled."
    doc, document = nlp(text), tiny_model.analyze(text)
    assert [sentence.text.strip() for sentence in doc.sents] == [s.text for s in document.sentences]
    for ours, theirs in zip(document.sentences, doc.sents, strict=True):
        assert theirs._.framescope == dict(ours.scores.items())
    spans = [(span.technique, span.text) for span in document.spans]
    assert [(span.label_, span.text) for span in doc.spans["framescope"]] == spans
    assert len(doc.spans["framescope"].attrs["scores"]) == len(spans)


def test_the_spacy_component_streams_saves_and_takes_others_sentences(nlp, tmp_path):
    spacy = _spacy()
    texts = ["The regime fell.", "", " \n", "Sources said so."] * 3
    counts = [len(doc.spans["framescope"]) for doc in nlp.pipe(texts, batch_size=5)]
    assert counts == [len(nlp(text).spans["framescope"]) for text in texts]
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    doc = again("The regime fell.")
    copy = spacy.tokens.Doc(again.vocab).from_bytes(doc.to_bytes())
    assert [s._.framescope for s in copy.sents] == [s._.framescope for s in doc.sents]
    again.add_pipe("sentencizer", before="framescope")
    assert len(list(again("One. two; three. Four.").sents)) == 3


def test_the_project_declares_the_spacy_factory():
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'framescope = "framescope.spacy_component:make_framescope"' in declared
