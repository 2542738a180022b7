"""Serves the board of a planted database: ours, or a bare page of as many rows and cells.

    python -m bench.contenders.pages PORT DATABASE ours|bare

*Bare* is a Starlette page: two statements by hand on sqlite3, and a table by Jinja2 that escapes what it shows.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

import uvicorn
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bench.pages import NOW
from bot.web.app import Demo, demo_app
from storage.engine import connect
from tovholder.memory import keep_what_stands

NAMES = "SELECT id, name FROM organisation WHERE alliance_id = 1 ORDER BY name"
CELLS = "SELECT organisation_id, id, requirement FROM obligation WHERE alliance_id = 1 ORDER BY id"
PAGE = """<!doctype html><html lang="da"><title>Status</title><table>
{% for name, cells in rows %}<tr><th>{{ name }}</th>
{% for cell in cells %}<td><a href="/obligations/{{ cell[0] }}"><span class="state {{ cell[1] }}">{{ cell[1] }}</span>
<span class="visually-hidden"> {{ cell[1] }}, {{ name }}</span></a></td>{% endfor %}</tr>{% endfor %}</table></html>"""


def bare(database: str) -> Starlette:
    page = Environment(autoescape=True).from_string(PAGE)

    def board(_request: Request) -> Response:
        with closing(sqlite3.connect(database)) as connection:
            rows: dict[int, tuple[str, list[tuple[int, str]]]] = {id_: (n, []) for id_, n in connection.execute(NAMES)}
            for organisation, number, requirement in connection.execute(CELLS):
                rows[organisation][1].append((number, requirement))
        return HTMLResponse(page.render(rows=rows.values()))

    return Starlette(routes=[Route("/board", board)])


def ours(database: str) -> Starlette:
    engine = connect(f"sqlite:///{database}")
    return demo_app(Demo(engine, lambda: NOW, lambda _moment: None, lambda: None))


if __name__ == "__main__":
    port, path, which = sys.argv[1:]
    served = ours(path) if which == "ours" else bare(path)
    keep_what_stands()  # both, as whoever serves ours does
    uvicorn.run(served, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
