"""The tree against the definition of RFC 9162, written down as naively as it stands there."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.archive.evidence import tree

SIZES = st.integers(1, 70)


def leaves(count: int) -> list[bytes]:
    """The entries of a tree."""
    return [f"entry {number}".encode() for number in range(count)]


def root(entries: list[bytes]) -> bytes:
    """MTH of section 2.1.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    half = 1
    while half * 2 < len(entries):
        half *= 2
    return hashlib.sha256(b"\x01" + root(entries[:half]) + root(entries[half:])).digest()


def kept(count: int) -> dict[tree.Node, bytes]:
    """All perfect subtrees, as pushing one leaf after another leaves them."""
    edge, nodes = tree.Frontier(), {}
    for number, entry in enumerate(leaves(count)):
        nodes[0, number] = tree.leaf_hash(entry)
        nodes.update(edge.push(nodes[0, number]))
    return nodes


def test_an_empty_tree_has_the_root_that_the_standard_names() -> None:
    assert tree.Frontier().root() == tree.EMPTY == root([])


def test_every_root_on_the_way_is_that_of_the_definition() -> None:
    edge = tree.Frontier()
    for count, entry in enumerate(leaves(70), 1):
        edge.push(tree.leaf_hash(entry))
        assert edge.root() == root(leaves(count))
        assert tree.Frontier.read(edge.size, edge.written()) == edge


def test_perfect_subtrees_hold_the_roots_of_their_leaves() -> None:
    for (level, place), hash_ in kept(64).items():
        width = 1 << level
        assert hash_ == root(leaves(64)[place * width : (place + 1) * width])


@given(st.data(), SIZES)
def test_a_path_leads_from_each_leaf_to_the_root_and_from_no_other(data: st.DataObject, size: int) -> None:
    position = data.draw(st.integers(0, size - 1))
    path = tree.resolved(tree.inclusion_ranges(position, size), kept(size))
    leaf, whole = tree.leaf_hash(leaves(size)[position]), root(leaves(size))
    assert tree.proves_inclusion(leaf, position, size, path, whole)
    assert not tree.proves_inclusion(tree.leaf_hash(b"another"), position, size, path, whole)
    assert not tree.proves_inclusion(leaf, position, size, [*path, leaf], whole)
    assert not tree.proves_inclusion(leaf, position, size, path, root([b"another"]))
    if size > 1:
        assert not tree.proves_inclusion(leaf, position, size, path[:-1], whole)
        assert not tree.proves_inclusion(leaf, (position + 1) % size, size, path, whole)


@given(st.data(), SIZES)
def test_a_grown_tree_is_consistent_and_a_rewritten_one_is_not(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new))
    proof = tree.resolved(tree.consistency_ranges(old, new), kept(new))
    before, now = root(leaves(old)), root(leaves(new))
    assert tree.proves_consistency(old, new, before, now, proof)
    rewritten = root([b"another", *leaves(old)[1:]])
    assert not tree.proves_consistency(old, new, rewritten, now, proof)
    assert not tree.proves_consistency(old, new, before, rewritten, proof) or now == rewritten
    assert not tree.proves_consistency(old, new, before, now, [*proof, before])


@settings(max_examples=30)
@given(st.integers(1, 2**40), st.integers(1, 2**40))
def test_proofs_of_huge_trees_need_few_subtrees(one: int, other: int) -> None:
    old, new = sorted((one, other))
    nodes = [node for each in tree.inclusion_ranges(old - 1, new) for node in tree.perfect(each)]
    nodes += [node for each in tree.consistency_ranges(old, new) for node in tree.perfect(each)]
    assert len(nodes) <= 4 * 41


def test_what_cannot_be_asked_is_refused() -> None:
    for position, size in ((0, 0), (3, 3), (-1, 2)):
        assert not tree.proves_inclusion(b"", position, size, [], tree.EMPTY)
    assert not tree.proves_consistency(0, 3, tree.EMPTY, root(leaves(3)), [])
    assert not tree.proves_consistency(3, 2, root(leaves(3)), root(leaves(2)), [])
    assert not tree.proves_consistency(3, 5, root(leaves(3)), root(leaves(5)), [])
