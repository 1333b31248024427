"""Writes astropy.fits.gz: images and a table as astropy writes them."""

import gzip
import io

import numpy as np
from astropy.io import fits

grid = np.arange(6).reshape(2, 3)


def image(name, pixels, **cards):
    hdu = fits.ImageHDU(pixels, name=name)
    for key, value in cards.items():
        hdu.header[key] = value
    return hdu


primary = fits.PrimaryHDU((grid * 1.5 - 2).astype(">f4"))
primary.data[0, 1] = np.nan
primary.header["OBSERVER"] = ("Edwin O'Hubble", "it's a string / not a comment")
primary.header["BIG"] = 1.5e300
primary.header["HIERARCH a long name"] = 7
primary.header["COMMENT"] = "= nothing"
table = fits.BinTableHDU.from_columns(
    [
        fits.Column("flag", "L", array=np.array([True, False])),
        fits.Column("octet", "B", array=np.array([0, 255], dtype="u1")),
        fits.Column("signed", "B", bzero=-128, array=np.array([-128, 127], dtype="i1")),
        fits.Column("short", "I", null=-99, unit="adu", array=np.array([-99, 32767], dtype="i2")),
        fits.Column("ushort", "I", bzero=32768, array=np.array([0, 65535], dtype="u2")),
        fits.Column("int", "2J", array=np.array([[1, -2], [3, -(2**31)]], dtype="i4")),
        fits.Column("long", "K", array=np.array([2**62 + 1, -(2**63)], dtype="i8")),
        fits.Column("ulong", "K", bzero=2**63, array=np.array([0, 2**63 - 1], dtype="u8")),
        fits.Column("single", "E", array=np.array([0.1, np.nan], dtype="f4")),
        fits.Column("double", "3D", unit="sr-1", array=np.array([[1, 2, 0.1], [np.inf, -4, 5e-324]])),
        fits.Column("text", "6A", array=np.array(["", "abcdef"])),
        fits.Column("bits", "11X", array=np.zeros((2, 11), dtype=bool)),
        fits.Column("after", "J", array=np.array([17, 18], dtype="i4")),
    ],
    name="EVENTS",
)
images = [
    image("BYTES", grid.astype("u1")),
    image("SHORTS", (grid * 100 - 300).astype(">i2"), BLANK=-200),
    image("UNSIGNED", (grid + 65530).astype("u2")),
    image("LONGS", (grid - 2**31).astype(">i4")),
    image("WIDE", (grid + 2**40).astype(">i8")),
    image("DOUBLES", grid.astype(">f8").reshape(1, 1, 2, 3) / 3),
    image("CUBE", np.zeros((2, 2, 2), dtype="u1")),
    image("LINE", np.zeros(5, dtype="u1")),
    image("EMPTY", None),
]
file = io.BytesIO()
fits.HDUList([primary, *images, table]).writeto(file)
with gzip.GzipFile("astropy.fits.gz", "wb", mtime=0) as out:
    out.write(file.getvalue())
