#!/usr/bin/env bash
# Starts all services on the embedded adapters and runs the demo campaign against them.
#   deploy/run-demo.sh [OPTION...]            then leaves the services up until Ctrl-C
#   deploy/run-demo.sh --once [OPTION...]     then ends
#   deploy/run-demo.sh --compare [OPTION...]  compares the presets instead, then ends
# Options are those of `spectrawl demo`. Run again, it continues: everything is kept under var/. The workbench's port is 8888, or
# SPECTRAWL_SERVICES__WORKBENCH__HTTP__PORT; 0 takes any that is free.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"
export SPECTRAWL_ADDRESS="127.0.0.1:${SPECTRAWL_GRPC__PORT:-50051}"
mkdir -p var

# Job control gives each program a process group of its own: Ctrl-C then reaches this script alone, which stops them in order.
mode=${1:-}
case "$mode" in --once | --compare) shift ;; *) mode= ;; esac
set -m
spectrawl-services >> var/services.log 2>&1 &
services=$!
demo=
finish() {
  trap - INT TERM EXIT
  if [ -n "$demo" ]; then kill -INT "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; fi
  if kill -0 "$services" 2>/dev/null; then
    echo 'Stopping the services: work under way is finished or handed back (run `make run` again to continue).'
    kill -TERM "$services"
    wait "$services" 2>/dev/null || true
  fi
}
trap 'finish; exit 130' INT TERM
trap finish EXIT

spectrawl wait --pid "$services" > /dev/null || { tail -5 var/services.log; exit 1; }
echo "The services answer at $SPECTRAWL_ADDRESS; their log is var/services.log."
echo "The workbench, for a browser: $(cat var/workbench.link)"
command=demo spec=deploy/demo/campaign.yaml
[ "$mode" != --compare ] || command=compare spec=deploy/demo/compare.yaml
spectrawl "$command" --spec "$spec" --real-spectra libs/testing/data/real-spectra --directory var/demo "$@" &
demo=$!
wait "$demo"
demo=
[ -z "$mode" ] || exit 0
cat <<TEXT

The services stay up until Ctrl-C. See what it found, and label yourself, in a browser on this machine:
  $(cat var/workbench.link)
or in another terminal:
  npx spectrawl campaigns show demo               # the table again; --json for programs
  npx spectrawl candidates demo --limit 20        # what it found
  npx spectrawl models list                       # every iteration's model
  npx spectrawl ingest --pool mine FOLDER         # your own files: FITS or Parquet
  npx spectrawl campaigns create mine --pool mine --seed-pool ondrejov --start
  npx spectrawl label mine --annotator "\$USER"    # you are the astronomer
TEXT
wait "$services"
