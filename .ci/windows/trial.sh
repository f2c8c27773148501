#!/usr/bin/env bash
# A shop on Windows from `init` to hooks, locks and Ctrl-C, each line with its exit code, in a folder with odd letters.
#   .ci/windows/trial.sh WINE PAYCTL.EXE SH.EXE FOLDER
# `sh.exe` is what hooks of the tests are written in (tests/programs/sh).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
wine=$1
program=$2
shell="Z:$3"
shop="$4/toko é 店"
port=18099
rm -rf "$shop"
mkdir -p "$shop/hooks"
cd "$shop"
x86_64-w64-mingw32-gcc -O1 -o interrupt.exe "$here/interrupt.c"

# Runs payctl, shows what it printed, and insists on its exit code.
run() {
    local wanted=$1 code=0
    shift
    echo "> payctl $*"
    "$wine" "$program" "$@" <"${input:-/dev/null}" >out.txt 2>&1 || code=$?
    tr -d '\r' <out.txt | head -n "${lines:-12}"
    echo "  (exit $code)"
    if [ "$code" != "$wanted" ]; then
        echo "expected $wanted" >&2
        exit 1
    fi
}

says() {
    grep -q -- "$1" out.txt || {
        echo "it does not say: $1" >&2
        exit 1
    }
}

# Waits for a file that a hook writes.
await() {
    for _ in $(seq 500); do
        [ ! -e "$1" ] || return 0
        sleep 0.05
    done
    echo "no $1" >&2
    exit 1
}

hook() {
    printf '\n[[effects]]\non = "paid"\nname = "hook"\ntimeout = "%s"\nrepeatable = %s\nexec = %s\n' "$1" "$2" "$3" |
        cat config.toml - >payctl.toml
}

order() {
    run 0 order create --number "$1" --total 25000 >/dev/null
}

echo "== init, demo, a payment"
run 0 --version
lines=3 run 0 demo
lines=3 run 0 init --simulator --yes
run 1 init --simulator --yes
sed "s/:18080/:$port/" payctl.toml >config.toml
cp config.toml payctl.toml
"$wine" "$program" simulator run --port $port >simulator.txt 2>&1 &
simulator=$!
trap 'kill $simulator 2>/dev/null || true' EXIT
for _ in $(seq 200); do
    ! grep -q "$port" simulator.txt || break
    sleep 0.05
done
run 0 product set seat --price 150000 --capacity 100
run 0 order create --number INV-1 --line seat:2 --customer-name "Siti é 店"
lines=4 run 0 pay INV-1
run 0 simulator pay INV-1
run 3 check-all
run 0 check-all --fix
says 'INV-1'
lines=6 run 0 why INV-1
lines=6 run 0 order list
run 0 order create --number INV-2 --line seat:1 --expires-in 1s
sleep 1.2
run 0 expire
run 0 verify

echo "== hooks: an .exe, a .bat, a crash, a child that stays, a timeout"
hook 60s true "['$shell', \"-c\", \"cat > document; echo done > exe\"]"
order INV-3
run 0 approve INV-3 --yes --reason cash
test -s document && test -e exe
printf '@echo off\r\nmore > "bat document"\r\necho %%PAYCTL_EFFECT_KEY%% %%1>bat\r\nexit /b 75\r\n' >hooks/hook.bat
hook 60s true '["hooks/hook.bat", "a & b"]'
order INV-4
run 4 approve INV-4 --yes --reason cash
cat bat
hook 60s false "['$shell', \"-c\", 'kill -9 \$\$']"
order INV-5
run 3 approve INV-5 --yes --reason cash
run 0 order show INV-5
says 'crashed with 0xc0000005'
hook 60s true "['$shell', \"-c\", \"flock held sleep 15 & until test -f held; do sleep 0.02; done; true\"]"
order INV-6
began=$(date +%s)
run 0 approve INV-6 --yes --reason cash
test $(($(date +%s) - began)) -lt 12
hook 2s true "['$shell', \"-c\", \"sleep 30\"]"
order INV-7
run 4 approve INV-7 --yes --reason cash

echo "== the run is killed: its hook ends with it, and the next run takes over"
hook 60s true "['$shell', \"-c\", \"echo x >> begun; until test -f go; do sleep 0.05; done; echo x >> ended\"]"
order INV-8
"$wine" "$program" approve INV-8 --yes --reason cash >killed.txt 2>&1 &
killed=$!
await begun
echo "== a lock between two processes"
run 75 fulfil
"$wine" taskkill /F /PID "$(sed -n 's/.*process \([0-9]*\).*/\1/p' out.txt | head -1)" >/dev/null 2>&1 || kill -9 $killed
wait $killed || true
touch go
run 0 fulfil
test "$(wc -l <ended)" = 1

# Wine tells nobody of Ctrl-Break and of a closed window.
echo "== Ctrl-C ends a run with its report"
rm -f go begun ended
order INT-1
# Who holds the lock leaves the effect to the next run.
"$wine" "$3" -c "echo > holding; flock payctl.db.fulfil.lock sleep 3" &
holder=$!
await holding
sleep 1
run 0 approve INT-1 --yes --reason cash >/dev/null
wait $holder
code=0
# A console needs a terminal under Wine.
line="'$wine' interrupt.exe begun 0 '\"Z:$program\" fulfil -o json'"
script -qec "$line" screen.txt </dev/null >out.txt 2>&1 || code=$?
echo "  (exit $code)"
grep -o '"ended":"[a-z_]*"' out.txt
test $code = 4
touch go
run 0 fulfil

echo "== cgi, and a notification from a file"
printf '\xef\xbb\xbf{"order_id":"INV-1"}\r\n' >body.json
input=body.json run 3 webhook midtrans
export REQUEST_METHOD=GET PATH_INFO=/no/such/page QUERY_STRING=
run 0 cgi
says '^Status: 404'
REQUEST_METHOD=POST PATH_INFO=/notification/midtrans CONTENT_LENGTH=$(stat -c %s body.json)
export CONTENT_LENGTH
input=body.json run 0 cgi
says "^Status: 400"
unset REQUEST_METHOD PATH_INFO QUERY_STRING CONTENT_LENGTH
run 0 verify
echo "everything went as expected"
