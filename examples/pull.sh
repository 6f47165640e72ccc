#!/usr/bin/env bash
# A billing system's pull in curl and jq: everything that was released, once, corrections included, with proof.
#
#   METERD_KEY=… examples/pull.sh http://127.0.0.1:8645 STATE
#
# STATE is a folder; what is in it, and how this may be killed at any point, is in examples/README.md.
# Ends with 0 when all is here, with 1 when it could not go on (run it again), with 3 when something needs a person.
set -euo pipefail
export LC_ALL=C

[ $# = 2 ] && [ -n "${METERD_KEY:-}" ] || { echo "METERD_KEY=… $0 URL STATE" >&2; exit 2; }
# AT: the boundaries that are billed by, days of the month such as 1,11,21; or all there are.
gateway=$1 state=$2 limit=${LIMIT:-1000} at=${AT:-all} doubts=0
mkdir -p "$state"
# What an earlier run was writing when it was killed.
rm -rf "$state"/.new-*
new=$(mktemp -d "$state/.new-XXXXXX")
trap 'rm -rf "$new"' EXIT

# Moves a file to its name so that it is there whole or not at all, also after a power cut.
keep() {
  sync "$1"
  mv "$1" "$2"
  sync "$(dirname "$2")"
}

# ask OUT PATH [curl options]: waits and asks again where the gateway is busy; says what else is wrong and gives up.
ask() {
  local out=$1 path=$2 status
  shift 2
  status=$(curl -sS --compressed --retry 5 --max-time 120 -H @- -o "$out" -w '%{http_code}' "$@" "$gateway$path" \
    <<<"Authorization: Bearer $METERD_KEY") || exit 1
  case $status in
    200) ;;
    403 | 409) return 3 ;;
    *) jq -r '"\(.code): \(.detail)"' "$out" >&2 || true; exit 1 ;;
  esac
}

# A folder holds what was pulled by one choice of boundaries: periods of two overlap.
claimed=$at
[ -z "$(find "$state" -maxdepth 1 -name 'epoch-*')" ] || claimed=all
[ ! -e "$state/at" ] || claimed=$(cat "$state/at")
[ "$claimed" = "$at" ] || { echo "$state is pulled with AT=$claimed; take another folder for AT=$at" >&2; exit 1; }
[ "$at" = all ] || { echo "$at" >"$new/at" && keep "$new/at" "$state/at"; }

# Pages of the life of the store that was pulled last; each is named by the number it ends with.
epoch=$(find "$state" -maxdepth 1 -name 'epoch-*' | sed 's/.*-//' | sort -n | tail -1)
pages=$state/epoch-${epoch:-0}
place() { find "$pages" -name 'page-*.json' | sed 's/.*page-0*//; s/\.json$//' | sort -n | tail -1; }

after=0
[ -z "$epoch" ] || after=$(place)
after=${after:-0}
while true; do
  ask "$new/page" "/v1/billing/changes?after=$after&limit=$limit&at=$at"
  read -r found next < <(jq -r '"\(.epoch) \(.next)"' "$new/page")
  if [ "$found" != "${epoch:-}" ]; then
    [ -z "$epoch" ] || echo "the store began a new life: all is pulled again into epoch-$found; compare it with epoch-$epoch" >&2
    epoch=$found pages=$state/epoch-$found
    mkdir -p "$pages"
    if [ "$after" != 0 ]; then after=0; continue; fi
  fi
  [ "$next" != "$after" ] || break
  jq -r '.gaps[] | "numbers \(.first) to \(.last) are damaged or lost; what they held comes again under new ones"' "$new/page" >&2
  keep "$new/page" "$pages/page-$(printf %015d "$next").json"
  after=$next
done

# What the pages come to: every release as it was sent, and the periods that hold now.
find "$pages" -name 'page-*.json' | sort | xargs -r cat >"$new/pages"
jq -c '.changes[].release' "$new/pages" >"$new/releases"
jq -nc 'reduce (inputs | .changes[]) as $change ({};
    reduce $change.ended[] as $gone (.; del(.["\($gone.meter) \($gone.from) \($gone.to)"]))
    | reduce $change.periods[] as $period (.; .["\($period.meter) \($period.from) \($period.to)"] = $period))
  | .[keys[]]' "$new/pages" >"$new/periods"
cp "$new/releases" "$new/out" && keep "$new/out" "$state/releases.ndjson"
keep "$new/periods" "$state/periods.ndjson"

# Sums of what was taken in, as [{obis, unit, count, sum}], by whole numbers: jq counts in doubles, so not beyond 2^53.
TOTALS='
  def decimals: if contains(".") then (split(".")[1] | length) else 0 end;
  [.[].registers[]] | group_by([.obis, .unit]) | map(
    (map(.value | decimals) | max) as $places
    | (map(.value | (. + "." + "0" * 20 | split(".")) as $p
        | ($p[0] + (($p[1] + "0" * 20)[0:$places])) | tonumber) | add) as $sum
    | if ($sum | fabs) > 9007199254740991 then error("too large a sum for jq; take pull.py") else . end
    | ($sum | fabs | tostring | ("0" * ($places + 1 - length)) + . ) as $digits
    | {obis: .[0].obis, unit: .[0].unit, count: length,
       sum: ((if $sum < 0 then "-" else "" end) + $digits[0:($digits | length) - $places]
         + (if $places > 0 then "." + $digits[($digits | length) - $places:] else "" end))})'

# A batch is of all boundaries.
[ "$at" = all ] || exit 0

# Batches that are here whole: counted, hashed, and acknowledged once they prove to be what was released.
last=$(cat "$pages/acknowledged" 2>/dev/null || echo 0)
while ask "$new/batches" "/v1/billing/batches?after=$last&limit=100"; do
  [ "$(jq '.batches | length' "$new/batches")" != 0 ] || break
  while read -r batch; do
    read -r id from to count previous hash < <(jq -r '"\(.id) \(.first) \(.last) \(.releases) \(.previous) \(.hash)"' <<<"$batch")
    [ "$to" -le "$after" ] || break 2
    jq -c "select(.sequence >= $from and .sequence <= $to)" "$new/releases" >"$new/batch"
    own=$({ echo "$previous"; cat "$new/batch"; } | sha256sum | cut -d' ' -f1)
    if [ "$(wc -l <"$new/batch")" != "$count" ] || [ "$own" != "$hash" ]; then
      echo "batch $id: $(wc -l <"$new/batch") of $count releases, or another hash than was released" >&2
      doubts=1
    else
      jq -s "{hash: \"$own\", releases: length, totals: ($TOTALS)}" "$new/batch" >"$new/taken"
      ask "$new/answer" "/v1/billing/batches/$id/ack" -H 'Content-Type: application/json' --data-binary "@$new/taken" || {
        jq -r '"\(.code): \(.detail)"' "$new/answer" >&2
        doubts=1
      }
    fi
    last=$id
    [ "$doubts" != 0 ] || { echo "$last" >"$new/last" && keep "$new/last" "$pages/acknowledged"; }
  done < <(jq -c '.batches[].batch' "$new/batches")
done
[ "$doubts" = 0 ] || exit 3
