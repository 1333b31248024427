"""Compares the records of Avro files: all of one folder with all of another.

Says so and exits with 1 when a record of the first is not in the second.
"""

import pathlib
import sys

import fastavro


def key(record):
    return repr(record)


def records(folder):
    found = []
    for path in sorted(pathlib.Path(folder).rglob("*.avro")):
        with open(path, "rb") as file:
            found += [key(record) for record in fastavro.reader(file)]
    return sorted(found)


if __name__ == "__main__":
    ours, theirs = records(sys.argv[1]), records(sys.argv[2])
    if not ours or ours != theirs:
        sys.exit(f"{len(ours)} and {len(theirs)} records, not the same")
    print(len(ours))
