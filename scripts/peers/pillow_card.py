"""The classic welcome card, drawn by Pillow the way a bot in Python would: what does not change is prepared once.

usage: pillow_card.py warm|cold jpeg|png|png-fast CARDS INPUTS OUT
Writes the last card to OUT and prints figures as JSON: see crates/card/benches/card/figures.rs.
"""

import io
import json
import sys
import time
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

WIDTH, HEIGHT = 1024, 512
PANEL, RADIUS, BLUR = (36, 36, 988, 476), 36, 14
AVATAR, SIDE = (88, 132), 248
TINT, OPACITY = (10, 13, 28), 0.68
WHITE, ACCENT, SOFT = (255, 255, 255), (126, 232, 214), (206, 213, 234)
FONTS = Path(__file__).resolve().parents[2] / "crates/card/fonts"


def smooth_mask(size, draw):
    """A mask drawn at four times its size."""
    mask = Image.new("L", (size[0] * 4, size[1] * 4))
    draw(ImageDraw.Draw(mask))
    return mask.resize(size, Image.Resampling.BOX)


class Card:
    def __init__(self):
        left, top, right, bottom = PANEL
        size = (right - left, bottom - top)
        box = (0, 0, size[0] * 4 - 1, size[1] * 4 - 1)
        self.panel_mask = smooth_mask(size, lambda d: d.rounded_rectangle(box, RADIUS * 4, fill=255))
        self.edge = smooth_mask(size, lambda d: d.rounded_rectangle(box, RADIUS * 4, outline=41, width=6))
        shadow = Image.new("L", (WIDTH // 8, HEIGHT // 8))
        ImageDraw.Draw(shadow).rounded_rectangle([side // 8 for side in (left, top + 8, right, bottom + 8)], RADIUS // 8, fill=107)
        shadow = shadow.filter(ImageFilter.GaussianBlur(2))
        self.shadow = shadow.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        self.disc = smooth_mask((SIDE, SIDE), lambda d: d.ellipse((0, 0, SIDE * 4 - 1, SIDE * 4 - 1), fill=255))
        around = SIDE + 24
        self.ring = smooth_mask((around, around), lambda d: d.ellipse((0, 0, around * 4 - 1, around * 4 - 1), outline=255, width=20))
        self.ring_colors = Image.merge("RGB", [
            Image.linear_gradient("L").resize((around, around)).point(lambda share, a=a, b=b: a + (b - a) * share // 255)
            for a, b in zip((150, 130, 255), (84, 228, 204))
        ])
        bold = str(FONTS / "NotoSans-Bold.ttf")
        self.title = ImageFont.truetype(bold, 24)
        self.name = ImageFont.truetype(bold, 88)
        self.name_cjk = ImageFont.truetype(str(FONTS / "NotoSansCJKtc-Bold.otf"), 88)
        self.subtitle = ImageFont.truetype(str(FONTS / "NotoSans-Regular.ttf"), 33)
        width = round(self.title.getlength("Member #1,234")) + 48
        self.pill = smooth_mask((width, 48), lambda d: d.rounded_rectangle((0, 0, width * 4 - 1, 191), 96, fill=33))

    def prepare(self, background):
        picture = Image.open(io.BytesIO(background)).convert("RGB")
        base = ImageOps.fit(picture, (WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        glass = base.crop(PANEL)
        glass = glass.reduce(BLUR).resize(glass.size, Image.Resampling.BICUBIC)
        glass = Image.blend(glass, Image.new("RGB", glass.size, TINT), OPACITY)
        glass.paste(WHITE, (0, 0), self.edge)
        base.paste((0, 0, 0), (0, 0), self.shadow)
        base.paste(glass, PANEL[:2], self.panel_mask)
        base.paste(self.ring_colors, (AVATAR[0] - 12, AVATAR[1] - 12), self.ring)
        return base

    def draw(self, base, avatar):
        card = base.copy()
        picture = Image.open(io.BytesIO(avatar)).convert("RGBA").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        card.paste(picture, AVATAR, ImageChops.multiply(picture.getchannel("A"), self.disc))
        draw = ImageDraw.Draw(card)
        x = 390.0
        for letter in "WELCOME":
            draw.text((x, 143), letter, ACCENT, self.title, anchor="ls")
            x += self.title.getlength(letter) + 4.8
        draw.text((390, 238), "Ada ", WHITE, self.name, anchor="ls")
        draw.text((390 + self.name.getlength("Ada "), 238), "小林", WHITE, self.name_cjk, anchor="ls")
        draw.text((390, 305), "joined The Tea House", SOFT, self.subtitle, anchor="ls")
        card.paste(WHITE, (390, 339), self.pill)
        draw.text((414, 372), "Member #1,234", WHITE, self.title, anchor="ls")
        return card


def encoded(card, kind):
    out = io.BytesIO()
    if kind == "jpeg":
        card.save(out, "JPEG", quality=90)
    elif kind == "png":
        card.save(out, "PNG")
    else:
        card.save(out, "PNG", compress_level=1)
    return out.getvalue()


def memory_kib(name):
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(name + ":"))


def main():
    way, kind, cards, inputs, out = sys.argv[1:]
    background = Path(inputs, "background.jpg").read_bytes()
    avatar = Path(inputs, "avatar.png").read_bytes()
    card = Card()
    base = card.prepare(background)
    data = encoded(card.draw(base, avatar), kind)
    start_ns = time.process_time_ns()
    cards_ns = []
    for _ in range(int(cards)):
        began = time.process_time_ns()
        if way == "cold":
            base = card.prepare(background)
        data = encoded(card.draw(base, avatar), kind)
        cards_ns.append(time.process_time_ns() - began)
    Path(out).write_bytes(data)
    print(json.dumps({
        "start_ns": start_ns, "cards_ns": cards_ns, "bytes": len(data),
        "anonymous_kib": memory_kib("RssAnon"), "peak_kib": memory_kib("VmHWM"),
    }))


main()
