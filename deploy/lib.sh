# shellcheck shell=sh
# What demo.sh and test.sh share: finding the .NET SDK, the servers and the build. Sourced, never run.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Puts a .NET SDK that satisfies global.json on the path.
need_dotnet() {
    for folder in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
        command -v dotnet >/dev/null 2>&1 && break
        [ -n "$folder" ] && [ -x "$folder/dotnet" ] && PATH="$folder:$PATH" DOTNET_ROOT="$folder"
    done
    if (cd "$root" && dotnet --version) >/dev/null 2>&1; then
        export PATH DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
        [ -n "${DOTNET_ROOT:-}" ] && export DOTNET_ROOT
        return 0
    fi
    version=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' "$root/global.json")
    fail "The .NET SDK $version, or a newer one of the same major version, is missing.
Install it for this user:  curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0
or see                     https://learn.microsoft.com/dotnet/core/install/linux"
}

have_engine() {
    [ "${HUB_TEST_SERVERS:-auto}" != native ] && command -v docker >/dev/null 2>&1 && docker info >/dev/null 2>&1
}

have_compose() { docker compose version >/dev/null 2>&1; }

have_postgres() {
    [ -n "${HUB_POSTGRES_BIN:-}" ] && return 0
    for initdb in /usr/lib/postgresql/*/bin/initdb; do
        [ -x "$initdb" ] && return 0
    done
    command -v initdb >/dev/null 2>&1 && command -v postgres >/dev/null 2>&1
}

have_rabbitmq() {
    [ -n "${HUB_RABBITMQ_SBIN:-}" ] || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] \
        || command -v rabbitmq-server >/dev/null 2>&1
}

# Whether every server that is needed runs somewhere already; "embedded" needs no broker.
servers_named() {
    [ -n "${HUB_TEST_POSTGRES:-}" ] && { [ "${1:-}" = embedded ] || [ -n "${HUB_TEST_RABBITMQ:-}" ]; }
}

# Node and its package client, for the subscribers in another language.
need_node() {
    { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; } || install_packages nodejs npm
}

# Names of Debian's packages that are still needed.
missing_packages() {
    [ -n "${HUB_TEST_POSTGRES:-}" ] || have_postgres || printf 'postgresql '
    [ "${1:-}" = embedded ] || [ -n "${HUB_TEST_RABBITMQ:-}" ] || have_rabbitmq || printf 'rabbitmq-server '
}

# Installs what a machine without a container engine lacks.
need_servers() {
    missing=$(missing_packages "${1:-}")
    # shellcheck disable=SC2086 # one word for each package
    [ -z "$missing" ] || install_packages $missing
}

# Installs what is missing with Debian's package client, as root or with a sudo that asks nothing.
install_packages() {
    if ! command -v apt-get >/dev/null 2>&1; then
        fail "These are missing and there is no apt-get: $*.
Install PostgreSQL 15 or newer and RabbitMQ 3.10 or newer, or start a Docker engine."
    elif [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        fail "These packages are missing: $*
Install them:  sudo apt-get update && sudo apt-get install -y $*"
    fi
    say "installing $* (Debian packages)"
    log=$(mktemp)
    # The programs are all we want: our servers run privately on free ports, so no system service is started. A
    # policy-rc.d that is there already is somebody's decision and stays.
    policy=
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        trap 'forget_policy' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
        $as_root chmod 755 "$policy"
    fi
    # shellcheck disable=SC2086 # as_root is empty or two words
    if ! { $as_root apt-get -o DPkg::Lock::Timeout=120 update &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y \
            --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        fail "apt-get could not install $*. Install by hand:  apt-get update && apt-get install -y $*"
    fi
    rm -f "$log"
    forget_policy
    trap - EXIT INT TERM
}

forget_policy() {
    # shellcheck disable=SC2086
    [ -z "${policy:-}" ] || $as_root rm -f "$policy"
    policy=
}

# Restores and builds everything; silent unless it fails. No build server stays behind.
build() {
    say "building IntegrationHub.sln (Release)"
    log=$(mktemp)
    if ! dotnet build "$root/IntegrationHub.sln" -c Release -v quiet --nologo -nodeReuse:false \
        -p:UseSharedCompilation=false >"$log" 2>&1 </dev/null; then
        grep -E 'error|warning' "$log" | sort -u | tail -n 40 >&2 || tail -n 40 "$log" >&2
        rm -f "$log"
        fail "The build failed."
    fi
    rm -f "$log"
}
