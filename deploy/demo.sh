#!/bin/sh
# One whole night between two running systems, from a fresh clone. What is missing is installed or named.
set -eu

usage='usage: deploy/demo.sh [--once] [--persons N] [--nights N] [--seed S] [--keep] [--embedded]'

wrong() {
    printf '%s\n' "$usage" >&2
    exit 2
}

# Wrong usage must not wait for a build; the program checks the values' ranges again.
embedded=
number=
for argument in "$@"; do
    if [ -n "$number" ]; then
        case $argument in
            '' | *[!0-9]*) wrong ;;
            *) number= ;;
        esac
        continue
    fi
    case $argument in
        --persons | --nights | --seed) number=$argument ;;
        --embedded) embedded=embedded ;;
        --once | --keep) ;;
        -h | --help)
            printf '%s\n' "$usage"
            exit 0
            ;;
        *) wrong ;;
    esac
done
[ -z "$number" ] || wrong

# shellcheck source=deploy/lib.sh
. "$(dirname -- "$0")/lib.sh"

need_dotnet
program="$root/artifacts/bin/IntegrationHub.Testing/release/IntegrationHub.Testing.dll"
engine=
if servers_named "$embedded"; then
    :
elif have_engine; then
    # Without compose the program starts the containers itself.
    have_compose && engine=compose
else
    need_servers "$embedded"
fi
build

if [ "$engine" != compose ]; then
    exec dotnet "$program" demo "$@"
fi

# Containers: they outlive any program, so this shell stays and takes them down whatever happens.
compose() { docker compose --project-name "hub-demo-$$" --file "$root/deploy/compose.yaml" "$@"; }

child=
# shellcheck disable=SC2317 # the traps call it
finish() {
    code=$?
    trap '' INT TERM HUP
    [ -z "$child" ] || wait "$child" 2>/dev/null || true
    say "removing the containers"
    compose down --volumes --timeout 5 >/dev/null 2>&1 || true
    exit "$code"
}
# shellcheck disable=SC2317
stop() {
    # Before the program runs there is only ourselves to stop.
    [ -n "$child" ] || exit 130
    kill -TERM "$child" 2>/dev/null || true
}

secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
HUB_DB_PASSWORD=$(secret)
HUB_BROKER_PASSWORD=$(secret)
# Empty: any free port of the loopback address.
HUB_DB_PORT=
HUB_BROKER_PORT=
export HUB_DB_PASSWORD HUB_BROKER_PASSWORD HUB_DB_PORT HUB_BROKER_PORT

trap finish EXIT
trap stop INT TERM HUP
say "starting the servers in containers"
# shellcheck disable=SC2046
compose up --detach --wait postgres $([ -n "$embedded" ] || echo rabbitmq) >&2
database=$(compose port postgres 5432)
HUB_TEST_POSTGRES="Host=${database%:*};Port=${database##*:};Username=hub;Password=$HUB_DB_PASSWORD;Database=postgres"
export HUB_TEST_POSTGRES
if [ -z "$embedded" ]; then
    HUB_TEST_RABBITMQ="amqp://hub:$HUB_BROKER_PASSWORD@$(compose port rabbitmq 5672)/hub"
    export HUB_TEST_RABBITMQ
fi

dotnet "$program" demo "$@" &
child=$!
# A signal ends the wait, not the program: wait again until it has really ended.
while :; do
    code=0
    wait "$child" || code=$?
    kill -0 "$child" 2>/dev/null || break
done
child=
exit "$code"
