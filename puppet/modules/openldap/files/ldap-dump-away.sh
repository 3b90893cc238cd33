#!/bin/sh
# ldap-dump-away USER@HOST:/DIRECTORY
#
# Sends the whole directory of users there by ssh, as ldap-DATE.ldif: it arrives whole, or what was there stays. Dumps
# older than thirty days are removed there once a new one has arrived. Managed by Puppet.
set -eu
umask 077
to=${1%%:*}
folder=${1#*:}
own=/var/lib/ldap-dump

dump=$(mktemp "$own/dump.XXXXXXXX")
trap 'rm -f "$dump"' EXIT
trap 'exit 130' HUP INT TERM
/root/bin/ldap-dump "$dump"
sum=$(sha256sum <"$dump" | cut -c1-64)
day=$(date +%F)

# shellcheck disable=SC2029  # the words are filled in here
ssh -i "$own/key" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=20 \
  -o StrictHostKeyChecking=accept-new -o "UserKnownHostsFile=$own/known_hosts" -- "$to" "
    set -eu
    umask 077
    mkdir -p '$folder'
    cd '$folder'
    cat >.ldap-new
    [ \"\$(sha256sum <.ldap-new | cut -c1-64)\" = $sum ] || { echo 'it did not arrive whole' >&2; exit 1; }
    sync .ldap-new
    mv -T .ldap-new ldap-$day.ldif
    find . -maxdepth 1 -name 'ldap-*.ldif' -mtime +30 -delete
  " <"$dump"
