#!/usr/bin/env bash
# Takes all pictures of README.md and docs/ anew from site/: see tools/picture.py.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
take() { "$python" tools/picture.py "${SITE:-site}" "$@"; }

take docs/picture.png
take docs/event.png --page events/gamou-named-governor/
take docs/pictures/overview.png --select .overview
take docs/pictures/overview-phase.png --page phases/resumption-of-hostilities/ --select .overview
take docs/pictures/lanes.png --page phases/resumption-of-hostilities/ --select .lanes
take docs/pictures/card.png --select '.event-card.event-major'
take docs/pictures/claims.png --page events/army-enters-kidal/ --select .claims
take docs/pictures/map.png --page map/ --select .map
take docs/pictures/map-dark.png --page map/ --select .map --dark
take docs/pictures/phone.png --page events/army-enters-kidal/ --width 360
