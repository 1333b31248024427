import io
import json
import math
import sys

import astropy.units as u
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from astropy.table import Table
from PIL import Image

import pgb

EXACT = 613077088522439782  # a HEALPix pixel beyond 2^53


@pytest.fixture
def curve(transport):
    return pgb.lightcurve("ZTF21abc")


@pytest.fixture
def plt():
    import matplotlib.pyplot as plt

    yield plt
    plt.close("all")


def test_a_result_is_a_sequence_of_rows(curve):
    assert len(curve) == len(curve.rows) == len(list(curve)) > 100
    assert curve[0] == curve.rows[0] and curve[-1] == curve.rows[-1] and curve[2:4] == curve.rows[2:4]
    assert curve.columns == list(curve[0]) and f"{len(curve)} rows" in repr(curve)
    assert any("local archive" in note for note in curve.notes) and any("simulated" in note for note in curve.notes)


def test_a_name_gives_a_column(curve):
    assert curve["mjd"] == [row["mjd"] for row in curve] == curve.to_pandas()["mjd"].tolist()
    with pytest.raises(KeyError, match="no column mdj, but .*mjd"):
        curve["mdj"]


def test_nothing_found_is_an_empty_result(transport):
    empty = pgb.lookup("ZTF21zzzzzzz")
    assert len(empty) == 0 and empty.rows == [] and empty.to_pandas().empty and len(empty.to_table()) == 0 and empty.to_polars().is_empty()
    assert "0 rows" in empty._repr_html_()


def test_integers_stay_exact_in_every_table(transport):
    rows = pgb.sql(f"select {EXACT} as pixel, 1 as n union all select null, 2")
    assert rows.rows == [{"pixel": EXACT, "n": 1}, {"pixel": None, "n": 2}]
    frame = rows.to_pandas()
    assert str(frame["pixel"].dtype) == "Int64" and frame["pixel"][0] == EXACT and frame["pixel"].isna().tolist() == [False, True]
    assert rows.to_polars()["pixel"].to_list() == [EXACT, None] and rows.to_polars()["pixel"].dtype == pl.Int64
    assert rows.to_arrow()["pixel"].to_pylist() == [EXACT, None]
    table = rows.to_table()
    assert table["pixel"].dtype == np.int64 and table["pixel"][0] == EXACT and table["pixel"].mask.tolist() == [False, True]


def test_kinds_are_kept_in_every_table(curve):
    frame, polars, table = curve.to_pandas(), curve.to_polars(), curve.to_table()
    assert str(frame["trigger"].dtype) == "boolean" and str(frame["visit"].dtype) == "Int64" and frame["mag"].dtype == np.float64
    assert polars["trigger"].dtype == pl.Boolean and polars["visit"].dtype == pl.Int64
    assert table["trigger"].dtype == bool and table["visit"].dtype == np.int64 and table["mag"].dtype == np.float64
    want = [row["mag"] for row in curve]
    for got in (frame["mag"].tolist(), polars["mag"].to_list(), list(table["mag"].filled(math.nan))):
        assert [None if g is None or math.isnan(g) else g for g in got] == want


def test_times_are_times(transport):
    found = pgb.lookup("ZTF21abc")
    when = pd.Timestamp(found[0]["publish_time"])
    assert found.to_pandas()["publish_time"][0] == when and str(found.to_pandas()["publish_time"].dtype) == "datetime64[us, UTC]"


def test_a_column_that_is_all_missing_keeps_its_kind(transport):
    table = pgb.lookup("ZTF21abc").to_table()
    assert table["mag_total"].dtype == np.float64 and table["mag_total"].mask.all()


def test_floats_of_32_bits_stay_so(transport):
    found = pgb.lookup("ZTF21abc", fields=["candidate.rb"])
    assert found.to_pandas()["candidate.rb"].dtype == np.float32 and found.to_table()["candidate.rb"].dtype == np.float32
    assert found.to_arrow()["candidate.rb"].type == pa.float32() and found.to_polars()["candidate.rb"].dtype == pl.Float32
    assert found[0]["candidate.rb"] == float(str(np.float32(found[0]["candidate.rb"])))


def test_astropy_tables_have_units_and_meanings(curve, transport):
    table = curve.to_table()
    assert table["mag"].unit == u.mag and table["flux"].unit == u.nJy and table["mjd"].unit == u.day and table["band"].unit is None
    assert table.meta["comments"] == ["simulated data, not observations"]
    assert "AB magnitude" in table["mag"].description


@pytest.mark.parametrize("ending, name", [("ecsv", "ascii.ecsv"), ("vot", "votable"), ("fits", "fits")])
def test_astropy_tables_can_be_written(tmp_path, ending, name):
    rows = pgb.stream("classifications", limit=5, rate=500).read()
    path = tmp_path / f"x.{ending}"
    rows.to_table().write(path, format=name)
    back = Table.read(path, format=name)
    assert [str(v) for v in back["object_id"]] == [row["object_id"] for row in rows] and back["mag"].unit == u.mag


def test_lists_are_lists_in_arrow_and_polars():
    rows = pgb.run("stream", topic="classifications", limit=3, where='classifier != ""')
    assert pl.List == type(rows.to_polars()["classifications"].dtype)
    assert rows.to_arrow()["classifications"][0][0]["classifier"].as_py() == rows[0]["classifications"][0]["classifier"]
    assert isinstance(pgb.lookup("ZTF21abc", fields=["prv_candidates"])[0]["prv_candidates"], list)


def test_classifications_are_lists_of_dicts_everywhere(transport):
    found = pgb.lookup("ZTF21abc", all_revisions=True, fields=["topic", "classifications"])
    told = {row["topic"]: row["classifications"] for row in found}
    assert told["ztf-alerts"] == [] and told["ztf-SuperNNova"][0]["classifier"] == "SuperNNova"
    want = [row["classifications"] for row in found]
    assert found.to_pandas()["classifications"].tolist() == want == found.to_polars()["classifications"].to_list()
    assert found.to_arrow()["classifications"].to_pylist() == want
    kind = found.to_arrow()["classifications"].type
    assert pa.types.is_list(kind) and kind == pgb.stream("classifications", limit=1).read().to_arrow()["classifications"].type


def test_lists_of_records_have_the_types_of_their_fields_and_are_text_in_astropy(transport):
    found = pgb.lookup("ZTF21abc", fields=["object_id", "prv_candidates"])
    (want, *_) = [row["prv_candidates"] for row in found]
    assert isinstance(want[0], dict) and found.to_pandas()["prv_candidates"][0] == want
    assert json.loads(found.to_table()["prv_candidates"][0]) == want
    types = {field.name: field.type for field in found.to_arrow().schema.field("prv_candidates").type.value_type}
    assert (types["candid"], types["magpsf"], types["jd"]) == (pa.int64(), pa.float32(), pa.float64())
    inner = {field.name: field.dtype for field in found.to_polars()["prv_candidates"].dtype.inner.fields}
    assert (inner["candid"], inner["magpsf"], inner["jd"]) == (pl.Int64, pl.Float32, pl.Float64)
    for got in (found.to_arrow()["prv_candidates"][0].as_py(), found.to_polars()["prv_candidates"].to_list()[0]):
        assert [(one["candid"], one["jd"]) for one in got] == [(one.get("candid"), one["jd"]) for one in want]


def test_rows_of_ones_own_choice_keep_their_types():
    found = pgb.lookup("ZTF21abc", fields=["object_id", "candidate.rb", "lim_mag"])
    mine = pgb.Result(rows=(row for row in found if row["candidate.rb"] > 0), fields=found.fields)
    assert list(mine.to_arrow().schema) == list(found.to_arrow().schema) and mine.units == found.units == {"lim_mag": "mag"}


def test_values_that_are_not_of_their_type_are_kept():
    strange = pgb.Result(rows=[{"n": 1.5, "b": "AAE="}, {"n": 2, "b": None}], fields=[{"name": "n", "type": "integer"}, {"name": "b", "type": "bytes"}])
    assert strange.to_pandas()["n"].tolist() == [1.5, 2.0] and strange.to_arrow()["b"].to_pylist() == [b"\0\1", None]
    assert [field["type"] for field in strange.fields] == ["float64", "bytes"]


def test_full_messages_become_frames_without_loss():
    frame = pgb.lookup("ZTF21abc", full=True).to_polars()
    assert frame.height == 3 and frame["alert"].dtype == pl.Struct
    mixed = pgb.Result(rows=[{"a": {"b": [1, 0.95]}}, {"a": None}, {"a": {"b": [2**53 - 1]}}]).to_polars()
    assert mixed["a"].struct.field("b").to_list() == [[1.0, 0.95], None, [2.0**53 - 1]]


def test_numbers_that_are_text_stay_text():
    assert pgb.Result(b'{"mag": "faint", "publish_time": "yesterday"}').to_polars().rows() == [("faint", "yesterday")]


def test_binary_output_is_bytes():
    fits = pgb.run("lookup", "ZTF21abc", format="fits")
    assert fits.data.startswith(b"SIMPLE  =") and len(fits.data) % 2880 == 0 and fits.text == "" and len(fits) == 0 and "bytes" in repr(fits)
    assert pgb.run("lookup", "ZTF21abc", format="parquet").data.endswith(b"PAR1")
    assert pgb.run("lookup", "ZTF21abc", format="csv").text.startswith("object_id,")
    assert pgb.Result(b'{\n  "a": 1\n}\n').text == '{\n  "a": 1\n}\n'


def test_a_missing_library_is_named_with_what_brings_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ModuleNotFoundError, match=r"polars: pip install 'pgb-client\[all\]'"):
        pgb.Result(rows=[{"a": 1}]).to_polars()


def test_html_is_bounded_and_says_what_is_simulated(curve):
    shown = curve._repr_html_()
    assert shown.count("<tr>") == 21 and "mag<br>mag</th>" in shown and "simulated data" in shown
    assert f"{len(curve)} rows" in shown and len(shown) < 100_000


def test_html_puts_numbers_right_with_the_decimals_of_their_unit_and_leaves_empty_columns_out(transport):
    shown = pgb.lookup("ZTF21abc", fields=["object_id", "ra", "mjd", "mag", "class"])._repr_html_()
    assert "<th style='text-align:right'>ra<br>deg</th>" in shown and "<th style='text-align:left'>object_id<br></th>" in shown
    assert "<td style='text-align:right'>61250.23606</td><td style='text-align:right'>19.017</td>" in shown
    assert "class</th>" not in shown and "without values here: class" in shown
    assert "SuperNNova SN Ia 0.657" in pgb.lookup("ZTF21abc", all_revisions=True, fields="classifications")._repr_html_()


def test_html_takes_packets_for_text():
    shown = pgb.Result(rows=[{"<b>": "<script>alert(1)</script>", "long": "x" * 1000}])._repr_html_()
    assert "<script>" not in shown and "&lt;b&gt;" in shown and "x" * 100 not in shown
    assert pgb.Result(b"a < b")._repr_html_() == "<pre>a &lt; b</pre>"


def test_light_curves_stand_upside_down_with_units_bands_and_limits(curve, plt):
    axes = curve.plot()
    assert axes.yaxis_inverted() and "AB mag" in axes.get_ylabel() and "MJD" in axes.get_xlabel()
    assert "ZTF21abc" in axes.get_title() and "simulated" in axes.get_title()
    drawn = {line.get_label(): line for line in axes.lines if " detections " in line.get_label()}
    assert [label.split()[0] for label in drawn] == ["g", "r", "i"]
    assert len({line.get_color() for line in drawn.values()}) == len({line.get_marker() for line in drawn.values()}) == 3
    assert all(c.has_yerr for c in axes.containers)
    points = sum(len(c.lines[0].get_xdata()) for c in axes.containers)
    arrows = sum(len(c.get_offsets()) for c in axes.collections if hasattr(c, "get_sizes") and len(c.get_sizes()))
    assert points == sum(row["mag"] is not None for row in curve)
    assert arrows == sum(row["mag"] is None and row["lim_mag"] is not None for row in curve) > 0
    axes.figure.canvas.draw()


def test_the_legend_of_a_light_curve_counts_each_point_once(curve, plt):
    axes = curve.plot()
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    faint = [row for row in curve if row["kind"] == "forced" and row["mag"] is None]
    negative = [row for row in curve if row["mag"] is not None and row["flux"] < 0]
    assert faint and negative and all(abs(row["flux"]) <= 1.0001 * row["flux_err"] for row in faint)
    assert told == [
        *(f"{band} detections {sum(row['kind'] == 'detection' and row['band'] == band for row in curve)}" for band in "gri"),
        f"forced {sum(row['kind'] == 'forced' and row['mag'] is not None for row in curve)}",
        f"5σ limits {sum(row['kind'] == 'limit' for row in curve)}", f"forced <1σ {len(faint)}", f"(negative {len(negative)})",
    ]  # fmt: skip
    assert sum(int(words.split()[-1]) for words in told[:-1]) == len(curve)
    hollow = [line.get_label() for line in axes.lines if line.get_markerfacecolor() == "none" and not line.get_label().startswith("_")]
    assert hollow == [told[3]]
    told = [text.get_text() for text in curve.plot(y="flux").get_legend().get_texts()]
    assert sum(int(words.split()[-1]) for words in told) == sum(row["flux"] is not None for row in curve)


def test_forced_photometry_without_a_limit_of_its_own_is_drawn_at_5_sigma(plt):
    row = {"object_id": "x", "kind": "forced", "mjd": 61250.0, "band": "r", "mag": None, "flux": 50.0, "flux_err": 100.0, "lim_mag": None}
    axes = pgb.Result(rows=[row]).plot()
    assert axes.collections[0].get_offsets().tolist() == [[61250.0, pytest.approx(31.4 - 2.5 * np.log10(500))]]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["r detections 0", "forced <1σ 1"]


def test_fluxes_stand_upright(curve, plt):
    axes = curve.plot(y="flux")
    assert not axes.yaxis_inverted() and "nJy" in axes.get_ylabel()
    assert sum(len(c.lines[0].get_xdata()) for c in axes.containers) == sum(row["flux"] is not None for row in curve)


def test_light_curves_of_several_objects_have_a_panel_each(plt):
    axes = pgb.lightcurve("ZTF21abc", 9009999986880566225).plot()
    assert [a.get_title().split()[0] for a in axes] == ["ZTF21abc", "9009999986880566225"]


def test_a_plot_of_what_is_missing_says_so(plt):
    axes = pgb.lightcurve("ZTF21abc").plot(y="mag_total")
    assert [text.get_text() for text in axes.texts] == ["no value of mag_total"]


def test_a_plot_can_go_where_one_wants_it(curve, plt):
    figure, axes = plt.subplots(1, 2)
    assert curve.plot(ax=axes[1], alpha=0.5) is axes[1] and not axes[0].containers
    curve.plot(ax=axes[1])
    assert axes[1].yaxis_inverted()
    with pytest.raises(pgb.UsageError, match="can't be drawn"):
        curve.plot(y="colour")


def test_cutouts_are_arrays_of_pixels(plt, tmp_path):
    stamps = pgb.cutouts("ZTF21abc", output=tmp_path / "stamps")
    ((source, kinds),) = stamps.items()
    assert source == pgb.lookup("ZTF21abc")[-1]["source_id"] and list(kinds) == ["science", "template", "difference"]
    assert all(pixels.shape == (63, 63) and np.isfinite(pixels).any() for pixels in kinds.values())
    assert len(list((tmp_path / "stamps").iterdir())) == len(stamps.files) == 3
    axes = stamps.plot()
    assert axes.shape == (1, 3) and [a.get_title() for a in axes[0]] == list(kinds) and axes[0][0].get_xlabel() == "arcsec"
    assert axes[0][0].get_images()[0].get_extent()[1] == pytest.approx(63 * 1.01 / 2)


@pytest.mark.parametrize("name, survey, turned", [("ZTF21abc", "ztf", True), ("9009999986880566225", "lsst", False)])
def test_stamps_stand_as_the_survey_has_them(plt, tmp_path, name, survey, turned):
    stamps = pgb.cutouts(name, kind="science")
    (kinds,) = stamps.values()
    image = stamps.plot()[0][0].get_images()[0]
    assert stamps.files[0]["survey"] == survey
    assert image.origin == ("upper" if turned else "lower")  # the rows of ZTF run from north to south
    (picture,) = pgb.cutouts(name, kind="science", png=True, output=tmp_path).values()
    shape = kinds["science"].shape
    told = np.asarray(Image.open(picture["science"]).convert("L").resize(shape[::-1])).astype(float)
    shown = np.clip(kinds["science"] if turned else kinds["science"][::-1], *image.get_clim())
    alike = [np.corrcoef(told.ravel(), np.nan_to_num(rows).ravel())[0, 1] for rows in (shown, shown[::-1])]
    assert alike[0] > 0.8 and alike[0] > alike[1]
    low, high = image.get_clim()
    spread = np.nanpercentile(kinds["science"], [0, 99.99])
    assert spread[0] - 1 <= low < np.nanmedian(kinds["science"]) < high < spread[1]


def test_stamps_without_values_can_be_drawn():
    assert pgb._limits(np.full((3, 3), np.nan)) == (0.0, 1.0) and pgb._limits(np.full((9, 9), 7.0)) == pytest.approx((6.5, 7.5))


def test_cutouts_as_pictures_are_files_that_go_with_the_answer(plt):
    pictures = pgb.cutouts("ZTF21abc", 9009999986880566225, png=True, kind="science", all=True)
    paths = [kinds["science"] for kinds in pictures.values()]
    assert len(paths) > 2 and all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    with pytest.raises(pgb.UsageError, match="no stamps to draw"):
        pictures.plot()
    del pictures
    assert not any(path.exists() for path in paths)


def test_failing_cutouts_leave_no_folder_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(pgb.UsageError):
        pgb.cutouts("ZTF21abc", kind="nonsense")
    assert not list(tmp_path.iterdir())


def test_topics_and_their_fields_are_rows():
    topics = {row["topic"]: row for row in pgb.topics()}
    assert topics["ztf-loop"]["per_night"] == 86400 and "lsst-supernnova" in topics["classifications"]["members"]
    assert {"field": "diaSource.psfFlux", "unit": "nJy"}.items() <= next(r for r in pgb.topics("lsst-lite") if r["field"] == "diaSource.psfFlux").items()


class Shell:
    """Stands in for the shell of a notebook."""

    kernel = object()


@pytest.fixture
def notebook(monkeypatch):
    import IPython
    import IPython.display

    shown = []

    class Handle:
        def update(self, data, raw):
            shown.append(data["text/plain"])

    monkeypatch.setattr(IPython, "get_ipython", lambda: Shell)
    monkeypatch.setattr(IPython.display, "display", lambda data, raw, display_id: shown.append(data["text/plain"]) or Handle())
    return shown


def test_stamps_show_themselves_in_a_notebook(notebook, tmp_path):
    stamps = pgb.cutouts("ZTF21abc", output=tmp_path / "stamps")
    shown = Image.open(io.BytesIO(stamps._repr_png_()))
    assert shown.format == "PNG" and shown.width > shown.height > 100 and len(stamps.sheet) < 200_000
    assert repr(stamps) == "<pgb.Cutouts: 3 stamps of 1 alert>"
    assert len(stamps.files) == 3 == len(list((tmp_path / "stamps").iterdir()))
    assert pgb.cutouts("ZTF21abc", contact_sheet=False)._repr_png_() is None
    assert pgb.cutouts("ZTF98zzzzzzz")._repr_png_() is None


def test_elsewhere_stamps_are_drawn_where_it_is_asked_for(tmp_path):
    assert pgb.cutouts("ZTF21abc")._repr_png_() is None
    assert pgb.cutouts("ZTF21abc", contact_sheet=True)._repr_png_().startswith(b"\x89PNG")
    stamps = pgb.cutouts("ZTF21abc", contact_sheet=tmp_path / "mine.png")
    assert stamps.sheet == (tmp_path / "mine.png").read_bytes()


SLOW = """
    for i in range(3):
        print(json.dumps({"messages": 1000 * i, "written": i, "rate_per_s": 5, "bytes": 10**6, "simulated": True}), file=sys.stderr, flush=True)
        print(json.dumps({"i": i}), flush=True)
        time.sleep(0.6)
"""


def test_a_notebook_shows_how_far_a_stream_is(fake, notebook):
    fake(SLOW)
    assert len(list(pgb.stream("x"))) == 3
    assert notebook and notebook[-1] == "pgb stream: 2,000 messages read, 2 rows, 5/s, 1.0 MB, simulated"


def test_a_notebook_shows_how_long_a_lookup_takes_and_clears_the_line(fake, notebook):
    fake("print('reads 3 GB', file=sys.stderr, flush=True); time.sleep(1.4); print('{}')")
    pgb.lookup("x")
    assert notebook[0].startswith("pgb lookup: ") and notebook[0].endswith(" s · reads 3 GB") and notebook[-1] == ""


def test_quick_calls_and_silent_ones_show_nothing(fake, notebook, capsys):
    pgb.lookup("ZTF21abc")
    fake(SLOW)
    list(pgb.stream("x", progress=False))
    pgb.configure(progress=False)
    list(pgb.stream("x"))
    assert notebook == [] and capsys.readouterr() == ("", "")


def test_elsewhere_progress_shows_only_where_it_is_asked_for(fake, capsys):
    fake(SLOW)
    list(pgb.stream("x"))
    assert capsys.readouterr() == ("", "")
    list(pgb.stream("x", progress=True))
    assert "2,000 messages read" in capsys.readouterr().err


def test_ipython_is_not_loaded_for_progress():
    from conftest import script

    assert script("pgb.lookup('ZTF21abc'); print('IPython' in sys.modules)").stdout == "False\n"
