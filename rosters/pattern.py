"""Regular expressions that wait: each is compiled when something is first asked of it.

A command needs few of those that it loads, and compiling them all was a tenth of its start. What
nearly every command uses is compiled where it stands.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    from collections.abc import Callable


class _Waiting:
    """Stands for a pattern; what was asked of it once is at hand the next time."""

    def __init__(self, compiled: Callable[[], re.Pattern[Any]]) -> None:
        self._compiled = compiled

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a pattern has
        if name.startswith("_"):  # asked by copy and pickle of one that is not yet made
            raise AttributeError(name)
        found = self.__dict__[name] = getattr(self._compiled(), name)
        return found


def later(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what serves as `re.compile` of the same would, and is compiled at its first use.

    It is no `re.Pattern` to `isinstance` and to the functions of `re`: call its methods.
    """
    return cast("re.Pattern[AnyStr]", _Waiting(partial(re.compile, text, flags)))
