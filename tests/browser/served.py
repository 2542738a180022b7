"""A real installation on a port of this machine, for a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import uvicorn
from sqlalchemy import Engine

from tests.installation import Installation
from tovholder.serving import listening

PATIENCE_SECONDS = 300


@contextmanager
def served(engine: Engine) -> Iterator[Installation]:
    """Serve an installation until the block ends."""
    with listening("127.0.0.1", 0) as listener:
        house = Installation(engine, url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(house.app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield house
        server.should_exit = True
        thread.join(20)


def aside(do: Callable[[], Any]) -> Any:
    """Do something in a thread of its own: the browser's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result(PATIENCE_SECONDS)
