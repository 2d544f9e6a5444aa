"""A plain text as it is laid out: links stay whole, and rows hang under their own text."""

from __future__ import annotations

from notifications.layout import columns, logical


def test_a_link_is_never_broken_and_a_row_hangs_under_its_own_text() -> None:
    link = f"https://cairn.example/{'x' * 90}"

    text = columns(logical(f"  Link:     {link}\n  What:     {'long words ' * 12}\n\n- {'item ' * 20}\nand then"))

    lines = text.splitlines()
    assert lines[0] == f"  Link:     {link}"
    assert lines[2].startswith((" " * 12 + "long", " " * 12 + "words"))
    assert "\n  item" in text
    assert lines[-1] == "and then"
