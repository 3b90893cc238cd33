#!/bin/sh
# clusterdef-firewalld: gives firewalld the zones and policies of this machine in such a way that a mistake undoes itself.
#
#   apply [-t SECONDS] [-l LOG] -p PROOF FOLDER   have firewalld look at them, load them, and go back when the command
#                                                 PROOF fails, or nothing is heard of it for SECONDS (60)
#   holds [-l LOG] FOLDER                         tell whether firewalld runs with exactly these (1: no)
#   back                                          go back now, to what was there before the last apply
#
# LOG is what firewalld writes of refused packets (off, unicast ...). Zones of others stay. It ends with 0 when it did
# what was asked, 1 when it could not, 2 when it was asked wrongly, 3 when firewalld refuses the files.
set -u
umask 022

config=${CLUSTERDEF_FIREWALLD_CONFIG:-/etc/firewalld}
state=${CLUSTERDEF_FIREWALLD_STATE:-/var/lib/clusterdef-firewalld}
unit=clusterdef-firewalld-back
seconds=60 log=off proof=

say() { echo "clusterdef-firewalld: $*"; }
fail() {
  code=$1
  shift
  say "$*" >&2
  exit "$code"
}
usage() { fail 2 'apply [-t SECONDS] [-l LOG] -p PROOF FOLDER | holds [-l LOG] FOLDER | back'; }

# compose FOLDER: the whole configuration as it is to be, in a draft.
compose() {
  rm -rf "$state/draft"
  mkdir -p "$state/draft" && cp -a "$config/." "$state/draft/" || return 1
  mkdir -p "$state/draft/zones" "$state/draft/policies"
  rm -f "$state/draft/zones/clusterdef"*.xml "$state/draft/policies/clusterdef"*.xml
  cp "$1/zones/"*.xml "$state/draft/zones/" || return 1
  [ ! -d "$1/policies" ] || cp "$1/policies/"*.xml "$state/draft/policies/" || return 1
  chmod 0644 "$state/draft/zones/clusterdef"*.xml
  say_in_conf DefaultZone clusterdef
  say_in_conf LogDenied "$log"
}

say_in_conf() {
  if grep -q "^$1=" "$state/draft/firewalld.conf"; then
    sed -i "s/^$1=.*/$1=$2/" "$state/draft/firewalld.conf"
  else
    echo "$1=$2" >>"$state/draft/firewalld.conf"
  fi
}

# put FOLDER: what is kept there becomes firewalld's configuration, and firewalld reads it.
put() {
  mkdir -p "$config/zones" "$config/policies"
  rm -f "$config/zones/clusterdef"*.xml "$config/policies/clusterdef"*.xml
  cp -R "$1/." "$config/" && load
}

load() {
  if systemctl is-active --quiet firewalld.service; then
    firewall-cmd --quiet --reload
  else
    systemctl start firewalld.service
  fi
}

go_back() {
  put "$state/before" || fail 1 'could not go back; the rules are those that were not confirmed'
}

apply() {
  [ -n "$proof" ] || usage
  compose "$1" || fail 1 'a file cannot be read; nothing was changed'
  firewall-offline-cmd --system-config "$state/draft" --check-config >/dev/null || fail 3 'firewalld refuses these files; nothing was changed'
  rm -rf "$state/before"
  cp -a "$config" "$state/before" || fail 1 'the configuration of now cannot be saved; nothing was changed'
  systemctl stop "$unit.timer" 2>/dev/null
  systemd-run --quiet --collect --unit="$unit" --on-active="$seconds" /bin/sh "$self" back ||
    fail 1 'there is nobody to go back; nothing was changed'
  if put "$state/draft" && timeout "$seconds" sh -c "$proof"; then
    systemctl stop "$unit.timer"
    say 'loaded'
  else
    systemctl stop "$unit.timer"
    go_back
    fail 1 'the proof failed; the rules are those of before'
  fi
}

# The order in which zones are read is firewalld's own: only whether a file is the same counts.
holds() {
  systemctl is-active --quiet firewalld.service || return 1
  for kind in zones policies; do
    for file in "$1/$kind/"*.xml "$config/$kind/clusterdef"*.xml; do
      [ -e "$file" ] || continue
      cmp -s "$1/$kind/${file##*/}" "$config/$kind/${file##*/}" || return 1
    done
  done
  grep -q "^DefaultZone=clusterdef$" "$config/firewalld.conf" && grep -q "^LogDenied=$log$" "$config/firewalld.conf"
}

case $0 in
  /*) self=$0 ;;
  *) self=$PWD/$0 ;;
esac
verb=${1:-}
[ "$#" -eq 0 ] || shift
while getopts t:l:p: option; do
  case $option in
    t) seconds=$OPTARG ;;
    l) log=$OPTARG ;;
    p) proof=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
case $verb:$# in
  apply:1 | holds:1) "$verb" "$1" ;;
  back:0) go_back ;;
  *) usage ;;
esac
