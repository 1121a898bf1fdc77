#!/bin/sh
# Changes the decisions about consent and disclosure one operator at a time and looks whether a test notices
# (docs/mutation.md). Prints the score of both projects; fails under 90 %. Takes 10 to 20 minutes on two cores.
set -eu

# shellcheck source=deploy/lib.sh
. "$(dirname -- "$0")/lib.sh"

version=5.1.0
need_dotnet

tool="$root/.local/tools/dotnet-stryker"
if [ ! -x "$tool" ]; then
    dotnet tool install dotnet-stryker --version "$version" --tool-path "$root/.local/tools" >&2
fi

# The fast tests of the decisions only: every mutant runs them (tests/IntegrationHub.Tests.csproj).
export OnlyTestsOf=decisions RunAnalyzers=false
code=0
for part in hub contracts; do
    say "mutating: $part"
    log="$root/artifacts/test-logs/mutation-$part.log"
    mkdir -p "$(dirname -- "$log")"
    (cd "$root/tests/IntegrationHub.Tests" && "$tool" -f "stryker-$part.json" --configuration Release \
        -O "StrykerOutput/$part") >"$log" 2>&1 </dev/null || code=1
    score=$(grep 'final mutation score' "$log" | tail -n 1 | sed 's/.*final mutation score is *//')
    say "$part: ${score:-it did not end, see $log}"
done
exit "$code"
