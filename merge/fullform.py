"""The form of a job with 回执 or 评选, whose many rules are loaded for such a job alone."""

from __future__ import annotations

from pydantic import Field

from merge.awards import Rules  # noqa: TC001 - pydantic reads it
from merge.form import Form
from merge.returns import Returns  # noqa: TC001 - pydantic reads it


class FullForm(Form):
    """A job without its 要素 and its body, with what is to come back, and how honours are won."""

    returns: Returns | None = Field(None, alias="回执")
    awards: Rules | None = Field(None, alias="评选")

    @property
    def demands(self) -> tuple[Returns | None, Rules | None]:
        """Return 回执 and 评选."""
        return self.returns, self.awards
