# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153 # set here, used by the scripts that source this
# What every script of this folder shares: settings, progress, logs, waits, locks.
# Sourced, never run; its arguments name further files of the folder to source. The caller has set `-euo pipefail`.

KIND_DIR=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
REPO=$(realpath "$KIND_DIR/../..")

# Everything that takes long to make lives here, outside the checkout, so that a fresh clone is warm.
CACHE=${SHOPKEEPER_CACHE:-$HOME/.cache/shopkeeper}
CLUSTER=${CLUSTER:-shop}
NODES=${NODES:-1}
PORT=${PORT:-8080}
URL=http://localhost:$PORT
CONTEXT=kind-$CLUSTER
mkdir -p "$CACHE/bin" "$CACHE/logs" "$CACHE/locks"
LOG=${LOG:-$CACHE/logs/$(basename "$0" .sh).log}

# What the machine has comes first: ours are for what it lacks.
case :$PATH: in *:"$CACHE/bin":*) ;; *) export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:$CACHE/bin ;; esac

say() { printf '%s\n' "$*"; }

# die WHAT IS WRONG AND WHAT TO DO: one line, for the user.
die() {
  printf 'cannot continue: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# A program that did not come from our cache.
machine_has() {
  local at
  at=$(command -v "$1") && [[ $at != "$CACHE/bin/"* ]]
}

kube() { kubectl --context "$CONTEXT" "$@"; }

# wait_until SECONDS WHAT COMMAND...: tries until it succeeds.
wait_until() {
  local seconds=$1 what=$2 end=$((SECONDS + $1))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= end)); then
      printf 'waited %ss for %s\n' "$seconds" "$what" >&2
      return 1
    fi
    sleep 0.3
  done
}

# with_lock NAME COMMAND...: one at a time on this machine. Whatever the command leaves running must not keep the
# lock, hence the descriptor is the subshell's, and daemons are started with it closed (see docker.sh).
with_lock() {
  local name=$1
  shift
  (
    flock -w 3600 9 || die "another run has held $CACHE/locks/$name for an hour: end it and try again"
    "$@"
  ) 9>"$CACHE/locks/$name"
}

# --- progress -----------------------------------------------------------------------------------------------------
STEP=0 STEPS=${STEPS:-0} STEP_NAME='' STEP_LABEL=''

duration() {
  local s=$1
  if ((s >= 60)); then printf '%dm%02ds' $((s / 60)) $((s % 60)); else printf '%ds' "$s"; fi
}

# step "what it does" COMMAND...: runs it with its output in the log, shows one line with its time; when it fails
# shows the end of the log. A command may write one line for the user to descriptor 3 (`note`).
step() {
  STEP_NAME=$1
  shift
  STEP=$((STEP + 1))
  local began=$SECONDS mark rc=0 last noted=$CACHE/logs/.note.$$
  printf -v STEP_LABEL '[%2d/%d] %-34s' "$STEP" "$STEPS" "$STEP_NAME"
  printf '%s' "$STEP_LABEL"
  printf '\n=== %s (%s)\n' "$STEP_NAME" "$(date -u +%H:%M:%S)" >>"$LOG"
  mark=$(wc -l <"$LOG")
  : >"$noted"
  # A subshell with its own -e: `cmd || rc=$?` would switch -e off inside the command.
  set +e
  (
    set -e
    "$@"
  ) 4>&1 >>"$LOG" 2>&1 3>"$noted" </dev/null
  rc=$?
  set -e
  # Where a percentage stands on a terminal.
  [ ! -t 1 ] || printf '\r%s' "$STEP_LABEL"
  if ((rc != 0)); then
    printf ' FAILED after %s\n' "$(duration $((SECONDS - began)))"
    rm -f "$noted"
    last=$(tail -n 1 "$LOG")
    if [[ $last == 'cannot continue:'* ]]; then
      # `die` wrote what is wrong and what to do; more would only hide it.
      printf '%s\n(the log: %s)\n' "$last" "$LOG" >&2
    else
      tail -n "+$((mark + 1))" "$LOG" | tail -n 40 | sed 's/^/    /' >&2
      printf 'cannot continue: "%s" failed; the whole log: %s. What is done is kept: it can be run again.\n' "$STEP_NAME" "$LOG" >&2
    fi
    exit "$rc"
  fi
  printf ' %6s  %s\n' "$(duration $((SECONDS - began)))" "$(cat "$noted")"
  rm -f "$noted"
}

# with_percent FIGURE COMMAND...: runs the command, and inside a step shows what the command FIGURE prints, a percentage,
# as long as it prints one: in place on a terminal, elsewhere each ten percent.
with_percent() {
  local figure=$1 caller=$BASHPID shower
  shift
  percent_show "$caller" "$figure" 2>/dev/null &
  shower=$!
  "$@"
  kill "$shower"
  wait "$shower" 2>/dev/null || true # ended by the signal
}

percent_show() {
  local caller=$1 figure=$2 percent shown=0
  while sleep 1 && kill -0 "$caller"; do
    percent=$("$figure") || continue
    [ -n "$percent" ] || continue
    if [ -t 4 ]; then
      printf '\r%s %5d%%' "$STEP_LABEL" "$percent" >&4
    elif [ -n "$STEP_LABEL" ] && ((percent / 10 > shown / 10)); then
      printf ' %d%%' "$percent" >&4
    fi
    shown=$percent
  done
}

# note TEXT: what the user sees behind the step's time.
note() { { printf '%s ' "$*" >&3; } 2>/dev/null || printf '%s\n' "$*"; }

for topic in "$@"; do
  # shellcheck source=/dev/null
  . "$KIND_DIR/$topic.sh"
done
