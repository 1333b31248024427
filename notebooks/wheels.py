"""Build wheels of pgb-client: the program for one platform, and the module ``pgb`` that calls it.

    python3 wheels.py --version 0.3.0 --out dist --licences dist/THIRD-PARTY-LICENSES.txt linux/amd64=dist/linux-amd64/pgb windows/amd64=dist/windows-amd64/pgb.exe

Only the standard library is used, and the same files give the same bytes: times come from SOURCE_DATE_EPOCH (default 1980).
A wheel is a zip file as in https://packaging.python.org/en/latest/specifications/binary-distribution-format/.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import os
import pathlib
import re
import time
import zipfile

NAME = "pgb_client"
HERE = pathlib.Path(__file__).resolve().parent

# The program is static: it needs no C library, and runs on any Linux that pip knows a tag for.
# Go's own minima: https://go.dev/wiki/MinimumRequirements (macOS 12).
PLATFORMS = {
    "linux/amd64": ["manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64"],
    "linux/arm64": ["manylinux_2_17_aarch64", "manylinux2014_aarch64", "musllinux_1_1_aarch64"],
    "darwin/amd64": ["macosx_12_0_x86_64"],
    "darwin/arm64": ["macosx_12_0_arm64"],
    "windows/amd64": ["win_amd64"],
    "windows/arm64": ["win_arm64"],
}

METADATA = """\
Metadata-Version: 2.4
Name: pgb-client
Version: {version}
Summary: Alert streams and lookups of the Pitt-Google broker: the program pgb and its Python module
Project-URL: Source, https://github.com/mwvgroup/pgb
License-Expression: BSD-3-Clause
License-File: LICENSE
License-File: THIRD-PARTY-LICENSES.txt
Keywords: astronomy,alerts,broker,ZTF,LSST,Rubin
Classifier: Environment :: Console
Classifier: Framework :: Jupyter
Classifier: Intended Audience :: Science/Research
Classifier: Topic :: Scientific/Engineering :: Astronomy
Classifier: Typing :: Typed
Requires-Python: >=3.9
{extras}
Description-Content-Type: text/markdown

{readme}"""


# What `pip install 'pgb-client[NAME]'` brings beside: for tables and plots, and for the notebooks.
EXTRAS = {"all": ["astropy", "matplotlib", "pandas", "polars", "pyarrow"]}
EXTRAS["notebooks"] = [*EXTRAS["all"], "jupyterlab", "scipy"]


def extras() -> str:
    """The fields of the metadata that name the extras."""
    return "\n".join(line for name, needs in EXTRAS.items() for line in [f"Provides-Extra: {name}", *(f'Requires-Dist: {need}; extra == "{name}"' for need in needs)])


def pep440(version: str) -> str:
    """A version as Python spells it: v1.2.3-rc.1 is 1.2.3rc1, v1.2.3-4-gabc (of git describe) is 1.2.3.post4+gabc."""
    found = re.fullmatch(r"v?(\d+(?:\.\d+)*)(?:-?(a|alpha|b|beta|rc)\.?(\d+))?(?:\.dev(\d+))?(?:-(\d+)-(g[0-9a-f]+))?(-dirty)?", version)
    if not found:
        raise SystemExit(f"{version!r} is no version: 1.2.3, v1.2.3-rc.1 or what git describe --tags says")
    release, kind, number, dev, commits, commit, dirty = found.groups()
    text = release + ({"alpha": "a", "beta": "b"}.get(kind, kind) + number if kind else "")
    text += f".post{commits}" if commits else ""
    text += f".dev{dev}" if dev else ""
    local = [part for part in (commit, "dirty" if dirty else None) if part]
    return text + ("+" + ".".join(local) if local else "")


def build(version: str, platform: str, program: pathlib.Path, licences: pathlib.Path, out: pathlib.Path, epoch: int) -> pathlib.Path:
    """Write the wheel of a platform and give its path; licences are those of what the program is built of."""
    tags = PLATFORMS[platform]
    info, name = f"{NAME}-{version}.dist-info", "pgb.exe" if platform.startswith("windows") else "pgb"
    wheel = "Wheel-Version: 1.0\nGenerator: pgb\nRoot-Is-Purelib: false\n" + "".join(f"Tag: py3-none-{tag}\n" for tag in tags)
    root = HERE.parent
    files = {
        "pgb/__init__.py": (HERE / "pgb.py").read_bytes(),
        "pgb/py.typed": b"",
        f"{NAME}-{version}.data/scripts/{name}": program.read_bytes(),
        f"{info}/METADATA": METADATA.format(version=version, extras=extras(), readme=(HERE / "README.md").read_text(encoding="utf-8")).encode(),
        f"{info}/WHEEL": wheel.encode(),
        f"{info}/licenses/LICENSE": (root / "LICENSE").read_bytes(),
        f"{info}/licenses/THIRD-PARTY-LICENSES.txt": licences.read_bytes(),
    }
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.writerow([path, f"sha256={digest}", len(data)])
    rows.writerow([f"{info}/RECORD", "", ""])
    files[f"{info}/RECORD"] = record.getvalue().encode()
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{NAME}-{version}-py3-none-{'.'.join(tags)}.whl"
    when = max(time.gmtime(epoch)[:6], (1980, 1, 1, 0, 0, 0))  # no zip file is older
    with zipfile.ZipFile(target, "w") as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, when)
            entry.create_system = 3  # Unix, whose modes follow
            entry.external_attr = (0o100755 if "/scripts/" in path else 0o100644) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 6)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--version", required=True, help="of the program, as git describe --tags says it")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("dist"))
    parser.add_argument("--licences", type=pathlib.Path, required=True, help="of what the program is built of: make licences writes them")
    parser.add_argument("programs", nargs="+", metavar="OS/ARCH=PROGRAM")
    arguments = parser.parse_args()
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    for text in arguments.programs:
        platform, _, program = text.partition("=")
        if platform not in PLATFORMS:
            parser.error(f"unknown platform {platform!r}: one of {', '.join(PLATFORMS)}")
        made = build(pep440(arguments.version), platform, pathlib.Path(program), arguments.licences, arguments.out, epoch)
        print(f"{made.stat().st_size / 1e6:6.1f} MB  {made.name}")


if __name__ == "__main__":
    main()
