"""What an astronomer writes today: every packet of a folder to a JSON line.

fastavro reads the container, cutouts are dropped, NaN becomes null. Prints the
number of packets.
"""

import json
import math
import pathlib
import sys

import fastavro


def plain(value):
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if not k.startswith("cutout")}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


def main(folder, output):
    count = 0
    with open(output, "w") as out:
        for path in sorted(pathlib.Path(folder).glob("*.avro")):
            with open(path, "rb") as file:
                for record in fastavro.reader(file):
                    out.write(json.dumps(plain(record)) + "\n")
                    count += 1
    print(count)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
