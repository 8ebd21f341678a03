"""`format=flowed` text: paragraphs that were broken into lines for the transport (RFC 3676)."""


def unflow(text: str, delete_space: bool) -> str:
    """Join the lines that end in a space with the next one of the same quote depth; undo space-stuffing.

    `delete_space` is the parameter DelSp: the space at the joint was added by the sender (scripts without spaces).
    """
    paragraphs: list[tuple[int, list[str]]] = []
    is_open = False
    for line in text.split("\n"):
        depth, content = _depth(line)
        flows = content.endswith(" ") and content != "-- "
        kept = content[:-1] if flows and delete_space else content
        if is_open and paragraphs[-1][0] == depth and content != "-- ":
            paragraphs[-1][1].append(kept)
        else:
            paragraphs.append((depth, [kept]))
        is_open = flows
    return "\n".join(_marked(depth, "".join(pieces)) for depth, pieces in paragraphs)


def _depth(line: str) -> tuple[int, str]:
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")


def _marked(depth: int, content: str) -> str:
    return f"{'>' * depth} {content}" if depth else content
