"""Time and peak memory of reading a list of incidents: `python tests/benchmark/incidents.py [rows]`, 10 million without more.

Reads a tenth of the rows and all of them, each in a process of its own, so that seconds a row and memory can be compared in one run.
The rows are made up and written to a temporary folder.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AREAS = ("Motalavej", "Ringparken/Schackenborgvænge", "Sydbyen", "Skælskør")
SOURCE = """contract = "incidents"
publisher = "Made up"
files = ["incidents.csv"]
covers = ["2015-2021"]
[columns]
Sag = "id"
Dato = "date"
"Område" = "area"
Type = "indicator"
"Påsat" = "deliberate"
Udgift = { indicator = "vacancy_loss", unit = "dkk" }
[values.indicator]
Brand = "arson_fires"
[values.deliberate]
ja = "yes"
nej = "no"
ukendt = "unknown"
"""


def write(folder: Path, rows: int) -> None:
    """A plan folder with so many incidents in one file."""
    (folder / "fires").mkdir(parents=True)
    (folder / "agreement.toml").write_bytes((ROOT / "data" / "raw" / "agreement.toml").read_bytes())
    (folder / "fires" / "source.toml").write_text(SOURCE, encoding="utf-8")
    with (folder / "fires" / "incidents.csv").open("w", encoding="utf-8") as stream:
        stream.write("Sag;Dato;Område;Type;Påsat;Udgift\n")
        for n in range(rows):
            day = f"{n % 28 + 1:02}-{n % 12 + 1:02}-{2015 + n % 7}"
            stream.write(f"S{n:08};{day};{AREAS[n % 4]};Brand;{('ja', 'nej', 'ukendt')[n % 3]};{n % 5000},{n % 100:02}\n")


def read(folder: Path) -> None:
    """Read the folder's one source and say what it cost."""
    from analysis.promises.agreement import read_agreement
    from analysis.reading.intake import read_delivery
    from analysis.reading.suppliers import read_sources

    wall, start = time.monotonic(), time.process_time()
    (source,), problems = read_sources(folder)
    delivery = read_delivery(source, read_agreement(folder / "agreement.toml"), folder, [])
    assert not problems and not delivery.problems, [*problems, *delivery.problems][:3]
    years = delivery.table[delivery.table["period"].str.len().eq(4) & delivery.table["indicator"].eq("arson_fires")]
    rows = int(delivery.files["used"].sum())
    assert years["value"].sum() == rows, "incidents were lost or counted twice"
    print(rows, time.monotonic() - wall, time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(rows: int) -> None:
    costs = []
    for n in (rows // 10, rows):
        with tempfile.TemporaryDirectory() as home:
            write(Path(home) / "data" / "raw", n)
            run = [sys.executable, __file__, "--read", str(Path(home) / "data" / "raw")]
            done, wall, seconds, megabytes = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
        costs.append(float(seconds) / int(done))
        each = float(seconds) / int(done)
        print(f"{int(done):>12,} rows  {float(wall):7.1f} s  {float(seconds):7.1f} s CPU  {each * 1e6:6.2f} µs a row  {float(megabytes):6.0f} MB at most")
    print(f"a row costs {costs[1] / costs[0]:.2f} × as much in the larger file")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
