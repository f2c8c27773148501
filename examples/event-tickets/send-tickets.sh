#!/usr/bin/env bash
# Sends the tickets to their buyer: here one line for each mail. Once per idempotency key and repetition, however often it
# runs: a repetition is what an operator has asked for, because the first mail was lost.
set -euo pipefail
sent=$1/sent
order=$(cat)
mail="$PAYCTL_EFFECT_KEY ${PAYCTL_REPETITION:-0}"
grep -qsF "$mail " "$sent" && exit 0
address=$(sed -n 's/.*"email":"\([^"]*\)".*/\1/p' <<<"$order")
tickets=$(grep -o '"ticket":"[^"]*"' <<<"$order" | cut -d '"' -f 4 | paste -s -d ' ' -)
echo "$mail $address: $tickets" >>"$sent"
