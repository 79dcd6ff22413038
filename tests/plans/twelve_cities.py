"""Twelve cities, worked by hand: what they read, and every figure that follows, up to the network. Nothing is computed here.

Six indicators, one for each rule of roll-up; the share of the way is (reading − baseline) / (target − baseline):

    places    sum     20 → 60          (v − 20) / 40
    calm      mean     4 → 8           (v − 4) / 4
    access    ratio   50 → 100 %       (v − 50) / 50, v = 100 × over / under
    journey   max     60 → 20, lower   (60 − v) / 40
    steps     latest  milestone of 4   v / 4
    policy    none    yes or no        v

`places`, `calm`, `access` are of the domain "services"; the three others of the domain "voice". "?" was asked, and is
unknown. Read at the end of 2027, save one step of Quimper, read at the end of June 2028.
"""

from decimal import Decimal as D

SERVICES, VOICE = "services", "voice"
INDICATORS = {  # name: (domain, rule, kind, direction, baseline, target, factor)
    "places": (SERVICES, "sum", "number", "higher_is_better", 20, 60, None),
    "calm": (SERVICES, "mean", "scale", "higher_is_better", 4, 8, None),
    "access": (SERVICES, "ratio", "ratio", "higher_is_better", 50, 100, 100),
    "journey": (VOICE, "max", "duration", "lower_is_better", 60, 20, None),
    "steps": (VOICE, "latest", "milestone", "higher_is_better", None, 4, None),
    "policy": (VOICE, "none", "yes_no", "higher_is_better", None, 1, None),
}
EVERYWHERE = ""
CITIES = {  # city: (région, département, {indicator: reading}); the letter: declared, evidenced, verified
    "Rennes": ("53", "35", {"places": "40 d", "calm": "6 e", "access": "30/40 v", "journey": "40 d", "steps": "2 d", "policy": "1 v"}),
    "Fougères": ("53", "35", {"places": "60 d", "calm": "?", "access": "45/60 d", "steps": "4 e"}),
    "Brest": ("53", "29", {"places": "30 e", "calm": "8 d", "journey": "20 d", "policy": "0 d"}),
    "Quimper": ("53", "29", {"places": "?", "access": "20/40 d", "journey": "60 e", "steps": "1 d"}),
    "Lyon": ("84", "69", {"places": "70 d", "calm": "7 v", "access": "90/100 v", "journey": "30 d", "steps": "3 v", "policy": "1 d"}),
    "Bron": ("84", "69", {"places": "20 d", "calm": "5 d", "steps": "?"}),
    "Grenoble": ("84", "38", {"places": "50 v", "access": "60/80 e", "journey": "?", "policy": "1 e"}),
    "Voiron": ("84", "38", {"places": "?", "access": "?", "steps": "?"}),
    "Saint-Denis": ("04", "974", {"places": "10 d", "calm": "4 e", "access": "80/160 d", "journey": "80 d", "steps": "4 v", "policy": "0 v"}),
    "Saint-Paul": ("04", "974", {"places": "45 e", "calm": "7 e", "journey": "25 v"}),
    "Saint-Leu": ("04", "974", {}),
    "Le Port": ("04", "974", {"places": "5 d", "access": "15/20 d", "policy": "1 d"}),
}  # fmt: skip
WITHOUT_AIM = {("Le Port", "places"): "target", ("Le Port", "access"): "baseline"}  # read, yet how far is unknown
LATER = {("Quimper", "steps")}

# Of each city, in each domain: asked, then known and sum of shares, declared, evidenced, verified.
TALLIES = {
    ("Rennes", SERVICES): (3, (1, "0.5"), (1, "0.5"), (1, "0.5")),  # 20/40, 2/4, 25/50
    ("Rennes", VOICE): (3, (2, "1"), (0, "0"), (1, "1")),  # 20/40 + 2/4; yes
    ("Fougères", SERVICES): (3, (2, "1.5"), (0, "0"), (0, "0")),  # 40/40 + 25/50; calm unknown
    ("Fougères", VOICE): (1, (0, "0"), (1, "1"), (0, "0")),  # 4/4
    ("Brest", SERVICES): (2, (1, "1"), (1, "0.25"), (0, "0")),  # 4/4; 10/40
    ("Brest", VOICE): (2, (2, "1"), (0, "0"), (0, "0")),  # 40/40 + no
    ("Quimper", SERVICES): (2, (1, "0"), (0, "0"), (0, "0")),  # 0/50; places unknown
    ("Quimper", VOICE): (2, (1, "0.25"), (1, "0"), (0, "0")),  # 1/4; 0/40
    ("Lyon", SERVICES): (3, (1, "1"), (0, "0"), (2, "1.55")),  # 50/40 is 1; 3/4 + 40/50
    ("Lyon", VOICE): (3, (2, "1.75"), (0, "0"), (1, "0.75")),  # 30/40 + yes; 3/4
    ("Bron", SERVICES): (2, (2, "0.25"), (0, "0"), (0, "0")),  # 0/40 + 1/4
    ("Bron", VOICE): (1, (0, "0"), (0, "0"), (0, "0")),
    ("Grenoble", SERVICES): (2, (0, "0"), (1, "0.5"), (1, "0.75")),  # 25/50; 30/40
    ("Grenoble", VOICE): (2, (0, "0"), (1, "1"), (0, "0")),  # yes; journey unknown
    ("Voiron", SERVICES): (2, (0, "0"), (0, "0"), (0, "0")),
    ("Voiron", VOICE): (1, (0, "0"), (0, "0"), (0, "0")),
    ("Saint-Denis", SERVICES): (3, (2, "0"), (1, "0"), (0, "0")),  # -10/40 is 0, 0/50; 0/4
    ("Saint-Denis", VOICE): (3, (1, "0"), (0, "0"), (2, "1")),  # -20/40 is 0; 4/4 + no
    ("Saint-Paul", SERVICES): (2, (0, "0"), (2, "1.375"), (0, "0")),  # 25/40 + 3/4 = 0.625 + 0.75
    ("Saint-Paul", VOICE): (1, (0, "0"), (0, "0"), (1, "0.875")),  # 35/40
    ("Saint-Leu", SERVICES): (0, (0, "0"), (0, "0"), (0, "0")),
    ("Saint-Leu", VOICE): (0, (0, "0"), (0, "0"), (0, "0")),
    ("Le Port", SERVICES): (2, (0, "0"), (0, "0"), (0, "0")),  # no target; no baseline
    ("Le Port", VOICE): (1, (1, "1"), (0, "0"), (0, "0")),  # yes
}

# Of each région and the network: mandates, indicators, then for each proof: indicators known, mandates with one, and the
# sum of these mandates' means.
PLACES = {
    # declared: 0.5/1 + 1.5/2 + 1/1 + 0/1 = 2.25 of four; evidenced: 0.5 + 0.25 of two; verified: Rennes alone
    ("53", SERVICES): (4, 10, (5, 4, "2.25"), (2, 2, "0.75"), (1, 1, "0.5")),
    # declared: Rennes 1/2 + Brest 1/2 + Quimper 0.25; evidenced: Fougères 1 + Quimper 0
    ("53", VOICE): (4, 8, (5, 3, "1.25"), (2, 2, "1"), (1, 1, "1")),
    # declared: Lyon 1 + Bron 0.25/2 = 1.125; evidenced: Grenoble; verified: Lyon 1.55/2 + Grenoble 0.75 = 1.525
    ("84", SERVICES): (4, 9, (3, 2, "1.125"), (1, 1, "0.5"), (3, 2, "1.525")),
    # declared: Lyon 1.75/2; evidenced: Grenoble; verified: Lyon
    ("84", VOICE): (4, 7, (2, 1, "0.875"), (1, 1, "1"), (1, 1, "0.75")),
    # declared: Saint-Denis 0; evidenced: Saint-Denis 0 + Saint-Paul 1.375/2
    ("04", SERVICES): (4, 7, (2, 1, "0"), (3, 2, "0.6875"), (0, 0, "0")),
    # declared: Saint-Denis 0 + Le Port 1; verified: Saint-Denis 1/2 + Saint-Paul 0.875
    ("04", VOICE): (4, 5, (2, 2, "1"), (0, 0, "0"), (3, 2, "1.375")),
    # 2.25 + 1.125 + 0; 0.75 + 0.5 + 0.6875; 0.5 + 1.525. Unknown: 26 − 10 − 6 − 4 = 6
    (EVERYWHERE, SERVICES): (12, 26, (10, 7, "3.375"), (6, 5, "1.9375"), (4, 3, "2.025")),
    # 1.25 + 0.875 + 1; 1 + 1; 1 + 0.75 + 1.375. Unknown: 20 − 9 − 3 − 5 = 3
    (EVERYWHERE, VOICE): (12, 20, (9, 6, "3.125"), (3, 3, "2"), (5, 4, "3.125")),
}
PERCENTS = {  # whole per cent, rounded down: declared, evidenced, verified
    ("53", SERVICES): (56, 37, 50),  # 2.25/4 = 0.5625; 0.75/2 = 0.375
    ("04", SERVICES): (0, 34, None),  # 0/1; 0.6875/2 = 0.34375; nothing verified is not nothing done
    (EVERYWHERE, SERVICES): (48, 38, 67),  # 3.375/7 = 0.482…; 1.9375/5 = 0.3875; 2.025/3 = 0.675
    (EVERYWHERE, VOICE): (52, 66, 78),  # 3.125/6 = 0.520…; 2/3; 3.125/4 = 0.78125
}

# Of each indicator, by place: asked, then for each proof: how many are put together, and what they are.
VALUES = {
    # 40 + 60 + 70 + 20 + 10 + 5; 30 + 45; 50. Eleven follow it; Quimper and Voiron do not know
    ("places", EVERYWHERE): (11, (6, D(205)), (2, D(75)), (1, D(50))),
    ("places", "53"): (4, (2, D(100)), (1, D(30)), (0, None)),
    # (8 + 5) / 2; (6 + 4 + 7) / 3; 7
    ("calm", EVERYWHERE): (7, (2, D("6.5")), (3, D(17) / D(3)), (1, D(7))),
    # (45 + 20 + 80 + 15) / (60 + 40 + 160 + 20) = 160/280; 60/80; (30 + 90) / (40 + 100) = 120/140
    ("access", EVERYWHERE): (8, (4, D(16000) / D(280)), (1, D(75)), (2, D(12000) / D(140))),
    ("access", "84"): (3, (0, None), (1, D(75)), (1, D(90))),
    # of 40, 20, 30, 80; 60; 25
    ("journey", EVERYWHERE): (7, (4, D(80)), (1, D(60)), (1, D(25))),
    ("journey", "53"): (3, (2, D(40)), (1, D(60)), (0, None)),
    # Quimper read later than Rennes; Fougères; Lyon and Saint-Denis the same day, the greater
    ("steps", EVERYWHERE): (7, (2, D(1)), (1, D(4)), (2, D(4))),
    # a yes and a no are never put together: three, one and two of them are known
    ("policy", EVERYWHERE): (6, (3, None), (1, None), (2, None)),
}
