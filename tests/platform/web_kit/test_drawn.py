"""Pieces that are kept: drawn once, each under its own name, never more than there is room for."""

from waypost.platform.web.drawn import Drawn


def test_the_same_is_drawn_once_and_another_anew() -> None:
    drawn, said = Drawn(), iter(["first", "second"])
    assert [drawn.get((key,), lambda: next(said)) for key in ("a", "b", "a")] == ["first", "second", "first"]


def test_the_least_lately_wanted_go_first() -> None:
    drawn, asked = Drawn(room=20), list[str]()

    def piece(key: str) -> str:
        asked.append(key)
        return key * 8

    for key in ("a", "b", "a", "c", "a", "b"):
        assert drawn.get((key,), lambda key=key: piece(key)) == key * 8  # type: ignore[misc]  # the loop's value is bound
    assert asked == ["a", "b", "c", "b"]


def test_what_is_larger_than_the_room_is_handed_out_all_the_same() -> None:
    drawn = Drawn(room=3)
    assert drawn.get(("a",), lambda: "whole") == "whole"
    assert drawn.get(("b",), lambda: "half") == "half"
