"""Reads Arrow streams, Arrow files and Parquet files with pyarrow, pandas, polars and duckdb,
and holds them against what was written.

usage: read_columnar.py FOLDER NAME...: FOLDER/NAME.json says what is in
FOLDER/NAME.arrows, FOLDER/NAME.arrow and FOLDER/NAME.parquet

       read_columnar.py --live: reads an Arrow stream from standard input and
prints the number of rows after each batch
"""

import base64
import datetime
import json
import sys

import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet as pq

UTC = datetime.timezone.utc

TYPES = {
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "float": pa.float32(),
    "number": pa.float64(),
    "text": pa.string(),
    "bytes": pa.binary(),
    "record or list": pa.string(),
    "time": pa.timestamp("us", "UTC"),
}

VERDICTS = pa.list_(
    pa.field(
        "element",
        pa.struct(
            [
                pa.field("classifier", pa.string()),
                pa.field("version", pa.string()),
                pa.field("class", pa.string()),
                pa.field("code", pa.string()),
                pa.field("prob", pa.float64()),
                pa.field("band", pa.string()),
                pa.field("primary", pa.bool_(), nullable=False),
            ]
        ),
        nullable=False,
    )
)


def type_of(column):
    """The type of a column; a list has those of its items."""
    items = column.get("Items")
    if not items:
        return TYPES[column["Kind"]]
    if items[0]["Name"] == "":
        return pa.list_(pa.field("element", TYPES[items[0]["Kind"]]))
    record = pa.struct([pa.field(item["Name"], TYPES[item["Kind"]]) for item in items])
    return pa.list_(pa.field("element", record, nullable=False))


def same(what, got, want):
    if got != want:
        raise SystemExit(f"{what}: {got!r}, not {want!r}")


def plain(value):
    """A value as the type that json has for it."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if value is None or value is pandas.NA or value is pandas.NaT:
        return None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def check_rows(what, rows, expected):
    columns = expected["Columns"]
    numbers = [i for i, column in enumerate(columns) if column["Kind"] in ("number", "float")]
    got = [[plain(value) for value in row] for row in rows]
    same(f"{what}: rows", len(got), len(expected["Rows"]))
    for number, (row, want) in enumerate(zip(got, expected["Rows"])):
        for i in numbers:
            if want[i] is not None:
                want[i] = float(want[i])  # JSON has whole ones without a point
        if row == want and list(map(type, row)) == list(map(type, want)):
            continue
        for column, value, wanted in zip(columns, row, want):
            same(f"{what}: row {number} {column['Name']}", (value, type(value)), (wanted, type(wanted)))


def check_schema(what, schema, expected):
    meta = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
    same(f"{what}: simulated", meta.get("simulated"), expected["Simulated"])
    same(f"{what}: creator", meta["creator"], "pgb 1.2.3")
    for column, field in zip(expected["Columns"], schema, strict=True):
        name = column["Name"]
        same(f"{what}: name", field.name, name)
        if name == "classifications":
            same(f"{what}: {name}", field.type, VERDICTS)
            continue
        same(f"{what}: {name}", (field.type, field.nullable), (type_of(column), True))
        about = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        for key, member in (("unit", "Unit"), ("ucd", "UCD"), ("doc", "Doc")):
            same(f"{what}: {name}: {key}", about.get(key, ""), column[member])


def check(folder, name):
    with open(f"{folder}/{name}.json") as file:
        expected = json.load(file)
    expected["Rows"] = expected["Rows"] or []
    arrows, arrow, parquet = (f"{folder}/{name}.{ending}" for ending in ("arrows", "arrow", "parquet"))

    with pa.ipc.open_stream(arrows) as reader:
        stream = reader.read_all()
    with pa.ipc.open_file(arrow) as reader:
        file = reader.read_all()
    table = pq.read_table(parquet)
    for what, got in (
        ("arrow stream", stream),
        ("arrow file", file),
        ("feather", pyarrow.feather.read_table(arrow)),
        ("parquet", table),
    ):
        got.validate(full=True)
        check_schema(f"{name}: {what}", got.schema, expected)
        check_rows(f"{name}: {what}", list(zip(*(c.to_pylist() for c in got.columns))), expected)

    for what, got in (
        ("polars, arrow stream", polars.read_ipc_stream(arrows)),
        ("polars, arrow file", polars.read_ipc(arrow)),
        ("polars, parquet", polars.read_parquet(parquet)),
    ):
        same(f"{name}: {what}: names", got.columns, [c["Name"] for c in expected["Columns"]])
        check_rows(f"{name}: {what}", got.rows(), expected)

    for what, frame in (
        ("feather", pandas.read_feather(arrow, dtype_backend="pyarrow")),
        ("parquet", pandas.read_parquet(parquet, dtype_backend="pyarrow")),
    ):
        cells = list(zip(*(frame.iloc[:, i].tolist() for i in range(frame.shape[1]))))
        check_rows(f"{name}: pandas, {what}", cells, expected)

    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        check_rows(f"{name}: duckdb, parquet", db.execute("SELECT * FROM read_parquet(?)", [parquet]).fetchall(), expected)
        for what, got in (("stream", stream), ("file", pyarrow.dataset.dataset(arrow, format="arrow"))):
            db.register(what, got)
            check_rows(f"{name}: duckdb, arrow {what}", db.execute(f"SELECT * FROM {what}").fetchall(), expected)
    print(name, len(expected["Rows"]))


def live():
    """Follows a stream; one that breaks off is read up to its last batch."""
    rows = 0
    with pa.ipc.open_stream(sys.stdin.buffer) as reader:
        try:
            for batch in reader:
                rows += batch.num_rows
                print(rows, flush=True)
        except (pa.ArrowInvalid, OSError):
            print("broken off", flush=True)
    print("end", flush=True)


if sys.argv[1] == "--live":
    live()
else:
    for each in sys.argv[2:]:
        check(sys.argv[1], each)
