"""Makes the files beside it: one picture, written by libjpeg (Pillow 13.0.0) in the ways that people's programs do.

    python3 make.py
"""

import math
import random
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parent


def picture(width: int, height: int) -> Image.Image:
    """Soft hills, hard edges, colours and grain: what photographs and drawings have."""
    grain = random.Random(20261121)
    image = Image.new("RGB", (width, height))
    pixels = image.load()
    for y in range(height):
        for x in range(width):
            hill = math.sin(x / 37) * math.cos(y / 29)
            light = 120 + 80 * hill + grain.gauss(0, 2)
            red, green, blue = light, light * 0.8 + 30, 200 - light * 0.5
            if (x - width * 0.7) ** 2 + (y - height * 0.4) ** 2 < (height * 0.2) ** 2:
                red, green, blue = 230, 60 + y / 2, 40
            if y > height * 0.8 and x // 12 % 2:
                red, green, blue = 250, 250, 245
            pixels[x, y] = tuple(max(0, min(255, round(channel))) for channel in (red, green, blue))
    return image


def write(name: str, image: Image.Image, **how) -> None:
    image.save(FOLDER / f"{name}.jpg", **how)


def main() -> None:
    usual = picture(200, 150)
    for quality in (20, 50, 75, 90, 98):
        write(f"q{quality}", usual, quality=quality)
    write("444", usual, quality=85, subsampling="4:4:4")
    write("422", usual, quality=85, subsampling="4:2:2")
    write("grey", usual.convert("L"), quality=85)
    write("optimised", usual, quality=85, optimize=True)
    write("restart-blocks", usual, quality=85, restart_marker_blocks=3)
    write("restart-rows", usual, quality=85, restart_marker_rows=1)
    write("odd", picture(197, 131), quality=85)
    write("odd-422", picture(197, 131), quality=85, subsampling="4:2:2")
    write("slim", picture(33, 301), quality=85)
    write("wide", picture(301, 33), quality=85)
    write("one-column", picture(1, 120), quality=85)
    write("one-row", picture(120, 1), quality=85)
    write("plain", Image.new("RGB", (200, 150), (88, 101, 242)), quality=85)
    write("progressive", usual, quality=85, progressive=True)
    write("cmyk", usual.convert("CMYK"), quality=85)


if __name__ == "__main__":
    main()
