"""Sound files for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

RATE = 22_050


def tone(path: Path, frequency: float = 440, seconds: float = 1.0, *, rate: int = RATE, channels: int = 1) -> Path:
    """A sound file of the kind that its extension names."""
    t = np.arange(int(seconds * rate)) / rate
    wave = 0.5 * np.sin(2 * np.pi * frequency * t)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.column_stack([wave] * channels), rate, format={".oga": "OGG"}.get(path.suffix))
    return path
