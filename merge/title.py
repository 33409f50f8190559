"""The title of a batch as registers, lists and commands show it."""

from __future__ import annotations


def on_one_line(title: str, job: str) -> str:
    """Write a title on one line, or the job's name where there is none.

    A word that each receiver has of his own (`{{ 简称 }}名单核对表`) is ××, as in a model paper.
    """
    line = "".join(title.split("\n"))
    if "{" in line:
        from templates.tags import TAG

        line = TAG.sub("××", line)
    return line or job
