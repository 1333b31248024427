"""Reads what commands wrote with astropy, and holds it against their CSV.

usage: read_results.py FOLDER NAME...
"""

import csv
import io
import sys
import warnings
from datetime import datetime

from astropy.io import votable
from astropy.table import Table
from numpy import float32

warnings.simplefilter("error")


def same(cell, text):
    """Whether a cell of a table is what CSV has as text; the times of CSV end in Z."""
    if text == "":
        return cell is None or cell == "" or cell != cell
    if isinstance(cell, (bool, float)) or text in ("true", "false"):
        return float(cell) == float({"true": 1, "false": 0}.get(text, text))
    if text.endswith("Z"):
        return datetime.fromisoformat(cell + "Z") == datetime.fromisoformat(text)
    return str(cell) == text


def main(folder, names):
    for name in names:
        with open(f"{folder}/{name}.csv", newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        report = io.StringIO()
        assert votable.validate(f"{folder}/{name}.vot", output=report), report.getvalue()
        for ending in "vot", "fits", "ecsv":
            table = Table.read(f"{folder}/{name}.{ending}")
            assert len(table) == len(rows) and len(table.columns) == len(header), (name, ending, len(table), len(rows))
            for column, values in zip(table.columns.values(), zip(*rows)):
                if column.dtype.name == "float32":
                    values = [text and repr(float(float32(text))) for text in values]
                for cell, text in zip(column.tolist(), values):
                    cell = cell.decode() if isinstance(cell, bytes) else cell
                    assert same(cell, text), (name, ending, column.name, cell, text)
        print(name, len(rows))


main(sys.argv[1], sys.argv[2:])
