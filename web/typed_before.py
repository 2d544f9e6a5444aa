"""What was typed on the page of a letter, where it came too late to be taken: shown again, so that it is not lost."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from web.sent_form import files_in, sent_form

FORM = "answer_form"
"""The page on which an agency types: its forms alone are shown again."""
NOT_TYPED = frozenset({"form_token", "leave_out", "yes", "no"})
"""The names of fields, and the answers, that nobody wrote."""


@dataclass(frozen=True)
class TypedBefore:
    """A form that was not taken. `words` are what somebody wrote in it; `fields` are what can be sent again.

    There are no `fields` where files came with it: they would be missing from what is sent again.
    """

    words: str = ""
    fields: tuple[tuple[str, str], ...] = ()


async def typed_before(request: Request) -> TypedBefore:
    """What came with a request from a page of ours, as far as it can be read; of any page without a form, nothing."""
    if request.method != "POST" or request.scope["route"].name != FORM:
        return TypedBefore()
    form: FormData | None = getattr(request.state, "form", None)
    try:
        form = await sent_form(request, files=True, largest=0) if form is None else form
    except HTTPException:
        return TypedBefore()
    told = tuple((name, value) for name, value in form.multi_items() if isinstance(value, str))
    words = [value.strip() for name, value in told if not {name, value.strip()} & NOT_TYPED and value.strip()]
    found = TypedBefore("\n\n".join(words), () if files_in(form) or not words else told)
    await form.close()
    return found
