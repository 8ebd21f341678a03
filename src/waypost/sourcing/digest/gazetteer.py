"""Countries, regions and large cities as boards write them, folded; small on purpose: an unknown town stays a "
"town."""

_COUNTRIES = {
    "PL": "poland polska polen pologne rzeczpospolita-polska",
    "DE": "germany niemcy deutschland allemagne",
    "AT": "austria osterreich",
    "CH": "switzerland szwajcaria schweiz suisse",
    "GB": "united-kingdom uk great-britain wielka-brytania england anglia scotland grossbritannien",
    "IE": "ireland irlandia irland",
    "FR": "france francja frankreich",
    "NL": "netherlands holandia niederlande the-netherlands",
    "BE": "belgium belgia belgien",
    "ES": "spain hiszpania spanien",
    "PT": "portugal portugalia",
    "IT": "italy wlochy italien",
    "CZ": "czechia czechy czech-republic tschechien",
    "SK": "slovakia slowacja slowakei",
    "UA": "ukraine ukraina",
    "LT": "lithuania litwa litauen",
    "LV": "latvia lotwa lettland",
    "EE": "estonia estland",
    "SE": "sweden szwecja schweden",
    "NO": "norway norwegia norwegen",
    "DK": "denmark dania danemark",
    "FI": "finland finlandia finnland",
    "HU": "hungary wegry ungarn",
    "RO": "romania rumunia rumanien",
    "US": "united-states usa us stany-zjednoczone vereinigte-staaten united-states-of-america",
    "CA": "canada kanada",
    "LU": "luxembourg luksemburg luxemburg",
}
_ALPHA_2 = {code.lower(): code for code in _COUNTRIES}
COUNTRIES = {name.replace("-", " "): code for code, names in _COUNTRIES.items() for name in names.split()} | _ALPHA_2
_REGIONS = {
    "PL": "dolnoslaskie kujawsko-pomorskie lubelskie lubuskie lodzkie malopolskie mazowieckie opolskie podkarpackie "
    "podlaskie pomorskie slaskie swietokrzyskie warminsko-mazurskie wielkopolskie zachodniopomorskie",
    "DE": "baden-wurttemberg bayern brandenburg hessen mecklenburg-vorpommern niedersachsen nordrhein-westfalen "
    "rheinland-pfalz saarland sachsen sachsen-anhalt schleswig-holstein thuringen",
    "AT": "burgenland karnten niederosterreich oberosterreich steiermark tirol vorarlberg",
}
_IN_ENGLISH = {
    "bavaria": ("bayern", "DE"),
    "hesse": ("hessen", "DE"),
    "saxony": ("sachsen", "DE"),
    "north rhine-westphalia": ("nordrhein-westfalen", "DE"),
    "nrw": ("nordrhein-westfalen", "DE"),
    "lower saxony": ("niedersachsen", "DE"),
    "masovian": ("mazowieckie", "PL"),
    "mazovia": ("mazowieckie", "PL"),
    "masovian voivodeship": ("mazowieckie", "PL"),
    "lesser poland": ("malopolskie", "PL"),
    "silesian": ("slaskie", "PL"),
    "silesia": ("slaskie", "PL"),
    "lower silesian": ("dolnoslaskie", "PL"),
    "greater poland": ("wielkopolskie", "PL"),
    "pomeranian": ("pomorskie", "PL"),
}
REGIONS = {name: (name, code) for code, names in _REGIONS.items() for name in names.split()} | _IN_ENGLISH
_CITIES = {
    "PL": "warszawa warsaw krakow cracow lodz wroclaw poznan gdansk szczecin bydgoszcz lublin bialystok "
    "katowice gdynia "
    "czestochowa radom rzeszow torun sosnowiec kielce gliwice zabrze olsztyn bielsko-biala bytom rybnik tychy opole "
    "elblag plock sopot walbrzych wloclawek tarnow chorzow koszalin kalisz legnica trojmiasto",
    "DE": "berlin hamburg munchen munich koln cologne frankfurt stuttgart dusseldorf leipzig dortmund essen bremen "
    "dresden hannover nurnberg duisburg bochum wuppertal bielefeld bonn munster karlsruhe mannheim augsburg "
    "wiesbaden",
    "AT": "wien vienna graz linz salzburg innsbruck",
    "CH": "zurich genf geneve geneva basel bern lausanne winterthur",
    "GB": "london manchester birmingham leeds glasgow edinburgh liverpool bristol cardiff belfast",
    "IE": "dublin cork galway",
    "FR": "paris lyon marseille toulouse nantes bordeaux lille",
    "NL": "amsterdam rotterdam utrecht eindhoven",
    "CZ": "praha prague brno ostrava",
}
CITIES = {name: code for code, names in _CITIES.items() for name in names.split()}
