"""Areas of the program against GeographicLib: each file is exported twice by the program, as a table with its own areas
and as GeoJSON whose rings are measured on the ellipsoid. Prints the worst of each file.

    pip install pyproj shapely
    python tests/bench/geod.py target/release/wangge FILE...
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from pyproj import Geod
from shapely.geometry import shape

GRS80 = Geod(ellps="GRS80")
SMALLEST = 100.0  # m²: below it the decimetre the table is rounded to would be what is measured


def exported(program, path, product, folder):
    out = Path(folder, f"out.{product}")
    subprocess.run([program, "export", path, "--format", product, "--accept", "measured", "-o", out],
                   check=True, capture_output=True)
    return out


def worst(program, path):
    with tempfile.TemporaryDirectory() as folder:
        with open(exported(program, path, "csv", folder), encoding="utf-8-sig") as table:
            head, *rows = csv.reader(table)
        features = json.loads(exported(program, path, "geojson", folder).read_text(encoding="utf-8"))["features"]
    column = max(at for at, name in enumerate(head) if "面积" in name or "area" in name.lower())
    assert len(rows) == len(features)
    found = (0.0, 0.0, 0.0)
    for row, feature in zip(rows, features):
        right = abs(GRS80.geometry_area_perimeter(shape(feature["geometry"]))[0])
        if right > SMALLEST:
            found = max(found, (abs(float(row[column]) / right - 1.0), right, float(row[column])))
    return len(rows), found


for path in sys.argv[2:]:
    count, (off, right, ours) = worst(sys.argv[1], path)
    print(f"{path}: {count} zones, worst {100 * off:.5f} % ({ours:.1f} m² for {right:.1f})")
