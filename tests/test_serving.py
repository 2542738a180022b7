"""How the web process listens."""

from __future__ import annotations

import asyncio
import socket

from tovholder.serving import listening


def test_the_second_half_of_an_answer_does_not_wait_for_the_first_to_be_acknowledged() -> None:
    async def delay_is_off() -> bool:
        delays: asyncio.Queue[int] = asyncio.Queue()

        async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            delays.put_nowait(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            await writer.wait_closed()

        with listening("127.0.0.1", 0) as listener:
            async with await asyncio.start_server(met, sock=listener):
                _, writer = await asyncio.open_connection(*listener.getsockname())
                off = await delays.get()
                writer.close()
                await writer.wait_closed()
                return bool(off)

    assert asyncio.run(delay_is_off())
