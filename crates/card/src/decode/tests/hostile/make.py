#!/usr/bin/env python3
"""Makes the hostile pictures in this folder, and manifest.toml, which says what must come of each.

Run it with Pillow 13.0.0 (`pip install pillow==13.0.0`); the same version gives the same bytes. The sound picture in
all of them is 24 x 16 px: red, green, blue and yellow quarters.
"""

import io
import json
import struct
import zlib
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
WIDTH, HEIGHT = 24, 16
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 160, 60), (20, 60, 230), (240, 210, 40)
QUARTERS = (RED, GREEN, BLUE, YELLOW)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIDE_MAX = 4096

entries = []


def expect(name, data, **fields):
    (HERE / name).write_bytes(data)
    entries.append((name, fields))


def picture(name, data, size=(WIDTH, HEIGHT), corners=QUARTERS, opaque=True):
    """`corners`: left top, right top, left bottom, right bottom; three channels mean alpha 255."""
    colors = [bytes((*color, 255)[:4]).hex() for color in corners]
    expect(name, data, size=list(size), corners=colors, opaque=opaque)


def refused(name, data, error, says):
    """`error`: the variant of DecodeError; `says`: what its sentence must hold."""
    expect(name, data, error=error, says=says)


# --- Pieces of files

def quarters(width=WIDTH, height=HEIGHT, colors=QUARTERS):
    image = Image.new("RGB", (width, height))
    for index, color in enumerate(colors):
        left, top = index % 2 * (width // 2), index // 2 * (height // 2)
        image.paste(color, (left, top, left + width - width // 2, top + height - height // 2))
    return image


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(name, body, length=None, crc=None):
    check = zlib.crc32(name + body) if crc is None else crc
    return struct.pack(">I", len(body) if length is None else length) + name + body + struct.pack(">I", check)


def ihdr(width, height, depth, color, interlace=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))


def png(width, height, depth, color, rows, before=b"", interlace=0):
    """`rows` without their filter bytes."""
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return SIGNATURE + ihdr(width, height, depth, color, interlace) + before + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def rows_of(image):
    step = len(image.getbands()) * image.width
    data = image.tobytes()
    return [data[at:at + step] for at in range(0, len(data), step)]


def interlaced(image):
    """The seven passes of Adam7."""
    rows = []
    for left, top, right, down in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        for y in range(top, image.height, down):
            rows.append(b"".join(bytes(image.getpixel((x, y))) for x in range(left, image.width, right)))
    return png(image.width, image.height, 8, 2, rows, interlace=1)


def tiff(orientation, big_endian=False):
    order = ">" if big_endian else "<"
    return (b"MM\0*" if big_endian else b"II*\0") + struct.pack(
        order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def held(orientation):
    """The picture as a camera stores it that was held so."""
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180], 4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90], 7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }.get(orientation, [])
    image = quarters()
    for step in undo:
        image = image.transpose(step)
    return image


def segment(data, marker):
    """Where the payload of a JPEG's first segment of this kind begins."""
    at = data.index(bytes([0xFF, marker])) + 4
    return at


def patched(data, at, replacement):
    return data[:at] + replacement + data[at + len(replacement):]


def riff(*chunks):
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def riff_chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def gif_frame(left, top, width, height, code_size, data):
    blocks = b"".join(bytes([len(data[at:at + 255])]) + data[at:at + 255] for at in range(0, len(data), 255))
    return b"\x2c" + struct.pack("<HHHHB", left, top, width, height, 0) + bytes([code_size]) + blocks + b"\0"


def gif(width, height, *frames):
    """On a palette of red, green, blue, yellow."""
    palette = b"".join(bytes(color) for color in QUARTERS)
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x81, 0, 0) + palette + b"".join(frames) + b"\x3b"


def lzw(indices, code_size=2):
    """Codes without compression: cleared so often that they never grow."""
    clear, end, width = 1 << code_size, (1 << code_size) + 1, code_size + 1
    codes = []
    for at, index in enumerate(indices):
        if at % ((1 << code_size) - 2) == 0:
            codes.append(clear)
        codes.append(index)
    bits = count = 0
    out = bytearray()
    for code in codes + [end]:
        bits |= code << count
        count += width
        while count >= 8:
            out.append(bits & 255)
            bits >>= 8
            count -= 8
    return bytes(out) + (bytes([bits]) if count else b"")


sound_png = saved(quarters(), "PNG")
sound_jpeg = saved(quarters(), "JPEG", quality=95, subsampling=0)
sound_webp = saved(quarters(), "WEBP", lossless=True)
lossy_webp = saved(quarters(48, 32), "WEBP", quality=90)
sound_gif = saved(quarters().quantize(4), "GIF")
progressive = saved(quarters(), "JPEG", quality=95, subsampling=0, progressive=True)


# --- Not what the name says

picture("png-named.jpg", sound_png)
picture("jpeg-named.png", sound_jpeg)
picture("webp-named.gif", sound_webp)
picture("gif-named.webp", sound_gif)
refused("html-named.png", b"<!doctype html><html><body>404 Not Found</body></html>\n", "UnknownFormat", "use PNG, JPEG, WebP or GIF")
refused("svg-named.png", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\n', "UnknownFormat", "use PNG, JPEG, WebP or GIF")
refused("bmp-named.png", saved(quarters(), "BMP"), "UnknownFormat", "use PNG, JPEG, WebP or GIF")
refused("tiff-named.jpg", saved(quarters(), "TIFF"), "UnknownFormat", "use PNG, JPEG, WebP or GIF")
refused("wave-named.webp", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + b"\0" * 24, "UnknownFormat", "use PNG, JPEG, WebP or GIF")
refused("empty.png", b"", "UnknownFormat", "use PNG, JPEG, WebP or GIF")
refused("half-a-signature.png", SIGNATURE[:5], "UnknownFormat", "use PNG, JPEG, WebP or GIF")
refused("png-signature-before-a-jpeg.png", SIGNATURE + sound_jpeg, "Broken", "PNG cannot be read")
picture("html-after-the-picture.png", sound_png + b"<script>alert(1)</script>")
picture("zip-after-the-picture.jpg", sound_jpeg + b"PK\x03\x04" + b"\0" * 64)

# --- Only a signature

refused("signature-alone.png", SIGNATURE, "Broken", "PNG cannot be read")
refused("signature-alone.jpg", b"\xff\xd8\xff", "Broken", "JPEG cannot be read")
refused("signature-alone.gif", b"GIF89a", "Broken", "GIF cannot be read")
refused("signature-alone.webp", b"RIFF\x04\0\0\0WEBP", "Broken", "WebP cannot be read")

# --- Too large by the header

flat = zlib.compress(b"\0" * 1_000_000, 9)
refused("bomb-20000x20000.png", SIGNATURE + ihdr(20_000, 20_000, 1, 0) + chunk(b"IDAT", flat) + chunk(b"IEND", b""), "TooLarge", "20000 x 20000")
refused("bomb-2147483647x2147483647.png", SIGNATURE + ihdr(0x7FFFFFFF, 0x7FFFFFFF, 16, 6) + chunk(b"IDAT", flat), "TooLarge", "2147483647 x 2147483647")
refused("1x60000.png", png(1, 60_000, 1, 0, [b"\x80"] * 60_000), "TooLarge", "1 x 60000")
refused("60000x1.png", png(60_000, 1, 1, 0, [b"\xff" * 7_500]), "TooLarge", "60000 x 1")
refused("1x60000.jpg", saved(Image.new("L", (1, 60_000), 90), "JPEG", progressive=True), "TooLarge", "1 x 60000")
refused("60000x1.jpg", saved(Image.new("L", (60_000, 1), 90), "JPEG", progressive=True), "TooLarge", "60000 x 1")
refused("65535x65535.jpg", patched(sound_jpeg, segment(sound_jpeg, 0xC0) + 1, b"\xff\xff\xff\xff"), "TooLarge", "65535 x 65535")
refused("1x60000.gif", gif(1, 60_000, gif_frame(0, 0, 1, 60_000, 2, lzw([0] * 10))), "TooLarge", "1 x 60000")
refused("canvas-65535x65535.gif", gif(65_535, 65_535, gif_frame(0, 0, 2, 2, 2, lzw([0, 1, 2, 3]))), "TooLarge", "65535 x 65535")
refused("frame-20000x20000.gif", gif(WIDTH, HEIGHT, gif_frame(0, 0, 20_000, 20_000, 2, lzw([0] * 64))), "TooLarge", "20000 x 20000")
vp8x = riff_chunk(b"VP8X", b"\x10\0\0\0" + struct.pack("<I", 0xFFFFFF)[:3] * 2)
refused("canvas-16777216x16777216.webp", riff(vp8x, sound_webp[12:]), "Broken", "WebP cannot be read")
vp8x = riff_chunk(b"VP8X", b"\x10\0\0\0" + struct.pack("<I", 19_999)[:3] * 2)
refused("canvas-20000x20000.webp", riff(vp8x, sound_webp[12:]), "TooLarge", "20000 x 20000")
refused("lossless-16384x16384.webp", riff(riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 0x0FFFFFFF) + sound_webp[25:])), "TooLarge", "16384 x 16384")
tag = struct.pack("<I", 0x10)[:3] + b"\x9d\x01\x2a" + struct.pack("<HH", 16_383, 16_383) + b"\0" * 6
vp8x = riff_chunk(b"VP8X", b"\0" * 10)
refused("1x1-around-16383x16383.webp", riff(vp8x, riff_chunk(b"VP8 ", tag)), "TooLarge", "16383 x 16383")

# --- The largest and the longest that are let in

picture("4096x4096.png", png(SIDE_MAX, SIDE_MAX, 1, 0, [b"\xff" * (SIDE_MAX // 8)] * SIDE_MAX), (SIDE_MAX, SIDE_MAX), [(255,) * 3] * 4)
picture("4096x4096-progressive.jpg", saved(Image.new("RGB", (SIDE_MAX, SIDE_MAX), RED), "JPEG", quality=30, progressive=True), (SIDE_MAX, SIDE_MAX), [RED] * 4)
picture("4096x4096.webp", saved(Image.new("RGB", (SIDE_MAX, SIDE_MAX), RED), "WEBP", lossless=True), (SIDE_MAX, SIDE_MAX), [RED] * 4)
picture("4096x1.png", png(SIDE_MAX, 1, 1, 0, [b"\xff" * (SIDE_MAX // 8)]), (SIDE_MAX, 1), [(255,) * 3] * 4)
picture("1x4096.jpg", saved(Image.new("L", (1, SIDE_MAX), 90), "JPEG"), (1, SIDE_MAX), [(90,) * 3] * 4)

# --- Little data that inflates to much, beside a small picture

bomb = zlib.compress(b"\0" * 4_000_000, 9)
split = len(SIGNATURE) + 25
picture("bomb-in-ztxt.png", sound_png[:split] + chunk(b"zTXt", b"Comment\0\0" + bomb) + sound_png[split:])
picture("bomb-in-itxt.png", sound_png[:split] + chunk(b"iTXt", b"Comment\0\1\0\0\0" + bomb) + sound_png[split:])
picture("bomb-in-iccp.png", sound_png[:split] + chunk(b"iCCP", b"profile\0\0" + bomb) + sound_png[split:])
rows = b"".join(b"\0" + row for row in rows_of(quarters()))
more = zlib.compress(rows + b"\0" * 4_000_000, 9)
picture("bomb-after-the-last-row.png", SIGNATURE + ihdr(WIDTH, HEIGHT, 8, 2) + chunk(b"IDAT", more) + chunk(b"IEND", b""))
scan = progressive.index(b"\xff\xda")
after = progressive.index(b"\xff", scan + 2)
refused("progressive-100-scans.jpg", progressive[:after] + progressive[scan:after] * 100 + progressive[after:], "Broken", "scan")

# --- Truncated

refused("truncated-in-the-header.png", sound_png[:20], "Broken", "PNG cannot be read")
refused("truncated-in-the-data.png", sound_png[:len(sound_png) - 30], "Broken", "PNG cannot be read")
refused("truncated-before-the-end-chunk.png", sound_png[:-12], "Broken", "PNG cannot be read")
refused("truncated-in-the-header.jpg", sound_jpeg[:segment(sound_jpeg, 0xC0) + 3], "Broken", "JPEG cannot be read")
refused("truncated-in-the-scan.jpg", sound_jpeg[:segment(sound_jpeg, 0xDA) + 20], "Broken", "its end is missing")
refused("truncated-in-the-second-scan.jpg", progressive[:progressive.index(b"\xff\xda", scan + 2) + 12], "Broken", "JPEG cannot be read")
refused("truncated-in-the-header.gif", sound_gif[:11], "Broken", "GIF cannot be read")
refused("truncated-in-the-frame.gif", sound_gif[:len(sound_gif) - 20], "Broken", "GIF cannot be read")
refused("truncated-in-the-data.webp", sound_webp[:len(sound_webp) - 24], "Broken", "its end is missing")
refused("truncated-in-the-partition.webp", lossy_webp[:len(lossy_webp) // 2], "Broken", "its end is missing")

# --- Damaged

idat = sound_png.index(b"IDAT")
refused("wrong-crc-of-the-header.png", patched(sound_png, 29, b"\0\0\0\0"), "Broken", "CRC")
refused("wrong-crc-of-the-data.png", patched(sound_png, len(sound_png) - 16, b"\0\0\0\0"), "Broken", "CRC")
picture("wrong-crc-of-a-comment.png", sound_png[:split] + chunk(b"tEXt", b"Comment\0hello", crc=0) + sound_png[split:])
refused("no-zlib-stream.png", SIGNATURE + ihdr(WIDTH, HEIGHT, 8, 2) + chunk(b"IDAT", b"\xff" * 60) + chunk(b"IEND", b""), "Broken", "PNG cannot be read")
refused("too-few-rows.png", png(WIDTH, HEIGHT, 8, 2, rows_of(quarters())[:9]), "Broken", "PNG cannot be read")
refused("unknown-filter.png", SIGNATURE + ihdr(WIDTH, HEIGHT, 8, 2) + chunk(b"IDAT", zlib.compress(b"\x09" + rows[1:])) + chunk(b"IEND", b""), "Broken", "filter")
refused("chunk-of-4-gib.png", sound_png[:split] + chunk(b"tEXt", b"a\0b", length=0xFFFFFFFF) + sound_png[split:], "Broken", "PNG cannot be read")
refused("data-without-a-header.png", SIGNATURE + sound_png[split:], "Broken", "PNG cannot be read")
refused("no-data.png", SIGNATURE + ihdr(WIDTH, HEIGHT, 8, 2) + chunk(b"IEND", b""), "Broken", "PNG cannot be read")
refused("colour-type-of-5.png", SIGNATURE + ihdr(WIDTH, HEIGHT, 8, 5) + sound_png[split:], "Broken", "PNG cannot be read")
refused("no-palette.png", png(2, 1, 8, 3, [b"\0\1"]), "Broken", "palette")
picture("index-past-the-palette.png", png(2, 1, 8, 3, [b"\0\xff"], chunk(b"PLTE", bytes(RED))), (2, 1), [RED, (0, 0, 0)] * 2)
refused("no-huffman-tables.jpg", sound_jpeg.replace(b"\xff\xc4", b"\xff\xfe"), "Broken", "uffman")
refused("no-quantisation-tables.jpg", sound_jpeg.replace(b"\xff\xdb", b"\xff\xfe"), "Broken", "uanti")
refused("segment-of-no-length.jpg", patched(sound_jpeg, segment(sound_jpeg, 0xDB) - 2, b"\0\0"), "Broken", "JPEG cannot be read")
refused("two-frames.jpg", sound_jpeg[:2] + sound_jpeg[segment(sound_jpeg, 0xC0) - 4:segment(sound_jpeg, 0xC0) + 15] + sound_jpeg[2:], "Broken", "JPEG cannot be read")
refused("code-size-of-0.gif", gif(2, 2, gif_frame(0, 0, 2, 2, 0, lzw([0, 1, 2, 3]))), "Broken", "code size")
refused("code-size-of-12.gif", gif(2, 2, gif_frame(0, 0, 2, 2, 12, lzw([0, 1, 2, 3]))), "Broken", "code size")
refused("code-size-of-200.gif", gif(2, 2, gif_frame(0, 0, 2, 2, 200, lzw([0, 1, 2, 3]))), "Broken", "code size")
refused("code-that-is-not-known-yet.gif", gif(2, 2, gif_frame(0, 0, 2, 2, 2, b"\xfc\xff\xff")), "Broken", "GIF cannot be read")
refused("no-frame.gif", gif(WIDTH, HEIGHT), "Broken", "GIF cannot be read")
refused("too-few-pixels.gif", gif(WIDTH, HEIGHT, gif_frame(0, 0, WIDTH, HEIGHT, 2, lzw([1] * 40))), "Broken", "GIF cannot be read")
refused("container-of-4-gib.webp", patched(sound_webp, 4, b"\xff\xff\xff\xff"), "Broken", "its end is missing")
refused("no-picture.webp", riff(riff_chunk(b"VP8X", b"\0\0\0\0\x17\0\0\x0f\0\0")), "Broken", "WebP cannot be read")
refused("other-size-inside.webp", riff(riff_chunk(b"VP8X", b"\0\0\0\0\x17\0\0\x0f\0\0"), lossy_webp[12:]), "Broken", "WebP cannot be read")

# --- Zero-sized

refused("0x0.png", SIGNATURE + ihdr(0, 0, 8, 2) + sound_png[split:], "Broken", "PNG cannot be read")
refused("24x0.png", SIGNATURE + ihdr(24, 0, 8, 2) + sound_png[split:], "Broken", "PNG cannot be read")
refused("24x0.jpg", patched(sound_jpeg, segment(sound_jpeg, 0xC0) + 1, b"\0\0\0\x18"), "Broken", "JPEG cannot be read")
refused("0x0.gif", gif(0, 0, gif_frame(0, 0, 2, 2, 2, lzw([0, 1, 2, 3]))), "Broken", "no length")
refused("frame-0x0.gif", gif(WIDTH, HEIGHT, gif_frame(0, 0, 0, 0, 2, lzw([]))), "Broken", "no length")
tag = struct.pack("<I", 0x10)[:3] + b"\x9d\x01\x2a" + b"\0" * 10
refused("0x0.webp", riff(riff_chunk(b"VP8 ", tag)), "Broken", "no length")

# --- Kinds of JPEG

inks = Image.new("CMYK", (16, 16), (127, 255, 0, 0))
picture("cmyk.jpg", saved(inks, "JPEG", quality=95), (16, 16), [(128, 0, 255)] * 4)
# Luma and chroma of (127, 255, 0), which is what the inks' inverse stores; Pillow inverts what it is given.
luma = (round(0.299 * 127 + 0.587 * 255), 0, 0)[0]
blue_chroma, red_chroma = round(128 - 0.168736 * 127 - 0.331264 * 255), round(128 + 0.5 * 127 - 0.418688 * 255)
ycck = saved(Image.new("CMYK", (16, 16), (255 - luma, 255 - blue_chroma, 255 - red_chroma, 0)), "JPEG", quality=95)
picture("ycck.jpg", patched(ycck, ycck.index(b"Adobe") + 11, b"\x02"), (16, 16), [(128, 0, 255)] * 4)
picture("grey.jpg", saved(Image.new("L", (16, 16), 90), "JPEG"), (16, 16), [(90,) * 3] * 4)
picture("progressive.jpg", progressive)
frame = sound_jpeg.index(b"\xff\xc0")
refused("12-bit.jpg", patched(patched(sound_jpeg, frame + 1, b"\xc1"), frame + 4, b"\x0c"), "Broken", "12 bits")
refused("arithmetic.jpg", patched(sound_jpeg, frame + 1, b"\xc9"), "Broken", "arithmetic")
refused("lossless.jpg", patched(sound_jpeg, frame + 1, b"\xc3"), "Broken", "lossless")
refused("hierarchical.jpg", patched(sound_jpeg, frame + 1, b"\xc5"), "Broken", "hierarchical")

# --- Kinds of PNG

deep = [b"".join(bytes([channel, channel]) for channel in row) for row in rows_of(quarters())]
picture("16-bit.png", png(WIDTH, HEIGHT, 16, 2, deep))
clear = quarters().convert("RGBA")
clear.putpixel((0, 0), (*RED, 128))
clear.putpixel((WIDTH - 1, HEIGHT - 1), (1, 2, 3, 0))
corners = [(*RED, 128), GREEN, BLUE, (1, 2, 3, 0)]
deep = [b"".join(bytes([channel, channel]) for channel in row) for row in rows_of(clear)]
picture("16-bit-alpha.png", png(WIDTH, HEIGHT, 16, 6, deep), corners=corners, opaque=False)
picture("alpha.png", png(WIDTH, HEIGHT, 8, 6, rows_of(clear)), corners=corners, opaque=False)
picture("alpha-that-hides-nothing.png", png(WIDTH, HEIGHT, 8, 6, rows_of(quarters().convert("RGBA"))))
grey = [(90, 90, 90, 77), (200,) * 3]
picture("grey-alpha.png", png(2, 1, 8, 4, [b"\x5a\x4d\xc8\xff"]), (2, 1), grey * 2, opaque=False)
picture("grey-alpha-16-bit.png", png(2, 1, 16, 4, [b"\x5a\0\x4d\0\xc8\0\xff\0"]), (2, 1), grey * 2, opaque=False)
palette = chunk(b"PLTE", bytes(RED + BLUE)) + chunk(b"tRNS", b"\x4d")
picture("palette-with-alpha.png", png(2, 1, 1, 3, [b"\x40"], palette), (2, 1), [(*RED, 77), BLUE] * 2, opaque=False)
picture("one-colour-clear.png", png(2, 1, 8, 2, [bytes(RED + BLUE)], chunk(b"tRNS", b"".join(bytes([0, c]) for c in RED))), (2, 1), [(*RED, 0), BLUE] * 2, opaque=False)
picture("interlaced.png", interlaced(quarters()))
picture("1-bit.png", png(2, 1, 1, 0, [b"\x80"]), (2, 1), [(255,) * 3, (0,) * 3] * 2)

# --- Kinds of WebP

picture("lossy.webp", saved(quarters(48, 32), "WEBP", quality=90), (48, 32))
veil = quarters(48, 32).convert("RGBA")
veil.paste((*YELLOW, 128), (24, 16, 48, 32))
picture("lossy-with-alpha.webp", saved(veil, "WEBP", quality=90), (48, 32), [RED, GREEN, BLUE, (*YELLOW, 128)], opaque=False)
picture("lossless-with-alpha.webp", saved(clear, "WEBP", lossless=True, exact=True), corners=corners, opaque=False)

# --- Animations: the first frame, or the picture that stands for all

frames = [quarters(), quarters(colors=(BLUE, BLUE, RED, RED))]
picture("animated.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:]))
picture("animated-behind-a-default-picture.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True))
picture("animated.gif", saved(frames[0].quantize(4), "GIF", save_all=True, append_images=[frame.quantize(4) for frame in frames[1:]]))
picture("animated.webp", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
nothing = (0, 0, 0, 0)
picture("frame-smaller-than-its-canvas.gif", gif(WIDTH, HEIGHT, gif_frame(22, 14, 2, 2, 2, lzw([0, 1, 2, 3]))), corners=[nothing] * 3 + [YELLOW], opaque=False)
picture("frame-over-the-edge.gif", gif(WIDTH, HEIGHT, gif_frame(23, 15, 2, 2, 2, lzw([0, 1, 2, 3]))), corners=[nothing] * 3 + [RED], opaque=False)
picture("frame-outside-of-its-canvas.gif", gif(WIDTH, HEIGHT, gif_frame(300, 0, 2, 2, 2, lzw([0, 1, 2, 3]))), corners=[nothing] * 4, opaque=False)

# --- How the camera was held

for orientation in range(1, 9):
    big_endian = orientation % 2 == 0
    exif = b"Exif\0\0" + tiff(orientation, big_endian)
    picture(f"orientation-{orientation}.jpg", saved(held(orientation), "JPEG", quality=95, subsampling=0, exif=exif))
with_exif = saved(quarters(), "WEBP", lossless=True, exif=tiff(1))
picture("exif-of-60-mb.webp", patched(with_exif, with_exif.index(b"EXIF") + 4, struct.pack("<I", 60_000_000)))
stored = held(6)
turned = saved(stored, "PNG")
picture("orientation-6.png", turned[:split] + chunk(b"eXIf", tiff(6)) + turned[split:])
picture("orientation-8.webp", saved(held(8), "WEBP", lossless=True, exif=tiff(8)))
picture("orientation-of-9.jpg", saved(quarters(), "JPEG", quality=95, subsampling=0, exif=b"Exif\0\0" + tiff(9)))
picture("orientation-past-the-end.jpg", saved(quarters(), "JPEG", quality=95, subsampling=0, exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))


names = [name for name, _ in entries]
assert len(names) == len(set(names)), "two files of one name"
known = set(names) | {"make.py", "manifest.toml"}
for path in HERE.iterdir():
    if path.is_file() and path.name not in known:
        path.unlink()
with open(HERE / "manifest.toml", "w", encoding="utf-8") as manifest:
    manifest.write("# Written by make.py. Either what a file shows (width and height in px; its left top, right top, left bottom and\n"
                   "# right bottom pixel, RGBA; whether all of it is opaque), or the error and what its sentence must hold.\n")
    for name, fields in entries:
        manifest.write(f'\n["{name}"]\n')
        for key, value in fields.items():
            manifest.write(f"{key} = {json.dumps(value)}\n")
print(f"{len(entries)} files, {sum((HERE / name).stat().st_size for name in names)} bytes")
