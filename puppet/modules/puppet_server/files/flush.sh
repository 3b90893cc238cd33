#!/bin/sh
# Tells this machine's Puppet server to read manifests, modules and Hiera data anew: it keeps what it has read.
# A server that is not running has nothing to forget.
set -eu
PATH=$PATH:/opt/puppetlabs/bin

setting() { puppet config print --section server "$1"; }

certname=$(setting certname)
port=$(setting serverport)
answer=$(curl -sS --max-time 60 -o /dev/null -w '%{http_code}' -X DELETE \
  --cert "$(setting hostcert)" --key "$(setting hostprivkey)" --cacert "$(setting localcacert)" \
  --resolve "$certname:$port:127.0.0.1" "https://$certname:$port/puppet-admin-api/v1/environment-cache") || {
  [ $? -eq 7 ] && exit 0
  exit 1
}
[ "$answer" = 204 ] || { echo "the Puppet server answers $answer instead of forgetting" >&2; exit 1; }
