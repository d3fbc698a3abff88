"""The forms of all questions that travel.

Of an area's part of a clearing only what stands at its boundaries travels, and its worth: tables
of its network and its assets stay with its operator.
"""

from collections.abc import Mapping

from market.carriers.elsewhere.forms.ending import ENDING
from market.carriers.elsewhere.forms.form import Form
from market.carriers.elsewhere.forms.opening import OPENING
from market.carriers.elsewhere.forms.replies import REPLIES
from market.carriers.elsewhere.letter import Malformed
from market.coordination.questions import Question

FORMS: Mapping[str, Form] = {**OPENING, **REPLIES, **ENDING}


def kind_of(question: Question) -> str:
    """Name under which a question travels; raises Malformed."""
    for kind, form in FORMS.items():
        if type(question) is form.question:
            return kind
    raise Malformed(f"a question of type {type(question).__name__} does not travel")


def form_of(kind: str) -> Form:
    """How a kind of question is written; raises Malformed where it is unknown."""
    if kind not in FORMS:
        raise Malformed("there is no such question")
    return FORMS[kind]
