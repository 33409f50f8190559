"""The example jobs, each in Markdown; those in Word are made from them: python -m merge.example."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path(__file__).parent
CORE = ("通知", "表彰", "支部")  # what `fawen demo` shows; in Markdown alone
