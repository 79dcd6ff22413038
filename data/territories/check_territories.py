#!/usr/bin/env python3
"""Check the files written by build_territories.py.

  python check_territories.py --data DIR --decoupage PACKAGE [--outlines FILE.geojson] [--points FILE.csv]

--outlines and --points name independent data to compare with (departements as GeoJSON with a property `code`; communes
as CSV with code, lon, lat). They are only read: nothing of them is written anywhere. Needs shapely, scipy, numpy, pyproj.
Ends with status 1 when one of the assertions fails.
"""

import argparse
import collections
import csv
import json
import math
import sys
from pathlib import Path

import numpy as np
import shapely
from build_territories import OVERSEAS, PETITE_COURONNE, open_member, place, project
from pyproj import Transformer
from shapely.geometry import Point, shape

ap = argparse.ArgumentParser()
ap.add_argument("--data", type=Path, required=True)
ap.add_argument("--decoupage", type=Path, required=True)
ap.add_argument("--outlines", type=Path)
ap.add_argument("--points", type=Path)
a = ap.parse_args()
bad = 0


def check(label, ok, detail=""):
    global bad
    bad += not ok
    print(("ok    " if ok else "FAIL  ") + label + (f": {detail}" if detail != "" else ""))


def rows(name):
    with (a.data / name).open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


communes, deps = rows("communes.csv"), rows("departements.csv")
source = [c for c in json.loads(open_member(a.decoupage, "data/communes.json")) if c["type"] == "commune-actuelle"]
epci = json.loads(open_member(a.decoupage, "data/epci.json"))

# --- tables against the source
want, got = (
    collections.Counter(c["departement"] for c in source),
    collections.Counter(c["departement"] for c in communes),
)
check("communes per departement as in the source", want == got, f"{len(communes)} in {len(got)}")
check(
    "sum of population as in the source",
    sum(int(c["population"] or 0) for c in communes) == sum(c.get("population", 0) for c in source),
    sum(int(c["population"] or 0) for c in communes),
)
check(
    "codes unique, SIREN unique",
    len({c["code"] for c in communes}) == len(communes)
    and len({c["siren"] for c in communes if c["siren"]}) == sum(bool(c["siren"]) for c in communes),
)
inter = rows("intercommunalities.csv")
check("intercommunalities as in the source", sum(i["legal_form"] != "EPT" for i in inter) == len(epci), len(inter))
check(
    "members of the intercommunalities",
    collections.Counter(c["epci"] for c in communes if c["epci"])
    == collections.Counter({e["code"]: len(e["membres"]) for e in epci}),
)
quality = collections.Counter(
    (
        c["point_quality"] or "none",
        "metro" if c["departement"] < "97" else "drom" if c["departement"] in OVERSEAS else "com",
    )
    for c in communes
)
print("      points:", dict(quality))

# --- outlines
features = json.loads((a.data / "departements.geojson").read_text())["features"]
geo = {f["properties"]["code"]: shape(f["geometry"]) for f in features}
check(
    "101 outlines, all valid",
    len(geo) == 101 and all(g.is_valid for g in geo.values()),
    [c for c, g in geo.items() if not g.is_valid],
)
t93 = Transformer.from_crs(4326, 2154, always_xy=True)
l93 = {
    c: shapely.transform(g, lambda k: np.column_stack(t93.transform(k[:, 0], k[:, 1])))
    for c, g in geo.items()
    if c not in OVERSEAS
}
overlap = 0.0
tree = shapely.STRtree(list(l93.values()))
codes = list(l93)
for i, j in tree.query(list(l93.values()), predicate="intersects").T:
    if i < j:
        overlap += l93[codes[i]].intersection(l93[codes[j]]).area
check("no overlap between metropolitan outlines (km2)", overlap < 1e6, round(overlap / 1e6, 3))
inside = collections.Counter()
out = []
for c in communes:
    if c["lon"] and c["departement"] in l93:
        p = Point(t93.transform(float(c["lon"]), float(c["lat"])))
        d = l93[c["departement"]].distance(p)
        inside["in" if d == 0 else "within 2 km" if d < 2000 else "out"] += 1
        if d >= 2000:
            out.append((c["code"], c["name"], round(d / 1000, 1)))
n = sum(inside.values())
check(
    "metropolitan points in their own outline >= 99 %",
    inside["in"] / n >= 0.99,
    f"{100 * inside['in'] / n:.2f} % of {n}, {dict(inside)}",
)
print("      further than 2 km out:", out)
over_in = [
    geo[c["departement"]].distance(Point(float(c["lon"]), float(c["lat"]))) * 111
    for c in communes
    if c["departement"] in OVERSEAS
]
print(
    f"      overseas points in their own outline {sum(d == 0 for d in over_in)} of {len(over_in)}, furthest {max(over_in):.1f} km"
)
print(
    "      parts per metropolitan outline:",
    {c: len(shapely.get_parts(g)) for c, g in l93.items() if len(shapely.get_parts(g)) > 1},
)

# --- drawings
svg = json.loads((a.data / "departements_svg.json").read_text())
frames = {f["id"]: f for f in svg["frames"]}
check(
    "drawing: 101 paths and 4 in the enlarged frame",
    len(svg["departements"]) == 101
    and len(svg["insets"]) == 4
    and all(d["path"] for d in svg["departements"] + svg["insets"]),
)
worst = 0.0
for c in communes[::50]:
    if c["departement"] in l93:
        x, y = t93.transform(float(c["lon"]), float(c["lat"]))
        px, py = project(frames["metropole"]["projection"], float(c["lon"]), float(c["lat"]))
        worst = max(worst, math.hypot(x - px, y - py))
check("Lambert-93 formula against PROJ (worst, m)", worst < 0.01, f"{worst:.5f}")
worst = 0.0
for f in svg["frames"]:
    p = f["projection"]
    if "lat0" in p:
        sphere = Transformer.from_pipeline(f"+proj=laea +lat_0={p['lat0']} +lon_0={p['lon0']} +R={p['radius']}")
        for c in communes:
            if c["departement"] == f["id"]:
                x, y = sphere.transform(float(c["lon"]), float(c["lat"]))
                px, py = project(p, float(c["lon"]), float(c["lat"]))
                worst = max(worst, math.hypot(x - px, y - py))
check("azimuthal formula against PROJ (worst, m)", worst < 0.01, f"{worst:.5f}")
off = [
    c["code"]
    for c in communes
    if c["lon"]
    and (c["departement"] in l93 or c["departement"] in OVERSEAS)
    and not (
        lambda f, p: (
            f["box"][0] <= p[0] <= f["box"][0] + f["box"][2] and f["box"][1] <= p[1] <= f["box"][1] + f["box"][3]
        )
    )(
        frames["metropole" if c["departement"] in l93 else c["departement"]],
        place(frames["metropole" if c["departement"] in l93 else c["departement"]], float(c["lon"]), float(c["lat"])),
    )
]
check("every dot lies in the box of its frame", not off, off)
for name, limit in (("departements.geojson", 350_000), ("departements_svg.json", 120_000)):
    size = (a.data / name).stat().st_size
    check(f"{name} under {limit}", size < limit, size)
total = sum(f.stat().st_size for f in a.data.iterdir() if f.is_file())
check("all files under 6 MB", total < 6_000_000, total)

# --- independent data, read only
if a.outlines:
    ref = {
        f["properties"]["code"]: shape(f["geometry"]).buffer(0) for f in json.loads(a.outlines.read_text())["features"]
    }
    iou = {}
    for c, g in geo.items():
        r = ref[c]
        if c in l93:
            r, g = shapely.transform(r, lambda k: np.column_stack(t93.transform(k[:, 0], k[:, 1]))), l93[c]
        iou[c] = g.intersection(r).area / g.union(r).area
    s = sorted(iou.items(), key=lambda i: i[1])
    m = sorted(v for c, v in iou.items() if c in l93)
    print(
        f"compare outlines: intersection over union, metropolitan median {m[len(m) // 2]:.4f}, p10 {m[len(m) // 10]:.4f}, worst {m[0]:.4f};"
        f" lowest ten {[(c, round(v, 3)) for c, v in s[:10]]}; overseas {[(c, round(iou[c], 3)) for c in OVERSEAS]};"
        f" petite couronne {[(c, round(iou[c], 3)) for c in PETITE_COURONNE]}"
    )
if a.points:
    with a.points.open(encoding="utf-8", newline="") as f:
        ref = {r["code"]: (float(r["lon"]), float(r["lat"])) for r in csv.DictReader(f) if r["lon"]}
    dist = collections.defaultdict(list)
    for c in communes:
        if c["lon"] and c["code"] in ref:
            lon, lat = float(c["lon"]), float(c["lat"])
            r = ref[c["code"]]
            km = 111.195 * math.hypot((lon - r[0]) * math.cos(math.radians(lat)), lat - r[1])
            zone = "metro" if c["departement"] in l93 else "overseas"
            for k in ("all", zone, f"{zone} {c['point_quality']}"):
                dist[k].append((km, c["code"], c["name"]))
    for k, v in sorted(dist.items()):
        v.sort()
        print(
            f"compare points, {k}: {len(v)}, median {v[len(v) // 2][0]:.2f} km, p99 {v[int(len(v) * 0.99)][0]:.2f}, worst {v[-1][0]:.1f},"
            f" further than 10 km {sum(x[0] > 10 for x in v)}"
        )
sys.exit(1 if bad else 0)
