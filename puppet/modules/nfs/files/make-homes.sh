#!/bin/sh
# make-homes DIRECTORY
#
# Makes the home directory of every user of the network's directory whose home would be in DIRECTORY and is not there:
# the user's own, with mode 0700 and the files of /etc/skel. What is there already is not touched.
set -eu

home=${1:?the directory that homes are in}
status=0
[ -d "$home" ] || { echo "there is no $home" >&2; exit 1; }

users=$(getent -s sss passwd) || { echo "the directory lists no users" >&2; exit 0; }
while IFS=: read -r name _ uid _ _ at _; do
  # Exactly one level below: whatever else somebody wrote into an entry is no home.
  case ${at#"$home"/} in
    '' | . | .. | */* | "$at") continue ;;
  esac
  [ "$uid" -ge 1000 ] || continue
  if [ -e "$at" ] || [ -L "$at" ]; then continue; fi
  if mkhomedir_helper "$name" 0077; then
    echo "made $at for $name"
  else
    echo "$at could not be made" >&2
    status=1
  fi
done <<USERS
$users
USERS
exit "$status"
