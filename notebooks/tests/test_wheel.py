import ast
import base64
import hashlib
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import venv
import zipfile

import pytest
from conftest import BINARY, HERE, script

sys.path.insert(0, str(HERE.parent))
import wheels  # noqa: E402

MACHINE = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64", "ARM64": "arm64"}[platform.machine()]
HERE_IS = f"{ {'win32': 'windows'}.get(sys.platform, sys.platform) }/{MACHINE}"


@pytest.fixture(scope="module")
def licences(tmp_path_factory):
    file = tmp_path_factory.mktemp("licences") / "of-others.txt"
    file.write_bytes(b"what others ask to be passed on\n")
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, licences):
    return wheels.build("1.2.3", HERE_IS, pathlib.Path(BINARY), licences, tmp_path_factory.mktemp("wheel"), 1_700_000_000)


def test_one_install_brings_the_program_and_the_module(wheel, tmp_path):
    place = tmp_path / "venv"
    venv.create(place, with_pip=False, symlinks=os.name != "nt")
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(place), "--disable-pip-version-check", "--isolated"]
    subprocess.run([*pip, "install", "--quiet", "--no-index", str(wheel)], check=True)
    env = {k: v for k, v in os.environ.items() if k not in ("PGB_BINARY", "PYTHONPATH")}
    env["PATH"] = str(scripts) + os.pathsep + env["PATH"]

    def run(*words):
        return subprocess.run(words, env=env, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120).stdout

    assert run("pgb", "version").startswith("pgb ")
    body = "import pgb; print(pgb.binary()); print(len(list(pgb.stream('classifications', limit=5))), len(pgb.lookup('ZTF21abc').rows))"
    env["PATH"] = os.defpath  # the module finds its own program where no PATH does
    found, counts = run(str(scripts / "python"), "-c", body).splitlines()
    assert pathlib.Path(found).parent.resolve() == scripts.resolve() and counts == "5 3"
    assert (next(place.glob("**/site-packages")) / "pgb" / "py.typed").exists()
    subprocess.run([*pip, "check"], check=True, capture_output=True)
    subprocess.run([*pip, "uninstall", "--yes", "--quiet", "pgb-client"], check=True)
    assert not list(place.glob("**/pgb*"))


def test_the_first_calls_may_come_of_several_threads_at_once(tmp_path):
    package = tmp_path / "pgb"
    package.mkdir()
    (package / "__init__.py").write_bytes((HERE.parent / "pgb.py").read_bytes())
    (package / "py.typed").touch()  # as a wheel has it: the program is looked for among the installed
    body = f"""
import sys, threading
sys.path.insert(0, {str(tmp_path)!r})
sys.setswitchinterval(1e-6)
import pgb
ready = threading.Barrier(8)
def call():
    ready.wait()
    sys.stdout.write(pgb.binary() + "\\n")
for thread in [threading.Thread(target=call) for _ in range(8)]: thread.start()
"""
    env = {**os.environ, "PATH": str(pathlib.Path(BINARY).parent)}
    del env["PGB_BINARY"]
    done = subprocess.run([sys.executable, "-c", body], env=env, capture_output=True, text=True, timeout=120)
    assert done.stderr == "" and done.stdout.split() == [BINARY] * 8


def test_what_the_notebooks_need_is_an_extra(wheel):
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read("pgb_client-1.2.3.dist-info/METADATA").decode()
    needed = set()
    for path in HERE.parent.glob("*.ipynb"):
        code = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code")
        needed |= {name.partition(".")[0] for name in re.findall(r"^(?:import|from) (\S+)", code, re.MULTILINE)}
    brought = set(re.findall(r'^Requires-Dist: (\S+); extra == "notebooks"$', metadata, re.MULTILINE))
    assert {"scipy", "matplotlib"} <= needed - set(sys.stdlib_module_names) <= brought | {"pgb", "numpy"}
    assert "Provides-Extra: all\n" in metadata and "Provides-Extra: notebooks\n" in metadata


def test_licences_are_passed_on(wheel, licences):
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read("pgb_client-1.2.3.dist-info/METADATA").decode()
        named = re.findall(r"^License-File: (\S+)$", metadata, re.MULTILINE)
        assert named == ["LICENSE", "THIRD-PARTY-LICENSES.txt"]
        own, others = (archive.read(f"pgb_client-1.2.3.dist-info/licenses/{name}") for name in named)
    assert own == (HERE.parent.parent / "LICENSE").read_bytes() and others == licences.read_bytes()


def test_the_same_files_give_the_same_bytes(tmp_path, licences):
    program = tmp_path / "pgb"
    made = []
    for when in (0, 1_700_000_000):
        program.write_bytes(b"a program" * 1000)
        os.utime(program, (when, when))
        made.append(wheels.build("1.2.3", HERE_IS, program, licences, tmp_path / str(when), 1_700_000_000))
    assert made[0].name == made[1].name and made[0].read_bytes() == made[1].read_bytes()


def test_the_record_lists_every_file(wheel):
    with zipfile.ZipFile(wheel) as archive:
        record = archive.read("pgb_client-1.2.3.dist-info/RECORD").decode().splitlines()
        assert [line.split(",")[0] for line in record] == archive.namelist()
        for line in record[:-1]:
            path, digest, size = line.split(",")
            data = archive.read(path)
            assert len(data) == int(size) and "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=") == digest


@pytest.mark.parametrize("target", wheels.PLATFORMS)
def test_each_platform_has_its_wheel(target, tmp_path, licences):
    program = tmp_path / "pgb"
    program.write_bytes(b"a program")
    made = wheels.build("1.2.3", target, program, licences, tmp_path, 0)
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        said = archive.read("pgb_client-1.2.3.dist-info/WHEEL").decode()
        (script_name,) = [n for n in names if "/scripts/" in n]
        assert archive.getinfo(script_name).external_attr >> 16 == 0o100755
    assert script_name.endswith("/pgb.exe" if "windows" in target else "/pgb") and "pgb/__init__.py" in names and "pgb/py.typed" in names
    tags = made.stem.split("-")[-1].split(".")
    assert [f"Tag: py3-none-{tag}" in said.splitlines() for tag in tags] == [True] * len(tags)


@pytest.mark.parametrize(
    "said, want",
    [("v1.2.3", "1.2.3"), ("1.2", "1.2"), ("v1.2.3-rc.1", "1.2.3rc1"), ("v1.2.3-4-gabc1234", "1.2.3.post4+gabc1234"),
     ("v1.2.3-4-gabc1234-dirty", "1.2.3.post4+gabc1234.dirty"), ("v1.2.3-dirty", "1.2.3+dirty"), ("0.0.0.dev0", "0.0.0.dev0")],
)  # fmt: skip
def test_versions_are_spelled_as_python_does(said, want):
    assert wheels.pep440(said) == want


def test_what_is_no_version_is_refused():
    with pytest.raises(SystemExit, match="is no version"):
        wheels.pep440("nightly")


@pytest.mark.parametrize("file", ["pgb.py", "wheels.py"])
def test_the_source_is_python_3_9(file):
    ast.parse((HERE.parent / file).read_text(encoding="utf-8"), feature_version=(3, 9))


def test_the_standard_library_is_enough():
    done = script("print(len(pgb.lookup('ZTF21abc').rows), len(list(pgb.stream('classifications', limit=2))), 'site' in sys.modules)", "-IS")
    assert (done.stdout, done.stderr) == ("3 2 False\n", "")
