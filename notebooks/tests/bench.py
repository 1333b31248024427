"""What the module costs over the program itself: time a call, and rows a second into pandas.

    make python-bench
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import pgb  # noqa: E402


def median(work, times):
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def bare(*words):
    subprocess.run([pgb.binary(), *words], stdin=subprocess.DEVNULL, capture_output=True, check=True)


def main():
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(HOME=home, PGB_SANDBOX="1", PGB_SANDBOX_DIR=home)
        pgb.lookup("ZTF21abc").to_pandas()  # fills the sandbox, loads the libraries
        for transport in ("arrow", "jsonl"):
            pgb.configure(transport=transport)
            pairs = [  # by turns, so that both meet the same machine
                (median(lambda: bare("lookup", "-f", transport, "--", "ZTF21abc"), 1), median(lambda: pgb.lookup("ZTF21abc"), 1)) for _ in range(200)
            ]
            program, module = (statistics.median(column) for column in zip(*pairs))
            print(f"{transport:6} a call: program {program * 1e3:.1f} ms, module {module * 1e3:.1f} ms, over {(module - program) * 1e3:.2f} ms")
        wide = "select a.*, p.flux f, p.mag m from photometry p join alerts a on a.object_id = p.object_id limit 200000"
        for transport in ("arrow", "jsonl"):
            pgb.configure(transport=transport)
            count = len(pgb.sql(wide).to_pandas())
            whole = median(lambda: pgb.sql(wide).to_pandas(), 3)
            program = median(lambda: bare("sql", wide, "-f", transport), 3)
            print(f"{transport:6} sql: {count} rows of {len(pgb.sql(wide).columns)} columns to pandas: {count / whole:,.0f} rows/s (program alone {count / program:,.0f})")
        begun = time.perf_counter()
        count = sum(1 for _ in pgb.iterate("sql", wide))
        print(f"jsonl  iterate: {count} rows as dicts: {count / (time.perf_counter() - begun):,.0f} rows/s")


if __name__ == "__main__":
    main()
