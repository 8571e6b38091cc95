"""`FramingModel`: batches, windows, order, bad input, and the same scores whatever is beside."""

import threading

import numpy as np
import pytest

from framescope import TECHNIQUES, FramingModel
from framescope.checkpoint import CheckpointError
from framescope.model import _chunks
from framescope.windows import batches, tokens_of, windows

LONG = "The council met on Tuesday, " * 60 + "and sources said the regime had butchered them."


def _scores(predictions):
    return np.array([[score for _, score in p.scores.items()] for p in predictions])


def test_learns_what_it_was_taught(tiny_model):
    prediction = tiny_model.predict(["Sources said the regime had butchered them."])[0]
    assert prediction.techniques == TECHNIQUES
    assert {span.text for span in prediction.spans} == {"Sources said", "the regime", "butchered"}
    assert tiny_model.predict(["Nine people were killed, the hospital said."])[0].techniques == ()


@pytest.mark.parametrize(("precision", "tolerance"), [("int8", 1e-3), ("fp32", 1e-5)])
def test_scores_do_not_depend_on_the_batch(tiny_checkpoint, tiny_records, precision, tolerance):
    model = FramingModel.from_pretrained(tiny_checkpoint, precision=precision)
    sentences = [record.text for record in tiny_records] + [LONG, "", "Yes."]
    together = model.predict(sentences)
    alone = [model.predict([sentence])[0] for sentence in sentences]
    assert [p.text for p in together] == sentences
    np.testing.assert_allclose(_scores(together), _scores(alone), atol=tolerance)
    assert [p.techniques for p in together] == [p.techniques for p in alone]


def test_a_stream_of_several_chunks_keeps_its_order(tiny_model, monkeypatch):
    sentences = [f"Bank {n} reportedly sold its shares." for n in range(40)]
    expected = tiny_model.predict(sentences)
    monkeypatch.setattr("framescope.model._CHUNK", 7)
    assert list(tiny_model.predict_stream(iter(sentences))) == expected


def test_long_sentences_are_read_to_the_end(tiny_model):
    encoded = tiny_model.encode([LONG])
    assert encoded.token_offsets[0][-1][1] == len(LONG)
    assert np.isfinite(encoded.token_logits[0]).all()
    assert len(encoded.token_logits[0]) == len(encoded.token_offsets[0]) > 300


def test_windows_cover_every_token(tiny_model):
    encoding = tiny_model._engine._tokenizer.encode(LONG)
    tokens = tokens_of([encoding])
    covered = set()
    for batch in batches(tokens, windows(tokens, 100), 256, workers=2):
        assert batch.input_ids.shape[1] <= 100
        covered.update(batch.places[batch.inside].tolist())
        for ids, mask, inside in zip(
            batch.input_ids, batch.attention_mask, batch.inside, strict=True
        ):
            read = ids[mask == 1]
            assert (read[0], read[-1]) == (encoding.ids[0], encoding.ids[-1])
            assert inside.sum() == len(read) - 2
        np.testing.assert_array_equal(
            batch.input_ids[batch.inside], tokens.ids[batch.places[batch.inside]]
        )
    assert covered == set(range(1, len(encoding.ids) - 1))


def test_batches_hold_every_window_once_within_the_budget(tiny_model):
    texts = ["Yes. " * (n // 3) for n in range(90)]
    tokens = tokens_of(tiny_model._engine._tokenizer.encode_batch(texts))
    made = list(batches(tokens, windows(tokens, 10_000), 256, workers=2))
    assert sorted(sentence for batch in made for sentence in batch.sentences) == list(range(90))
    assert all(batch.input_ids.size <= 256 for batch in made)
    padded = sum(batch.input_ids.size for batch in made)
    assert padded < 1.1 * len(tokens.ids)


def test_a_little_work_is_shared_among_the_workers(tiny_model):
    tokens = tokens_of(tiny_model._engine._tokenizer.encode_batch(["Yes, yes, yes. " * 4] * 4))
    assert len(list(batches(tokens, windows(tokens, 100), 256, workers=1))) == 1
    assert len(list(batches(tokens, windows(tokens, 100), 256, workers=2))) == 2


def test_whoever_stops_reading_does_not_wait(tiny_model):
    stream = tiny_model.predict_stream(f"Bank {n} sold its shares." for n in range(10_000))
    assert next(stream).text == "Bank 0 sold its shares."
    stream.close()


def test_nothing_in_nothing_out(tiny_model):
    assert tiny_model.predict([]) == []
    assert tiny_model.analyze(" \n ").sentences == ()
    assert tiny_model.predict([""])[0].spans == ()


def test_a_bare_string_is_refused_with_the_right_call(tiny_model):
    with pytest.raises(TypeError, match=r"predict\(\[text\]\).*analyze\(text\)"):
        tiny_model.predict("Sources said so.")


def test_an_item_that_is_no_string_is_named(tiny_model):
    with pytest.raises(TypeError, match="item 1 is a NoneType"):
        tiny_model.predict(["Yes.", None])


def test_the_position_of_a_bad_item_is_that_in_the_whole_list(tiny_model, monkeypatch):
    monkeypatch.setattr("framescope.model._CHUNK", 2)
    with pytest.raises(TypeError, match="item 5 is a int"):
        tiny_model.predict([*["Yes."] * 5, 7])


def test_a_chunk_is_bounded_by_its_text_too(tiny_model, monkeypatch):
    monkeypatch.setattr("framescope.model._CHUNK_CHARACTERS", 100)
    assert [len(chunk) for chunk in _chunks(["x" * 60] * 5)] == [2, 2, 1]


def test_special_tokens_in_a_text_are_text(tiny_model):
    tokens = tiny_model._engine._tokenizer.encode("The [SEP] regime").tokens
    assert tokens.count("[SEP]") == 1


def test_document_counts_sentences_and_collects_spans(tiny_model):
    text = "The thugs burned two shops, police said. Sources said the talks had failed."
    document = tiny_model.analyze(text)
    assert document.count("loaded_label") == 1
    assert document.count("unverified_attribution") == 1
    assert [text[span.start : span.end] for span in document.spans] == [
        span.text for span in document.spans
    ]


def test_threads_share_one_model(tiny_model, tiny_records):
    sentences = [record.text for record in tiny_records]
    expected, seen = tiny_model.predict(sentences), []
    threads = [
        threading.Thread(target=lambda: seen.append(tiny_model.predict(sentences)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [expected] * 8


def test_torch_on_a_device_says_what_the_graph_does(tiny_checkpoint, tiny_records):
    sentences = [record.text for record in tiny_records] + [LONG, ""]
    graph = FramingModel.from_pretrained(tiny_checkpoint, precision="fp32").predict(sentences)
    torch = FramingModel.from_pretrained(tiny_checkpoint, device="cpu").predict(sentences)
    np.testing.assert_allclose(_scores(torch), _scores(graph), atol=1e-5)
    assert [p.techniques for p in torch] == [p.techniques for p in graph]


def test_a_device_that_is_not_there_is_named(tiny_checkpoint):
    with pytest.raises(CheckpointError, match=r"can.t be used"):
        FramingModel.from_pretrained(tiny_checkpoint, device="cuda:99")
