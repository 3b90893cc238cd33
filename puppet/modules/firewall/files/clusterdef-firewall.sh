#!/bin/sh
# clusterdef-firewall: loads rules of nftables in such a way that a mistake undoes itself.
#
#   apply [-t SECONDS] [-p PROOF] FILE...   check the files, load them at once, and go back after SECONDS (60) unless
#                                           somebody confirms, or the command PROOF succeeds
#   confirm                                 keep what was loaded, for the next start too; from a new connection
#   back                                    go back now
#   status                                  tell whether rules wait to be confirmed (then it ends with 1)
#   start                                   load what was confirmed last, as a machine does when it comes up
#   holds FILE...                           tell whether these files were confirmed last and are in the kernel (1: no)
#
# Only the tables of clusterdef are saved and put back; those of other programs are left alone. It ends with 0 when
# it did what was asked, 1 when it could not, 2 when it was asked wrongly, 3 when nft refuses the rules.
set -u
umask 077

run=${CLUSTERDEF_FIREWALL_RUN:-/run/clusterdef-firewall}
kept=${CLUSTERDEF_FIREWALL_KEPT:-/var/lib/clusterdef-firewall/rules.nft}
PATH=$PATH:/usr/sbin:/sbin

say() { echo "clusterdef-firewall: $*"; }
log() { logger -t clusterdef-firewall -- "$*" 2>/dev/null || :; }
fail() {
  code=$1
  shift
  say "$*" >&2
  exit "$code"
}
usage() { fail 2 'apply [-t SECONDS] [-p PROOF] FILE... | confirm | back | status | start | holds FILE...'; }

# The tables as they are now, in a form that puts exactly this state back.
saved() {
  for table in 'inet clusterdef' 'ip clusterdef_nat' 'ip6 clusterdef_nat'; do
    printf 'table %s\ndelete table %s\n' "$table" "$table"
    # shellcheck disable=SC2086 # family and name are two words
    nft -s list table $table 2>/dev/null || :
  done
}

# Whoever renames the note first decides: who confirms, or who goes back.
decide() { mv "$run/waits" "$run/$1" 2>/dev/null; }

watched() { [ -s "$run/watcher" ] && kill -0 "$(cat "$run/watcher")" 2>/dev/null; }

go_back() {
  if nft -f "$run/before.nft"; then
    log 'went back to the rules of before'
  elif [ -s "$kept" ] && nft -f "$kept"; then
    log 'went back to the rules that were confirmed last: those of before could not be loaded'
  else
    log 'could not go back'
    fail 1 'could not go back; the rules are those that were not confirmed'
  fi
}

# Waits in the background, without a terminal, and goes back unless somebody decided otherwise.
watch() {
  trap '' HUP INT QUIT
  echo "$$" >"$run/watcher"
  left=$2
  while [ "$left" -gt 0 ]; do
    sleep 1
    [ "$(cat "$run/waits" 2>/dev/null)" = "$1" ] || exit 0
    left=$((left - 1))
  done
  decide expired && go_back
}

# A watcher that outlives this shell, its terminal and its connection; under systemd it outlives the service too that
# started this.
begin_watch() {
  rm -f "$run/watcher"
  if [ -d /run/systemd/system ] && systemd-run --quiet --collect --setenv=CLUSTERDEF_FIREWALL_RUN="$run" \
    --setenv=CLUSTERDEF_FIREWALL_KEPT="$kept" /bin/sh "$self" watch "$1" "$2" </dev/null >/dev/null 2>&1; then
    :
  elif command -v setsid >/dev/null; then
    setsid /bin/sh "$self" watch "$1" "$2" </dev/null >/dev/null 2>&1 &
  else
    /bin/sh "$self" watch "$1" "$2" </dev/null >/dev/null 2>&1 &
  fi
  tries=50
  until watched; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

free_to_load() {
  [ -e "$run/waits" ] || return 0
  watched && fail 1 'rules wait to be confirmed already: confirm, or back'
  say 'the last rules were not confirmed, and nobody watched them: going back first'
  decide expired && go_back
}

apply() {
  seconds=60 proof=
  while getopts t:p: option; do
    case $option in
      t) seconds=$OPTARG ;;
      p) proof=$OPTARG ;;
      *) usage ;;
    esac
  done
  shift $((OPTIND - 1))
  case $seconds in '' | *[!0-9]* | 0) usage ;; esac
  [ "$#" -gt 0 ] || usage
  mkdir -p "$run" || fail 1 "$run cannot be made"
  cat -- "$@" >"$run/candidate.$$" || fail 1 'a file cannot be read; nothing was changed'
  trap 'rm -f "$run/candidate.$$"' EXIT
  nft -c -f "$run/candidate.$$" || fail 3 'nft refuses these rules; nothing was changed'
  free_to_load
  load
  if [ -z "$proof" ]; then
    say "loaded, for $seconds seconds; to keep it, from a new connection: clusterdef-firewall confirm"
  elif timeout "$seconds" sh -c "$proof"; then
    keep
  else
    decide refused && go_back
    fail 1 'the proof failed; the rules are those of before'
  fi
}

# Who goes back is there before there is something to go back from.
load() {
  { saved >"$run/before.nft" && nft -c -f "$run/before.nft"; } || fail 1 'the rules of now cannot be saved; nothing was changed'
  note="$$ $(date +%s) ${SSH_CONNECTION:-}"
  # A note that stands there already is somebody else's, who was a little faster.
  (set -C && echo "$note" >"$run/waits") 2>/dev/null || fail 1 'rules wait to be confirmed already: confirm, or back'
  if ! begin_watch "$note" "$seconds"; then
    decide refused
    fail 1 'there is nobody to go back; nothing was changed'
  fi
  nft -f "$run/candidate.$$" && mv "$run/candidate.$$" "$run/loaded.nft" && return
  decide refused
  fail 3 'nft refuses these rules; nothing was changed'
}

# The packet filter alone: address translation has a life of its own.
filter() { nft -s list table inet clusterdef 2>/dev/null; }

# Beside the rules: the text that they were made from, and the filter as the kernel tells it, to know both again.
remember() {
  cp "$run/loaded.nft" "$kept.source" && { filter >"$kept.filter" || :; }
}

holds() {
  cat -- "$@" | cmp -s - "$kept.source" && filter | cmp -s - "$kept.filter" || return 1
}

keep() {
  decide kept || fail 1 'nothing waits to be confirmed; it may have been too late'
  folder=$(dirname "$kept")
  if ! { mkdir -p "$folder" && remember && saved >"$kept.new" && mv "$kept.new" "$kept"; }; then
    fail 1 "$kept cannot be written; the rules stay until the next start only"
  fi
  log 'confirmed'
  say 'confirmed'
}

confirm() {
  read -r _ _ origin <"$run/waits" 2>/dev/null || fail 1 'nothing waits to be confirmed; it may have been too late'
  if [ -n "$origin" ] && [ "$origin" = "${SSH_CONNECTION:-}" ]; then
    fail 1 'this connection was there before the rules: confirm from a new one, which shows that there can be one'
  fi
  keep
}

back() {
  decide refused || fail 1 'nothing waits to be confirmed'
  go_back
  say 'went back to the rules of before'
}

status() {
  [ -e "$run/waits" ] || { say 'nothing waits to be confirmed'; return 0; }
  if watched; then say 'rules wait to be confirmed'; else say 'rules wait to be confirmed, and nobody watches them: back'; fi
  return 1
}

start() {
  [ -s "$kept" ] || fail 1 'no rules were confirmed yet'
  nft -f "$kept" || fail 3 "nft refuses $kept"
}

case $0 in
  /*) self=$0 ;;
  */*) self=$PWD/$0 ;;
  *) self=$(command -v -- "$0") ;;
esac
verb=${1:-}
[ "$#" -eq 0 ] || shift
case $verb in
  apply | watch) "$verb" "$@" ;;
  holds) [ "$#" -gt 0 ] || usage; holds "$@" ;;
  confirm | back | status | start) [ "$#" -eq 0 ] || usage; "$verb" ;;
  *) usage ;;
esac
