"""Messages that keep their template, so that the edge can say them in the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from registry.core.i18n import N_

if TYPE_CHECKING:
    from registry.core.i18n import Translate

#: Texts that marshmallow itself produces; named here so that the catalogues contain them.
MARSHMALLOW_MESSAGES = (
    N_("Missing data for required field."),
    N_("Unknown field."),
    N_("Field may not be null."),
    N_("Not a valid string."),
    N_("Not a valid integer."),
    N_("Not a valid list."),
    N_("Not a valid boolean."),
    N_("Not a valid mapping type."),
    N_("Invalid input type."),
)


class Message(str):
    """An English sentence, filled in, that remembers the template and the values it was made from."""

    __slots__ = ("params", "template")
    template: str
    params: dict[str, object]

    def __new__(cls, template: str, **params: object) -> Self:
        """Fill `template` (`%(name)s` places) with `params`."""
        self = super().__new__(cls, template % params if params else template)
        self.template = template
        self.params = params
        return self


def say(message: str, translate: Translate) -> str:
    """Return `message` in the language of `translate`; a plain string is looked up as it stands."""
    if isinstance(message, Message):
        template = translate(message.template)
        return template % message.params if message.params else template
    return translate(message)


def flatten(errors: Any, translate: Translate, path: str = "") -> list[tuple[str, str]]:
    """Turn marshmallow's tree of errors into (path, sentence) pairs, such as ("sides.0.level", "…").

    The order is the tree's own, so that the first complaint concerns the first field.
    """
    if isinstance(errors, str):
        return [(path, say(errors, translate))]
    if isinstance(errors, list):
        return [pair for item in errors for pair in flatten(item, translate, path)]
    pairs: list[tuple[str, str]] = []
    for key, value in errors.items():
        inner = path if key == "_schema" else f"{path}.{key}" if path else str(key)
        pairs.extend(flatten(value, translate, inner))
    return pairs
