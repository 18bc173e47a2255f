#!/usr/bin/env bash
# Compares accepting events with pgbench, which inserts the same row, one a transaction, into the same PostgreSQL cluster:
# A-B-A-B, each program in a fresh database, the ratio of each pair and the median of all.
#
#   tools/load/pgbench.sh PATH_TO_BELLHOP PATH_TO_BELLHOP_LOAD
#
# BELLHOP_BENCH_POSTGRES      a superuser's address, such as postgres://me:secret@127.0.0.1:5432/postgres (needed)
# BELLHOP_BENCH_POSTGRES_DIR  the cluster's data folder: its processor time is counted
# PAIRS=5 SECONDS_EACH=20 CONNECTIONS=64 TYPE=message (or typing) PORT=8090 SINK=9390 QUIET=20 (per cent of CPU pressure above which a pair waits)
set -euo pipefail

bellhop=$(readlink -f "${1:?the program bellhop}")
load=$(readlink -f "${2:?the program bellhop-load}")
server=${BELLHOP_BENCH_POSTGRES:?a superuser address of the cluster}
pairs=${PAIRS:-5} seconds=${SECONDS_EACH:-20} connections=${CONNECTIONS:-64} type=${TYPE:-message} port=${PORT:-8090} sink=${SINK:-9390} quiet=${QUIET:-20}
secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
# Server programs are not in PATH everywhere.
PATH=$PATH:$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)

folder=$(mktemp -d)
program=""
clean_up() {
  [ -z "$program" ] || kill -KILL "$program" 2>/dev/null || true
  for database in bench_ours bench_plain; do sql "DROP DATABASE IF EXISTS $database WITH (FORCE)" >/dev/null 2>&1 || true; done
  rm -rf "$folder"
}
trap clean_up EXIT

sql() { psql "$server" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --command "$1"; }
in_database() { printf '%s/%s' "${server%/*}" "$1"; }
die() { printf 'pgbench.sh: %s\n' "$*" >&2; exit 1; }

for setting in fsync synchronous_commit full_page_writes; do
  value=$(sql "SHOW $setting")
  echo "$setting = $value"
  [ "$value" = on ] || die "$setting must be on: otherwise nothing durable is measured"
done
sql 'SELECT version()'

# The inbox table of the program, and a row as long as its rows.
cat >"$folder/table.sql" <<'SQL'
CREATE TABLE inbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, channel TEXT NOT NULL, key TEXT NOT NULL, lane TEXT NOT NULL, body TEXT,
    internal BOOLEAN NOT NULL, state BIGINT NOT NULL, attempts BIGINT NOT NULL, reason TEXT, received_at BIGINT NOT NULL, finished_at BIGINT);
CREATE UNIQUE INDEX inbox_key ON inbox (channel, key);
CREATE INDEX inbox_pending ON inbox (lane, seq) WHERE state = 0;
CREATE INDEX inbox_dead ON inbox (seq) WHERE state = 2;
SQL
cat >"$folder/insert.sql" <<'SQL'
\set a random(1, 9223372036854775807)
\set b random(1, 100000)
INSERT INTO inbox (channel, key, lane, body, internal, state, attempts, received_at) VALUES ('bench', 'e-18ab1fde3a2c4d00-' || :a, 'bench/t-18ab1fde3a2c4d00-' || :b, '{"type":"message","id":"e-18ab1fde3a2c4d00-' || :a || '","conversation":"t-18ab1fde3a2c4d00-' || :b || '","sender":{"id":"u-18ab1fde3a2c4d00-' || :b || '","name":"Ann Example","locale":"en"},"message":{"id":"18ab1fde3a2c4d00-' || :a || '","text":"Where is my order 1001? It should have come on Tuesday."}}', false, 0, 0, 1790000000000000) ON CONFLICT (channel, key) DO NOTHING;
SQL
cat >"$folder/bellhop.toml" <<TOML
[channels.bench]
kind = "webhook"
secret = "$secret"
deliver_url = "http://127.0.0.1:$sink/in"
TOML

fresh() { sql "DROP DATABASE IF EXISTS $1 WITH (FORCE)" 2>/dev/null; sql "CREATE DATABASE $1"; sql CHECKPOINT; }

wait_for_quiet() {
  [ -r /proc/pressure/cpu ] || return 0
  for _ in $(seq 60); do
    pressure=$(sed -n 's/^some avg10=\([0-9]*\).*/\1/p' /proc/pressure/cpu)
    [ "$pressure" -ge "$quiet" ] || return 0
    sleep 5
  done
  echo "the machine did not become quiet: CPU pressure $pressure %"
}

one_row_inserts() {
  fresh bench_plain
  psql "$(in_database bench_plain)" --no-psqlrc --quiet --file "$folder/table.sql"
  pgbench --no-vacuum --protocol=prepared --client="$connections" --jobs=2 --time="$seconds" --file="$folder/insert.sql" "$(in_database bench_plain)" \
    >"$folder/pgbench.log" 2>&1 || { cat "$folder/pgbench.log" >&2; die "pgbench failed"; }
  sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$folder/pgbench.log"
}

accepts() {
  fresh bench_ours
  rm -rf "$folder/data"
  BELLHOP__DATABASE__URL=$(in_database bench_ours) BELLHOP__LOG__LEVEL=error \
    "$bellhop" serve --config "$folder/bellhop.toml" --data "$folder/data" --listen "127.0.0.1:$port" >"$folder/log" 2>&1 &
  program=$!
  for _ in $(seq 200); do
    curl --silent --fail --output /dev/null "http://127.0.0.1:$port/readyz" && break
    kill -0 "$program" 2>/dev/null || { cat "$folder/log" >&2; die "the program ended"; }
    sleep 0.05
  done
  "$load" accept --url "http://127.0.0.1:$port/channels/bench/events" --secret "$secret" --connections "$connections" --seconds "$seconds" \
    --type "$type" --listen "127.0.0.1:$sink" --pid "$program" ${BELLHOP_BENCH_POSTGRES_DIR:+--postgres-dir "$BELLHOP_BENCH_POSTGRES_DIR"} >"$folder/accept.log"
  # Its backlog would weigh on the other half of the pair.
  kill -KILL "$program"
  wait "$program" 2>/dev/null || true
  program=""
}

ratios=()
for pair in $(seq "$pairs"); do
  wait_for_quiet
  plain=$(one_row_inserts)
  accepts
  ours=$(sed -n 's/^accepted_per_second *//p' "$folder/accept.log")
  ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $plain }")
  ratios+=("$ratio")
  echo "pair $pair: pgbench $plain/s, accepted $ours/s, ratio $ratio"
  sed 's/^/  /' "$folder/accept.log"
done
printf '%s\n' "${ratios[@]}" | sort -n | awk '{ all[NR] = $1 } END { printf "ratio: median %.2f, from %.2f to %.2f\n", all[int((NR + 1) / 2)], all[1], all[NR] }'
