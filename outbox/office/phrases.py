"""How a demand is spoken of: who has done what is asked, who has not, and what they should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from merge.returns import Returns


@dataclass(frozen=True, slots=True)
class Words:
    """How a demand is spoken of: who has done what is asked, who has not, and what they should."""

    done: str
    missing: str
    late: str
    whole: str
    please: str


FORM = Words("已报", "未报", "迟报", "全部报齐", "请尽快报送")
SENT = Words("已交齐", "未交齐", "迟交", "全部交齐", "请尽快交齐")
BARE = Words("已回执", "未回执", "迟回", "全部回执", "请回复邮件，写明“收到”")
CHECKED = Words(
    "已答复", "未答复", "迟复", "全部答复", "请回复邮件：没有错的写“无误”，有错的写明应当是什么"
)


def words_of(returns: Returns) -> Words:
    """Return how a demand is spoken of."""
    if returns.enclosed:
        return SENT
    return CHECKED if returns.checked else BARE if returns.bare else FORM
