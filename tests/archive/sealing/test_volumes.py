"""Limits and volumes: nothing is left out without saying so, nothing is printed twice."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.archive.sealing.cases import article, case, embedded, kept, summed, words
from waypost.archive.sealing.enclosing import chosen, safe_name
from waypost.archive.sealing.look import Look
from waypost.archive.sealing.printing import print_directly
from waypost.archive.sealing.volumes import MOST_BODY, MOST_WEIGHT, TooManyArticles, ranges

LOOK = Look(locale="en_GB", template="minimal")


def test_there_is_no_limit_unless_one_is_set() -> None:
    (part,) = ranges(case(*[article("", "x")] * 300), LOOK)
    assert (part.first, part.last, part.of, part.is_capped) == (0, 300, 1, False)


def test_more_than_the_limit_is_refused_naming_both_numbers() -> None:
    with pytest.raises(TooManyArticles, match="3 articles, and the limit is 2") as refused:
        print_directly(case(*[article("", "x")] * 3), replace(LOOK, max_articles=2))
    assert not refused.value.again


def test_or_the_oldest_are_kept_and_the_document_says_so() -> None:
    whole = case(article("", "oldest"), article("", "middle"), article("", "newest"))
    pdf, printed = print_directly(whole, replace(LOOK, max_articles=2, limit_mode="cap_and_continue"))
    assert printed.notes[0].startswith("Only the oldest 2 of 3 articles are printed here")
    said = words(pdf)
    assert said.count("".join(printed.notes[0].split())) == 2
    assert "middle" in said
    assert "newest" not in said
    assert b"newest" in embedded(pdf)["snapshot.json"]


def test_above_four_hundred_articles_a_case_has_volumes() -> None:
    parts = ranges(case(*[article("", "x")] * 1_000), LOOK)
    assert [(part.first, part.last) for part in parts] == [(0, 400), (400, 800), (800, 1_000)]
    assert [part.number for part in parts] == [1, 2, 3]
    assert {part.of for part in parts} == {3}


def test_long_texts_and_large_tables_make_volumes_sooner() -> None:
    long = article("", "x" * MOST_BODY * 2)
    assert len(ranges(case(*[long] * 12), LOOK)) == 4
    table = article("<table>" + "<tr><td>1<td>2" * 2_000 + "</table>", "12")
    assert len(ranges(case(*[table] * 6), LOOK)) > 1


@given(some.lists(some.integers(0, MOST_WEIGHT), max_size=30), some.integers(1, 10), some.integers(0, 40))
def test_every_article_stands_in_exactly_one_volume(sizes: list[int], most: int, limit: int) -> None:
    look = replace(LOOK, articles_per_volume=most, max_articles=limit, limit_mode="cap_and_continue")
    whole = case(*(article("", "x" * size) for size in sizes))
    parts = ranges(whole, look)
    printed = [place for part in parts for place in range(part.first, part.last)]
    assert printed == list(range(min(len(sizes), limit or len(sizes))))
    assert all(part.last - part.first <= most for part in parts)


def test_files_are_embedded_up_to_the_limits_and_raw_messages_always() -> None:
    sizes = {"a": 10, "b": 10, "c": 5, "d": 10**6, "e": 3}
    files = [kept(b"", name=name, sha256=name) for name in "abc"]
    raw, lost = kept(b"", sha256="d", role="raw"), kept(b"", sha256="gone")
    late = article("", "x", files=(kept(b"", sha256="e"), replace(files[0], fate="failed")))
    whole = case(article("", "x", files=(*files, raw, lost)), late)
    assert chosen(whole, sizes, replace(LOOK, max_total_bytes=15)) == {"a", "c", "d"}
    assert chosen(whole, sizes, replace(LOOK, max_file_bytes=9)) == {"c", "d", "e"}
    assert chosen(whole, sizes, replace(LOOK, max_file_bytes=0, max_total_bytes=0)) == {"a", "b", "c", "d", "e"}


def test_the_same_bytes_are_embedded_once_and_names_do_not_meet() -> None:
    same, other = kept(b"same", "a.txt", "text/plain"), kept(b"other", "A.TXT", "text/plain")
    whole = case(article("", "x", files=(same, same, other)), article("", "y", id="72", files=(same,)))
    pdf, _ = print_directly(whole, LOOK, {summed(b"same"): b"same", summed(b"other"): b"other"})
    inside = embedded(pdf)
    del inside["snapshot.json"]
    assert inside == {"71_9_a.txt": b"same", "71_9_A-2.TXT": b"other"}


@given(some.text(max_size=300))
def test_names_of_embedded_files_are_safe(name: str) -> None:
    safe = safe_name(name)
    assert 1 <= len(safe) <= 100
    assert not set(safe) & set('/\\:*?"<>|\0\n')
    assert safe not in (".", "..")
