"""What a wording may contain: the facts it may show, and the few template signs it may use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from states.words import counted

# Everything a wording may name. A case is its reference and a link: nothing here can hold the particulars of anybody
# a case is about.
FACTS = frozenset({
    "again", "agencies", "agency", "answer_to", "answers", "authority", "channel", "code", "committee",
    "confirm_role", "count", "days", "decider", "due", "duty", "event", "evidence", "gathered", "hold", "holiday",
    "items", "late", "learn", "link", "loosened", "meeting", "more", "more_time", "news", "office",
    "officer", "original_due", "outcome", "passed", "past", "place", "problem",
    "promises", "reader", "reason", "ref", "request", "review", "scope", "send", "since", "stands_for", "state",
    "step", "subject_line", "then_told", "timescale", "together", "unreached", "unsaid", "until", "what", "why_again",
})  # fmt: skip

# A part of an identifier that would stand for somebody's particulars, as in child_name or dateOfBirth.
PERSONAL = frozenset({
    "address", "addresses", "age", "aunt", "baby", "birth", "birthday", "boy", "brother", "carer", "carers", "chi",
    "child", "children", "dob", "email", "ethnicity", "families", "family", "father", "firstname", "forename",
    "forenames", "gender", "girl", "guardian", "initials", "lastname", "mother", "name", "names", "nhs", "parent",
    "parents", "people", "person", "phone", "postcode", "school", "sex", "sibling", "siblings", "sister", "surname",
    "surnames", "uncle", "victim",
})  # fmt: skip

FILTERS = frozenset({"brief", "join", "length", "lower", "plural", "upper"})
TESTS = frozenset({"given"})

_SHOWING = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const)
_CHOOSING = (nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not)
_ALLOWED = (*_SHOWING, *_CHOOSING, nodes.For, nodes.Filter, nodes.Test)
_IDENTIFYING = frozenset({"name", "attr", "key", "target", "names", "value"})
_LONG_DAY = re.compile(r"[A-Z][a-z]+day (\d{1,2} [A-Z][a-z]+) \d{4}")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def environment() -> ImmutableSandboxedEnvironment:
    """Plain text, no globals, and no silence over a fact that is missing."""
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.clear()
    own = {"plural": counted, "brief": _brief}
    made.filters = {name: rule for name, rule in made.filters.items() if name in FILTERS} | own
    made.tests = {"given": _given}
    return made


def _brief(day: str) -> str:
    """A day as a subject has room for it: "16 March" of "Monday 16 March 2026"."""
    found = _LONG_DAY.fullmatch(str(day))
    return found[1] if found else day


def _given(value: object) -> bool:
    return not isinstance(value, Undefined) and value is not None and value is not False and value not in ("", ())


def names_in(trees: Sequence[nodes.Template]) -> tuple[frozenset[str], frozenset[str]]:
    """The names a wording uses, and those of them it first asks about with `is given`."""
    names = {found.name for tree in trees for found in tree.find_all(nodes.Name)}
    asked = {_asked(test) for tree in trees for test in tree.find_all(nodes.Test) if test.name == "given"}
    return frozenset(names), frozenset(asked)


def _asked(test: nodes.Test) -> str:
    return test.node.name if isinstance(test.node, nodes.Name) else ""


def faults_in(tree: nodes.Template, where: str) -> Iterator[str]:
    """Every reason why a wording may not be used; `where` says which file it is."""
    personal = dict.fromkeys(_personal(tree))
    for name, line in personal:
        yield f"{where} names '{name}' (line {line}): messages carry no personal data. Use the reference and the link."
    told = {name for name, _ in personal}
    for name, line in dict.fromkeys(_unknown(tree, FACTS)):
        if name not in told:
            yield f"{where} names '{name}' (line {line}), which no message carries. Use one of: {_listed(FACTS)}."
    for sign, line in dict.fromkeys(_unusual(tree)):
        yield (
            f"{where} uses {sign} (line {line}). A wording only shows facts: use if, for, 'is given', comparisons, "
            f"loop.index, and the filters {_listed(FILTERS)}."
        )


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))


def _personal(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    for node in _all(tree):
        for name in _identifiers(node):
            if name not in FACTS and PERSONAL & {word.lower() for word in _WORD.findall(name)}:
                yield name, node.lineno


def _all(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    yield from tree.find_all(nodes.Node)


def _identifiers(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.TemplateData):
        return
    for field, value in node.iter_fields():
        if field in _IDENTIFYING:
            each = value if isinstance(value, (list, tuple)) else [value]
            yield from (text for text in each if isinstance(text, str) and text.isidentifier())


def _unknown(node: nodes.Node, known: frozenset[str]) -> Iterator[tuple[str, int]]:
    if isinstance(node, nodes.Name) and node.name not in known:
        yield node.name, node.lineno
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
        yield from _unknown(node.iter, known)
        inside = known | {node.target.name, "loop"}
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            yield from _unknown(child, inside)
    else:
        for child in node.iter_child_nodes():
            yield from _unknown(child, known)


def _unusual(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    for node in _all(tree):
        sign = _sign(node)
        if sign:
            yield sign, node.lineno


def _sign(node: nodes.Node) -> str:
    """What stands in a wording that has no place there, in words; empty where all is well."""
    sign = "" if isinstance(node, _ALLOWED) else f"'{type(node).__name__.lower()}'"
    match node:
        case nodes.Getattr(node=nodes.Name(name="loop"), attr="index" | "first" | "last"):
            sign = ""
        case nodes.Getattr(attr=attr):
            sign = f"'.{attr}'"
        case nodes.For(target=target) if not isinstance(target, nodes.Name) or target.name in FACTS | {"loop"}:
            sign = "a 'for' that does not bring in one new word"
        case nodes.Filter(name=name) if name not in FILTERS or node.node is None or len(node.args) > 1:
            sign = f"the filter '{name}' in this way"
        case nodes.Test(name=name) if name not in TESTS:
            sign = f"'is {name}'"
    return sign
