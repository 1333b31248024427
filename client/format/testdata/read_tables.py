"""Reads tables with astropy and fitsio, and holds them against what was written.

usage: read_tables.py FOLDER NAME...: FOLDER/NAME.json says what is in
FOLDER/NAME.vot, .fits and .ecsv
"""

import base64
import io
import json
import math
import re
import sys
import warnings

import fitsio
import numpy as np
from astropy import units
from astropy.io import fits, votable
from astropy.io.votable.ucd import parse_ucd
from astropy.table import Table

warnings.simplefilter("error")

UNITS = {"deg2": units.deg**2, "DN": units.adu, "furlong": None, "": None}


def text_of(ending, text):
    """What a format makes of a text: FITS ends it before trailing blanks, ECSV
    has no line breaks and is read without blanks around it, and neither tells an
    empty one from none."""
    if ending == "fits":
        text = text.rstrip(" \t\n") or None
    if ending == "ecsv":
        text = re.sub("[\x00-\x08\n-\x1f\x85\u2028\u2029]", " ", text).strip(" \t") or None
    return text


def plain(value):
    """A cell as the type that json has for it, None where it is masked."""
    if value is np.ma.masked or value is None:
        return None
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return value.astype("S1").tobytes().decode() if value.dtype.kind in "SU" else value.tolist()
    return value.item() if hasattr(value, "item") else value


def wanted(ending, kind, value):
    if value is None:
        return None
    if kind == "time":
        return value.removesuffix("Z")
    if kind in ("number", "float"):
        return float(value)
    if kind == "bytes" and ending == "vot":
        return list(base64.b64decode(value))
    if isinstance(value, str):
        return text_of(ending, value)
    return value


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return np.float64(a).tobytes() == np.float64(b).tobytes() or (math.isnan(a) and math.isnan(b))
    return a == b and (a is None) == (b is None)


def check_rows(ending, table, columns, rows, names):
    """astropy gives text and bytes that are missing in a VOTable as empty, and masks
    both elsewhere."""
    assert len(table) == len(rows), (ending, len(table))
    assert len(table.colnames) == len(columns), table.colnames
    for place, (column, name) in enumerate(zip(columns, names)):
        for i, row in enumerate(rows):
            got, want = plain(table[name][i]), wanted(ending, column["Kind"], row[place])
            if got in ("", []):
                got = None
            if want in ("", []):
                want = None
            if isinstance(got, float) and math.isnan(got):
                got = None
            if isinstance(want, bool) and isinstance(got, int):
                got = bool(got)
            assert same(got, want), f"{ending} {name} row {i}: {got!r}, want {want!r}"


KINDS = {"boolean": "bu", "integer": "i", "number": "f", "float": "f"}


def check_columns(ending, table, columns, names):
    for column, name in zip(columns, names):
        got = table[name]
        kind = KINDS.get(column["Kind"])
        assert kind is None or got.dtype.kind in kind, (ending, name, got.dtype)
        if column["Kind"] in ("number", "float"):
            assert got.dtype.itemsize == (4 if column["Kind"] == "float" else 8), (ending, name, got.dtype)
        unit = UNITS[column["Unit"]] if column["Unit"] in UNITS else units.Unit(column["Unit"])
        assert got.unit == unit, (ending, name, got.unit)


def check_votable(path, columns, rows, simulated):
    report = io.StringIO()
    assert votable.validate(path, output=report), report.getvalue()
    document = votable.parse(path, verify="exception")
    found = document.get_first_table()
    assert [f.name for f in found.fields] == [c["Name"] for c in columns]
    for f, c in zip(found.fields, columns):
        assert (f.ucd or "") == c["UCD"], (f.name, f.ucd)
        if c["UCD"]:
            parse_ucd(c["UCD"], check_controlled_vocabulary=True)
        assert (f.description or "").startswith(c["Doc"]), f.description
    params = {p.name: p.value for p in found.params}
    assert bool(params.get("simulated", False)) == simulated, params
    ids = {s.ID: s for s in document.resources[0].time_systems + document.resources[0].coordinate_systems}
    for f in found.fields:
        if f.name == "mjd":
            assert (ids[f.ref].timescale, ids[f.ref].timeorigin) == ("UTC", 2400000.5)
        if f.name == "publish_time":
            assert (f.xtype, ids[f.ref].timescale) == ("timestamp", "UTC")
        if f.name in ("ra", "dec"):
            assert ids[f.ref].system == "ICRS"
    table = Table.read(path)
    assert table.colnames == [f.ID for f in found.fields], table.colnames
    return table


def check_fits(path, columns, rows, simulated):
    with fits.open(path) as file:
        file.verify("exception")
        header = file[1].header
        assert header.get("SIMULATD", False) == simulated
        for i, c in enumerate(columns, 1):
            assert header.get(f"TUCD{i}", "") == c["UCD"]
            if c["Doc"].isascii():
                assert header.get(f"TCOMM{i}", "").startswith(c["Doc"]), header[f"TCOMM{i}"]
            if c["Name"] == "ra":
                assert header["RADESYS"] == "ICRS"
            if c["Name"] == "mjd":
                assert (header["TIMESYS"], header["MJDREF"], header[f"TCTYP{i}"]) == ("UTC", 0, "UTC")
    read = fitsio.FITS(path)[1]
    assert read.get_nrows() == len(rows)
    if rows:
        for place, c in enumerate(columns):
            if c["Kind"] == "integer":
                got = read.read_column(place).tolist()
                assert got == [-(2**63) if r[place] is None else r[place] for r in rows], c["Name"]
    if rows and "mjd" in [c["Name"] for c in columns]:
        times = Table.read(path, astropy_native=True)["mjd"]
        assert times.scale == "utc" and abs(times[0].mjd - [r for r in rows][0][[c["Name"] for c in columns].index("mjd")]) < 1e-9
    return Table.read(path)


def check_ecsv(path, columns, rows, simulated):
    table = Table.read(path)
    assert table.colnames == [c["Name"] for c in columns]
    for c in columns:
        got = table[c["Name"]]
        assert (got.meta or {}).get("ucd", "") == c["UCD"]
        assert (got.description or "").startswith(c["Doc"]), got.description
    assert table.meta.get("simulated", False) == simulated and table.meta["creator"]
    return table


def main(folder, names):
    for name in names:
        with open(f"{folder}/{name}.json", encoding="utf-8") as file:
            expected = json.load(file)
        columns, rows = expected["Columns"], expected["Rows"] or []
        for ending, check in {"vot": check_votable, "fits": check_fits, "ecsv": check_ecsv}.items():
            table = check(f"{folder}/{name}.{ending}", columns, rows, bool(rows))
            check_columns(ending, table, columns, table.colnames)
            check_rows(ending, table, columns, rows, table.colnames)
            print(name, ending, len(table))


main(sys.argv[1], sys.argv[2:])
