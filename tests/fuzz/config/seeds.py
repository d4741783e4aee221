# SPDX-License-Identifier: Apache-2.0
"""What the fuzzer starts from: the trees of tests/config/good and bad, and small images of the same kinds.

    seeds.py FOLDER     writes FOLDER/seeds/*.dtb, FOLDER/positions/*.ann and FOLDER/images/*
"""
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / "tests/config"
sys.path.insert(0, str(CONFIG))
import images  # noqa: E402

# A file that is only large makes runs slow and finds nothing: what counts is its size in the tree's terms.
LARGEST = 64 * 1024


def flatten(source, tree, positions):
    """The tree of a source and where it stands, also of one that dtc has errors for; False if it makes none."""
    text = subprocess.run(["cpp", "-nostdinc", "-undef", "-D__DTS__", "-I", str(ROOT / "boards/qemu-virt"), "-x",
                           "assembler-with-cpp", str(source)], capture_output=True, check=False)
    if text.returncode != 0:
        return False
    dtc = ["dtc", "-q", "-q", "-f", "-I", "dts"]
    subprocess.run([*dtc, "-@", "-O", "dtb", "-o", str(tree)], input=text.stdout, capture_output=True, check=False)
    subprocess.run([*dtc, "-O", "dts", "-T", "-T", "-o", str(positions)], input=text.stdout, capture_output=True,
                   check=False)
    return tree.exists() and positions.exists()


def write_images(folder):
    images.write_all(folder)
    for file in folder.iterdir():
        if file.is_file() and file.stat().st_size > LARGEST:
            file.write_bytes(file.read_bytes()[:LARGEST])


def main():
    out = Path(sys.argv[1])
    for name in ("seeds", "positions", "images"):
        shutil.rmtree(out / name, ignore_errors=True)
        (out / name).mkdir(parents=True)
    write_images(out / "images")
    sources = sorted(CONFIG.glob("good/*.dts")) + sorted(CONFIG.glob("bad/*.dts")) + \
        sorted(ROOT.glob("boards/*/*.dts"))
    made = sum(flatten(source, out / "seeds" / f"{source.parent.name}-{source.stem}.dtb",
                       out / "positions" / f"{source.parent.name}-{source.stem}.ann") for source in sources)
    print(f"fuzz: {made} trees of {len(sources)} sources to start from")


if __name__ == "__main__":
    main()
