#!/bin/sh
# clusterdef-autostart: virtual machines of the published tree that were made here start with this host.
#
#   clusterdef-autostart FOLDER           marks those that are not marked yet
#   clusterdef-autostart --check FOLDER   tells whether all are (1: no), and changes nothing
#
# A machine that is not made yet is left to its create-NAME.sh.
set -eu
export LIBVIRT_DEFAULT_URI="${LIBVIRT_DEFAULT_URI:-qemu:///system}" LC_ALL=C
check=
[ "${1:-}" != --check ] || { check=yes; shift; }
[ "$#" -eq 1 ] || { echo 'usage: clusterdef-autostart [--check] FOLDER' >&2; exit 64; }

marked=$(virsh -q list --all --autostart --name)
made=$(virsh -q list --all --name)
has() { printf '%s\n' "$1" | grep -qxF -e "$2"; }

for file in "$1"/create-*.sh; do
  [ -e "$file" ] || continue
  name=${file##*/create-}
  name=${name%.sh}
  has "$made" "$name" || continue
  has "$marked" "$name" && continue
  [ -z "$check" ] || exit 1
  virsh -q autostart "$name" >/dev/null
done
