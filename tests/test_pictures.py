"""Pictures lose what they tell of their makers, and nothing else; what is none is refused."""

from __future__ import annotations

import io
import struct
import zlib

import projects
import pytest
from PIL import Image, ImageCms

from dateline import assets, pictures, problems

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET</x:xmpmeta>"
NOISE = Image.effect_noise((64, 48), 80).convert("RGB")


def exif(turned: int) -> Image.Exif:
    """What a camera adds: its name, the place, and which side is up."""
    made = Image.Exif()
    made[0x0112] = turned
    made[0x010F] = "SECRET"
    made[0x8825] = {1: "N", 2: (52.0, 6.0, 1.0), 3: "E", 4: (4.0, 6.0, 1.0)}
    return made


def drawn(form: str, **more: object) -> bytes:
    """A picture of noise."""
    out = io.BytesIO()
    NOISE.save(out, form, **more)
    return out.getvalue()


CAMERA = {"exif": exif(6), "icc_profile": PROFILE}
TAKEN = {
    "a.jpg": drawn("JPEG", **CAMERA, xmp=XMP, comment=b"SECRET"),
    "progressive.jpeg": drawn("JPEG", **CAMERA, progressive=True, quality=95),
    "A.JPG": drawn("JPEG", **CAMERA),
    "a.png": drawn("PNG", **CAMERA),
    "a.webp": drawn("WEBP", **CAMERA, xmp=XMP),
    "lossless.webp": drawn("WEBP", **CAMERA, lossless=True),
    "a.avif": drawn("AVIF", **CAMERA, xmp=XMP),
}
"""Pictures as cameras and editors of pictures save them."""


@pytest.mark.parametrize("name", TAKEN)
def test_a_picture_loses_its_place_and_keeps_its_look(name):
    """No Exif but which side is up, no XMP, no comment; the same pixels and colour profile."""
    plain = pictures.plain(TAKEN[name], name)
    before, after = Image.open(io.BytesIO(TAKEN[name])), Image.open(io.BytesIO(plain))

    assert b"SECRET" in TAKEN[name]
    assert b"SECRET" not in plain
    assert before.tobytes() == after.tobytes()
    assert after.info["icc_profile"] == PROFILE
    assert set(after.getexif()) <= {0x0112}
    if not name.endswith("avif"):  # which says so elsewhere, and Pillow turns it
        assert after.getexif()[0x0112] == 6
    assert dict(after.getexif().get_ifd(0x8825)) == {}


@pytest.mark.parametrize(
    ("name", "form"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP"), ("a.gif", "GIF")]
)
def test_a_picture_that_tells_nothing_stays_as_it_is(name, form):
    """Byte for byte, whether it is looked at once or twice."""
    data = drawn(form)

    plain = pictures.plain(data, name)

    assert len(plain) <= len(data)
    assert pictures.plain(plain, name) == plain
    assert Image.open(io.BytesIO(plain)).tobytes() == Image.open(io.BytesIO(data)).tobytes()


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


JPEG, PNG, GIF = drawn("JPEG"), drawn("PNG"), drawn("GIF")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", JPEG[:2] + segment(0xED, b"Photoshop 3.0\0SECRET") + JPEG[2:]),
        ("a.jpg", JPEG[:2] + segment(0xFE, b"SECRET") + JPEG[2:]),
        ("a.jpg", JPEG[:2] + segment(0xE2, b"MPF\0SECRET") + JPEG[2:]),
        ("a.jpg", JPEG + b"SECRET"),
        ("a.jpg", JPEG + JPEG.replace(b"JFIF", b"SECR") + b"SECRET"),
        ("a.png", PNG[:33] + chunk(b"tEXt", b"Comment\0SECRET") + PNG[33:]),
        ("a.png", PNG[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET") + PNG[33:]),
        ("a.png", PNG[:33] + chunk(b"zTXt", b"Comment\0\0SECRET") + PNG[33:]),
        ("a.png", PNG[:33] + chunk(b"prVt", b"SECRET") + PNG[33:]),
        ("a.png", PNG + b"SECRET"),
        ("a.gif", GIF[:-1] + b"\x21\xfe\x06SECRET\0" + GIF[-1:]),
        ("a.gif", GIF[:-1] + b"\x21\xff\x0bXMP DataXMP\x06SECRET\0" + GIF[-1:]),
        ("a.gif", GIF + b"SECRET"),
        ("a.webp", drawn("WEBP") + b"SECRET"),
        ("a.avif", drawn("AVIF") + b"\0\0\0\x0efreeSECRET"),
        ("a.avif", drawn("AVIF") + b"\0\0\0\x1euuid" + b"\x55" * 16 + b"SECRET"),
    ],
)  # fmt: skip
def test_nothing_is_left_beside_a_picture(name, data):
    """IPTC, comments, second pictures, private chunks, what follows the end."""
    plain = pictures.plain(data, name)

    assert b"SECRET" in data
    assert b"SECRET" not in plain
    bare = drawn({"jpg": "JPEG"}.get(name[2:], name[2:].upper()))
    assert Image.open(io.BytesIO(plain)).tobytes() == Image.open(io.BytesIO(bare)).tobytes()


def test_a_thumbnail_within_the_first_segment_is_left_out():
    """JFIF has room for a small picture, which may show what was cut from the large one."""
    thumbnail = b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x02" + b"SECRET"
    data = JPEG[:2] + segment(0xE0, thumbnail) + JPEG[20:]

    assert b"SECRET" not in pictures.plain(data, "a.jpg")


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_a_picture_that_moves_goes_on_moving(form):
    """All frames, each with its time, again and again."""
    frames = [Image.effect_noise((20, 20), 50 + n).convert("RGB") for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=70, loop=0)
    name = f"a.{form.lower()}"

    with Image.open(io.BytesIO(pictures.plain(out.getvalue(), name))) as after:
        after.load()
        assert after.n_frames == 3
        assert after.info["duration"] == 70
        assert after.info["loop"] == 0


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.png", JPEG, "the file is named '.png', but is a JPEG picture"),
        ("a.jpg", PNG, "the file is named '.jpg', but is a PNG picture"),
        ("a.gif", b"<html><script>", "the file is named '.gif', but is not a GIF picture"),
        ("a.jpg", b"", "the file is named '.jpg', but is not a JPEG picture"),
        ("a.svg", b"<svg onload='x'>", "'.svg' is not a form of pictures"),
        ("a.jpg", JPEG[:200], "the picture is broken"),
        ("a.jpg", JPEG[:-2], "the picture is broken"),
        ("a.png", PNG[:200], "the picture is broken"),
        ("a.gif", GIF[:-1], "the picture is broken"),
        ("a.webp", drawn("WEBP")[:-9], "the picture is broken"),
        ("a.avif", drawn("AVIF")[:200], "the picture is broken"),
        ("a.jpg", b"\xff\xd8\xff" + b"\xff" * 99, "the picture is broken"),
        ("a.jpg", b"\xff\xd8\xff" + b"\0" * (pictures.LARGEST + 1), "more than 20,971,520 bytes"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(name, data, message):
    """By its bytes, whatever its name says; a page or a drawing with scripts is none."""
    with pytest.raises(pictures.Broken) as error:
        pictures.plain(data, name)

    assert message in error.value.message


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says that it is large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG[:8] + chunk(b"IHDR", header) + PNG[33:]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (bomb(50_000, 50_000), "more than 50,000,000 pixels, which are the most"),
        (bomb(2**31 - 1, 2**31 - 1), "more than 50,000,000 pixels, which are the most"),
        (bomb(8_000, 8_000), "8000 × 8000 pixels; 50,000,000 are the most"),
        (bomb(640, 480), "the picture is broken: "),
        (PNG[:60] + b"\0\0\0\0" + PNG[64:], "the picture is broken: "),
    ],
)
def test_a_picture_that_nobody_can_show_is_refused(tmp_path, data, message):
    """Too many pixels, or fewer than it says: found when it is published, before anything is."""
    root = projects.write(tmp_path, PROJECT)
    (root / "content/media").mkdir()
    (root / "content/media/a.png").write_bytes(data)

    with pytest.raises(problems.Problems) as error:
        projects.build(projects.Project(root, root / "site")).files["media/a.png"].make()

    assert message in str(error.value)
    assert str(error.value).startswith("content/media/a.png:1:1: ")


PROJECT = """
    -- content/site.yaml --
    title: Floods
    -- content/events.yaml --
    - {id: flood, date: 1287-12-14, title: Flood, media: [{file: a.png, alt: A dyke}]}
"""


def test_the_file_of_the_editor_is_left_as_it_is(tmp_path):
    """Only what is published is without its place; a picture that nothing shows is no part."""
    root = projects.write(tmp_path, PROJECT)
    for name in ("a.png", "unused.png"):
        path = root / "content/media" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(TAKEN["a.png"])

    site = projects.build(projects.Project(root, root / "site"))

    assert b"SECRET" not in site.files["media/a.png"].make()
    assert (root / "content/media/a.png").read_bytes() == TAKEN["a.png"]
    assert [path for path in site.files if path.startswith("media/")] == ["media/a.png"]


def test_a_film_of_too_many_pictures_is_refused():
    """Each is small; to look at all of them would take for ever."""
    frames = [Image.new("L", (1, 1), n % 2 * 255) for n in range(assets.MOST_FRAMES + 1)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=10)

    with pytest.raises(problems.Problems, match="frames of this size are too many"):
        assets._decoded("a.gif", pictures.plain(out.getvalue(), "a.gif"))
