# shellcheck shell=sh disable=SC2034  # what is set here is for the commands that read this file
# What the directory's commands have in common. It is read by them and does nothing by itself.
# Made by clusterdef for mytier3; a change made here is lost the next time.
set -eu
LC_ALL=C
LDAPNOINIT=1
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL LDAPNOINIT PATH
umask 077

top='dc=mytier3,dc=internal'
people="ou=People,$top"
groups="ou=Group,$top"
users=ldapusers
admins=ldapadmins
homes=/export/home
shell=/bin/bash

me=${0##*/}

say() {
  printf '%s: %s\n' "$me" "$*" >&2
}

die() {
  say "$@"
  exit 1
}

# Help is the comment at the beginning of the command.
help() {
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
}

misused() {
  help | head -n 1 >&2
  say "more:  $me -h"
  exit 64
}

# root speaks to the server over its local socket, which knows who that is: there is no password.
directory() {
  program=$1
  shift
  "$program" -Q -Y EXTERNAL -H ldapi:/// "$@"
}

reach() {
  [ "$(id -u)" = 0 ] || die "only root may do this"
  said=$(directory ldapwhoami 2>&1) || die "the directory does not answer ($said); look:  systemctl status slapd"
  case $said in
    *cn=peercred,cn=external,cn=auth) ;;
    *) die "the directory does not know root ($said); look:  ldap-setup" ;;
  esac
}

# Names are such that they need no protection in a filter, in the name of an entry or in sh.
named() {
  case $2 in
    '' | [!a-z_]* | *[!a-z0-9_-]*)
      die "$1 '$2': a name has lower-case letters, digits, - and _, and begins with a letter" ;;
  esac
  [ "$(printf %s "$2" | wc -c)" -le 32 ] || die "$1 '$2': a name has at most 32 characters"
}

numbered() {
  case $1 in
    '' | 0* | *[!0-9]*) die "'$1' is no number" ;;
  esac
  [ "$(printf %s "$1" | wc -c)" -le 10 ] || die "$1: a number has at most ten digits"
  [ "$1" -ge 1000 ] || die "$1: numbers below 1000 are the system's"
  [ "$1" -le 2147483647 ] || die "$1: the highest number is 2147483647"
}

# A line of LDIF. In base64 no value can be taken for anything else (RFC 2849).
attribute() {
  [ -n "$2" ] || die "$1 is empty"
  case $2 in
    *[[:cntrl:]]*) die "$1 '$2' holds control characters" ;;
  esac
  printf '%s:: %s\n' "$1" "$(printf %s "$2" | base64 | tr -d '\n')"
}

# Entries with these attributes, each of which is one line.
entries() {
  directory ldapsearch -LLL -o ldif-wrap=no -b "$top" "$@"
}

# The values of one attribute, a line each: names and numbers, which are never in base64.
values() {
  found=$(entries "$1" "$2")
  printf '%s\n' "$found" | sed -n "s/^$2: //p"
}

user() {
  values "(&(objectClass=posixAccount)(uid=$1))" "$2"
}

group() {
  values "(&(objectClass=posixGroup)(cn=$1))" "$2"
}

must_be_user() {
  named user "$1"
  [ -n "$(user "$1" uid)" ] || die "there is no user $1"
}

must_be_group() {
  named group "$1"
  [ -n "$(group "$1" cn)" ] || die "there is no group $1"
}

# A local account of that name or number would be another person.
is_local() {
  getent -s files "$1" "$2" >/dev/null
}

is_taken() {
  [ -n "$(values "(&(objectClass=$1)($2=$4))" "$2")" ] || is_local "$3" "$4"
}

# The next number, as the branch has it; nothing where it has none.
counted() {
  directory ldapsearch -LLL -s base -b "$1" "(objectClass=*)" "$2" | sed -n "s/^$2: //p"
}

# A number that nobody has: the counter in the branch is moved on in one step, from exactly where it was seen, so two
# who ask at once get two numbers; and it never goes back, so nobody inherits the files of a user who is gone.
number() {
  tries=0
  while [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    seen=$(counted "$1" "$3")
    [ -n "$seen" ] || die "$1 does not know the next number; put it there:  ldap-setup"
    free=$seen
    while is_taken "$2" "$3" "$4" "$free"; do free=$((free + 1)); done
    if move_on "$1" "$3" "$seen" "$((free + 1))"; then
      echo "$free"
      return
    fi
  done
  die "others take numbers all the time; try again"
}

# Status 16 is LDAP's noSuchAttribute: somebody was faster.
move_on() {
  status=0
  printf 'dn: %s\nchangetype: modify\ndelete: %s\n%s: %s\n-\nadd: %s\n%s: %s\n' "$1" "$2" "$2" "$3" "$2" "$2" "$4" |
    directory ldapmodify >/dev/null 2>&1 || status=$?
  case $status in
    0) return 0 ;;
    16) return 1 ;;
    *) die "the next number cannot be written (LDAP error $status)" ;;
  esac
}

# Changes that are read from standard input, as LDIF.
change() {
  directory ldapmodify >/dev/null
}

a_shell() {
  case $1 in
    /*) ;;
    *) die "'$1': a shell is a path that begins with /" ;;
  esac
}

# The lines of a file of ssh public keys, each as an attribute; what looks like anything else is refused.
key_lines() {
  [ -n "$1" ] || return 0
  [ -r "$1" ] || die "$1 cannot be read"
  while read -r line || [ -n "$line" ]; do
    case $line in
      '' | '#'*) ;;
      ssh-*' '* | ecdsa-*' '* | sk-*' '*) attribute sshPublicKey "$line" ;;
      *) die "$1 holds a line that is no public key" ;;
    esac
  done <"$1"
}

# Where the server keeps its things, and whose they are.
etc=/etc/openldap
data=/var/lib/ldap
account=ldap

# Files become the server's, with the labels that the system has for their places.
hand_over() {
  chown -R "$account:$account" "$@"
  if command -v selinuxenabled >/dev/null && selinuxenabled; then restorecon -RF "$@"; fi
}

# The server is started and has answered, or status 1.
start() {
  systemctl start slapd || return 1
  tries=0
  while [ "$tries" -lt 60 ]; do
    ! directory ldapwhoami >/dev/null 2>&1 || return 0
    tries=$((tries + 1))
    sleep 0.5
  done
  return 1
}
