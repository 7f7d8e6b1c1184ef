"""What the benchmark ran on, in the words of its report."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def describe() -> dict[str, str]:
    """Return the parts of this machine that matter, by name."""
    memory = re.search(r"MemTotal:\s+(\d+)", _read("/proc/meminfo"))
    model = re.search(r"model name\s*: (.+)", _read("/proc/cpuinfo"))
    system = re.search(r'PRETTY_NAME="(.+)"', _read("/etc/os-release"))
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(memory[1]) / 1024**2:.0f} GiB" if memory else "unknown",
        "system": system[1] if system else platform.system(),
        "kernel": ".".join(platform.release().split(".")[:2]),
        "python": platform.python_version(),
    }


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError:
        return ""
