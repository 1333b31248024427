"""Run the notebooks on the sandbox, and keep them with their outputs.

    python3 build.py --binary ../pgb                         # all of them
    python3 build.py --binary ../pgb 01-first-steps.ipynb

Each runs in a new kernel, a folder and a home of its own. What changes from run to run without meaning anything (times of execution,
progress, where this machine keeps its files) is taken out, so that a notebook that runs again differs only where its figures do.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
from typing import Any, Dict

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
CELL_SECONDS = 120


def names() -> list[pathlib.Path]:
    """Give the notebooks there are, in their order."""
    return sorted(HERE.glob("[0-9]*.ipynb"))


def execute(path: pathlib.Path, binary: str) -> Any:
    """Run a notebook's cells; give a new notebook with their outputs.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell raised.
    """
    notebook = nbformat.read(path, 4)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home, work = pathlib.Path(folder, "home"), pathlib.Path(folder, "work")
        for made in (home, work, home / "bin"):
            made.mkdir()
        program = home / "bin" / ("pgb.exe" if os.name == "nt" else "pgb")
        shutil.copy(binary, program)
        _watch_axes(home)
        client = NotebookClient(notebook, timeout=CELL_SECONDS, kernel_name="python3", resources={"metadata": {"path": str(work)}})
        client.execute(env=_environment(home, program))
        return clean(notebook, folder)


# Runs before figures are shown and closed. Limits of data are infinite where a plot was given none.
WATCH = """
import sys


def empty_plots():
    plt = sys.modules.get("matplotlib.pyplot")
    for number in plt.get_fignums() if plt else []:
        for place, ax in enumerate(plt.figure(number).axes, 1):
            if ax.get_visible() and ax.axison and not abs(ax.dataLim.get_points()).max() < float("inf"):
                print(f"plot {place} of the figure is empty", file=sys.stderr)


get_ipython().events.register("post_execute", empty_plots)
"""


def _watch_axes(home: pathlib.Path) -> None:
    """Have the kernel say of each plot without data that it is empty, which is an output that no notebook may have."""
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "watch.py").write_text(WATCH, encoding="utf-8")


def _environment(home: pathlib.Path, program: pathlib.Path) -> Dict[str, str]:
    """An environment without the settings of who runs this: for pgb, Jupyter and matplotlib."""
    foreign = ("PGB_", "GOOGLE_", "PUBSUB_", "CLOUDSDK_", "XDG_", "JUPYTER_", "IPYTHON", "MPL", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {
        **kept,
        "HOME": str(home), "USERPROFILE": str(home), "PGB_SANDBOX_DIR": str(home / ".cache" / "pgb"), "PGB_BINARY": str(program),
        "PATH": os.pathsep.join([str(program.parent), os.environ["PATH"]]), "PYTHONPATH": str(HERE),
    }  # fmt: skip


def clean(notebook: Any, folder: str) -> Any:
    """Take out of a notebook what says nothing of its outputs."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "built_from": source_of(notebook),
    }
    count = 0
    for cell in notebook.cells:
        cell.metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = _joined([_cleaned(output, count, folder) for output in cell.outputs if not is_progress(output)])
    return notebook


def source_of(notebook: Any) -> str:
    """Name the code that outputs are of: a digest of all code cells."""
    return hashlib.sha256("\0".join(cell.source for cell in notebook.cells if cell.cell_type == "code").encode()).hexdigest()[:16]


def _cleaned(output: Any, count: int, folder: str) -> Any:
    output.pop("transient", None)
    if output.output_type == "execute_result":
        output.execution_count = count
    if output.output_type == "stream":
        output.text = _placeless(output.text, folder)
    for kind, value in output.get("data", {}).items():
        if kind.startswith("text/"):
            output.data[kind] = _placeless(value, folder)
        elif kind == "image/png":
            output.data[kind] = _packed(value)
    return output


# What people search a project for, unfinished marks and paths of machines: spelt so that they don't find it here.
MARKS = re.compile("TO[D]O|FIX[M]E|X{3}|/(?:work|farm|root)/")


def _packed(figure: str) -> str:
    """A figure in 256 colours at most, which takes less than half the room. Its letters are chance: of the ways to pack it, one without marks."""
    image = Image.open(io.BytesIO(base64.b64decode(figure))).convert("RGB")
    for colours in range(256, 128, -1):
        packed = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        text = base64.b64encode(packed.getvalue()).decode()
        if not MARKS.search(text):
            return text
    return figure


def _joined(outputs: list[Any]) -> list[Any]:
    """Outputs with what was printed in one piece: how many it came in is chance."""
    joined: list[Any] = []
    for output in outputs:
        if joined and output.output_type == joined[-1].output_type == "stream" and output.name == joined[-1].name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _placeless(text: str, folder: str) -> str:
    """The text with this machine's folders as a reader's would be, without the spaces at the ends of pandas' lines and the ids of astropy's tables."""
    text = re.sub(r' id="table\d+"', "", text.replace(os.path.join(folder, "home"), "~"))
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def is_progress(output: Any) -> bool:
    """Tell whether an output is the line that pgb shows while a call is under way: whether it appears depends on the machine."""
    return output.output_type == "display_data" and list(output.data) == ["text/plain"] and re.match(r"pgb [a-z ]+: |$", output.data["text/plain"]) is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=pathlib.Path, help="default: all")
    parser.add_argument("--binary", default=os.environ.get("PGB_BINARY") or shutil.which("pgb"), help="the program pgb (default: PGB_BINARY, the PATH)")
    arguments = parser.parse_args()
    if not arguments.binary:
        sys.exit("no program pgb: --binary names one")
    for path in arguments.notebooks or names():
        begun = time.monotonic()
        nbformat.write(execute(path, os.path.abspath(arguments.binary)), path)
        print(f"{path.name}: {time.monotonic() - begun:.0f} s, {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
