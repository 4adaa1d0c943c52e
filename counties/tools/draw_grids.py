"""Draws the demonstration's grids into the approximate township shapes of a county.

    pip install shapely
    python3 counties/tools/draw_grids.py counties/411524

Reads divisions.csv, boundary.geojson and townships_approx.geojson of the folder, writes its
grids.geojson. Each village gets a cell of its township's shape, and each cell one grid or more. The
cells are those of a Voronoi diagram, evened out, around points that the township's code seeds: the
same files give the same drawing. They are no boundaries of anything and carry the note that says so.
Villages of a township without a shape get one grid without a polygon. An area without residents
gets none.
"""

import csv
import json
import random
import sys
from pathlib import Path

from shapely import MultiPoint, Point, Polygon, voronoi_polygons
from shapely.geometry import mapping, shape
from shapely.ops import unary_union

NOTE = "示意：按乡镇近似范围划分，非法定界线"
ORDINAL = "零一二三四五六七八九"
# Where the demonstration looks closely: every village there has two to four grids.
CLOSE = "411524102000"
THREE_GRIDS = {"411524102202"}


def features_of(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["features"]


def county_of(folder):
    return unary_union([shape(f["geometry"]) for f in features_of(folder / "boundary.geojson")])


def apart(features, county):
    """The shapes within the county; where two lie over each other, the lower code has the place."""
    shapes, taken = {}, Polygon()
    for f in sorted(features, key=lambda f: f["properties"]["code"]):
        whole = shape(f["geometry"])
        shapes[f["properties"]["code"]] = whole.intersection(county).difference(taken)
        taken = taken.union(whole)
    return shapes


def divide(region, pieces, seed):
    """Parts of the region, of about one size, from north-west to south-east."""
    if pieces == 1:
        return [largest(region)]
    chance = random.Random(seed)
    west, south, east, north = region.bounds
    points = []
    while len(points) < pieces:
        point = Point(chance.uniform(west, east), chance.uniform(south, north))
        if region.contains(point):
            points.append(point)
    for _ in range(60):
        cells = cut(region, points)
        points = [middle(cell) for cell in cells]
    cells = cut(region, points)
    return sorted(cells, key=lambda c: (-round(c.centroid.y, 2), c.centroid.x))


def cut(region, points):
    cells = voronoi_polygons(MultiPoint(points), extend_to=region.envelope.buffer(1), ordered=True)
    return [largest(cell.intersection(region)) for cell in cells.geoms]


def largest(area):
    parts = [part for part in getattr(area, "geoms", [area]) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area)


def middle(cell):
    return cell.centroid if cell.contains(cell.centroid) else cell.representative_point()


def grids_in(village):
    if village["parent"] != CLOSE:
        return 1
    if village["code"] in THREE_GRIDS:
        return 3
    return 2 + int(village["code"][-2:]) % 3


def feature(village, number, polygon):
    geometry = None
    if polygon is not None:
        ring = [(round(x, 7), round(y, 7)) for x, y in polygon.exterior.coords]
        ring = [p for i, p in enumerate(ring) if i == 0 or p != ring[i - 1]]
        rounded = Polygon(ring)
        assert rounded.is_valid and not polygon.interiors, village["code"]
        geometry = mapping(rounded)
    properties = {
        "code": f"{village['code']}{number:03}",
        "name": f"第{ORDINAL[number]}网格",
        "division": village["code"],
        "demo": True,
        "note": NOTE,
    }
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def main(folder):
    with open(folder / "divisions.csv", encoding="utf-8", newline="") as file:
        divisions = list(csv.DictReader(file))
    shapes = apart(features_of(folder / "townships_approx.geojson"), county_of(folder))
    features = []
    for township in (d for d in divisions if d["level"] == "乡镇街道"):
        code = township["code"]
        villages = [d for d in divisions if d["parent"] == code and d["type"] != "其他"]
        if code not in shapes:
            features += [feature(village, 1, None) for village in villages]
            continue
        if not villages:
            continue
        for village, cell in zip(villages, divide(shapes[code], len(villages), code)):
            parts = divide(cell, grids_in(village), village["code"])
            features += [feature(village, n, part) for n, part in enumerate(parts, 1)]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    (folder / "grids.geojson").write_text(text, encoding="utf-8")
    print(f"{len(features)} grids, {sum(f['geometry'] is not None for f in features)} drawn")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
