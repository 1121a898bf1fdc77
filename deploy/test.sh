#!/bin/sh
# All tests, from a fresh clone: installs what is missing, builds, runs every test project and ends with one line
# "N passed, N failed, N skipped". Fails on any failure and on any skip.
set -eu

usage='usage: deploy/test.sh [--only PART-OF-A-PROJECT-NAME]'

only=
case $# in
    0) ;;
    2)
        [ "$1" = --only ] || {
            printf '%s\n' "$usage" >&2
            exit 2
        }
        only=$2
        ;;
    *)
        printf '%s\n' "$usage" >&2
        exit 2
        ;;
esac

# shellcheck source=deploy/lib.sh
. "$(dirname -- "$0")/lib.sh"

# Backwards by name is the quick ones first: Tests, IntegrationTests, EndToEndTests.
projects=$(for project in "$root"/tests/*Tests/*Tests.csproj; do
    name=$(basename "$project" .csproj)
    case ${name#IntegrationHub.} in
        *"$only"*) echo "$name" ;;
    esac
done | sort -r)
if [ -z "$projects" ]; then
    say "no test project is named like '$only'"
    say "$usage"
    exit 2
fi

need_dotnet
servers_named all || have_engine || need_servers all
need_node
build

# The summary is read below: in English whatever the machine speaks.
export DOTNET_CLI_UI_LANGUAGE=en
logs="$root/artifacts/test-logs"
mkdir -p "$logs"

passed=0 failed=0 skipped=0
# The last summary's number for a word; a run that broke off has none.
count() { awk -v word="$2:" '/^Test run summary:/ { n = 0 } $1 == word { n = $2 } END { print n + 0 }' "$1"; }
for project in $projects; do
    log="$logs/$project.log"
    started=$(date +%s)
    code=0
    # 30 minutes: a test that hangs must not hang the whole run.
    (cd "$root" && timeout --foreground --kill-after=30 1800 dotnet test --project "tests/$project" \
        -c Release --no-build --no-progress --no-ansi) >"$log" 2>&1 </dev/null || code=$?
    ok=$(count "$log" succeeded)
    bad=$(count "$log" failed)
    left=$(count "$log" skipped)
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1 # it crashed, hung or held no test
    fi
    say "$project: $ok passed, $bad failed, $left skipped in $(($(date +%s) - started)) s (exit code $code, $log)"
    if [ "$code" -ne 0 ]; then
        grep -E -A 12 '^(failed|skipped) |error|Zero tests' "$log" | head -n 100 >&2 || tail -n 30 "$log" >&2
    fi
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + left))
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$skipped" -eq 0 ]
