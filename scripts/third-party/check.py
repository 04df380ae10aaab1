"""Shows that discord.py is at home in the simulator.

discord.py was written against Discord and knows nothing of droas. What it sees, hears and does here is what it would
with Discord: so far the simulator is right. Everything is driven and looked at through the simulator's control API.

Usage: check.py PATH-OF-DROAS-SIM
"""

import asyncio
import io
import logging
import struct
import sys
import time
import zlib
from collections.abc import Awaitable

import discord
import discord.gateway
import discord.http
import yarl
from discord import app_commands

from simulator import Simulator

# How long to wait for one thing. It comes within milliseconds; a busy machine is given its time.
WAIT_SECONDS = 20
GUILD_NAME = "茶館"


class Bot(discord.Client):
    """A bot as discord.py's own documentation begins one, which keeps a list of what it heard."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.members = True
        super().__init__(intents=intents)
        self.heard: list[tuple] = []
        self.something_heard = asyncio.Event()
        self.tree = app_commands.CommandTree(self)
        self.tree.error(self.on_command_error)
        self.tree.command(name="greet", description="Greets somebody")(greet)

    def hear(self, *what: object) -> None:
        self.heard.append(what)
        self.something_heard.set()

    async def on_command_error(self, _: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.hear("stopped", "command", repr(error))

    async def on_error(self, event: str, *_: object) -> None:
        self.hear("stopped", event, repr(sys.exception()))

    async def on_ready(self) -> None:
        self.hear("ready")

    async def on_resumed(self) -> None:
        self.hear("resumed")

    async def on_member_join(self, member: discord.Member) -> None:
        self.hear("join", member.id, member)

    async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        self.hear("leave", event.user.id)

    async def on_message(self, message: discord.Message) -> None:
        self.hear("message", message.id, message)

    def all_heard(self, *beginning: object) -> list[tuple]:
        return [what for what in self.heard if what[: len(beginning)] == beginning]

    async def hears(self, *beginning: object, times: int = 1) -> tuple:
        """Waits until something that begins so was heard so many times, and gives the last of them."""

        async def enough() -> tuple:
            while len(found := self.all_heard(*beginning)) < times:
                if stopped := self.all_heard("stopped"):
                    raise AssertionError(f"the bot should go on, but it or its connection failed: {stopped}")
                self.something_heard.clear()
                await self.something_heard.wait()
            return found[-1]

        return await within(f"the bot hears {beginning} {times} times; it heard {self.heard}", enough())


async def greet(interaction: discord.Interaction, whom: discord.Member, loudly: bool = False) -> None:
    await interaction.response.send_message("Hello.", allowed_mentions=discord.AllowedMentions(users=[whom]))
    await interaction.edit_original_response(content=f"Hello, {whom.mention}{'!' if loudly else '.'}")
    await interaction.followup.send("And welcome.", ephemeral=True)


async def within(expected: str, what: Awaitable) -> object:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            return await what
    except TimeoutError:
        raise AssertionError(f"expected within {WAIT_SECONDS} s: {expected}") from None


def same(what: str, seen: object, expected: object) -> None:
    if seen != expected:
        raise AssertionError(f"{what} should be {expected!r}, but is {seen!r}")


def picture() -> bytes:
    """A PNG of 2 x 3 pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"\x80\x40\x20" * 2 for _ in range(3))
    header = struct.pack(">IIBBBBB", 2, 3, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def sees_the_guild(bot: Bot, simulator: Simulator, guild_id: int, channel_id: int) -> discord.TextChannel:
    application = await bot.application_info()
    status = await simulator.get("/status")
    same("the application's id", str(application.id), status["application_id"])
    same("the bot's own id", str(bot.user.id), status["bot"])
    guild = bot.get_guild(guild_id)
    if guild is None:
        raise AssertionError(f"the bot should see the guild {guild_id}, but sees {bot.guilds}")
    same("the guild's name", guild.name, GUILD_NAME)
    same("the guild's system channel", guild.system_channel and guild.system_channel.id, channel_id)
    # discord.py asks for all members over the gateway before it says that it is ready.
    same("whether all members were told", guild.chunked, True)
    same("the number of members", len(guild.members), guild.member_count)
    fetched = [member.id async for member in guild.fetch_members(limit=None)]
    same("the members over REST", sorted(fetched), sorted(member.id for member in guild.members))
    channel = guild.get_channel(channel_id)
    same("whether the bot may write", channel.permissions_for(guild.me).send_messages, True)
    return channel


async def sees_joins_and_leaves(bot: Bot, simulator: Simulator, guild: discord.Guild) -> discord.Member:
    before = guild.member_count
    joined = await simulator.post(f"/guilds/{guild.id}/join", {"name": "小林", "avatar": True})
    _, _, member = await bot.hears("join", int(joined["user"]))
    same("the shown name", member.display_name, "小林")
    same("the number of members after a join", guild.member_count, before + 1)
    avatar = await member.display_avatar.with_size(128).read()
    same("how an avatar begins", avatar[:4], b"\x89PNG")
    other = await simulator.post(f"/guilds/{guild.id}/join", {"name": "מרים"})
    await bot.hears("join", int(other["user"]))
    await simulator.post(f"/guilds/{guild.id}/leave", {"user": other["user"]})
    await bot.hears("leave", int(other["user"]))
    same("the number of members after a leave", guild.member_count, before + 1)
    return member


async def posts_a_file(bot: Bot, simulator: Simulator, channel: discord.TextChannel, member: discord.Member) -> None:
    card = picture()

    def welcome() -> dict:
        return {
            "content": f"Welcome, {member.mention}!",
            "file": discord.File(io.BytesIO(card), "welcome.png", description="A card"),
            "allowed_mentions": discord.AllowedMentions(everyone=False, roles=False, users=[member]),
            "nonce": "a-nonce-of-25-characters.",
        }

    sent = await channel.send(**welcome())
    _, _, heard = await bot.hears("message", sent.id)
    same("the nonce of the bot's own message on the gateway", heard.nonce, "a-nonce-of-25-characters.")
    again = await channel.send(**welcome())
    same("the message of a second post with the same nonce", again.id, sent.id)

    read = await channel.fetch_message(sent.id)
    same("who is mentioned", [user.id for user in read.mentions], [member.id])
    file = read.attachments[0]
    seen = (file.filename, file.size, file.width, file.height, file.content_type, file.description)
    same("the file", seen, ("welcome.png", len(card), 2, 3, "image/png", "A card"))
    same("the file's bytes", await file.read(), card)
    same("the channel's history", [message.id async for message in channel.history(limit=10)], [sent.id])

    shown = (await simulator.get(f"/channels/{channel.id}/messages"))["messages"]
    same("what a person reads", [message["text"] for message in shown], ["Welcome, @小林!"])


async def reads_what_people_write(bot: Bot, simulator: Simulator, channel: discord.TextChannel, member: discord.Member) -> None:
    body = {"user": str(member.id), "text": "Thank you."}
    written = await simulator.post(f"/channels/{channel.id}/messages", body)
    _, _, message = await bot.hears("message", int(written["id"]))
    same("the author", message.author.id, member.id)
    same("a text without the intent for it", message.content, "")


async def is_refused_as_by_discord(simulator: Simulator, bot: Bot, channel: discord.TextChannel) -> None:
    try:
        await bot.fetch_channel(1)
        raise AssertionError("a channel that does not exist should not be found")
    except discord.NotFound as refused:
        same("the code for an unknown channel", refused.code, 10003)
    overwrites = f"/channels/{channel.id}/overwrites"
    await simulator.post(overwrites, {"id": str(bot.user.id), "member": True, "allow": "0", "deny": str(1 << 11)})
    try:
        await channel.send("I must not.")
        raise AssertionError("a post without the permission should be refused")
    except discord.Forbidden as refused:
        same("the code for a missing permission", refused.code, 50013)
    await simulator.post(overwrites, {"id": str(bot.user.id), "member": True, "allow": "0", "deny": "0"})


async def answers_a_command(bot: Bot, simulator: Simulator, channel: discord.TextChannel, member: discord.Member) -> None:
    await bot.tree.sync()
    registered = (await simulator.get("/commands"))["commands"]
    same("the registered commands", [command["name"] for command in registered], ["greet"])
    use = {
        "channel": str(channel.id),
        "user": str(member.id),
        "command": "greet",
        "options": {"whom": str(member.id), "loudly": True},
    }
    interaction = await simulator.post("/interactions/command", use)
    seen = await simulator.get(f"/interactions/{interaction['id']}?at_least=2&timeout_ms={WAIT_SECONDS * 1000}")
    answers = [(message["content"], message["private"]) for message in seen["messages"]]
    same("the answers", answers, [(f"Hello, {member.mention}!", False), ("And welcome.", True)])


async def resumes(bot: Bot, simulator: Simulator, guild: discord.Guild) -> None:
    session = bot.ws.session_id
    ways = [("/gateway/cut", None), ("/outage", {"for_ms": 3_600_000}), ("/gateway/reconnect", None)]
    for times, (way, body) in enumerate(ways, start=1):
        await simulator.post(way, body)
        joined = [(await simulator.post(f"/guilds/{guild.id}/join", {"name": f"{way} {n}"}))["user"] for n in range(3)]
        if way == "/outage":
            await simulator.delete(way)
        await bot.hears("resumed", times=times)
        for user in joined:
            await bot.hears("join", int(user))
            same(f"how often a join after {way} was heard", len(bot.all_heard("join", int(user))), 1)
    same("the session after all that", bot.ws.session_id, session)
    same("how often the bot was ready", len(bot.all_heard("ready")), 1)

    await simulator.post("/gateway/invalidate", {"resumable": False})
    await bot.hears("ready", times=2)
    if bot.ws.session_id == session:
        raise AssertionError("after op 9 the session should be a new one, but is the old one")
    joined = await simulator.post(f"/guilds/{guild.id}/join", {"name": "after all"})
    await bot.hears("join", int(joined["user"]))


async def nothing_unexpected(simulator: Simulator) -> None:
    counters = await simulator.get("/counters")
    same("requests that the simulator did not expect", counters["unexpected"], [])
    same("requests that were refused for their rate", counters["rate_limited"], 0)


async def check(simulator: Simulator) -> None:
    guild = await simulator.post("/guilds", {"name": GUILD_NAME, "locale": "zh-TW"})
    guild_id, channel_id = int(guild["id"]), int(guild["system_channel"])
    for name in ["Ana", "Bo", "Çelik"]:
        await simulator.post(f"/guilds/{guild_id}/join", {"name": name})

    # discord.py has no setting for where Discord is.
    discord.http.Route.BASE = simulator.api
    discord.Asset.BASE = simulator.cdn
    async with Bot() as bot:
        await bot.login(simulator.token)
        _, gateway, _ = await bot.http.get_bot_gateway()
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        connection = asyncio.create_task(bot.connect())
        connection.add_done_callback(lambda task: bot.hear("stopped", task.cancelled() or task.exception()))
        await bot.hears("ready")

        channel = await sees_the_guild(bot, simulator, guild_id, channel_id)
        tell("it logs in, connects over its default transport and sees the guild with all members")
        member = await sees_joins_and_leaves(bot, simulator, channel.guild)
        tell("it sees a join, an avatar and a leave")
        await posts_a_file(bot, simulator, channel, member)
        tell("it posts a message with a file once, and reads it back")
        await reads_what_people_write(bot, simulator, channel, member)
        tell("it hears what people write")
        await is_refused_as_by_discord(simulator, bot, channel)
        tell("it is refused with Discord's codes")
        await answers_a_command(bot, simulator, channel, member)
        tell("it registers a command and answers it")
        await resumes(bot, simulator, channel.guild)
        tell("it resumes after a cut, an outage and op 7, misses nothing, and identifies anew after op 9")
        await nothing_unexpected(simulator)
        same("what failed in the bot", bot.all_heard("stopped"), [])
    await within("the bot's connection ends when it is closed", connection)


def tell(fact: str) -> None:
    print(f"discord.py {discord.__version__}: {fact}", flush=True)


async def main(binary: str) -> int:
    # It tells at length of every connection that was cut, and they are cut on purpose; what fails, Bot hears.
    logging.getLogger("discord").setLevel(logging.CRITICAL)
    begin = time.monotonic()
    try:
        async with Simulator(binary) as simulator:
            await check(simulator)
    except AssertionError as wrong:
        print(f"third-party: FAILED: {wrong}", file=sys.stderr)
        return 1
    print(f"third-party: passed in {time.monotonic() - begin:.1f} s")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(asyncio.run(main(sys.argv[1])))
