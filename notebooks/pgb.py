"""Alert streams and lookups of the Pitt-Google broker, from Python.

Everything here runs the command line tool ``pgb`` and gives back what it says: names, arguments and units are those of
the command line, and any keyword becomes a flag (``since="30d"`` is ``--since 30d``, ``all_revisions=True`` is
``--all-revisions``), so ``pgb lookup --help`` documents ``pgb.lookup`` too.

>>> import pgb
>>> pgb.configure(sandbox=True)  # simulated data, no account; without it the real broker
>>> for row in pgb.stream("classifications", where='p("SN Ia") > 0.9', limit=10):
...     print(row["object_id"], row["mag"], row["prob"])
>>> curve = pgb.lightcurve("ZTF21abc")
>>> curve.plot()
>>> curve.to_pandas()

Only the standard library is needed; pyarrow, pandas, polars, astropy, numpy and matplotlib are used where they are there.
"""

from __future__ import annotations

import asyncio
import base64
import collections
import csv
import datetime as _dt
import functools
import html
import importlib
import importlib.util
import io
import itertools
import json
import math
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import warnings
import weakref
from typing import Any, AsyncIterator, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, Union, overload

__all__ = [
    "stream", "astream", "lookup", "cone", "lightcurve", "classifications", "sql", "cutouts", "packet", "decode", "topics", "tables",
    "run", "iterate", "configure", "binary", "version", "Result", "Stream", "AsyncStream", "Cutouts", "PgbError", "BinaryError", "UsageError",
    "NotAuthorisedError", "TooExpensiveError", "EmptyError", "Interrupted", "QuarantineWarning",
]

Row = Dict[str, Any]
Field = Dict[str, Any]

# Seconds that a stream has to end by itself: it gives back what was fetched and deletes its temporary subscription.
_PATIENCE = 15.0
_CHUNK = 1 << 16
_MANY_IDS = 100  # more than these go through standard input


class PgbError(Exception):
    """The command failed.

    Attributes
    ----------
    message : str
        What ``pgb`` said.
    hints : list of str
        What it proposes to type next.
    code : int
        Its exit code; docs/exit-codes.md lists them.
    """

    def __init__(self, message: str, hints: Iterable[str] = (), code: int = 1) -> None:
        self.message, self.hints, self.code = message, list(hints), code
        super().__init__("\n".join([message, *("hint: " + h for h in self.hints)]))


class BinaryError(PgbError):
    """The program ``pgb`` was not found, or what was found is not pgb."""


class UsageError(PgbError):
    """Wrong usage: an unknown topic, flag, field or id, or a filter with an error (exit code 2)."""


class NotAuthorisedError(PgbError):
    """No credentials, or credentials without the permission that is named (exit code 3)."""


class TooExpensiveError(PgbError):
    """A lookup would read more than ``max_bytes``; nothing was spent (exit code 4)."""


class EmptyError(PgbError):
    """Nothing was found and ``fail_empty`` was given (exit code 6)."""


class Interrupted(PgbError):
    """The command was stopped before it was done (exit code 130)."""


class QuarantineWarning(UserWarning):
    """Some messages could not be decoded and are in the quarantine file; all others were given (exit code 5)."""


_ERRORS = {2: UsageError, 3: NotAuthorisedError, 4: TooExpensiveError, 6: EmptyError, 130: Interrupted}


def _usage(message: str, *hints: str) -> UsageError:
    return UsageError(message, hints, 2)


class _Settings:
    flags: Dict[str, Any] = {}
    archive: Optional[str] = None
    config: Optional[str] = None
    binary: Optional[str] = None
    progress: Optional[bool] = None
    transport: Optional[str] = None
    checked: Dict[str, str] = {}  # what a program said of its version
    refused: set[Tuple[str, str, str]] = set()  # program, command and format that do not go together


_KEPT: Any = object()  # a setting that is not named


def configure(
    *,
    sandbox: Optional[bool] = _KEPT,
    project: Optional[str] = _KEPT,
    archive: Union[str, os.PathLike[str], None] = _KEPT,
    config: Union[str, os.PathLike[str], None] = _KEPT,
    binary: Union[str, os.PathLike[str], None] = _KEPT,
    progress: Optional[bool] = _KEPT,
    transport: Optional[str] = _KEPT,
    **flags: Any,
) -> None:
    """Choose what all calls after this one use. What is not named stays; None is the default, and ``configure()`` sets all to theirs.

    Parameters
    ----------
    sandbox : bool, optional
        Simulated data from a broker inside the program: no account, no network. False overrules ``PGB_SANDBOX``.
    project : str, optional
        Your Google Cloud project.
    archive : str or path, optional
        Where lookups look: ``"local"``, ``"bigquery"`` or a file.
    config : path, optional
        The program's file of settings, in place of ``PGB_CONFIG``.
    binary : path, optional
        The program; by default ``PGB_BINARY``, the one that was installed with this module, or the one on the ``PATH``.
    progress : bool, optional
        Whether a line says how far a call is; by default in notebooks only.
    transport : {"arrow", "jsonl"}, optional
        How results come from the program; by default Arrow where pyarrow is there.
    **flags
        Global flags of the program: ``seed=2``, ``quiet=True``.
    """
    if unknown := sorted(set(flags) - {"seed", "quiet"}):
        raise _usage(f"unknown setting {unknown[0]}", "sandbox, project, archive, config, binary, progress, transport, seed or quiet")
    named = {name: value for name, value in dict(flags, sandbox=sandbox, project=project).items() if value is not _KEPT}
    others: Dict[str, Any] = {"archive": archive, "config": config, "binary": binary, "progress": progress, "transport": transport}
    kept = {name: getattr(_Settings, name) if value is _KEPT else value for name, value in others.items()}
    if not named and all(value is _KEPT for value in others.values()):
        named, kept = dict.fromkeys(_Settings.flags), dict.fromkeys(others)
    if kept["transport"] not in (None, "arrow", "jsonl"):
        raise _usage(f"unknown transport {kept['transport']!r}", "arrow or jsonl")
    paths = ("archive", "config", "binary")
    for name in paths:
        if not isinstance(kept[name], (str, os.PathLike, type(None))):
            raise _usage(f"{name} is a path, and not {kept[name]!r}", f'pgb.configure({name}="...")')
    _Settings.flags = {k: v for k, v in {**_Settings.flags, **named}.items() if v is not None}
    _Settings.archive, _Settings.config, _Settings.binary = (None if kept[name] is None else os.fspath(kept[name]) for name in paths)
    _Settings.progress, _Settings.transport = kept["progress"], kept["transport"]


def binary() -> str:
    """Give the path of the program that is used.

    Raises
    ------
    BinaryError
        There is none, or it is not pgb.
    """
    with _FINDING:
        return _found()


_FINDING = threading.Lock()  # sysconfig can't be asked by several threads at once before it was asked by one


def _found() -> str:
    named = _Settings.binary or os.environ.get("PGB_BINARY")
    path = _program(named) if named else _installed() or shutil.which("pgb")
    if path is None:
        where = f"there is no program {named}" if named else "the program pgb was not found"
        raise BinaryError(where, ["pip install pgb-client brings it along", "or name it: PGB_BINARY=/path/to/pgb, pgb.configure(binary=...)"])
    if path not in _Settings.checked:
        try:
            said = subprocess.run([path, "version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60).stdout.decode(errors="replace")
        except (OSError, subprocess.SubprocessError) as problem:
            raise BinaryError(f"{path} does not run: {problem}", ["is it built for this machine?"]) from problem
        if not re.match(r"pgb .*\bgo\d", said):
            raise BinaryError(f"{path} is not pgb", ["name the right one: PGB_BINARY=/path/to/pgb"])
        _Settings.checked[path] = said.strip()
    return path


def version() -> str:
    """Give what the program says of its version."""
    return _Settings.checked[binary()]


def _program(path: str) -> Optional[str]:
    path = os.path.expanduser(path)
    return shutil.which(path) if os.path.dirname(path) == "" else path if os.path.isfile(path) else None


@functools.lru_cache(maxsize=None)
def _installed() -> Optional[str]:
    """The program of the wheel, where this module comes from one, whether or not its folder is on the PATH."""
    site = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if not os.path.isfile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "py.typed")):
        return None
    name = "pgb.exe" if os.name == "nt" else "pgb"
    for scheme in sysconfig.get_scheme_names():
        paths = sysconfig.get_paths(scheme)
        if site in (paths["purelib"], paths["platlib"]) and os.path.isfile(os.path.join(paths["scripts"], name)):
            return os.path.join(paths["scripts"], name)
    beside = os.path.join(site, "bin", name)  # pip install --target
    return beside if os.path.isfile(beside) else None


def _library(name: str) -> Any:
    """A library that this module can do without, but not this call."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as problem:
        if problem.name != name.partition(".")[0]:
            raise
        raise ModuleNotFoundError(f"this needs {problem.name}: pip install 'pgb-client[all]'", name=problem.name) from None


def _is_quantity(value: Any) -> bool:
    return hasattr(value, "unit") and hasattr(value, "to_value")


def _is_coordinates(value: Any) -> bool:
    return hasattr(value, "icrs") and hasattr(value, "separation")


def _is_table(value: Any) -> bool:
    """DataFrames of pandas and polars, astropy's and Arrow's tables, results, dicts of columns."""
    return isinstance(value, (Result, Mapping)) or any(hasattr(value, name) for name in ("iterrows", "iter_rows", "column_names"))


def _is_list(value: Any) -> bool:
    if isinstance(value, (list, tuple, set, frozenset, range)) or isinstance(value, Iterator):
        return True
    return hasattr(value, "tolist") and getattr(value, "ndim", 1) > 0 or hasattr(value, "to_list") or hasattr(value, "to_pylist")


def _list(value: Any) -> List[Any]:
    for name in ("tolist", "to_list", "to_pylist"):
        if hasattr(value, name):
            return list(getattr(value, name)())
    return list(value)


def _text(value: Any) -> str:
    """One value as it is typed on the command line."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if getattr(value, "shape", ()) != ():
        raise _usage(f"a flag takes one value, and not the {type(value).__name__} of {' x '.join(map(str, value.shape))} values", "targets=... takes lists")
    if _is_coordinates(value):
        ra, dec = _degrees(value)
        return f"{ra!r} {dec!r}"
    if _is_quantity(value):
        for unit in ("arcsec", "s"):
            if value.unit.is_equivalent(unit):
                return f"{float(value.to_value(unit))!r}s"
        raise _usage(f"{value!r} is no angle and no time", "flags take angles, times, numbers and text")
    if hasattr(value, "sec") and hasattr(value, "jd1"):  # astropy's TimeDelta
        return f"{float(value.sec)!r}s"
    if hasattr(value, "isot") and hasattr(value, "utc"):  # astropy's Time
        return str(value.utc.isot) + "Z"
    if isinstance(value, _dt.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=_dt.timezone.utc)).isoformat()
    if isinstance(value, _dt.date):
        return value.isoformat()
    if isinstance(value, _dt.timedelta):
        return f"{value.total_seconds()!r}s"
    if type(value).__name__ == "datetime64":
        return str(value.astype("datetime64[us]")) + "Z"
    if type(value).__name__ == "timedelta64":
        return _text(value.astype("timedelta64[us]").item())
    if hasattr(value, "item") and not isinstance(value, (int, float)):
        return _text(value.item())  # a scalar of numpy
    return float.__repr__(value) if isinstance(value, float) else str(value)


def _degrees(value: Any) -> Any:
    """Degrees of a coordinate, a Quantity or a SkyCoord (which has two); anything else as it is."""
    if _is_coordinates(value):
        at = value.icrs
        return _degrees(at.ra), _degrees(at.dec)
    if _is_quantity(value):
        if not value.unit.is_equivalent("deg"):
            raise _usage(f"a position is an angle, and not in {value.unit}")
        value = _plain(value, "deg")
    if getattr(value, "ndim", 0) > 1:
        value = value.ravel()
    if hasattr(value, "tolist"):  # scalars and arrays of numpy, exactly
        return value.tolist()
    return _list(value) if _is_list(value) else value


def _plain(value: Any, unit: Any) -> Any:
    """A Quantity as numbers in a unit, NaN where it is masked."""
    value = value.filled(float("nan")) if hasattr(value, "filled") else value
    return value.to_value(unit)


def _cells(column: Any) -> Any:
    """A column of a list of targets, or one value: angles in degrees, other quantities as they are written."""
    if _is_quantity(column):
        column = _plain(column, "deg" if column.unit.is_equivalent("deg") else column.unit)
    if getattr(column, "unit", None) is not None and hasattr(column, "quantity"):  # a column of astropy's Table
        mask = getattr(column, "mask", None)
        values = _list(column.quantity.to_value("deg")) if column.unit.is_equivalent("deg") else _list(column)
        return values if mask is None else [None if gone else value for gone, value in zip(_list(mask), values)]
    return _list(column) if _is_list(column) or getattr(column, "shape", ()) != () else column


def _flags(flags: Mapping[str, Any]) -> List[str]:
    """Keywords as flags. A name may end in _ where Python has the word for itself (``for_="5m"``)."""
    words: List[str] = []
    for name, value in flags.items():
        if value is None:
            continue
        name = name.rstrip("_").replace("_", "-")
        if _is_list(value) and not _is_quantity(value):
            value = ",".join(_text(v) for v in _list(value))
        dashes = "-" if len(name) == 1 else "--"
        words.append(f"{dashes}{name}" if value is True else f"{dashes}{name}={_text(value)}")
    return words


def _ids(values: Iterable[Any]) -> List[str]:
    ids: List[str] = []
    for value in values:
        if _is_list(value):
            ids += _ids(_list(value))
        elif _is_missing(value):
            continue
        elif isinstance(value, float) or type(value).__name__.startswith("float"):
            raise _usage(f"the id {value!r} is a float, which does not hold all digits of an id", "read the column as integers or as text")
        else:
            ids.append(_text(value))
    return ids


class _Targets:
    """A list of targets as the program takes it, and what its rows are called."""

    def __init__(self, columns: Mapping[str, Sequence[Any]], labels: Optional[Sequence[Any]] = None) -> None:
        self.columns, self.labels = columns, labels
        self.lines: List[int] = []
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        line = 2
        for row in zip(*columns.values()):
            cells = ["" if _is_missing(v) else _text(v) for v in row]
            writer.writerow(cells)
            self.lines.append(line)
            line += 1 + sum(cell.count("\n") for cell in cells)
        self.data = out.getvalue().encode()

    def row(self, at: int) -> str:
        label = at if self.labels is None else self.labels[at]
        return f"row {at}" if label == at else f"row {at} (index {label!r})"

    def run(self, command: str, **flags: Any) -> Result:
        try:
            found = run(command, stdin=self.data, **flags)
            self.say_left_out(found.notes)
            return found
        except UsageError as error:
            told = re.match(r"-, line (\d+): ", error.message)
            if told is None or int(told[1]) not in self.lines:
                raise
            at = self.lines.index(int(told[1]))
            without = [name for name, values in self.columns.items() if _is_missing(values[at])]
            missing = f" (nothing in: {', '.join(without)})" if without else ""
            raise _usage(f"{self.row(at)} of the targets: {error.message[told.end():]}{missing}", *error.hints) from None

    def say_left_out(self, notes: Sequence[str]) -> None:
        """Warn of rows that the program left out, and name the first as the table does."""
        for told in filter(None, (re.match(r"-: (.* left out.*?)(?:;|:)(?: the first is)? line (\d+)$", note) for note in notes)):
            if int(told[2]) in self.lines:
                warnings.warn(f"{told[1]}; the first is {self.row(self.lines.index(int(told[2])))}", stacklevel=5)


def _table_targets(table: Any) -> _Targets:
    """A list of targets: a DataFrame of pandas or polars, a table of astropy or Arrow, a list of dicts."""
    if hasattr(table, "iterrows") and hasattr(table, "reset_index"):  # pandas; ids are often its index
        labels = table.index.tolist()
        if any(name is not None for name in table.index.names):
            table = table.reset_index()
        return _Targets({str(name): table[name].tolist() for name in table.columns}, labels)
    if hasattr(table, "colnames"):  # astropy
        return _column_targets({name: table[name] for name in table.colnames})
    if isinstance(table, Mapping):
        return _column_targets(table)
    if hasattr(table, "column_names"):
        return _Targets({name: table[name].to_pylist() for name in table.column_names})
    if hasattr(table, "iter_rows"):
        return _Targets({name: table[name].to_list() for name in table.columns})
    rows = [row if isinstance(row, Mapping) else dict(zip(("ra", "dec"), row)) for row in table]
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = {name: [_cells(row.get(name)) for row in rows] for name in names}
    return _Targets({name: column for name, column in cells.items() if not any(isinstance(value, (list, dict)) for value in column)})


def _column_targets(table: Mapping[str, Any]) -> _Targets:
    columns: Dict[str, Any] = {}
    for name, column in table.items():
        if _is_coordinates(column):
            columns["ra"], columns["dec"] = _degrees(column)
        else:
            columns[str(name)] = _cells(column)
    return _Targets(_broadcast(columns))


def _broadcast(columns: Mapping[str, Any]) -> Dict[str, List[Any]]:
    """Columns of one length: a single value stands for as many as the others have."""
    lengths = {len(column) for column in columns.values() if isinstance(column, list)} or {1}
    if len(lengths) > 1:
        raise _usage(" and ".join(columns) + " are not of the same length")
    (length,) = lengths
    return {name: column if isinstance(column, list) else [column] * length for name, column in columns.items()}


def _is_missing(value: Any) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType") or value != value


class _Process:
    """A running pgb: chunks of its output, and what it says on standard error."""

    def __init__(
        self, words: Sequence[str], stdin: Optional[bytes] = None, room: int = 0, env: Optional[Dict[str, str]] = None, quiet: bool = False
    ) -> None:
        options: Dict[str, Any] = {"env": {**os.environ, **env} if env else None, "bufsize": 0}
        if os.name == "nt":
            options["creationflags"] = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP")
        else:  # a Ctrl-C is for Python, which then ends the program by one signal, and not by two
            options["start_new_session"] = True
        with tempfile.TemporaryFile() if stdin is not None else open(os.devnull, "rb") as given:
            if stdin is not None:
                given.write(stdin)
                given.seek(0)
            self.popen = subprocess.Popen([binary(), *words], stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.notes: List[str] = []
        self.figures: Dict[str, Any] = {}
        self._quiet = quiet
        self._fields: List[Field] = []
        self._told = threading.Event()  # whether the program has said what columns there are
        self._chunks: queue.Queue[bytes] = queue.Queue(room)
        self._owner, self._asked, self._lock = os.getpid(), False, threading.Lock()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._listen)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.popen.stdout is not None
        while chunk := self.popen.stdout.read(_CHUNK):
            self._chunks.put(chunk)
        self.popen.stdout.close()
        self._chunks.put(b"")

    def _listen(self) -> None:
        assert self.popen.stderr is not None
        with io.TextIOWrapper(io.BufferedReader(self.popen.stderr), encoding="utf-8", errors="replace") as lines:  # type: ignore[type-var]
            for line in lines:
                if not self._logged(line):
                    self.notes.append(line.rstrip("\n"))
        self._told.set()

    def _logged(self, line: str) -> bool:
        """Take a line of structured logs."""
        try:
            said = json.loads(line) if line.startswith("{") else None
        except ValueError:
            said = None
        if not isinstance(said, dict):
            return False
        if said.get("msg") == "columns":
            self._fields = said["columns"]
        elif "messages" in said:
            self.figures = said
        else:  # a note, or the error
            error = said.get("level") == "ERROR"
            if self._quiet and not error:
                return True
            caret = ["  " + line for line in said.get("caret", "").split("\n") if line]
            self.notes += [("pgb: " if error else "") + str(said.get("msg", "")), *caret, *("hint: " + hint for hint in said.get("hints") or ())]
            return True
        self._told.set()
        return True

    def fields(self) -> List[Field]:
        """The columns, which the program names before the first row; none where an old one does not."""
        for _ in range(8):
            if self._told.wait(0.25):  # in steps, for a Ctrl-C
                break
        return self._fields

    def chunk(self, tick: Callable[[_Process], None]) -> bytes:
        """The next piece of output; empty at the end. Waits in steps, so that a Ctrl-C is heard on every platform."""
        while True:
            if self._owner != os.getpid():
                raise PgbError("this was begun by another process, which reads it", ["begin it in the process that reads it"])
            try:
                got = self._chunks.get(timeout=0.25)
            except queue.Empty:
                tick(self)
                continue
            if not got:
                self._chunks.put(got)  # for whoever asks again
            return got

    def wait(self) -> int:
        """The exit code, when the output has ended."""
        code = self.popen.wait()
        for thread in self._threads:
            thread.join()
        return code

    def interrupt(self) -> None:
        """Ask the program once to end: a second time would stop it at once."""
        with self._lock:
            if self._asked or self.popen.poll() is not None:
                return
            self._asked = True
            self.popen.send_signal(getattr(signal, "CTRL_BREAK_EVENT") if os.name == "nt" else signal.SIGINT)

    def end(self) -> None:
        """End the program and throw away what it still writes: by asking, or else by force."""
        if self._owner != os.getpid():  # in a fork: the program belongs to the parent
            return
        self.interrupt()
        for force, patience in ((None, _PATIENCE), (self.popen.terminate, 2.0), (self.popen.kill, 2.0)):
            if force is not None:
                force()
            deadline = time.monotonic() + patience
            while self.popen.poll() is None and time.monotonic() < deadline:
                self._discard(0.02)
            if self.popen.poll() is not None:
                break
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < deadline:
            self._discard(0.001)

    def _discard(self, patience: float) -> None:
        try:
            if not self._chunks.get(timeout=patience):
                self._chunks.put(b"")
                time.sleep(patience / 10)
        except queue.Empty:
            pass


# What the program's hints tell to type, and the same in Python.
_IN_PYTHON = {
    r"--sandbox\b": "pgb.configure(sandbox=True)",
    r"--project( YOUR-PROJECT|$)": 'pgb.configure(project="YOUR-PROJECT")',
    r"--archive (local\b|bigquery\b|FILE\b|[\w./-]+\.db\b)": r'pgb.configure(archive="\1")',
    r"--max-bytes (\d[\w.]*)": r'max_bytes="\1"',
    r"--force\b": "force=True",
    r"--append\b": "append=True",
}


def _hints(said: List[str]) -> List[str]:
    """The hints of the program, and one more where they name flags that are written otherwise in Python."""
    found = dict.fromkeys(told.expand(python) for flag, python in _IN_PYTHON.items() for hint in said if (told := re.search(flag, hint)))
    return [*said, "in Python: " + ", or ".join(found)] if found else said


def _outcome(code: int, notes: List[str]) -> List[str]:
    """Raise the error that the program reported; give the notes without it."""
    begin = next((i for i, note in enumerate(notes) if note.startswith("pgb: ")), len(notes))
    said = [notes[begin][5:], *(n for n in notes[begin + 1 :] if not n.startswith("hint: "))] if begin < len(notes) else []
    hints = _hints([n[6:] for n in notes[begin:] if n.startswith("hint: ")])
    if code == 0:
        return notes
    if code == 5:
        warnings.warn(QuarantineWarning("\n".join(said + ["hint: " + h for h in hints])), stacklevel=4)
        return notes[:begin]
    if code < 0:
        said, code = [f"pgb was ended by signal {-code}"], 130 if code == -signal.SIGINT else 1
    raise _ERRORS.get(code, PgbError)("\n".join(said) or f"pgb ended with exit code {code}", hints, code)


def _in_notebook() -> bool:
    return "IPython" in sys.modules and hasattr(sys.modules["IPython"].get_ipython(), "kernel")


class _Progress:
    """One line that says how far a call is: in a notebook, or where it is asked for."""

    def __init__(self, what: str, wanted: Optional[bool]) -> None:
        wanted = _Settings.progress if wanted is None else wanted
        self.kernel = _in_notebook()
        self.shown = self.kernel if wanted is None else wanted
        self.what, self.begun = what, time.monotonic()
        self.last = self.begun
        self.handle: Any = None

    def __call__(self, process: _Process) -> None:
        now = time.monotonic()
        if self.shown and now - self.last >= 0.5:
            self.last = now
            self.show(self.text(process))

    def text(self, process: _Process) -> str:
        figures = process.figures
        if "messages" not in figures:
            notes = [n for n in process.notes[-1:] if not n.startswith(("pgb: ", "hint: "))]
            return " · ".join([f"{self.what}: {time.monotonic() - self.begun:.0f} s", *notes])
        text = f"{self.what}: {figures['messages']:,} messages read, {figures.get('written', 0):,} rows, {figures.get('rate_per_s', 0):,.0f}/s"
        if "bytes" in figures:
            text += f", {figures['bytes'] / 1e6:,.1f} MB"
        return text + (", simulated" if figures.get("simulated") else "")

    def show(self, text: str) -> None:
        if not self.kernel:
            print("\r\x1b[K" + text, end="", file=sys.stderr, flush=True)
            self.handle = True
        elif self.handle is None:
            from IPython.display import display

            self.handle = display({"text/plain": text}, raw=True, display_id=True)
        else:
            self.handle.update({"text/plain": text}, raw=True)

    def done(self, process: _Process) -> None:
        """Leave the last figures of a stream; a line that only waited goes away."""
        if self.handle is not None:
            self.show(self.text(process) if "messages" in process.figures else "")
            if not self.kernel:
                print(file=sys.stderr)


# The types of columns as the program names them, and as Arrow, pandas, polars and numpy do. JSON is that of records; a list has those of its items.
_TYPES = {
    "boolean": ("bool_", "boolean", "Boolean", "bool"),
    "integer": ("int64", "Int64", "Int64", "int64"),
    "float32": ("float32", "float32", "Float32", "float32"),
    "float64": ("float64", "float64", "Float64", "float64"),
    "text": ("string", "str", "String", "str"),
    "bytes": ("binary", "object", "Binary", "str"),
    "time": ("timestamp", "datetime64[us, UTC]", "Datetime", "str"),
    "json": ("string", "object", "String", "str"),
}  # fmt: skip
_CLASSIFICATION = {
    "classifier": "text", "version": "text", "class": "text", "code": "text", "prob": "float64", "band": "text", "primary": "boolean",
}  # fmt: skip


class Result(Sequence[Row]):
    """Rows of an answer: a sequence of dicts that turns into tables of other libraries. ``result["mjd"]`` is a column, as a list.

    Integers are exact everywhere, missing values are None in ``rows`` and each library's own elsewhere.

    Attributes
    ----------
    notes : list of str
        What ``pgb`` said beside: which archive answered, whether data are simulated, what was left out.
    figures : dict
        Of a stream or of files: messages, written, bytes ...
    fields : list of dict
        The columns with their ``name``, ``type``, ``unit`` and ``doc``. ``Result(rows=mine, fields=result.fields)`` makes a result of rows of your own
        choice that has the same types.
    text : str
        The output where it is neither rows nor binary (``dry_run=True``, ``explain=True``).
    data : bytes
        The output as it came: of a format that is no text (``format="fits"``), or as it is for a file.
    """

    def __init__(
        self,
        data: bytes = b"",
        notes: Sequence[str] = (),
        rows: Optional[Iterable[Row]] = None,
        fields: Iterable[Field] = (),
        figures: Optional[Mapping[str, Any]] = None,
    ) -> None:
        self.notes, self.figures, self.text, self.data = list(notes), dict(figures or {}), "", data
        self._table: Any = None
        self._rows = None if rows is None else list(rows)
        self._fields: Optional[List[Field]] = None
        self._said = list(fields)
        self._arrow = data if data[:4] == b"\xff\xff\xff\xff" else b""
        if self._rows is None and not self._arrow:
            self._rows = _json_rows(data) if data[:1] == b"{" else []
            if data and not self._rows and not _is_binary(data):
                self.text = data.decode()

    @property
    def rows(self) -> List[Row]:
        """The rows as dicts, as JSON lines have them: times are text."""
        if self._rows is None:
            self._rows = _plain_rows(self.to_arrow())
        return self._rows

    @property
    def fields(self) -> List[Field]:
        if self._fields is None:
            if self._arrow:
                self._fields = [_field_of(field) for field in self.to_arrow().schema]
            else:
                said = {field["name"]: field for field in self._said}
                names = dict.fromkeys([*said, *(name for row in self.rows for name in row)])
                self._fields = [self._checked(said.get(name, {"name": name})) for name in names]
        return self._fields

    def _checked(self, field: Field) -> Field:
        """A column with a type that all its values have: JSON lines may hold what the other formats refuse."""
        values = [row.get(field["name"]) for row in self.rows]
        try:
            _cast(values, field)
            return field
        except (ValueError, TypeError, KeyError, AttributeError):
            return {**field, "type": _guess(values)}

    @property
    def columns(self) -> List[str]:
        """The names of the columns."""
        return [field["name"] for field in self.fields]

    @property
    def units(self) -> Dict[str, str]:
        """The units of the columns that have one, as FITS and astropy write them."""
        return {field["name"]: field["unit"] for field in self.fields if "unit" in field}

    def __len__(self) -> int:
        return len(self.to_arrow() if self._rows is None else self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> List[Row]: ...
    @overload
    def __getitem__(self, index: str) -> List[Any]: ...
    def __getitem__(self, index: Union[int, slice, str]) -> Union[Row, List[Row], List[Any]]:
        if not isinstance(index, str):
            return self.rows[index]
        if index not in self.columns:
            raise KeyError(f"no column {index}, but {', '.join(self.columns) or 'none at all'}")
        return [row.get(index) for row in self.rows]

    def __repr__(self) -> str:
        if self.data and not (self.text or self._arrow or self._rows):
            return f"<pgb.Result: {len(self.data)} bytes, in data>"
        return self.text or f"<pgb.Result: {_count(len(self), 'row')}, {_count(len(self.columns), 'column')}>"

    def to_arrow(self) -> Any:
        """Give a ``pyarrow.Table``; fields carry their units and meanings as metadata; records are JSON text, and so are lists whose items have no type."""
        if self._table is None:
            pa = _library("pyarrow")
            if self._arrow:
                self._table = pa.ipc.open_stream(self._arrow).read_all()
            else:
                arrays = [pa.array(values, type=_arrow_type(field)) for field, values in self._cells(as_text=True)]
                schema = [
                    pa.field(field["name"], array.type, nullable=field["type"] != "classifications" or array.null_count > 0, metadata=_metadata(field))
                    for field, array in zip(self.fields, arrays)
                ]
                self._table = pa.table(arrays, schema=pa.schema(schema))
        return self._table

    def _cells(self, as_text: bool) -> Iterator[Tuple[Field, List[Any]]]:
        """The columns of JSON rows with their values; records and lists as JSON text, or as they are."""
        for field in self.fields:
            values = _cast([row.get(field["name"]) for row in self.rows], field)
            if as_text and field["type"] == "json":
                values = [None if value is None else _json_text(value) for value in values]
            elif as_text and field["type"] == "list":
                values = [None if value is None else [_item(one, field["items"]) for one in value] for value in values]
            yield field, values

    def to_pandas(self) -> Any:
        """Give a ``pandas.DataFrame``: integers as Int64 and booleans as boolean, which hold missing values; times with their zone; lists as lists."""
        pd = _library("pandas")
        if not self._arrow:
            dtypes = {kind: names[1] for kind, names in _TYPES.items()}
            return pd.DataFrame({field["name"]: pd.Series(values, dtype=dtypes.get(field["type"], "object")) for field, values in self._cells(as_text=False)})
        pa = _library("pyarrow")
        kinds = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype(), pa.bool_(): pd.BooleanDtype()}
        nested = [field["name"] for field in self.fields if field["type"] not in _TYPES or field["type"] == "json"]
        frame = self.to_arrow().drop_columns(nested).to_pandas(types_mapper=kinds.get)
        for name in nested:
            frame[name] = pd.Series(_parsed(self.to_arrow(), name), dtype="object")
        return frame[self.columns]

    def to_polars(self) -> Any:
        """Give a ``polars.DataFrame``; records are JSON text, and so are lists whose items have no type."""
        pl = _library("polars")
        if self._arrow:
            return pl.read_ipc_stream(self._arrow)
        dtypes = {kind: getattr(pl, names[2]) for kind, names in _TYPES.items()}
        dtypes["time"] = pl.Datetime("us", "UTC")
        dtypes["classifications"] = pl.List(pl.Struct({part: dtypes[kind] for part, kind in _CLASSIFICATION.items()}))
        plain, nested = [], {}
        for field, values in self._cells(as_text=True):
            if field["type"] == "list":
                of = [(part["name"], dtypes[part["type"]]) for part in field["items"]]
                plain.append(pl.Series(field["name"], values, dtype=pl.List(pl.Struct(dict(of)) if of[0][0] else of[0][1])))
            elif field["type"] in dtypes:
                plain.append(pl.Series(field["name"], values, dtype=dtypes[field["type"]]))
            else:
                nested[field["name"]] = values
        rows = [dict(zip(nested, row)) for row in zip(*nested.values())]
        return pl.DataFrame([*plain, *pl.DataFrame(rows, infer_schema_length=None, strict=False)]).select(self.columns)

    def to_table(self) -> Any:
        """Give an ``astropy.table.Table`` with units and descriptions, masked where values are missing; lists are JSON text, times are text."""
        np, astropy = _library("numpy"), _library("astropy.table")
        columns = []
        for field in self.fields:
            values = [_json_text(v) if isinstance(v, (list, dict)) else v for v in (row.get(field["name"]) for row in self.rows)]
            dtype = _TYPES.get(field["type"], _TYPES["text"])[3]
            mask, empty = [v is None for v in values], "" if dtype == "str" else 0
            array = np.array([empty if v is None else v for v in values], dtype=dtype)
            said = {"name": field["name"], "unit": field.get("unit"), "description": field.get("doc")}
            columns.append(astropy.MaskedColumn(array, mask=mask, **said) if any(mask) else astropy.Column(array, **said))
        return astropy.Table(columns, meta={"comments": ["simulated data, not observations"]} if self._simulated() else {})

    def _simulated(self) -> bool:
        return any(note.startswith("simulated data") for note in self.notes) or bool(self and self[0].get("simulated") is True)

    def _repr_html_(self) -> str:
        """A bounded table for notebooks; what packets hold is shown as text only, and never as a link."""
        if self.text or self.data and not (self._arrow or self._rows):
            return f"<pre>{html.escape(repr(self))}</pre>"
        most = 20
        shown = self.rows[:most]
        full = [field for field in self.fields if any(row.get(field["name"]) is not None for row in shown)] or self.fields
        fields = full[:40]
        head = "".join(f"<th{_side(f)}>{html.escape(f['name'])}<br>{html.escape(f.get('unit', ''))}</th>" for f in fields)
        body = "".join("<tr>" + "".join(f"<td{_side(f)}>{html.escape(_short(row.get(f['name']), f))}</td>" for f in fields) + "</tr>" for row in shown)
        foot = [_count(len(self), "row") + (f", the first {most} are shown" if len(self) > most else ""), _count(len(self.fields), "column")]
        empty = [field["name"] for field in self.fields if field not in full]
        if empty:
            foot.append("without values here: " + ", ".join(empty[:20]) + (" …" if len(empty) > 20 else ""))
        if len(full) > len(fields):
            foot.append(f"the first {len(fields)} that have values are shown")
        simulated = "<b>simulated data, not observations</b>; " if self._simulated() else ""
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if fields else ""
        return f"<div style='overflow-x:auto'>{table}</div><p>{simulated}{html.escape('; '.join(foot))}</p>"

    def plot(self, y: str = "mag", ax: Any = None, **options: Any) -> Any:
        """Draw the light curves, with matplotlib.

        Detections are filled, forced photometry is hollow, limits are arrows; magnitudes stand upside down. Forced photometry
        below 1 sigma has no magnitude: its limit of 5 sigma is drawn. The legend counts each point once, those of negative flux
        a second time, in brackets.

        Parameters
        ----------
        y : {"mag", "flux", "mag_total", "flux_total"}
            Difference magnitude (AB) or difference flux (nJy), or those of source plus reference.
        ax : matplotlib.axes.Axes, optional
            Where to draw; by default a new figure with a panel for each object.
        **options
            For each series of points, such as ``alpha=0.5``.

        Returns
        -------
        matplotlib.axes.Axes or a list of them
            A list where there are several objects.
        """
        if y not in _LABELS:
            raise _usage(f"{y!r} can't be drawn", "one of " + ", ".join(_LABELS))
        objects: Dict[Any, List[Row]] = {}
        for row in self.rows:
            objects.setdefault(row.get("object_id"), []).append(row)
        if ax is None and len(objects) < 2:
            ax = _library("matplotlib.pyplot").subplots(figsize=(8, 4.5), layout="constrained")[1]
        if ax is not None:
            _draw(ax, self.rows, y, " ".join(str(name) for name in objects if name), options)
            return ax
        axes = _library("matplotlib.pyplot").subplots(len(objects), figsize=(8, 3 * len(objects)), sharex=True, squeeze=False, layout="constrained")[1][:, 0].tolist()
        for panel, (name, rows) in zip(axes, objects.items()):
            _draw(panel, rows, y, str(name), options)
        return axes


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")


def _json_rows(data: bytes) -> List[Row]:
    """The rows of JSON lines; none where data are a document over several lines."""
    try:
        return [json.loads(line) for line in data.splitlines()]
    except ValueError:
        return []


def _is_binary(data: bytes) -> bool:
    try:
        return "\0" in data.decode()
    except ValueError:
        return True


def _plain_rows(table: Any) -> List[Row]:
    """Rows with the values that JSON lines have: times as text, 32-bit floats by their shortest decimals, lists as lists, bytes as base64."""
    pa, pc = _library("pyarrow"), _library("pyarrow.compute")
    columns = {}
    for field, column in zip(table.schema, table.columns):
        if pa.types.is_timestamp(field.type):
            column = pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
        columns[field.name] = _shortest(column)
    plain = pa.table(columns)
    for field in table.schema:
        if _field_of(field)["type"] in ("json", "bytes", "list"):
            columns[field.name] = _parsed(table, field.name)
    lists = {name: column if isinstance(column, list) else plain[name].to_pylist() for name, column in columns.items()}
    return [dict(zip(lists, row)) for row in zip(*lists.values())]


def _shortest(column: Any) -> Any:
    """A column whose 32-bit floats, also those in lists, are the shortest decimals that they are."""
    pa = _library("pyarrow")

    def replaced(of: Any, by: Any) -> Any:
        if pa.types.is_float32(of):
            return by
        if pa.types.is_list(of):
            return pa.list_(of.value_field.with_type(replaced(of.value_type, by)))
        if pa.types.is_struct(of):
            return pa.struct([part.with_type(replaced(part.type, by)) for part in of])
        return of

    text = replaced(column.type, pa.string())
    return column if text == column.type else column.cast(text).cast(replaced(column.type, pa.float64()))


def _parsed(table: Any, name: str) -> List[Any]:
    """A column of an Arrow table with what JSON text says, and bytes as base64."""
    field = _field_of(table.schema.field(name))
    kind, values = field["type"], _shortest(table[name]).to_pylist() if field["type"] == "list" else table[name].to_pylist()
    texts = [part["name"] for part in field.get("items", []) if part["type"] == "json"]
    for one in itertools.chain.from_iterable(value or [] for value in values) if texts else []:
        one.update({text: json.loads(one[text]) for text in texts if one[text] is not None})
    if kind not in ("json", "bytes"):
        return list(values)
    return [None if value is None else json.loads(value) if kind == "json" else base64.b64encode(value).decode() for value in values]


def _field_of(field: Any) -> Field:
    """A column of an Arrow schema as the program tells it beside JSON lines."""
    said = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    arrow = re.sub(r"\[.*|<.*", "", str(field.type))
    kinds = {"bool": "boolean", "int64": "integer", "float": "float32", "double": "float64", "binary": "bytes", "timestamp": "time", "string": "text"}
    kind = "json" if said.get("kind") == "json" else "classifications" if field.name == "classifications" else kinds.get(arrow, "nested")
    found = {"name": field.name, "type": kind, **{key: said[key] for key in ("unit", "doc") if key in said}}
    if kind == "nested" and arrow == "list":
        item = field.type.value_type
        parts = [_field_of(part) for part in item] if str(item).startswith("struct<") else [{**_field_of(field.type.value_field), "name": ""}]
        found.update(type="list", items=parts)
    return found


def _metadata(field: Field) -> Dict[str, str]:
    return {key: field[key] for key in ("unit", "doc") if key in field} | ({"kind": "json"} if field["type"] == "json" else {})


def _arrow_type(field: Field) -> Any:
    """The Arrow type of a column, None where its values tell it."""
    pa, kind = _library("pyarrow"), field["type"]
    if kind == "list":
        parts = [pa.field(part["name"], _arrow_type(part), metadata=_metadata(part) or None) for part in field["items"]]
        if not field["items"][0]["name"]:
            return pa.list_(parts[0].type)
        return pa.list_(pa.field("item", pa.struct(parts), nullable=False))
    if kind == "time":
        return pa.timestamp("us", "UTC")
    if kind == "classifications":
        parts = [pa.field(part, _arrow_type({"type": of}), nullable=part != "primary") for part, of in _CLASSIFICATION.items()]
        return pa.list_(pa.field("item", pa.struct(parts), nullable=False))
    return getattr(pa, _TYPES[kind][0])() if kind in _TYPES else None


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _guess(values: Sequence[Any]) -> str:
    """The type of a column that nothing is known of but its values."""
    kinds = {type(v) for v in values if v is not None}
    if kinds == {int, float}:
        return "float64"
    return {bool: "boolean", int: "integer", float: "float64", str: "text"}.get(kinds.pop(), "nested") if len(kinds) == 1 else "nested" if kinds else "text"


def _item(value: Any, parts: Sequence[Field]) -> Any:
    """An item of a list as its type has it: all fields of a record, and what is nested in it as JSON text."""
    if not parts[0]["name"]:
        return value
    found = {} if value is None else value
    texts = {part["name"] for part in parts if part["type"] == "json"}
    return {name: _json_text(one) if name in texts and one is not None else one for name, one in ((part["name"], found.get(part["name"])) for part in parts)}


def _cast(values: List[Any], field: Field) -> List[Any]:
    """The values of a column of JSON rows as those of its type.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError
        A value is of another type.
    """
    kind = field.get("type", "")
    if kind == "json":
        return values
    if kind == "nested":
        return _even(values)
    if kind == "list":
        items = [one for value in values if value is not None for one in value]
        for part in field["items"]:
            _cast([one if not part["name"] else one.get(part["name"]) for one in items if one is not None], part)
        return values
    cast = _CASTS[kind]
    return [None if value is None else cast(value) for value in values]


def _only(*kinds: type) -> Callable[[Any], Any]:
    def cast(value: Any) -> Any:
        if type(value) not in kinds:
            raise TypeError(value)
        return float(value) if float in kinds else value

    return cast


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


def _moment(text: str) -> _dt.datetime:
    whole, fraction = _MOMENT.fullmatch(text).groups()  # type: ignore[union-attr]
    return _dt.datetime.fromisoformat(whole).replace(microsecond=int((fraction or "0").ljust(6, "0")[:6]), tzinfo=_dt.timezone.utc)


def _verdicts(value: Any) -> Any:
    for one in value:
        if one.keys() - _CLASSIFICATION.keys():
            raise ValueError(one)
    return value


_CASTS: Dict[str, Callable[[Any], Any]] = {
    "boolean": _only(bool), "integer": _only(int), "float32": _only(int, float), "float64": _only(int, float), "text": _only(str),
    "bytes": base64.b64decode, "time": _moment, "classifications": _verdicts,
}  # fmt: skip


def _even(values: List[Any]) -> List[Any]:
    """Nested values of which each part has integers only, or floats only: JSON writes 1.0 as 1."""
    parts = [v for v in values if v is not None]
    if parts and all(isinstance(v, dict) for v in parts):
        names = dict.fromkeys(name for v in parts for name in v)
        columns = {name: iter(_even([v.get(name) for v in parts])) for name in names}
        rows = iter([{name: next(column) for name, column in columns.items()} for _ in parts])
        return [None if v is None else next(rows) for v in values]
    if parts and all(isinstance(v, list) for v in parts):
        flat = iter(_even([item for v in parts for item in v]))
        return [None if v is None else [next(flat) for _ in v] for v in values]
    if {type(v) for v in parts} == {int, float}:
        return [None if v is None else float(v) for v in values]
    return values


# Decimals that a column of numbers has in a notebook, by its unit.
_DECIMALS = {"deg": 5, "d": 5, "mag": 3, "arcsec": 2}


def _short(value: Any, field: Field) -> str:
    """A value as a cell of a notebook's table."""
    if value is None:
        return ""
    if isinstance(value, float):
        decimals = _DECIMALS.get(field.get("unit", ""))
        return f"{value:.6g}" if decimals is None else f"{value:.{decimals}f}"
    if field["type"] == "classifications":
        said = ("{} {} {}".format(one["classifier"], one["class"], "" if one["prob"] is None else f"{one['prob']:.3g}") for one in value)
        value = ", ".join(one.strip() for one in said)
    text = value if isinstance(value, str) else str(value) if isinstance(value, (bool, int)) else _json_text(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _side(field: Field) -> str:
    """Notebooks differ in where the text of a cell goes."""
    return f" style='text-align:{'right' if field['type'] in ('integer', 'float32', 'float64') else 'left'}'"


_LABELS = {
    "mag": "difference magnitude (AB mag)", "flux": "difference flux (nJy)",
    "mag_total": "total magnitude (AB mag)", "flux_total": "total flux (nJy)",
}  # fmt: skip
_BANDS = {
    "u": ("#5f5fff", "^"), "g": ("#00a05f", "o"), "r": ("#d7302a", "s"), "i": ("#df8700", "D"), "z": ("#c845c8", "*"), "y": ("#8f5a1e", "v"),
    "F062": ("#5f5fff", "^"), "F087": ("#0087af", "o"), "F106": ("#00a05f", "s"), "F129": ("#7f9f00", "D"), "F146": ("#878787", "h"),
    "F158": ("#df8700", "*"), "F184": ("#d7302a", "v"), "F213": ("#8f5a1e", "p"),
}  # fmt: skip


# The marks that are the same in all bands, and what the legend says of them.
_GREY, _ARROW, _NEGATIVE = "#878787", r"$\downarrow$", r"$\ominus$"
_KINDS = {"forced": ("o", "forced {}"), "limit": (_ARROW, "5σ limits {}"), "faint": (_ARROW, "forced <1σ {}"), "negative": (_NEGATIVE, "(negative {})")}


def _limit(row: Row) -> Optional[float]:
    """The limiting magnitude of a row: its own, or 5 sigma of its flux (31.4 is the AB magnitude of 1 nJy)."""
    limit: Optional[float] = row.get("lim_mag")
    error = row.get("flux_err")
    return limit if limit is not None or not error or error < 0 else 31.4 - 2.5 * math.log10(5 * error)


def _drawn_as(row: Row, y: str) -> Optional[str]:
    """A row's mark: "detection", "forced", "limit", "faint" (forced below 1 sigma, drawn as a limit), or None."""
    kind = str(row.get("kind") or "detection")
    if row.get("mjd") is None:
        return None
    if row.get(y) is not None:
        return "detection" if kind == "detection" else "forced"
    if y != "mag" or kind == "detection" or _limit(row) is None:
        return None
    return "faint" if kind == "forced" and row.get("flux") is not None else "limit"


def _draw(ax: Any, rows: Sequence[Row], y: str, title: str, options: Dict[str, Any]) -> None:
    order = list(_BANDS)
    bands: Dict[str, List[Tuple[str, Row]]] = {}
    for row in rows:
        if kind := _drawn_as(row, y):
            bands.setdefault(str(row.get("band") or "?"), []).append((kind, row))
    counts = dict.fromkeys(_KINDS, 0)
    for name in sorted(bands, key=lambda b: (order.index(b) if b in order else len(order), b)):
        colour, marker = _BANDS.get(name, (_GREY, "o"))
        ax.plot([], [], marker, color=colour, ms=5, label=f"{name} detections {sum(kind == 'detection' for kind, _ in bands[name])}")
        for kind in ("detection", "forced"):
            for negative in (False, True):
                points = [r for what, r in bands[name] if what == kind and (y == "mag" and (r.get("flux") or 0) < 0) == negative]
                if points:
                    face = colour if negative or kind == "detection" else "none"
                    mark = {"marker": _NEGATIVE, "ms": 8, "mew": 0.4} if negative else {"marker": marker, "ms": 5}
                    errors = [r.get(y + "_err") or 0.0 for r in points]
                    style = {"ls": "none", "color": colour, "mfc": face, "elinewidth": 1, **mark, **options}
                    ax.errorbar([r["mjd"] for r in points], [r[y] for r in points], yerr=errors if any(errors) else None, **style)
                counts["negative"] += len(points) if negative else 0
        limits = [r for kind, r in bands[name] if kind in ("limit", "faint")]
        if limits:
            style = {"marker": _ARROW, "color": colour, "s": 45, "alpha": 0.6, "linewidths": 0.5, **options}
            ax.scatter([r["mjd"] for r in limits], [_limit(r) for r in limits], **style)
        for kind, _ in bands[name]:
            if kind in counts:
                counts[kind] += 1
    for kind, (marker, words) in _KINDS.items():
        if counts[kind]:
            style = {"mfc": "none"} if kind == "forced" else {"mew": 0.4}
            ax.plot([], [], ls="none", marker=marker, color=_GREY, label=words.format(counts[kind]), **style)
    if not ax.containers and not ax.collections:
        ax.text(0.5, 0.5, f"no value of {y}" if rows else "no rows", transform=ax.transAxes, ha="center", va="center")
    if y.startswith("mag") and not ax.yaxis_inverted():
        ax.invert_yaxis()
    if rows and rows[0].get("simulated") is True:
        title += " (simulated)"
    ax.set(xlabel="MJD (d, UTC)", ylabel=_LABELS[y], title=title.strip())
    ax.ticklabel_format(axis="x", useOffset=False, style="plain")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(fontsize="small")


def _command(command: str, words: Sequence[str], flags: Mapping[str, Any]) -> Tuple[List[str], Dict[str, str]]:
    """The command line, and what the environment says beside."""
    flags = {**_Settings.flags, **flags}
    env: Dict[str, str] = {}
    if flags.get("sandbox") is False:
        del flags["sandbox"]
        env["PGB_SANDBOX"] = "0"
    env.update({name: value for name, value in (("PGB_ARCHIVE", _Settings.archive), ("PGB_CONFIG", _Settings.config)) if value is not None})
    return [*command.split(), *_flags(flags), *(["--", *words] if words else [])], env


def _formats(command: str, flags: Mapping[str, Any]) -> List[Optional[str]]:
    """The formats to ask for, the best first; the last, None, is the command's own text."""
    if command == "packet" or any(flags.get(name) is not None for name in ("format", "f", "output", "o")):
        return [None]
    wanted: List[Optional[str]] = ["jsonl", None]
    if not flags.get("full") and (_Settings.transport or importlib.util.find_spec("pyarrow") and "arrow") == "arrow":
        wanted.insert(0, "arrow")
    return [name for name in wanted if (binary(), command, name) not in _Settings.refused]


def _logs(command: str) -> Dict[str, Any]:
    """Flags for structured logs: the types of the columns, and how far a stream is. To be quiet would keep these back too."""
    return {"log_format": "json", "quiet": None, **({"log_interval": "1s"} if command in ("stream", "decode") else {})}


def _is_quiet(flags: Dict[str, Any]) -> bool:
    return bool(flags.pop("quiet", _Settings.flags.get("quiet")))


def run(command: str, *words: Any, stdin: Optional[bytes] = None, **flags: Any) -> Result:
    """Run any command of ``pgb`` that ends by itself, and give what it says.

    Parameters
    ----------
    command : str
        ``"lookup"``, ``"tables show"`` ...
    *words
        What stands behind the command, before its flags.
    stdin : bytes, optional
        Its standard input.
    **flags
        Its flags; ``progress`` overrules `configure`. With ``output="x.parquet"`` the rows go to the file, and the result is empty.

    Raises
    ------
    PgbError
        The command failed; its subclasses say how.
    """
    if not isinstance(command, str):
        raise _usage(f"a command is text, and not {command!r}", 'pgb.run("tables show", "alerts")')
    line, quiet = _Progress("pgb " + command, flags.pop("progress", None)), _is_quiet(flags)
    for name in _formats(command, flags):
        args, env = _command(command, [_text(word) for word in words], {**_logs(command), **flags, "format": name} if name else {**flags, "quiet": quiet or None})
        process = _Process(args, stdin=stdin, env=env, quiet=quiet)
        try:
            chunks = []
            while chunk := process.chunk(line):
                chunks.append(chunk)
            code = process.wait()
        except BaseException:
            process.end()
            raise
        line.done(process)
        said = "\n".join(process.notes)
        if code != 2 or name is None or not re.search(r"unknown format|unknown flag: --format|-f arrow|pgb: arrow ", said):
            break
        if re.search(r"unknown format|unknown flag", said):
            _Settings.refused.add((binary(), command, name))
    return Result(b"".join(chunks), _outcome(code, process.notes), fields=process.fields(), figures=process.figures)


class Stream(Iterator[Row]):
    """Rows of a stream as they come: an iterator of dicts, and a context manager.

    The program is ended, and its temporary subscription deleted, when the ``with`` block is left, when `close` is called, when
    nobody holds the stream any more, and when Python ends; a Ctrl-C ends it while it waits for a row, and in the body of a loop
    leaves it to these (notebooks and names hold on to it, so use ``with``). A row counts as delivered when it was handed over: up to some hundred rows that
    were on their way when a stream is closed are not seen again. To lose none, call `stop` and go on until the end.

    Attributes
    ----------
    notes : list of str
        What ``pgb`` said beside.
    figures : dict
        The latest figures, once a second: messages, written, filtered, bytes, list_price_usd ...
    fields : list of dict
        The columns, as those of a `Result`.
    """

    def __init__(self, command: str, words: Sequence[str], flags: Dict[str, Any], stdin: Optional[bytes] = None) -> None:
        self._line = _Progress("pgb " + command, flags.pop("progress", None))
        quiet = _is_quiet(flags)
        args, env = _command(command, words, {**_logs(command), **flags, "format": "jsonl"})
        self._process = _Process(args, stdin=stdin, room=2, env=env, quiet=quiet)
        self._lines: collections.deque[bytes] = collections.deque()
        self._rest, self._over, self._stopped = b"", False, False
        self._filling = threading.Lock()
        self._end = weakref.finalize(self, self._process.end)

    @property
    def notes(self) -> List[str]:
        return list(self._process.notes)

    @property
    def figures(self) -> Dict[str, Any]:
        return dict(self._process.figures)

    @property
    def fields(self) -> List[Field]:
        return list(self._process.fields())

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Row:
        while True:
            try:
                row: Row = json.loads(self._lines.popleft())
                return row
            except IndexError:
                with self._filling:  # threads may share a stream
                    self._fill()

    def _fill(self) -> None:
        """Wait for lines."""
        if self._lines:
            return
        if self._over:
            raise StopIteration
        try:
            chunk = self._process.chunk(self._line)
        except BaseException:  # a Ctrl-C: notebooks keep the stream alive in the traceback
            self.close()
            raise
        self._line(self._process)
        if chunk:
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            self._lines.extend(lines)
        else:
            self._finish()

    def _finish(self) -> None:
        self._over = True
        code = self._process.wait()
        self._end.detach()
        self._line.done(self._process)
        if not (self._stopped and code < 0):
            _outcome(code, self._process.notes)

    def read(self, n: Optional[int] = None) -> Result:
        """Give the next n rows, or all that come, as a `Result`."""
        rows: List[Row] = []
        while (n is None or len(rows) < n) and (row := next(self, None)) is not None:
            rows.append(row)
        return Result(notes=self.notes, rows=rows, fields=self.fields, figures=self.figures)

    def __reduce__(self) -> Any:
        raise TypeError("a stream stays in the process that began it: begin one there")

    def stop(self) -> None:
        """Ask the stream to end; what was delivered until then can still be read."""
        self._stopped = True
        self._process.interrupt()

    def close(self) -> None:
        """End the stream and wait until its temporary subscription is deleted."""
        if not self._over:
            self._over = self._stopped = True
            self._end()
            self._line.done(self._process)
        self._lines.clear()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncStream(AsyncIterator[Row]):
    """A `Stream` for ``async for`` and ``async with``; one that is cancelled while it waits for a row is closed."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def __aiter__(self) -> AsyncStream:
        return self

    async def __anext__(self) -> Row:
        if self.stream._lines:
            return next(self.stream)
        try:
            row = await asyncio.to_thread(next, self.stream, None)
        except asyncio.CancelledError:
            self.stream.stop()  # at once, as the thread that waits for a row may be the last there is
            await asyncio.shield(asyncio.to_thread(self.stream.close))
            raise
        except GeneratorExit:  # nothing can be awaited
            self.stream.close()
            raise
        if row is None:
            raise StopAsyncIteration
        return row

    async def close(self) -> None:
        """End the stream, see `Stream.close`."""
        await asyncio.to_thread(self.stream.close)

    async def __aenter__(self) -> AsyncStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def iterate(command: str, *words: Any, stdin: Optional[bytes] = None, **flags: Any) -> Stream:
    """Run any command of ``pgb``, as `run` does, and give its rows as they come: for answers that are too large for memory.

    >>> for row in pgb.iterate("decode", "night/", where="mag < 18"):
    ...     print(row["object_id"])
    """
    return Stream(command, [_text(word) for word in words], flags, stdin)


def stream(
    topic: Union[str, Sequence[str], None] = None, *, where: Optional[str] = None, limit: Optional[int] = None, **flags: Any
) -> Stream:
    """Read a topic, or a group of topics merged into one stream, as it is published.

    Parameters
    ----------
    topic : str or list of str
        As `topics` lists them.
    where : str, optional
        Pass only messages for which this holds: ``'snr > 20 && band == "r"'``.
    limit : int, optional
        End after so many rows; without a limit of any kind the stream goes on until it is closed.
    **flags
        Those of ``pgb stream``: ``for_="5m"``, ``subscription="my-night"``, ``since="2h"``, ``full=True``, ``save=True`` ...

    Examples
    --------
    >>> with pgb.stream("classifications", where='p("SN Ia") > 0.9') as s:
    ...     for row in s:
    ...         if row["mag"] < 18:
    ...             break
    """
    return iterate("stream", topic=topic, where=where, limit=limit, **flags)


def astream(topic: Union[str, Sequence[str], None] = None, **arguments: Any) -> AsyncStream:
    """Read a stream in asynchronous code; the arguments are those of `stream`."""
    return AsyncStream(stream(topic, **arguments))


def _objects(result: Result) -> List[Any]:
    if len(result) and "object_id" not in result.columns:
        raise _usage("the result has no column object_id", "give its column of ids")
    return list(dict.fromkeys(row["object_id"] for row in result))


def _of_objects(command: str, ids: Sequence[Any], flags: Dict[str, Any]) -> Result:
    ids = [_objects(value) if isinstance(value, Result) else value for value in ids]
    if len(ids) == 1 and _is_table(ids[0]):
        return _table_targets(ids[0]).run(command, ids_from="-", **flags)
    words = _ids(ids)
    none = not words and "ids_from" not in flags and any(_is_list(value) for value in ids)  # an empty list has an empty answer
    if none or len(words) > _MANY_IDS:
        return run(command, stdin="\n".join(words).encode(), ids_from="-", **flags)
    return run(command, *words, **flags)


def lookup(*ids: Any, **flags: Any) -> Result:
    """Look up all alerts of objects, the newest last.

    Parameters
    ----------
    *ids
        Ids as text or integers, lists, arrays or columns of them; a `Result`, for its objects; or one table (pandas, polars, astropy, Arrow) with a column of ids,
        whose other columns come back as ``target.NAME``.
    **flags
        Those of ``pgb lookup``: ``since="30d"``, ``where="band == 'r'"``, ``near=SkyCoord(...)``, ``max_bytes="10GB"``, ``dry_run=True`` ...
    """
    return _of_objects("lookup", ids, flags)


def lightcurve(*ids: Any, **flags: Any) -> Result:
    """Give the light curves of objects, each epoch once, by time; see `lookup` for the arguments and `Result.plot`.

    Of a table of targets each object is given once, and the table's columns don't come back: join on ``object_id``.
    """
    return _of_objects("lightcurve", ids, flags)


def classifications(*ids: Any, **flags: Any) -> Result:
    """Give what every classifier has said of objects or single alerts; see `lookup` for the arguments.

    Of a table of targets each object is given once, and the table's columns don't come back: join on ``object_id``.
    """
    return _of_objects("classifications", ids, flags)


def cone(ra: Any = None, dec: Any = None, radius: Any = None, *, targets: Any = None, **flags: Any) -> Result:
    """Look for alerts around positions, the nearest first, with their ``separation`` in arcseconds.

    Parameters
    ----------
    ra, dec : float, str, Quantity or arrays of them
        Position (ICRS): numbers are degrees, text may be sexagesimal. Or one ``SkyCoord``, scalar or array, in their place.
    radius : str, float or Quantity, optional
        ``"5s"``, ``"2m"``, ``"0.1d"``; a number is arcseconds. By default 5 arcseconds.
    targets : table, path or list, optional
        A list of positions in place of one: a table, dict of columns or `Result` with columns such as ra and dec, whose others come back
        as ``target.NAME`` (angles in degrees, other quantities in their unit); a file; a list of dicts or pairs.
    **flags
        Those of ``pgb cone``.

    Examples
    --------
    >>> pgb.cone(16.5855, -2.1741, "5s")
    >>> pgb.cone(SkyCoord.from_name("M31"), 2 * u.arcmin, since="30d")
    >>> pgb.cone(targets=my_dataframe, radius="2s")
    """
    if _is_coordinates(ra) or _is_table(ra):  # it stands for two
        dec, radius = None, dec if radius is None else radius
        if _is_table(ra):
            ra, targets = None, ra
        else:
            ra, dec = _degrees(ra)
    elif isinstance(ra, str) and radius is None and dec is not None and re.search(r"[\s,]", ra.strip()):
        dec, radius = None, dec  # cone("18:00:24 -30:12:00", "2m")
    ra, dec = _degrees(ra), _degrees(dec)
    if isinstance(ra, list) or isinstance(dec, list):
        targets = _positions(ra, dec)
    if targets is None:
        return run("cone", *(word for word in (ra, dec) if word is not None), radius=radius, **flags)
    if isinstance(targets, (str, os.PathLike)):
        return run("cone", targets=targets, radius=radius, **flags)
    if _is_coordinates(targets):
        targets = _positions(*_degrees(targets))
    wanted = targets if isinstance(targets, _Targets) else _table_targets(targets)
    return wanted.run("cone", targets="-", radius=radius, **flags)


def _positions(ra: Any, dec: Any) -> _Targets:
    return _Targets(_broadcast({"ra": ra, "dec": dec}))


def sql(statement: str, **flags: Any) -> Result:
    """Ask the tables in SQL: GoogleSQL of the broker's, or SQLite's of the local archive (``archive="local"``)."""
    return run("sql", statement, **flags)


def decode(*files: Any, **flags: Any) -> Result:
    """Read alert packets.

    Parameters
    ----------
    *files : path, bytes or open file
        Files, folders, patterns and archives; or the bytes of one packet, or a file opened for reading bytes.
    **flags
        Those of ``pgb decode``: ``where=...``, ``fields=[...]``, ``full=True``, ``as_="rapid"`` ...
    """
    if len(files) == 1 and hasattr(files[0], "read"):
        files = (files[0].read(),)
    if len(files) == 1 and isinstance(files[0], (bytes, bytearray, memoryview)):
        return run("decode", "-", stdin=bytes(files[0]), **flags)
    return run("decode", *(f for file in files for f in (_list(file) if _is_list(file) else [file])), **flags)


def packet(id: Any, *files: Any, **flags: Any) -> bytes:
    """Give the packet of one alert as it was published: Avro, or JSON of LVK. An object gives that of its newest alert.

    Parameters
    ----------
    id : str or int
        Such as ``"ZTF21abc"``, ``"ZTF:candid:2982177112815010003"``.
    *files : path
        Where it is looked for; by default in the archive, or in the broker's bucket.
    **flags
        Those of ``pgb packet``: ``from_="bucket"``, ``max_bytes="1MB"`` ...
    """
    return run("packet", id, *files, **flags).data


class Cutouts(Dict[str, Dict[str, Any]]):
    """Stamps of alerts: ``stamps[source_id]["science"]`` is an array of pixels, or a path where astropy is not there or pictures were asked for.

    Attributes
    ----------
    files : Result
        The list of files: source_id, kind, path, width, height, pixel_scale (arcsec).
    sheet : bytes, optional
        The contact sheet of the first ten alerts, a PNG, which notebooks show; elsewhere it is drawn with ``contact_sheet=True``.
    """

    def __init__(self, files: Result, folder: Optional[str] = None, sheet: Optional[bytes] = None) -> None:
        super().__init__()
        self.files, self.sheet = files, sheet
        # Stamps of ZTF without coordinates: their rows run from north to south, and others' from the bottom up.
        self._falling: set[Tuple[str, str]] = set()
        if folder is not None:
            weakref.finalize(self, shutil.rmtree, folder, True)
        for row in files:
            pixels, placed = _pixels(str(row["path"]))
            self.setdefault(str(row["source_id"]), {})[str(row["kind"])] = pixels
            if row.get("survey") == "ztf" and not placed:
                self._falling.add((str(row["source_id"]), str(row["kind"])))

    def __repr__(self) -> str:
        return f"<pgb.Cutouts: {_count(sum(map(len, self.values())), 'stamp')} of {_count(len(self), 'alert')}>"

    def _repr_png_(self) -> Optional[bytes]:
        return self.sheet

    def plot(self, most: int = 10) -> Any:
        """Draw the stamps with matplotlib, a row for each of the first alerts, the way up that ``--contact-sheet`` has; axes are in arcseconds. Give the array of axes."""
        plt = _library("matplotlib.pyplot")
        shown = [(name, kinds) for name, kinds in self.items() if not any(isinstance(v, pathlib.Path) for v in kinds.values())][:most]
        kinds = list(dict.fromkeys(kind for _, stamps in shown for kind in stamps))
        if not shown:
            raise _usage("there are no stamps to draw", "astropy reads them; without png=True")
        scales = {(str(row["source_id"]), row["kind"]): row.get("pixel_scale") for row in self.files}
        axes = plt.subplots(len(shown), len(kinds), figsize=(3 * len(kinds), 3 * len(shown)), squeeze=False, layout="constrained")[1]
        for line, (name, stamps) in zip(axes, shown):
            for ax, kind in zip(line, kinds):
                if kind not in stamps:
                    ax.set_axis_off()
                    continue
                scale = scales.get((name, kind))
                half = [side * (scale or 1.0) / 2 for side in stamps[kind].shape]
                low, high = _limits(stamps[kind])
                origin = "upper" if (name, kind) in self._falling else "lower"
                ax.imshow(stamps[kind], origin=origin, cmap="gray", vmin=low, vmax=high, extent=(-half[1], half[1], -half[0], half[0]))
                ax.set(title=kind, xlabel="arcsec" if scale else "pixels")
            line[0].set_ylabel(name)
        return axes


def _limits(pixels: Any) -> Tuple[float, float]:
    """The values of black and white, as IRAF's zscale has them."""
    low, high = _library("astropy.visualization").ZScaleInterval().get_limits(pixels) if (pixels == pixels).any() else (0.0, 1.0)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _pixels(path: str) -> Tuple[Any, bool]:
    """A stamp, or its path, and whether its file says where on the sky it is."""
    if not re.search(r"\.(fits|fit|fz)(\.gz)?$", path) or importlib.util.find_spec("astropy") is None:
        return pathlib.Path(path), False
    from astropy.io import fits

    with fits.open(path, memmap=False) as file:
        return next((hdu.data, any(key in hdu.header for key in ("CD1_1", "CDELT1"))) for hdu in file if hdu.data is not None)


def cutouts(*ids: Any, output: Union[str, os.PathLike[str], None] = None, **flags: Any) -> Cutouts:
    """Give the stamp images of alerts: science, template and difference.

    Parameters
    ----------
    *ids
        Ids, as for `lookup`, or files with packets, as for `decode`.
    output : path, optional
        Folder that keeps the files; by default they go away with what is given back.
    **flags
        Those of ``pgb cutouts``: ``all=True``, ``kind="science"``, ``png=True``, ``max_bytes="100MB"`` ... ``contact_sheet=False`` draws none in a notebook.
    """
    folder = tempfile.mkdtemp(prefix="pgb-") if output is None else None
    wanted = flags.pop("contact_sheet", None)
    with tempfile.TemporaryDirectory(prefix="pgb-") as drawn:
        if wanted is True or wanted is None and _in_notebook():
            wanted = os.path.join(drawn, "sheet.png")
        try:
            files = _of_objects("cutouts", ids, {"output": output or folder, "contact_sheet": wanted or None, **flags})
            sheets = [pathlib.Path(row["path"]) for row in files if row["kind"] == "sheet"]
            if sheets:
                files = Result(rows=(row for row in files if row["kind"] != "sheet"), fields=files.fields, notes=files.notes)
            return Cutouts(files, folder, sheets[0].read_bytes() if sheets else None)
        except BaseException:
            if folder is not None:
                shutil.rmtree(folder, True)
            raise


def topics(topic: Optional[str] = None, **flags: Any) -> Result:
    """List the topics that are known, or the fields of one."""
    return run("topics show", topic, **flags) if topic else run("topics", **flags)


def tables(table: Optional[str] = None, **flags: Any) -> Result:
    """List the tables that can be asked, or the columns of one."""
    return run("tables show", table, **flags) if table else run("tables", **flags)


def __getattr__(name: str) -> Any:
    """``__version__``: of the package that was installed, which takes time to find."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    metadata = importlib.import_module("importlib.metadata")
    try:
        return metadata.version("pgb-client")
    except metadata.PackageNotFoundError:
        return "0+source"


if __name__ == "__main__":  # python -m pgb: the program itself
    sys.exit(subprocess.call([binary(), *sys.argv[1:]]))
