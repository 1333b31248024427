"""The notebooks run on the sandbox as they are, and what is stored with them is what they give."""

import ast
import base64
import getpass
import io
import pathlib
import re
import socket
import sys

import nbformat
import numpy as np
import pytest
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import build  # noqa: E402
from conftest import BINARY  # noqa: E402

STALE = "\nmake notebooks runs it again"
GB = {"TB": 1000, "GB": 1, "MB": 0.001}
LARGEST = 500_000  # bytes of a notebook
LEAST_INK = 200  # coloured or shaded pixels of a plot with something in it; frames, ticks and titles are grey

each = pytest.mark.parametrize("path", build.names(), ids=lambda path: path.stem)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(output):
    """What an output says, by kind."""
    if output.output_type == "stream":
        return {output.name: output.text}
    return {kind: value for kind, value in output.get("data", {}).items() if kind.startswith("text/")}


def figures(notebook):
    return [output.data["image/png"] for cell in code(notebook) for output in cell.outputs if "image/png" in output.get("data", {})]


def complaints(notebook):
    """Warnings, errors, and what the kernel says of plots without data."""
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    return [output.get("text", output.get("evalue")) for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]


def ink(png):
    """The number of coloured pixels of a picture, and of grey ones in blocks of 5 x 5 of several greys: stamps have such, and what is black on white has not."""
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")).astype(int)
    coloured = (np.ptp(pixels, axis=2) > 40).sum()
    height, width = (side // 5 * 5 for side in pixels.shape[:2])
    blocks = pixels[:height, :width, 0].reshape(height // 5, 5, width // 5, 5).swapaxes(1, 2).reshape(-1, 25)
    shaded = (blocks.min(axis=1) > 20) & (blocks.max(axis=1) < 250) & (np.ptp(blocks, axis=1) > 3)
    return int(coloured + 25 * shaded.sum())


def kinds(cell):
    return [(output.output_type, output.get("name"), sorted(output.get("data", {}))) for output in cell.outputs]


def same(stored, fresh):
    """Whether two texts are the same, but for the last digits of their decimals: those depend on the processor."""
    decimal = r"-?\d+\.\d+(?:e[+-]?\d+)?"
    if re.sub(r"[\s-]+", " ", re.sub(decimal, "#", stored)) != re.sub(r"[\s-]+", " ", re.sub(decimal, "#", fresh)):
        return False
    return np.allclose(*([float(number) for number in re.findall(decimal, text)] for text in (stored, fresh)), rtol=1e-3, atol=1e-6)


def differences(stored, fresh):
    """Say in which cells the outputs of two notebooks differ: those that vary by themselves only in kind, the others in text."""
    said = []
    for number, (old, new) in enumerate(zip(code(stored), code(fresh), strict=True), 1):
        if kinds(old) != kinds(new):
            said.append(f"cell {number}: {kinds(old)} is stored, {kinds(new)} is what it gives")
        elif "varies" not in old.metadata.get("tags", []):
            for before, after in zip(old.outputs, new.outputs):
                said += [f"cell {number}, {kind}:\n{text}\nis stored, it gives\n{texts(after)[kind]}" for kind, text in texts(before).items() if not same(text, texts(after)[kind])]
    return said


@pytest.fixture(scope="module")
def stored():
    return {path: nbformat.read(path, 4) for path in build.names()}


def test_there_are_notebooks():
    assert len(build.names()) == 5


@each
def test_a_notebook_gives_the_outputs_that_are_stored(path, stored):
    fresh = build.execute(path, BINARY)
    assert not complaints(fresh)
    found = differences(stored[path], fresh)
    assert not found, "\n".join(found) + STALE
    assert min(map(ink, figures(fresh))) > LEAST_INK, "a plot is empty"


@each
def test_stored_outputs_are_of_the_code_beside_them(path, stored):
    assert stored[path].metadata.get("built_from") == build.source_of(stored[path]), f"{path.name} was changed after it ran{STALE}"


@each
def test_stored_plots_have_something_in_them(path, stored):
    assert figures(stored[path])
    assert min(map(ink, figures(stored[path]))) > LEAST_INK


@each
def test_outputs_say_nothing_of_the_machine_and_hold_no_warnings(path, stored):
    assert not complaints(stored[path])
    outputs = [output for cell in code(stored[path]) for output in cell.outputs]
    said = "\n".join(text for output in outputs for text in texts(output).values())
    own = [re.escape(name) for name in (getpass.getuser(), socket.gethostname()) if len(name) > 4]
    found = re.search("|".join([r"/(home|root|Users|tmp|var|work|private)/", r"[A-Z]:\\", r"0x[0-9a-f]{8,}", *own]), said)
    assert not found, found


@each
def test_one_line_chooses_the_sandbox_and_files_stay_small(path, stored):
    lines = [line for cell in code(stored[path]) for line in cell.source.splitlines() if "sandbox" in line.lower()]
    assert len(lines) == 1 and "the real broker" in lines[0]
    assert path.stat().st_size < LARGEST


def test_an_empty_plot_is_told_from_one_with_points():
    import matplotlib.pyplot as plt

    def drawn(draw):
        fig, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
        for ax in axes:
            draw(ax)
            ax.set(xlabel="MJD (d)", ylabel="difference magnitude (AB mag)", title="science, template, difference")
        file = io.BytesIO()
        fig.savefig(file, format="png")
        plt.close(fig)
        return base64.b64encode(file.getvalue())

    def stamp(level):
        return lambda ax: ax.imshow(np.random.default_rng(1).normal(0, level, (30, 30)), cmap="gray", vmin=-1, vmax=1)

    assert ink(drawn(lambda ax: ax.scatter([], []))) == ink(drawn(stamp(0))) == 0
    assert ink(drawn(lambda ax: ax.scatter(range(10), range(10)))) > LEAST_INK
    assert ink(drawn(stamp(1))) > LEAST_INK


def test_a_figure_with_one_empty_plot_is_complained_of(tmp_path):
    def complained(*lines):
        cell = nbformat.v4.new_code_cell("\n".join(["import matplotlib.pyplot as plt", "axes = plt.subplots(2)[1]", *lines]))
        path = tmp_path / "one.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
        return complaints(build.execute(path, BINARY))

    assert not complained("axes[0].plot([1], [2], 'o')", "axes[1].imshow([[1, 2], [3, 4]])")
    assert complained("axes[0].plot([1], [2], 'o')", "axes[1].plot([], [], 'o')", "axes[1].axhline(0)") == ["plot 2 of the figure is empty\n"]


def test_the_prices_shown_are_those_of_the_documentation(stored):
    (cell,) = [cell for cell in code(stored[build.names()[-1]]) if cell.source.startswith("read = {")]
    read = ast.literal_eval(ast.parse(cell.source).body[0].value)
    lines = (build.HERE.parent / "docs" / "costs.md").read_text(encoding="utf-8").splitlines()
    said, survey = {}, ""
    for line in lines:
        if head := re.match(r"\| (LSST|ZTF) \| ", line):
            survey = head[1]
        sizes = [round(float(number) * GB[unit], 3) for number, unit in re.findall(r"([\d.]+) (TB|GB|MB)\b", line)]
        if sizes and (question := re.match(r"\| `([^`]+)`", line)):
            said[survey, question[1]] = tuple(sizes[-2:]) if survey == "LSST" else (sizes[0], sizes[0])
    assert {(survey, question): gb for survey, questions in read.items() for question, gb in questions.items()}.items() <= said.items()


def test_changed_outputs_are_found_and_rounding_is_not():
    def notebook(text, *tags):
        cell = nbformat.v4.new_code_cell("print()", outputs=[nbformat.v4.new_output("stream", text=text)], metadata={"tags": list(tags)})
        return nbformat.v4.new_notebook(cells=[cell])

    assert not differences(notebook("3 rows, 17.1234567 mag"), notebook("3 rows, 17.1234568 mag"))
    assert differences(notebook("3 rows, 17.12 mag"), notebook("4 rows, 17.12 mag"))
    assert differences(notebook("3 rows, 17.12 mag"), notebook("3 rows, 17.92 mag"))
    assert not differences(notebook("3 rows", "varies"), notebook("4 rows", "varies"))
    nothing = notebook("", "varies")
    nothing.cells[0].outputs = []
    assert differences(notebook("3 rows", "varies"), nothing)
