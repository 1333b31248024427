import asyncio
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import script, script_text

import pgb


def subscribed():
    """Whether the broker has any subscription left."""
    listed = pgb.run("subscriptions")
    return bool(listed.text or len(listed))


def test_a_stream_gives_rows_as_dicts_up_to_its_limit():
    rows = list(pgb.stream("classifications", limit=7))
    assert len(rows) == 7
    for row in rows:
        assert isinstance(row["object_id"], str) and isinstance(row["mjd"], float) and row["simulated"] is True
        assert isinstance(row["classifications"], list)


def test_where_and_fields_choose_rows_and_columns():
    rows = list(pgb.stream("lsst-alerts", where="mag < 22", fields=["object_id", "mag", "diaSource.diaSourceId"], limit=5))
    assert [list(row) for row in rows] == [["object_id", "mag", "diaSource.diaSourceId"]] * 5
    assert all(row["mag"] < 22 and row["diaSource.diaSourceId"] > 2**53 for row in rows)


def test_full_messages_come_through():
    (row,) = pgb.stream("ztf-alerts", limit=1, full=True)
    assert row["alert"]["candid"] == int(row["source_id"])


def test_leaving_the_block_deletes_the_temporary_subscription(on_broker):
    with pgb.stream("ztf-alerts") as rows:
        next(rows)
        assert subscribed()
    assert rows._process.popen.returncode == 0
    assert not subscribed()


def test_a_stream_that_nobody_holds_ends(on_broker):
    for row in pgb.stream("ztf-alerts"):
        break
    gc.collect()
    assert not subscribed()


def test_a_stream_ends_with_python(on_broker):
    ended = script("rows = pgb.stream('ztf-alerts'); print(next(rows)['survey'])")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "ztf\n", "")
    assert not subscribed()


@pytest.mark.skipif(sys.platform == "win32", reason="a Ctrl-C can't be sent to one process")
def test_a_ctrl_c_ends_a_stream_that_waits(on_broker):
    body = """
        rows = pgb.stream("ztf-alerts", where="mag < -100")
        print("ready", flush=True)
        try:
            next(rows)
        except KeyboardInterrupt:
            print(rows._process.popen.returncode, flush=True)
            sys.stdin.read()
    """
    with subprocess.Popen([sys.executable, "-c", script_text(body)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout.readline() == "ready\n"
        while not subscribed():
            pass
        user.send_signal(signal.SIGINT)
        assert user.stdout.readline() == "0\n"
        assert not subscribed()
        user.stdin.close()


def test_nothing_is_lost_after_stop():
    rows = pgb.stream("classifications", rate=2000)
    got = [next(rows) for _ in range(50)]
    rows.stop()
    got += rows
    assert rows.figures["reason"] == "stopped"
    assert len(got) == rows.figures["written"] > 50


def test_read_gives_a_result():
    with pgb.stream("classifications", rate=1000) as rows:
        first, second = rows.read(20), rows.read(5)
    assert (len(first), len(second)) == (20, 5)
    assert list(first.to_pandas().columns) == first.columns == list(first[0])
    assert first.to_pandas()["publish_time"].dtype == "datetime64[us, UTC]"
    assert pgb.stream("classifications", rate=1000, limit=12).read().to_arrow().num_rows == 12


def test_a_closed_stream_gives_no_more():
    rows = pgb.stream("classifications", limit=5)
    next(rows)
    rows.close()
    rows.close()
    assert list(rows) == []


def test_a_program_that_hangs_is_ended_by_force(fake, monkeypatch):
    monkeypatch.setattr(pgb, "_PATIENCE", 0.2)
    fake("""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print('{"n": 1}', flush=True)
        time.sleep(600)
    """)
    with pgb.stream("x") as rows:
        assert next(rows) == {"n": 1}
        begun = time.monotonic()
    assert rows._process.popen.returncode == -signal.SIGTERM and time.monotonic() - begun < 10


def test_a_program_with_a_full_pipe_ends_by_itself(fake):
    fake("""
        asked = []
        signal.signal(signal.SIGINT, lambda *_: asked.append(True))
        while not asked: print('{"text": "' + 'x' * 1000 + '"}', flush=True)
    """)
    with pgb.stream("x") as rows:
        next(rows)
    assert rows._process.popen.returncode == 0


def test_what_is_not_read_is_not_fetched(fake):
    fake("""
        for i in range(1000):
            print(json.dumps({"i": i, "text": "x" * 4096}), flush=True)
            print(json.dumps({"messages": i}), file=sys.stderr, flush=True)
    """)
    rows = pgb.stream("x")
    next(rows)
    seen = -1
    while seen != rows.figures.get("messages"):  # until it waits
        seen = rows.figures.get("messages")
        threading.Event().wait(0.2)
    assert 0 < seen < 500
    assert len(list(rows)) == 999


def test_an_error_comes_after_the_rows(fake):
    fake("""
        print('{"n": 1}', flush=True)
        print("pgb: the connection broke\\nhint: try again", file=sys.stderr)
        sys.exit(1)
    """)
    rows = pgb.stream("x")
    assert next(rows) == {"n": 1}
    with pytest.raises(pgb.PgbError, match="the connection broke\nhint: try again") as caught:
        next(rows)
    assert (caught.value.code, caught.value.message, caught.value.hints) == (1, "the connection broke", ["try again"])
    assert list(rows) == []


def test_an_unknown_topic_is_a_usage_error():
    with pytest.raises(pgb.UsageError, match='unknown topic "nonsense"'):
        next(pgb.stream("nonsense"))


def test_async_streams_give_the_same(on_broker):
    async def work():
        async with pgb.astream("ztf-alerts", limit=1000) as rows:
            got = []
            async for row in rows:
                got.append(row["survey"])
                if len(got) == 30:
                    return got

    assert asyncio.run(work()) == ["ztf"] * 30
    assert not subscribed()

    async def all_of_it():
        return [row async for row in pgb.astream("ztf-alerts", limit=3)]

    assert len(asyncio.run(all_of_it())) == 3


def test_an_async_stream_that_is_cancelled_ends(on_broker):
    async def work():
        async with pgb.astream("ztf-alerts", where="mag < -100") as rows:
            task = asyncio.ensure_future(rows.__anext__())
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        return rows.stream._process.popen.returncode

    assert asyncio.run(work()) is not None
    assert not subscribed()


def test_a_bare_async_loop_over_a_quiet_stream_can_be_cancelled(on_broker):
    rows = pgb.astream("ztf-alerts", where="mag < -100")

    async def read():
        async for _ in rows:
            pass

    async def work():
        task = asyncio.ensure_future(read())
        while not await asyncio.to_thread(subscribed):
            pass
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(work())
    assert rows.stream._process.popen.returncode is not None
    assert not subscribed()


@pytest.mark.skipif(sys.platform == "win32", reason="a Ctrl-C can't be sent to one process")
def test_a_ctrl_c_ends_a_bare_async_loop_over_a_quiet_stream(on_broker):
    body = """
        import asyncio
        async def read():
            async for _ in pgb.astream("ztf-alerts", where="mag < -100"):
                pass
        print("ready", flush=True)
        try:
            asyncio.run(read())
        except KeyboardInterrupt:
            print("stopped", flush=True)
    """
    with subprocess.Popen([sys.executable, "-c", script_text(body)], stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout.readline() == "ready\n"
        while not subscribed():
            pass
        user.send_signal(signal.SIGINT)
        assert user.communicate(timeout=60)[0] == "stopped\n"
    assert not subscribed()


def test_a_stream_has_the_surveys_own_types():
    names = ["candidate.rb", "candid", "publish_time", "prv_candidates", "classifications", "object_id"]
    rows = pgb.stream("ztf-alerts", fields=names, limit=3, rate=500)
    got, want = rows.read(), pgb.lookup("ZTF21abc", fields=names)
    assert str(got.to_pandas()["candidate.rb"].dtype) == "float32" and str(got.to_pandas()["candid"].dtype) == "Int64"
    assert got.to_arrow().schema.types == want.to_arrow().schema.types and got.fields == want.fields == rows.fields


def test_what_a_stream_read_has_the_types_of_a_lookup():
    want = pgb.run("stream", topic="classifications", limit=3, rate=500)
    got = pgb.stream("classifications", limit=3, rate=500).read()
    assert all(row["mag_total"] is None for row in got)  # a number all the same
    assert got.to_polars().schema == want.to_polars().schema
    assert got.to_pandas().dtypes.to_dict() == want.to_pandas().dtypes.to_dict()
    assert list(got.to_arrow().schema) == list(want.to_arrow().schema) and got.fields == want.fields
    assert got.to_table()["mag_total"].dtype == want.to_table()["mag_total"].dtype == float


@pytest.mark.skipif(sys.platform == "win32", reason="a Ctrl-C can't be sent to one process")
def test_a_ctrl_c_for_all_of_the_terminal_ends_a_stream_cleanly(on_broker):
    body = """
        rows = pgb.stream("ztf-alerts", where="mag < -100")
        print("ready", flush=True)
        try:
            next(rows)
        except KeyboardInterrupt:
            print(rows._process.popen.returncode, flush=True)
    """
    with subprocess.Popen([sys.executable, "-c", script_text(body)], stdout=subprocess.PIPE, text=True, start_new_session=True) as user:
        try:
            assert user.stdout.readline() == "ready\n"
            while not subscribed():
                pass
            os.killpg(user.pid, signal.SIGINT)
            assert user.communicate(timeout=60)[0] == "0\n"
        finally:
            user.kill()
    assert not subscribed()


def test_many_streams_run_at_once_in_threads(on_broker):
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: [row["survey"] for row in pgb.stream("ztf-alerts", limit=20)], range(8)))
    assert got == [["ztf"] * 20] * 8
    assert not subscribed()


def test_threads_may_share_a_stream(fake):
    fake("for i in range(20000): print(json.dumps({'i': i}))")
    rows = pgb.stream("x")
    with ThreadPoolExecutor(4) as pool:
        got = [row["i"] for part in pool.map(lambda _: list(rows), range(4)) for row in part]
    assert sorted(got) == list(range(20000))


def test_a_stream_can_be_closed_by_another_thread(on_broker):
    rows = pgb.stream("ztf-alerts", where="mag < -100")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(list, rows)
        while not subscribed():
            pass
        rows.close()
        assert waiting.result(timeout=60) == []
    assert not subscribed()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks")
def test_a_fork_neither_reads_nor_ends_the_stream_of_its_parent(on_broker):
    body = """
        import os
        rows = pgb.stream("ztf-alerts")
        next(rows)
        rows._lines.clear()
        child = os.fork()
        if child == 0:
            try:
                next(rows)
            except pgb.PgbError as error:
                print(error.message, flush=True)
            rows.close()
            sys.exit()
        print(os.waitpid(child, 0)[1], next(rows)["survey"], flush=True)
    """
    ended = script(body)
    assert (ended.returncode, ended.stdout) == (0, "this was begun by another process, which reads it\n0 ztf\n"), ended.stderr
    assert not subscribed()


def test_results_and_errors_go_between_processes_and_streams_do_not():
    found = pickle.loads(pickle.dumps(pgb.lookup("ZTF21abc")))
    assert found.rows == pgb.lookup("ZTF21abc").rows
    error = pickle.loads(pickle.dumps(pgb.UsageError("wrong", ["right"], 2)))
    assert (type(error), error.message, error.hints, error.code) == (pgb.UsageError, "wrong", ["right"], 2)
    with pgb.stream("ztf-alerts", limit=1) as rows, pytest.raises(TypeError, match="stays in the process"):
        pickle.dumps(rows)


def test_any_command_can_be_iterated(tmp_path):
    rows = pgb.iterate("lightcurve", "ZTF21abc", limit=4)
    assert [row["object_id"] for row in rows] == ["ZTF21abc"] * 4 and any("local archive" in note for note in rows.notes)
    saved = tmp_path / "night.jsonl"
    pgb.run("stream", topic="ztf-alerts", limit=3, full=True, output=saved)
    decoded = pgb.iterate("decode", "-", stdin=saved.read_bytes())
    assert len(list(decoded)) == 3 == decoded.figures["written"]
