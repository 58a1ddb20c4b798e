"""Who is meant: governments by capitals and peoples, persons by lists, and what is ambiguous."""

from __future__ import annotations

from dataclasses import replace

import pytest

from standoff.draft.drafting import found_in
from standoff.draft.gazetteer import gazetteer
from standoff.draft.models import FoundActor
from standoff.draft.opening import Opened
from standoff.sources.document import Document, Person
from standoff.sources.plain_text import read_text


def document(text: str, *persons: Person) -> Document:
    return replace(read_text(f"A note\n\n{text}", "note", "d1"), persons=persons)


def actors(text: str, *persons: Person) -> dict[str, FoundActor]:
    return {actor.id: actor for actor in found_in(Opened(document(text, *persons))).actors}


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("Moscow", "ussr"), ("The Soviets", "ussr"), ("USSR", "ussr"), ("The Kremlin", "ussr"),
        ("Washington", "usa"), ("The US", "usa"), ("Peiping", "china"), ("Habana", "cuba"),
        ("The Norwegians", "norway"), ("Stockholm", "sweden"), ("Rangoon", "myanmar"),
        ("East Germany", "east_germany"), ("Upper Volta", "upper_volta"), ("The UN", "un"),
        ("Yugoslavia", "yugoslavia"), ("Sikkim", "sikkim"), ("NATO", "nato"),
    ],
)  # fmt: skip
def test_words_that_stand_for_a_government(words: str, id: str) -> None:
    found = actors(f"{words} may yield.")
    assert id in found
    assert found[id].subject == 1
    assert found[id].mentions[0].quote == words.removeprefix("The ")


@pytest.mark.parametrize("words", ["us", "The polish", "in turkey", "Usage", "Koreas"])
def test_words_that_only_look_like_one(words: str) -> None:
    assert not actors(f"They said {words} may do.")


def test_what_may_mean_two_states_is_said() -> None:
    found = actors("Korea may yield.")
    assert "may also mean North Korea" in found["south_korea"].doubt
    assert "may also mean" not in actors("Seoul may yield.")["south_korea"].doubt


def test_the_second_player_chosen_by_a_hair_is_said() -> None:
    found = actors("Oslo may yield. Oslo may wait. Stockholm may yield. Copenhagen may yield.")
    assert [actor.id for actor in found.values() if actor.player] == ["norway", "sweden"]
    assert "chosen by a hair" in found["sweden"].doubt
    assert found["norway"].doubt == ""


def test_a_place_is_no_player() -> None:
    found = actors("Oslo may act in Cuba. Oslo may stay in Cuba. Stockholm may yield.")
    assert [actor.id for actor in found.values() if actor.player] == ["norway", "sweden"]
    assert not found["cuba"].player


def test_persons_of_the_volumes_list() -> None:
    dobrynin = Person("Dobrynin", "p_D1", "Dobrynin, Anatoly F.", "Soviet Ambassador to Washington")
    kohler = Person("Kohler", "p_K1", "Kohler, Foy D.", "Ambassador to the Soviet Union")
    found = actors("Dobrynin may ask Kohler for time.", dobrynin, kohler)
    assert (found["dobrynin"].name, found["dobrynin"].of) == ("Anatoly F. Dobrynin", "ussr")
    assert (found["kohler"].name, found["kohler"].of) == ("Foy D. Kohler", "usa")
    assert found["dobrynin"].gloss == "Soviet Ambassador to Washington"
    # Who speaks for a state counts for the state.
    assert found["ussr"].subject == 1
    assert [actor.id for actor in found.values() if actor.player] == ["ussr", "usa"]


def test_a_person_for_whom_nothing_is_known_is_doubted() -> None:
    found = actors("Lind may ask for time.", Person("Lind"))
    assert "isn't said" in found["lind"].doubt


def test_a_pronoun_goes_back_to_the_last_subject() -> None:
    found = actors("Oslo may yield. It may also wait, and would like to talk.")
    assert found["norway"].subject == 3
    assert len(found["norway"].mentions) == 1


def test_no_word_names_a_state_that_is_not_there() -> None:
    words = gazetteer(document("Nothing."))
    known = {one.id for held in words.by_word.values() for one in held}
    assert {one.of for held in words.by_word.values() for one in held if one.of} <= known
    assert all(word.strip() == word and len(word) > 1 for word in words.by_word)
