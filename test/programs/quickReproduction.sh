#!/usr/bin/env bash
# Runs every step of scripts/reproduce once, with trainings of two steps, and looks at all that it leaves.
#   quickReproduction.sh SOURCE_FOLDER FOLDER
set -euo pipefail
export LC_ALL=C

source=$1
folder=$2

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# PATTERN COUNT FILE: so often the pattern stands in the file.
expect_count() {
  local found
  found=$(grep -oE -e "$1" "$3" | wc -l)
  [[ $found -eq $2 ]] || fail "$3 has $found x $1, expected $2"
}

check_png() {
  [[ $(head -c 8 "$1" | od -An -tx1 | tr -d ' \n') == 89504e470d0a1a0a ]] || fail "$1 does not begin as a PNG"
  [[ $(tail -c 12 "$1" | od -An -tx1 | tr -d ' \n') == 0000000049454e44ae426082 ]] || fail "$1 does not end as a PNG"
}

check_svg() {
  [[ $(head -c 5 "$1") == "<svg " && $(tail -n 1 "$1") == "</svg>" ]] || fail "$1 is no whole SVG"
  ! grep -qiE '="[^"]*(nan|inf)|&($|[^a-z])' "$1" || fail "$1 has a number or a character that is none"
  expect_count '<text ' "$(grep -c '</text>$' "$1")" "$1"
  ! command -v xmllint >/dev/null || xmllint --noout "$1" || fail "$1 is no XML"
}

# By hand: the plot is 290 high and ends at y = 338, so that a half lies at 193, and 0 and 1 at the ends; x = 2 is the
# middle of 1 and 4 on a logarithmic axis from 90 to 530.
check_chart() {
  local chart=$folder/chart.svg
  printf 'a<b,1,0\na<b,2,0.5\na<b,4,1\n' | "$source/scripts/draw-score-chart" lines 'R&D' x y >"$chart"
  check_svg "$chart"
  expect_count 'points="90.0,338.0 310.0,193.0 530.0,48.0"' 1 "$chart"
  expect_count '>a&lt;b</text>' 1 "$chart"
  expect_count '>R&amp;D</text>' 1 "$chart"
  printf 'm,one,0.25\nm,two,1\nn,two,0.5\n' | "$source/scripts/draw-score-chart" bars t x y >"$chart"
  check_svg "$chart"
  expect_count '<rect [^>]* height="(72.5|290.0|145.0)"' 3 "$chart"
  ! "$source/scripts/draw-score-chart" lines t x y </dev/null 2>/dev/null >"$chart" || fail "a chart of nothing"
}

rm -rf "$folder"
"$source/scripts/reproduce" --quick "$folder" pen-cellpose
page=$folder/reproduction.md
images=$folder/images

for set in "$folder"/data/test/*; do
  expect_count "^pen-cellpose,$(basename "$set")," 1 "$folder/results.csv"
  expect_count "^\| $(basename "$set") \| [0-9]+ \| [01]\.[0-9]{3} \|$" 1 "$page"
done

figures=$(cd "$images" && ls -- *.png *.svg)
[[ $(grep -oE '\(images/[^)]*\)' "$page" | sed 's/^(images.//; s/)$//' | sort) == "$figures" ]] ||
  fail "$page does not link each of the figures once: $figures"
for figure in projection-{pen,linear,max}.png overlay-{real,dense}-pen-cellpose.png projections.svg \
  axial-step-cells-{10,40}.svg axial-distance.svg; do
  [[ -f $images/reproduction-$figure ]] || fail "no figure $figure"
done
for picture in "$images"/*.png; do
  check_png "$picture"
done
for chart in "$images"/*.svg; do
  check_svg "$chart"
done
expect_count '<circle ' 4 "$images/reproduction-axial-step-cells-10.svg"
expect_count '<circle ' 5 "$images/reproduction-axial-distance.svg"
expect_count '<rect [^>]*><title>' "$(grep -cE ',(real|simulated)-' "$folder/results.csv")" "$images/reproduction-projections.svg"
# One origin for each caption: the projections, the overlays, and four charts.
expect_count 'pen-cellpose: commit ([0-9a-f]+|unknown), scripts/train-models, seed 1' 6 "$page"
check_chart
echo "every figure is there"
