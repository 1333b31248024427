"""What is typed for the user: arguments, flags, lists of targets, and what comes back when it fails."""

import datetime as dt
import gzip
import json
import os
import pathlib
import subprocess
import sys
import warnings

import astropy.units as u
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from astropy.coordinates import SkyCoord
from astropy.table import QTable, Table
from astropy.time import Time, TimeDelta
from conftest import BINARY

import pgb

RA, DEC = 16.5855, -2.1741
THERE = {"ZTF21abc", "9009999986880566225"}  # one supernova, as two surveys see it


@pytest.fixture
def echo(fake):
    """A program that says what it was given."""
    fake("print(json.dumps({'words': sys.argv[1:], 'stdin': sys.stdin.read(), 'sandbox': os.environ.get('PGB_SANDBOX'), 'archive': os.environ.get('PGB_ARCHIVE')}))")
    pgb.configure(transport="jsonl")
    return lambda result: result[0]


@pytest.mark.parametrize(
    "given, typed",
    [
        ({"since": "30d"}, "--since=30d"),
        ({"all_revisions": True}, "--all-revisions"),
        ({"all_revisions": False}, "--all-revisions=false"),
        ({"where": None}, None),
        ({"for_": "5m"}, "--for=5m"),
        ({"n": 5}, "-n=5"),
        ({"a_flag_of_tomorrow": 1.5}, "--a-flag-of-tomorrow=1.5"),
        ({"fields": ["object_id", "mjd"]}, "--fields=object_id,mjd"),
        ({"fields": np.array(["object_id", "mjd"])}, "--fields=object_id,mjd"),
        ({"limit": np.int64(2**62 + 1)}, "--limit=4611686018427387905"),
        ({"rate": np.float64(0.1)}, "--rate=0.1"),
        ({"rate": np.float32(0.5)}, "--rate=0.5"),
        ({"output": pathlib.Path("a") / "b.csv"}, "--output=" + str(pathlib.Path("a/b.csv"))),
        ({"radius": 2 * u.arcmin}, "--radius=120.0s"),
        ({"since": Time(61240.5, format="mjd")}, "--since=2026-07-19T12:00:00.000Z"),
        ({"since": Time("2026-07-19T12:01:09.184", scale="tai")}, "--since=2026-07-19T12:00:32.184Z"),
        ({"since": dt.datetime(2026, 7, 19, 12)}, "--since=2026-07-19T12:00:00+00:00"),
        ({"since": pd.Timestamp("2026-07-19 12:00", tz="America/New_York")}, "--since=2026-07-19T12:00:00-04:00"),
        ({"since": dt.date(2026, 7, 19)}, "--since=2026-07-19"),
        ({"since": np.datetime64("2026-07-19T12:00")}, "--since=2026-07-19T12:00:00.000000Z"),
        ({"for_": dt.timedelta(minutes=1.5)}, "--for=90.0s"),
        ({"for_": np.timedelta64(90, "s")}, "--for=90.0s"),
        ({"since": TimeDelta(90 * u.s)}, "--since=90.0s"),
        ({"since": 3 * u.day}, "--since=259200.0s"),
        ({"near": SkyCoord(RA, DEC, unit="deg")}, f"--near={RA} {DEC}"),
    ],
)
def test_keywords_become_flags(echo, given, typed):
    words = echo(pgb.run("lookup", "X", **given))["words"]
    assert words[0] == "lookup" and words[-2:] == ["--", "X"]
    assert [w for w in words[1:-2] if not w.startswith(("--format", "--log-format"))] == ([typed] if typed else [])


def test_a_quantity_that_no_flag_takes_is_refused():
    with pytest.raises(pgb.UsageError, match="no angle and no time"):
        pgb.lookup("X", since=3 * u.Jy)


@pytest.mark.parametrize("flag", [{"radius": [1, 2] * u.arcsec}, {"near": SkyCoord([1, 2], [3, 4], unit="deg")}])
def test_many_values_for_one_flag_are_refused(flag):
    with pytest.raises(pgb.UsageError, match="a flag takes one value"):
        pgb.lookup("X", **flag)


def test_words_that_begin_with_a_dash_are_no_flags(echo):
    assert echo(pgb.cone(10.0, -5e-05))["words"][-3:] == ["--", "10.0", "-5e-05"]


def test_settings_go_with_every_call(echo):
    pgb.configure(project="mine", archive="local", seed=3, transport="jsonl")
    got = echo(pgb.sql("select 1"))
    assert {"--project=mine", "--seed=3"} < set(got["words"]) and got["archive"] == "local"
    assert "--project=other" in echo(pgb.sql("select 1", project="other"))["words"]
    pgb.configure(sandbox=False, transport="jsonl")
    assert echo(pgb.tables())["sandbox"] == "0"
    pgb.configure(sandbox=True, transport="jsonl")
    assert "--sandbox" in echo(pgb.tables())["words"]
    with pytest.raises(pgb.UsageError):
        pgb.configure(transport="csv")


@pytest.mark.parametrize(
    "ids",
    [
        ("ZTF21abc", 9009999986880566225),
        (["ZTF21abc", "9009999986880566225"],),
        (np.array(["ZTF21abc", "9009999986880566225"]),),
        (pd.Series(["ZTF21abc", None, "9009999986880566225"]),),
        (pl.Series(["ZTF21abc", "9009999986880566225"]),),
        (pa.chunked_array([["ZTF21abc", "9009999986880566225"]]),),
        (Table({"oid": ["ZTF21abc", "9009999986880566225"]})["oid"],),
        ("ZTF21abc", np.array([9009999986880566225])),
    ],
)
def test_ids_come_in_many_forms(echo, ids):
    assert echo(pgb.lookup(*ids))["words"][-3:] == ["--", "ZTF21abc", "9009999986880566225"]


EMPTY = [[], [None], (), np.array([]), pd.Series([], dtype=str), iter([]), pd.DataFrame(), pd.DataFrame({"objectId": []}), pgb.Result()]


@pytest.mark.parametrize("ids", EMPTY, ids=lambda e: type(e).__name__)
def test_an_empty_list_of_ids_has_an_empty_answer(ids, transport):
    assert list(pgb.lookup(ids)) == [] and "object_id" in pgb.lookup([]).columns
    assert [list(call([])) for call in (pgb.lightcurve, pgb.classifications, pgb.cutouts)] == [[], [], []]


@pytest.mark.parametrize("call", [pgb.lookup, pgb.lightcurve, pgb.classifications, pgb.cutouts, pgb.cone], ids=lambda f: f.__name__)
def test_a_lookup_of_nothing_is_an_error(call):
    with pytest.raises(pgb.UsageError):
        call()


@pytest.mark.parametrize("targets", [[], (), {}, pgb.Result(), pd.DataFrame(), np.empty((0, 2)), SkyCoord([], [], unit="deg")], ids=lambda e: type(e).__name__)
def test_an_empty_list_of_positions_has_an_empty_answer(targets):
    assert list(pgb.cone(targets=targets, radius="5s")) == list(pgb.cone([], [], "5s")) == []


def test_many_ids_go_through_standard_input(echo):
    got = echo(pgb.lightcurve(range(1000)))
    assert "--ids-from=-" in got["words"] and got["stdin"].split() == [str(i) for i in range(1000)]


def test_ids_that_lost_digits_are_refused():
    for value in (1.7e17, np.float64(1.7e17), pd.Series([1.7e17])):
        with pytest.raises(pgb.UsageError, match="is a float"):
            pgb.lookup(value)


TABLES = [
    pd.DataFrame({"objectId": ["ZTF21abc"], "note": ["a, b"], "n": pd.array([None], dtype="Int64")}),
    pd.DataFrame({"note": ["a, b"]}, index=pd.Index(["ZTF21abc"], name="objectId")),
    pl.DataFrame({"objectId": ["ZTF21abc"], "note": ["a, b"]}),
    pa.table({"objectId": ["ZTF21abc"], "note": ["a, b"]}),
    Table({"objectId": ["ZTF21abc"], "note": ["a, b"]}),
]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: type(t).__module__)
@pytest.mark.parametrize("call", [pgb.lookup, pgb.lightcurve, pgb.classifications], ids=lambda f: f.__name__)
def test_a_table_of_ids_brings_its_columns_along(table, call):
    rows = call(table, limit=2, **({"fields": ["object_id", "target", "target.note"]} if call is pgb.lookup else {}))
    assert len(rows) == 2 and {row["object_id"] for row in rows} == {"ZTF21abc"}
    if call is pgb.lookup:
        assert rows[0]["target.note"] == "a, b"


@pytest.mark.parametrize(
    "position",
    [
        (RA, DEC, "5s"),
        (str(RA), str(DEC), 5),
        (np.float64(RA), np.float64(DEC), 5 * u.arcsec),
        (RA * u.deg, DEC * u.deg, "5s"),
        (SkyCoord(RA, DEC, unit="deg"), "5s"),
        (SkyCoord(RA, DEC, unit="deg").galactic, 5 * u.arcsec),
        ("01:06:20.52 -02:10:26.8", "5s"),
        ("01:06:20.52", "-02:10:26.8", "5s"),
        (["16.5855"], ["-2.1741"], "5s"),
        (np.array([RA]), np.array([DEC]), "5s"),
        (SkyCoord([RA], [DEC], unit="deg"), "5s"),
    ],
)
def test_positions_come_in_many_forms(position):
    found = pgb.cone(*position, fields=["object_id", "separation"])
    assert {row["object_id"] for row in found} == THERE and all(row["separation"] < 5 for row in found)


POSITIONS = [
    pd.DataFrame({"name": ["near", "far"], "ra": [RA, 200.0], "dec": [DEC, 80.0]}),
    pd.DataFrame({"ra": [RA, 200.0], "dec": [DEC, 80.0]}, index=pd.Index(["near", "far"], name="name")),
    pl.DataFrame({"name": ["near", "far"], "RAJ2000": [RA, 200.0], "DEJ2000": [DEC, 80.0]}),
    QTable({"name": ["near", "far"], "ra": [RA / 15, 200 / 15] * u.hourangle, "dec": [DEC * 60, 4800.0] * u.arcmin}),
    Table({"name": ["near", "far"], "position": SkyCoord([RA, 200], [DEC, 80], unit="deg")}),
    {"name": ["near", "far"], "ra": np.array([RA, 200.0]), "dec": [DEC, 80.0] * u.deg},
    [{"name": "near", "ra": RA, "dec": DEC}, {"name": "far", "ra": 200 * u.deg, "dec": 80}],
]


@pytest.mark.parametrize("table", POSITIONS, ids=lambda t: type(t).__module__)
def test_a_table_of_positions_is_matched(table, tmp_path):
    none = tmp_path / "none.txt"
    found = pgb.cone(targets=table, radius="5s", fields=["target.name", "object_id"], unmatched=none)
    assert {(row["target.name"], row["object_id"]) for row in found} == {("near", name) for name in THERE}
    assert "80" in none.read_text() and "-2.17" not in none.read_text()
    if not isinstance(table, list):
        assert 0 < len(pgb.cone(table, radius="5s")) == len(found)


def test_targets_may_be_pairs_coordinates_or_a_file(tmp_path):
    (tmp_path / "list.csv").write_text(f"ra,dec\n{RA},{DEC}\n")
    for targets in ([(RA, DEC)], SkyCoord([RA], [DEC], unit="deg"), tmp_path / "list.csv", str(tmp_path / "list.csv")):
        assert {row["object_id"] for row in pgb.cone(targets=targets, radius=5)} == THERE
    with pytest.raises(pgb.UsageError, match="not of the same length"):
        pgb.cone([1, 2], [3], "5s")


def test_quantities_that_are_no_angles_come_back_as_values():
    mine = QTable({"ra": [RA] * u.deg, "dec": [DEC] * u.deg, "flux": [3.5] * u.Jy, "epoch": Time([61240.5], format="mjd")})
    rows = pgb.cone(mine, "5s", fields=["target.flux", "object_id"])
    assert {row["object_id"] for row in rows} == THERE and {row["target.flux"] for row in rows} == {3.5}
    assert len(pgb.cone(targets=[{"ra": RA, "dec": DEC, "flux": 3.5 * u.Jy}], radius=5)) == len(rows)


def test_results_are_targets_and_ids():
    found = pgb.lookup("ZTF21abc")
    assert pgb.lookup(found).rows == found.rows
    assert {row["object_id"] for row in pgb.cone(targets=found, radius=5)} == THERE


def test_one_coordinate_stands_for_many_and_grids_are_lists(echo):
    assert echo(pgb.cone([1, 2], 3, "5s"))["stdin"] == "ra,dec\n1,3\n2,3\n"
    assert echo(pgb.cone(SkyCoord([[1, 2]], [[3, 4]], unit="deg"), "5s"))["stdin"] == "ra,dec\n1.0,3.0\n2.0,4.0\n"


@pytest.mark.parametrize("ra", [[1, np.nan], np.ma.array([1, 2], mask=[False, True]), [1, None]])
def test_a_missing_coordinate_is_left_out_and_told(ra):
    with pytest.warns(UserWarning, match="1 row has no position and is left out; the first is row 1$"):
        pgb.cone(ra, [3, 4], "5s")


@pytest.mark.parametrize(
    "table, said",
    [
        (pd.DataFrame({"ra": [RA, RA, np.nan], "dec": DEC}, index=[7, 8, 9]), r"1 row .* no position .*; the first is row 2 \(index 9\)$"),
        (pd.DataFrame({"name": ["a", "b"], "RA": RA, "Dec": [DEC, None]}).set_index("name"), r"the first is row 1 \(index 'b'\)$"),
        (pl.DataFrame({"note": ["two\nlines", None, ""], "RAJ2000": [RA, None, None], "DEJ2000": DEC}), r"2 rows have no position and are left out; the first is row 1$"),
    ],
)
def test_a_target_without_a_position_is_left_out_and_told_by_its_row(table, said):
    with pytest.warns(UserWarning, match=said):
        assert len(pgb.cone(table, "5s")) > 0


def test_a_target_without_an_id_is_left_out_and_told_by_its_row():
    with pytest.warns(UserWarning, match=r"1 row has no id and is left out; the first is row 1 \(index 5\)$"):
        assert len(pgb.lookup(pd.DataFrame({"objectId": ["ZTF21abc", None], "x": 1}, index=[4, 5]))) > 0


@pytest.mark.parametrize("table, said", [({"ra": [RA], "dec": [95.0]}, "row 0 of the targets: .*declination 95"), ({"id": ["ZTF21abc", "no id"]}, "row 1 of the targets: .*no id")])
def test_a_target_that_is_wrong_is_named_by_its_row(table, said):
    with pytest.raises(pgb.UsageError, match=said):
        pgb.cone(table, "5s") if "ra" in table else pgb.lookup(table)


def test_a_position_in_another_unit_is_refused():
    with pytest.raises(pgb.UsageError, match="not in Jy"):
        pgb.cone(3 * u.Jy, 2, "5s")


def test_coordinates_are_as_exact_as_they_were():
    ra, dec = 16.123456789012345, -2.1234567890123456
    words = []
    original, pgb.run = pgb.run, lambda command, *args, **flags: words.append((args, flags)) or pgb.Result()
    try:
        pgb.cone(SkyCoord(ra, dec, unit="deg"), "1s")
        pgb.cone(np.array([ra]), np.array([dec]), "1s")
    finally:
        pgb.run = original
    assert words[0][0] == (ra, dec) and words[1][1]["stdin"].decode() == f"ra,dec\n{ra!r},{dec!r}\n"


def there(rows):
    """Rows whose lists hold what is there: by Arrow their records have all fields of all versions of a schema."""
    return [
        {name: [{k: v for k, v in one.items() if v is not None} for one in value] if isinstance(value, list) else value for name, value in row.items()}
        for row in rows
    ]


def test_a_table_that_names_an_object_twice_has_its_light_curve_once():
    table = {"oid": ["ZTF21abc", "ZTF21abc"], "note": ["a", "d"]}
    for call in (pgb.lightcurve, pgb.classifications):
        once = call(table)
        assert once.rows == call("ZTF21abc").rows
        assert any("2 rows name 1 object" in note for note in once.notes)


def test_rows_are_those_of_the_command_line(transport):
    def said(*words):
        out = subprocess.run([BINARY, *words, "-f", "jsonl"], capture_output=True, check=True).stdout
        return [json.loads(line) for line in out.splitlines()]

    assert pgb.lookup("ZTF21abc").rows == said("lookup", "ZTF21abc")
    assert pgb.lightcurve("ZTF21abc", limit=9).rows == said("lightcurve", "ZTF21abc", "-n", "9")
    fields = "object_id,candid,candidate.rb,prv_candidates"
    assert there(pgb.lookup("ZTF21abc", fields=fields).rows) == there(said("lookup", "ZTF21abc", "--fields", fields))
    assert pgb.sql("select healpix, null x from alerts limit 3").rows == said("sql", "select healpix, null x from alerts limit 3")
    assert pgb.tables().rows == said("tables") and pgb.tables("alerts").rows == said("tables", "show", "alerts")
    assert pgb.lookup("ZTF21abc", full=True).rows == said("lookup", "ZTF21abc", "--full")


def test_packets_are_decoded_from_files_and_bytes(tmp_path):
    saved = tmp_path / "night.jsonl"
    assert len(pgb.run("stream", topic="ztf-alerts", limit=5, full=True, output=saved)) == 0
    assert len(pgb.decode(saved)) == 5 and len(pgb.decode(saved.read_bytes(), where="mag < -9")) == 0
    packed = tmp_path / "night.jsonl.gz"
    packed.write_bytes(gzip.compress(saved.read_bytes()))
    assert len(pgb.decode([packed, saved], keep_duplicates=True)) == 10


def test_a_packet_is_bytes_that_can_be_decoded(tmp_path):
    packet = pgb.packet("ZTF21abc")
    assert packet.startswith(b"Obj\x01") and packet == pgb.run("packet", "ZTF21abc").data
    (tmp_path / "one.avro").write_bytes(packet)
    with open(tmp_path / "one.avro", "rb") as file:
        assert pgb.decode(file).rows == pgb.decode(packet).rows != []


def test_output_that_is_no_rows_is_text():
    plan = pgb.lookup("ZTF21abc", dry_run=True)
    assert "SELECT" in plan.text and plan.rows == [] and repr(plan) == plan.text


def test_some_bad_messages_are_a_warning_beside_the_rows(tmp_path):
    saved = tmp_path / "night.jsonl"
    pgb.run("stream", topic="ztf-alerts", limit=3, full=True, output=saved)
    (tmp_path / "broken.avro").write_bytes(b"Obj\x01 nonsense")
    with pytest.warns(pgb.QuarantineWarning, match="1 message could not be decoded") as caught:
        rows = pgb.decode(tmp_path)
    assert len(rows) == 3 and caught[0].filename == __file__
    assert not any(note.startswith(("pgb:", "hint:")) for note in rows.notes)


def test_errors_are_the_programs_own_words():
    with pytest.raises(pgb.UsageError) as caught:
        pgb.lookup("ZTF21abc", where="foo >> 3")
    assert caught.value.code == 2 and caught.value.message == "--where: unexpected >\n  foo >> 3\n       ^" and caught.value.hints
    assert str(caught.value).endswith("hint: " + caught.value.hints[0])
    with pytest.raises(pgb.EmptyError):
        pgb.lookup("ZTF21zzzzzzz", fail_empty=True)


@pytest.mark.parametrize(
    "hints, added",
    [
        (["add --sandbox", "yours: --project YOUR-PROJECT (--dry-run says)"], 'pgb.configure(sandbox=True), or pgb.configure(project="YOUR-PROJECT")'),
        (["--archive local, --archive bigquery, or --archive ./night.db"], 'pgb.configure(archive="local")'),
        (["to pay that: --max-bytes 2.5GB"], 'max_bytes="2.5GB"'),
        (["--append to go on in it, --force to replace it"], "force=True, or append=True"),
        (["gcloud services enable bigquery.googleapis.com --project mine"], None),
        (["an end: -n, --for or --max-bytes", "--archive takes a file"], None),
    ],
)
def test_flags_that_hints_propose_are_said_in_python_too(fake, hints, added):
    fake(f"print('pgb: no', *{hints!r}, sep='\\nhint: ', file=sys.stderr); sys.exit(2)")
    with pytest.raises(pgb.UsageError) as caught:
        pgb.lookup("X")
    assert caught.value.hints == hints + (["in Python: " + added] if added else [])


def test_a_lookup_without_an_archive_says_how_to_choose_one_in_python():
    pgb.configure(sandbox=False)
    with pytest.raises(pgb.UsageError, match=r"(?s)hint: .*add --sandbox\n.*hint: in Python: pgb\.configure\(sandbox=True\)"):
        pgb.lookup("ZTF21abc")


@pytest.mark.parametrize(
    "code, kind",
    [(1, pgb.PgbError), (2, pgb.UsageError), (3, pgb.NotAuthorisedError), (4, pgb.TooExpensiveError), (6, pgb.EmptyError), (130, pgb.Interrupted), (77, pgb.PgbError)],
)
def test_each_exit_code_has_its_exception(fake, code, kind):
    fake(f"print('a note\\npgb: it failed: why\\nhint: do this\\nhint: or that', file=sys.stderr); sys.exit({code})")
    with pytest.raises(pgb.PgbError) as caught:
        pgb.lookup("X")
    assert type(caught.value) is kind and caught.value.code == code
    assert (caught.value.message, caught.value.hints) == ("it failed: why", ["do this", "or that"])


def test_a_program_that_was_killed_is_an_error(fake):
    fake("os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(pgb.PgbError, match="signal 9"):
        pgb.lookup("X")


def test_an_older_program_without_arrow_is_asked_for_json_lines(fake):
    fake("""
        if '--format=jsonl' in sys.argv: print('{"n": 9223372036854775807}'); sys.exit()
        print('pgb: unknown format "arrow"', file=sys.stderr)
        sys.exit(2)
    """)
    assert pgb.lookup("X").rows == [{"n": 9223372036854775807}]
    assert [command for _, command, _ in pgb._Settings.refused] == ["lookup"]
    assert pgb.lookup("X").to_pandas()["n"].tolist() == [9223372036854775807]


def test_a_ctrl_c_ends_a_lookup(fake):
    fake("""
        signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(600)
    """)
    with pytest.raises(KeyboardInterrupt):
        pgb.lookup("X")


def test_a_missing_program_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PGB_BINARY", str(tmp_path / "none"))
    with pytest.raises(pgb.BinaryError, match="there is no program .*none\nhint: pip install pgb-client"):
        pgb.lookup("X")
    monkeypatch.delenv("PGB_BINARY")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pgb.BinaryError, match="was not found"):
        pgb.lookup("X")


def test_another_program_is_told_apart(fake):
    path = fake("", version="PostgreSQL backup 1.0")
    with pytest.raises(pgb.BinaryError, match="pgb-fake is not pgb"):
        pgb.lookup("X")
    pgb.configure(binary=path.parent / "none")
    with pytest.raises(pgb.BinaryError, match="there is no program"):
        pgb.version()


def test_the_program_is_found_on_the_path(monkeypatch):
    monkeypatch.delenv("PGB_BINARY")
    monkeypatch.setenv("PATH", str(pathlib.Path(BINARY).parent))
    assert pgb.binary() == str(pathlib.Path(BINARY)) and pgb.version().startswith("pgb ")


def test_calls_in_threads_do_not_mix():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda n: len(pgb.lightcurve("ZTF21abc", limit=n)), range(1, 9)))
    assert results == list(range(1, 9))


def test_no_warning_comes_of_a_clean_call():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pgb.lookup("ZTF21abc")


def test_settings_that_are_not_named_stay(echo):
    try:
        pgb.configure(sandbox=True, seed=2)
        pgb.configure(progress=False)
        assert pgb._Settings.flags["sandbox"] is True and pgb._Settings.flags["seed"] == 2 and pgb._Settings.progress is False
        pgb.configure(seed=None)
        assert "seed" not in pgb._Settings.flags
        with pytest.raises(pgb.UsageError, match="unknown setting sandbx"):
            pgb.configure(sandbx=True)
    finally:
        pgb.configure(sandbox=True, progress=None)


@pytest.mark.parametrize("setting", ["binary", "archive", "config"])
def test_a_setting_that_is_no_path_is_refused_at_once(setting):
    with pytest.raises(pgb.UsageError, match=f"(?s){setting} is a path, and not .'pgb', 'x'.*configure.{setting}="):
        pgb.configure(**{setting: ["pgb", "x"]})


def test_a_quiet_call_has_no_notes_but_types_and_errors(transport):
    fields = pgb.lookup("ZTF21abc").fields
    pgb.configure(quiet=True)
    found = pgb.lookup("ZTF21abc")
    assert found.notes == [] and found.fields == fields and pgb.lookup("ZTF21abc", quiet=False).notes
    with pgb.stream("ztf-alerts", limit=1) as stream:
        assert len(stream.read(1)) == 1 and stream.notes == [] and "mag" in [f["name"] for f in stream.fields if f.get("unit")]
    with pytest.raises(pgb.UsageError, match="unexpected >"):
        pgb.lookup("ZTF21abc", where="foo >> 3")


def test_the_file_of_settings_can_be_named(tmp_path):
    file = tmp_path / "mine.yaml"
    pgb.configure(config=file)
    assert str(file) in pgb.run("config path").text


def test_a_command_that_is_a_list_is_refused():
    with pytest.raises(pgb.UsageError, match="a command is text"):
        pgb.run(["tables", "show", "alerts"])


def test_the_module_has_a_version_and_runs_as_the_program():
    assert pgb.__version__[:1].isdigit()
    told = subprocess.run([sys.executable, "-m", "pgb", "version"], capture_output=True, text=True, cwd=os.path.dirname(pgb.__file__))
    assert told.returncode == 0 and told.stdout.startswith("pgb ")
