# What the examples share: a folder of their own, payctl, the pretend gateway, and checks that end a story.
# Sourced by each run.sh. Needs bash and curl; PAYCTL names a program that is built already.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [[ -z ${PAYCTL:-} ]]; then
    cargo build --quiet --locked --manifest-path "$root/Cargo.toml"
    PAYCTL=${CARGO_TARGET_DIR:-$root/target}/debug/payctl
fi

shop=$(mktemp -d)
started=()

# Ends what this story has started, and nothing else.
go_home() {
    local status=$?
    for id in "${started[@]}"; do
        kill "$id" 2>/dev/null || true
        wait "$id" 2>/dev/null || true
    done
    rm -rf "$shop"
    if ((status == 0)); then
        echo "== all as told"
    else
        echo "== the story went otherwise (exit $status)" >&2
    fi
}
trap go_home EXIT

# What happens next, for the reader.
tell() {
    printf '\n== %s\n' "$*"
}

fail() {
    echo "!! $*" >&2
    exit 1
}

payctl() {
    "$PAYCTL" --config "$shop/payctl.toml" "$@"
}

# expect CODE payctl …: runs it, shows it, and insists on how it ends. What it printed stays in $said.
expect() {
    local wanted=$1 status=0
    shift
    echo "\$ $*"
    said=$("$@" 2>&1) || status=$?
    printf '%s\n' "$said"
    ((status == wanted)) || fail "$* ended with $status, not with $wanted"
}

# says TEXT …: each must stand in what was printed last.
says() {
    for text in "$@"; do
        [[ $said == *"$text"* ]] || fail "it does not say: $text"
    done
}

says_not() {
    [[ $said != *"$1"* ]] || fail "it says: $1"
}

# How a program in the background ends; its id goes in, its exit code comes out.
ends() {
    local status=0
    wait "$1" || status=$?
    code=$status
}

# The status of an order, as programs read it.
look() {
    local order=$1 wanted=$2 found
    found=$(payctl --format csv order list 2>/dev/null | awk -F, -v order="$order" '$1 == order { print $2 }')
    [[ $found == "$wanted" ]] || fail "$order is $found, not $wanted"
    echo "   $order is $found"
}

# Starts the pretend gateway; $gateway is where it listens.
open_gateway() {
    "$PAYCTL" pretend-gateway --port 0 >"$shop/gateway.url" 2>"$shop/gateway.log" &
    started+=($!)
    wait_for "$shop/gateway.url"
    gateway=$(head -n 1 "$shop/gateway.url")
}

# minutes_pass TEXT payctl …: runs a job of cron's again and again, until it says so; thirty seconds at most.
minutes_pass() {
    local wanted=$1
    shift
    echo "\$ $*"
    for _ in {1..60}; do
        said=$("$@" 2>&1) || true
        if [[ $said =~ [1-9][0-9]*" $wanted" ]]; then
            printf '%s\n' "$said"
            return
        fi
        sleep 0.5
    done
    fail "$* never said: $wanted"
}

# Waits until a file has a line in it; ten seconds at most.
wait_for() {
    for _ in {1..100}; do
        [[ -s $1 ]] && return
        sleep 0.1
    done
    fail "nothing came in $1"
}

# What is true at the gateway, or how it fails: JSON, a record a line.
gateway_says() {
    curl --silent --show-error --fail --output /dev/null --request PUT --data "$2" "$gateway/pretend/$1"
}

gateway_is_well() {
    curl --silent --show-error --fail --output /dev/null --request DELETE "$gateway/pretend/faults"
}

# By which name the gateway knows the payment that was opened for an order.
reference_of() {
    payctl --format json order show "$1" 2>/dev/null | grep -o '"reference":"[^"]*"' | head -n 1 | cut -d '"' -f 4
}

# What a customer does at the gateway: choose?reference=…&method=…, or pay?kind=…&reference=…
customer() {
    curl --silent --show-error --fail --output /dev/null --request POST "$gateway/pretend/$1"
}

# The notification that the gateway would send about a payment: kind=…&reference=…
notification() {
    curl --silent --show-error --fail "$gateway/pretend/notification?$1"
}

# At the end of every story the books keep all their promises.
finish() {
    tell "the books keep what they promise"
    expect 0 payctl verify
}
