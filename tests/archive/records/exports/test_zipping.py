"""What is written piece by piece is a ZIP that others read."""

import zipfile
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.archive.records.exports.zipping import LARGE, Entry, Zip, line_of, tail_of

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\/"), min_size=1, max_size=40)


def ended(content: bytes, entries: list[Entry]) -> bytes:
    """With its directory."""
    directory = b"".join(map(line_of, entries))
    return content + directory + tail_of(len(content), len(directory), len(entries))


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=400), max_size=8))
def test_any_names_and_bytes_come_out_again(files: dict[str, bytes]) -> None:
    made, content, entries = Zip(), b"", list[Entry]()
    for name, data in files.items():
        content += made.begin(name)
        for at in range(0, len(data), 100):
            content += made.add(data[at : at + 100])
        content += made.end()
        entries += made.entries
        made = Zip(len(content))
    with zipfile.ZipFile(BytesIO(ended(content, entries))) as opened:
        assert opened.testzip() is None
        assert {one.filename: opened.read(one) for one in opened.infolist()} == files


def test_the_end_of_a_huge_one_says_so_in_64_bits() -> None:
    line = line_of(Entry("far.pdf", 1, 2, LARGE + 5))
    tail = tail_of(LARGE + 50, len(line), 70_000)
    assert b"PK\x06\x06" in tail and b"PK\x06\x07" in tail and line[-8:] == (LARGE + 5).to_bytes(8, "little")
    few = tail_of(10, 10, 1)
    assert few.startswith(b"PK\x05\x06") and len(few) == 22
