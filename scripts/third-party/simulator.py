"""The simulator as a process, and its HTTP control API as calls."""

import asyncio
import json
import os
from pathlib import Path

import aiohttp

START_SECONDS = 20
STOP_SECONDS = 10


class Simulator:
    """`async with Simulator(binary) as simulator`: it runs inside of the block, and is ended with it in any case."""

    def __init__(self, binary: str) -> None:
        self.binary = binary
        self.process: asyncio.subprocess.Process
        self.session: aiohttp.ClientSession
        self.api = self.cdn = self.control = self.token = ""

    async def __aenter__(self) -> "Simulator":
        arguments = ["--port", "0", "--json"]
        if folder := os.environ.get("DROAS_SIM_RECORD_DIR"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            arguments += ["--record", str(Path(folder) / f"discord-py-{os.getpid()}.jsonl")]
        # The simulator of this run writes where it was told to, and nowhere else.
        environment = {name: value for name, value in os.environ.items() if name != "DROAS_SIM_RECORD_DIR"}
        self.process = await asyncio.create_subprocess_exec(
            self.binary, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, env=environment
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                line = await self.process.stdout.readline()
            if not line:
                raise AssertionError("the simulator should say where it listens, but ended without a word")
            places = json.loads(line)
            self.api, self.cdn = places["api"], places["cdn"]
            self.control, self.token = places["control"], places["token"]
            self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        except BaseException:
            self.process.kill()
            await self.process.wait()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()
        if self.process.returncode is None:
            self.process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise AssertionError(f"the simulator should end within {STOP_SECONDS} s of SIGTERM, but did not") from None

    async def get(self, path: str) -> object:
        return await self._call("GET", path, None)

    async def post(self, path: str, body: object = None) -> object:
        return await self._call("POST", path, body)

    async def delete(self, path: str) -> object:
        return await self._call("DELETE", path, None)

    async def _call(self, method: str, path: str, body: object) -> object:
        async with self.session.request(method, self.control + path, json=body) as answer:
            text = await answer.text()
            if answer.status >= 300:
                raise AssertionError(f"{method} {path} {body} of the simulator should work, but: {answer.status} {text}")
            return json.loads(text) if text else None
