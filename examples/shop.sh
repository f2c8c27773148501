# Shared by the examples: a temporary folder, payctl, the simulator, and checks that stop the script.
# Sourced by each run.sh. Needs bash and curl; PAYCTL can name a payctl that is already built.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [[ -z ${PAYCTL:-} ]]; then
    cargo build --quiet --locked --manifest-path "$root/Cargo.toml"
    PAYCTL=${CARGO_TARGET_DIR:-$root/target}/debug/payctl
fi

shop=$(mktemp -d)
started=()

# Stops the processes that this script started, and no others.
go_home() {
    local status=$?
    for id in "${started[@]}"; do
        kill "$id" 2>/dev/null || true
        wait "$id" 2>/dev/null || true
    done
    rm -rf "$shop"
    if ((status == 0)); then
        echo "== everything went as expected"
    else
        echo "== something went wrong (exit $status)" >&2
    fi
}
trap go_home EXIT

# Tells the reader what happens next.
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

# expect CODE payctl …: runs and shows the command, and fails unless it ends with CODE. Its output is in $said.
expect() {
    local wanted=$1 status=0
    shift
    echo "\$ $*"
    said=$("$@" 2>&1) || status=$?
    printf '%s\n' "$said"
    ((status == wanted)) || fail "$* ended with $status instead of $wanted"
}

# says TEXT …: fails unless the last output contains each text.
says() {
    for text in "$@"; do
        [[ $said == *"$text"* ]] || fail "the output lacks: $text"
    done
}

says_not() {
    [[ $said != *"$1"* ]] || fail "the output contains: $1"
}

# ends ID: waits for a background process and puts its exit code into $code.
ends() {
    local status=0
    wait "$1" || status=$?
    code=$status
}

# look ORDER STATUS: fails unless the order has the status.
look() {
    local order=$1 wanted=$2 found
    found=$(payctl --format csv order list 2>/dev/null | awk -F, -v order="$order" '$1 == order { print $2 }')
    [[ $found == "$wanted" ]] || fail "$order is $found instead of $wanted"
    echo "   $order is $found"
}

# Starts the simulator; $gateway is its URL.
open_gateway() {
    "$PAYCTL" simulator run --port 0 >"$shop/gateway.url" 2>"$shop/gateway.log" &
    started+=($!)
    wait_for "$shop/gateway.url"
    gateway=$(head -n 1 "$shop/gateway.url")
}

# minutes_pass TEXT payctl …: repeats a cron job until its output has TEXT with a count; thirty seconds at most.
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
    fail "$* never printed: $wanted"
}

# Waits until a file has content; ten seconds at most.
wait_for() {
    for _ in {1..100}; do
        [[ -s $1 ]] && return
        sleep 0.1
    done
    fail "$1 stayed empty"
}

# gateway_says PATH JSON: sets payments or faults at the gateway, one record per line.
gateway_says() {
    curl --silent --show-error --fail --output /dev/null --request PUT --data "$2" "$gateway/pretend/$1"
}

gateway_is_well() {
    curl --silent --show-error --fail --output /dev/null --request DELETE "$gateway/pretend/faults"
}

# The gateway's reference for the payment that was opened for an order.
reference_of() {
    payctl --format json order show "$1" 2>/dev/null | grep -o '"reference":"[^"]*"' | head -n 1 | cut -d '"' -f 4
}

# What the customer does at the gateway: choose?reference=…&method=…, or pay?kind=…&reference=…
customer() {
    curl --silent --show-error --fail --output /dev/null --request POST "$gateway/pretend/$1"
}

# The gateway's notification about a payment: kind=…&reference=…
notification() {
    curl --silent --show-error --fail "$gateway/pretend/notification?$1"
}

# Every example ends with a consistent database.
finish() {
    tell "the database is consistent"
    expect 0 payctl verify
}
