#!/bin/sh
# One machine's side of a publish: the tree that its services read. It needs sh, GNU coreutils, findutils, tar and
# util-linux, and no clusterdef.
#   sh live_tree.sh TREE VERB [ARGUMENT...]
# Numbered directories stand in TREE; the link `current` points to the live one. Every verb leaves it whole.
set -eu
umask 022
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin:/opt/puppetlabs/bin
LC_ALL=C
export PATH LC_ALL

tree=$1
verb=$2
shift 2

candidate=$tree/.new-candidate
keep=10

live_number() {
  readlink "$tree/current" 2>/dev/null || echo 0
}

# Mode, owner and group of every file below a directory, then digests; each ends with a NUL.
inventory() {
  cd "$1"
  find . ! -type d -printf '%y %m %u %g %P\0'
  printf '\0'
  find . -type f -print0 | xargs -0 -r sha256sum -z --
}

# The number of the live tree, its two files of record, what is due, then its inventory.
look() {
  number=$(live_number)
  printf '%s\0' "$number"
  for file in "$number/.publication.json" "$number/.manifest" .due; do
    if [ -f "$tree/$file" ]; then cat "$tree/$file"; fi
    printf '\0'
  done
  if [ -d "$tree/$number" ]; then inventory "$tree/$number"; else printf '\0'; fi
}

# Holds the lock until standard input ends: whoever published was killed, or is done.
hold() {
  [ -d "$tree" ] || mkdir -p "$tree"
  # shellcheck disable=SC2016  # the words are filled in there
  exec flock -w "$1" -E 75 "$tree/.lock" sh -c \
    'printf %s "$1" >"$2"; echo held; cat >/dev/null; : >"$2"' sh "$2" "$tree/.lock"
}

holder() {
  cat "$tree/.lock"
}

# Words such as `user tftp`; those that this machine does not know come back.
lacks() {
  while [ $# -gt 1 ]; do
    case $1 in user) where=passwd ;; *) where=group ;; esac
    getent "$where" "$2" >/dev/null || echo "$1 $2"
    shift 2
  done
}

# The candidate begins as hard links to the live files, without those named on standard input (NUL after each).
link() {
  [ "$(id -u)" = 0 ] || { echo "only root can give files to the users that read them" >&2; exit 77; }
  rm -rf "$tree"/.new-* "$tree"/.gone-*
  # Daemons of several users read in it, whatever the umask of whoever made it.
  chmod a+rx "$tree"
  number=$(live_number)
  if [ "$number" = 0 ]; then
    [ -d "$tree/0" ] || mkdir "$tree/0"
    [ -L "$tree/current" ] || point 0
  fi
  cp -al "$tree/$number" "$candidate"
  (cd "$candidate" && xargs -0 -r rm -rf --)
}

# A tar on standard input is added to the candidate; its inventory comes back. Files get the time of now (-m): BIND
# reads a zone again only when its file is younger than the last time that it looked.
receive() {
  tar -x -m -p --same-owner -C "$candidate" -f -
  find "$candidate" -mindepth 1 -type d -empty -delete
  if command -v selinuxenabled >/dev/null && selinuxenabled; then restorecon -RF "$candidate"; fi
  sync -f "$candidate"
  inventory "$candidate"
}

# Runs a command in a mount namespace where the candidate stands in the place of the live tree.
seen() {
  # shellcheck disable=SC2016  # the words are filled in there
  exec unshare -m -- sh -c 'mount --bind "$1" "$2" || exit 126; shift 2; cd /; exec "$@"' \
    sh "$candidate" "$tree/$(live_number)" "$@"
}

# Consumers' own checks: standard input has a line `try PROGRAM ARGUMENT...` for each, quoted for sh. How each ended and
# what it said come back, a NUL after both. PROGRAM may be several names of one (`a|b`): the first that is installed.
check() {
  # shellcheck disable=SC2016  # the words are filled in there
  seen sh -c '
    limit=$1
    try() {
      status=127 said= names=$1
      shift
      while [ -n "$names" ]; do
        program=${names%%|*}
        names=${names#"$program"}
        names=${names#|}
        command -v "$program" >/dev/null || continue
        said=$(timeout -k 5 "$limit" "$program" "$@" </dev/null 2>&1) && status=0 || status=$?
        break
      done
      printf "%s\0%s\0" "$status" "$said"
    }
    . /dev/stdin
  ' sh "$1"
}

# The service manager says yes to some daemons (Type=simple) as soon as there is a process, before that has read
# anything: these are looked at until they would have ended again.
stays() {
  for unit; do
    case $unit in *.service) ;; *) continue ;; esac
    case $(systemctl show --property=Type --value "$unit") in *simple* | *exec* | *idle*) ;; *) continue ;; esac
    for _ in 1 2 3; do
      sleep 1
      systemctl is-active --quiet "$unit" && continue
      systemctl status --no-pager --lines=4 "$unit" || true
      echo "$unit has ended again"
      return 1
    done
  done
}

reload() {
  limit=$1
  shift
  command -v "$1" >/dev/null || exit 127
  # A daemon that is started may keep standard output for ever: a file does not mind.
  said=$(mktemp)
  status=0
  timeout -k 5 "$limit" "$@" </dev/null >"$said" 2>&1 || status=$?
  [ "$status$1" != 0systemctl ] || stays "$@" >>"$said" 2>&1 || status=1
  cat "$said"
  rm -f "$said"
  exit "$status"
}

# A reader's check of the machine as it is: no candidate is needed.
ask() {
  reload "$@"
}

point() {
  ln -sfn "$1" "$tree/.new-current"
  mv -T "$tree/.new-current" "$tree/current"
  sync -f "$tree"
}

numbers() {
  find "$tree" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' -printf '%f\n' | sort -n
}

# What is due is written first: killed after the rename, the next publish still tells the daemons.
switch() {
  printf '%s' "$1" >"$tree/.new-due"
  mv -T "$tree/.new-due" "$tree/.due"
  number=$(($(numbers | tail -n 1) + 1))
  mv -T "$candidate" "$tree/$number"
  point "$number"
}

# The files named on standard input are those that differ; they are as new, for daemons that go by a file's time.
back() {
  [ "$(live_number)" != "$1" ] || exit 0
  (cd "$tree/$1" && xargs -0 -r touch -c --) || true
  point "$1"
  echo went back
}

settle() {
  printf '%s\n' "$1" >>"$tree/publications.log"
  rm -f "$tree/.due"
  sync -f "$tree"
  live=$(live_number)
  numbers | head -n "-$keep" | while read -r number; do
    [ "$number" = "$live" ] || { mv -T "$tree/$number" "$tree/.gone-$number" && rm -rf "$tree/.gone-$number"; }
  done
}

# Nothing is due: the daemons read again what they read before.
forget() {
  rm -f "$tree/.due"
}

# Also what a refused switch left above the live number: nobody reads it.
discard() {
  rm -rf "$tree"/.new-*
  live=$(live_number)
  numbers | while read -r number; do
    if [ "$number" -gt "$live" ]; then rm -rf "${tree:?}/$number"; fi
  done
}

fetch() {
  curl -fsS --connect-timeout 10 --max-time 600 "$@"
}

# A machine that nobody may push to fetches its part itself: URL.sha256 says which one is live, URL.tar is that part.
# In the part, .publish/check and .publish/reload are for its readers. Nothing is done when it is here already.
pull() {
  [ -d "$tree" ] || mkdir -p "$tree"
  exec 9>"$tree/.lock"
  flock -w 10 9 || { echo "somebody else is publishing here" >&2; exit 75; }
  # While new parts do not arrive, or are refused, whoever reads the old one may say so.
  trap 'if [ $? = 0 ]; then rm -f "$tree/stale"; else : >"$tree/stale"; fi' EXIT
  former=$(live_number)
  wanted=$(fetch "$1.sha256")
  case $wanted in *[!0-9a-f]* | '') echo "$1.sha256 is no digest" >&2; exit 65 ;; esac
  if [ "$(cat "$tree/$former/.digest" 2>/dev/null)" = "$wanted" ]; then
    [ -f "$tree/.due" ] || exit 0
  else
    pulled "$1.tar" "$wanted" || { (discard); exit 1; }
    (switch part)
  fi
  if ! (reload 300 sh "$tree/current/.publish/reload"); then
    echo "the part is refused: what was live is live" >&2
    find "$tree/$former" -type f -printf '%P\0' | (back "$former") >/dev/null
    [ ! -f "$tree/$former/.publish/reload" ] || (reload 300 sh "$tree/$former/.publish/reload") || exit 1
    (forget)
    (discard)
    exit 1
  fi
  (settle "{\"pulled\": \"$wanted\", \"at\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}")
}

# The candidate from a tar that has the digest, and that its readers accept.
pulled() {
  (link) </dev/null || return 1
  find "$candidate" -mindepth 1 -delete
  fetch -o "$tree/.new-part" "$1" || return 1
  printf '%s  %s\n' "$2" "$tree/.new-part" | sha256sum -c --quiet - || return 1
  (receive) <"$tree/.new-part" >/dev/null || return 1
  rm -f "$tree/.new-part"
  printf '%s' "$2" >"$candidate/.digest"
  (seen timeout -k 5 300 sh "$tree/current/.publish/check") </dev/null || return 1
}

case $verb in
  look | hold | holder | lacks | link | receive | check | ask | reload | switch | back | settle | forget | discard | pull) "$verb" "$@" ;;
  *) echo "no such verb: $verb" >&2; exit 64 ;;
esac
