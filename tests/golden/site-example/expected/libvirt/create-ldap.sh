#!/bin/sh
# The virtual machine ldap on head.
# Made by clusterdef; a change made here is lost the next time.
#   sh create-ldap.sh              looks whether there is room, makes what is missing, and starts it; what is there stays
#   sh create-ldap.sh --check      only looks
#   sh create-ldap.sh --install    the same, and it is installed without a menu; a disk with something on it is left alone
#   sh create-ldap.sh --remove     takes it away, its disk too, after asking
set -eu
umask 022
export LIBVIRT_DEFAULT_URI="${LIBVIRT_DEFAULT_URI:-qemu:///system}" LC_ALL=C
name='ldap'
host='head'
images='/var/lib/libvirt/images'
domain='/srv/clusterdef/current/libvirt/ldap.xml'
installer='/srv/clusterdef/current/libvirt/install/ldap.xml'
disk=$images/$name.qcow2
size=32212254720
memory=4194304
wrong=0

say() { echo "$name: $*"; }
lacks() {
  echo "$name: $*" >&2
  wrong=1
}
there() { virsh dominfo "$name" >/dev/null 2>&1; }
quiet() { virsh -q "$@" >/dev/null; }

# The definitions of what it needs on its host, said when it is missing there.
pool_xml() {
cat <<'end-957fe2a24fbfcd2b'
<pool type="dir">
  <name>clusterdef</name>
  <uuid>e0b7862e-939d-5a66-9e8d-1cffc6bbb64d</uuid>
  <target>
    <path>/var/lib/libvirt/images</path>
  </target>
</pool>
end-957fe2a24fbfcd2b
}
network_1_xml() {
cat <<'end-f9c3a7e99eafc3e8'
<network>
  <name>private</name>
  <uuid>e9bfc926-bfbc-5392-a9cb-cc9dc9dda304</uuid>
  <forward mode="bridge"/>
  <bridge name="br-private"/>
</network>
end-f9c3a7e99eafc3e8
}

# The pool that keeps files of this directory, whoever made it.
pool_name() {
  for one in $(virsh -q pool-list --all --name); do
    if virsh pool-dumpxml "$one" | grep -qF "<path>$images</path>"; then
      echo "$one"
      return 0
    fi
  done
}

active() { virsh "$1" "$2" 2>/dev/null | grep -Eq '^(Active|State): +(yes|running)$'; }

# --- is there room for it?
look() {
  command -v virsh >/dev/null || { echo "virsh is not installed here; install libvirt on $host" >&2; exit 69; }
  virsh -q uri >/dev/null || { echo "libvirt does not answer on this machine; is this $host?" >&2; exit 69; }
  if there; then return 0; fi
  [ -f "$domain" ] || lacks "there is no $domain; publish first"
  [ -e /dev/kvm ] || lacks "this machine has no /dev/kvm; switch on virtualisation in its firmware"
  free=$(awk '$1 == "MemAvailable:" {print $2}' /proc/meminfo)
  [ "$free" -ge "$memory" ] || lacks "$((free / 1024)) MiB of memory are free here, it takes $((memory / 1024)) MiB"
  if [ ! -e "$disk" ]; then
    where=$images
    while [ ! -d "$where" ]; do where=$(dirname "$where"); done
    free=$(df -Pk "$where" | awk 'NR == 2 {print $4}')
    [ "$free" -ge $((size / 1024)) ] || lacks "$((free / 1048576)) GiB are free in $where, its disk takes $((size / 1073741824)) GiB"
  fi
  ip link show dev br-private >/dev/null 2>&1 || lacks "this machine has no br-private, which leads to network private; configure $host first"
}

# --- what is missing on the host
network() {
  if ! quiet net-info "$1" 2>/dev/null; then
    "$2" | quiet net-define /dev/stdin
    quiet net-autostart "$1"
  fi
  active net-info "$1" || quiet net-start "$1"
}

storage() {
  pool=$(pool_name)
  if [ -z "$pool" ]; then
    mkdir -p "$images"
    pool_xml | quiet pool-define /dev/stdin
    pool=clusterdef
    quiet pool-autostart "$pool"
  fi
  active pool-info "$pool" || quiet pool-start "$pool"
  quiet pool-refresh "$pool"
}

# --- the machine's own
make_disk() {
  if [ -e "$disk" ]; then
    say "its disk $disk is there and stays as it is"
    return 0
  fi
  quiet vol-create-as "$pool" "$name.qcow2" "$size" --format qcow2
  say "made its disk $disk, $((size / 1073741824)) GiB"
}

define() {
  quiet define "$domain"
  quiet autostart "$name"
}

tell() {
  say "$(virsh -q domstate "$name" | head -n 1), starts with $host"
  say "its console:   virsh console $name      (leave it with Ctrl-])"
  say "its state:     virsh dominfo $name"
}

# Kernel, initrd and arguments are those of every other way to its installer. A reset would begin anew, so it stops when it
# is done.
fetch() {
  if [ -e "$disk" ]; then
    say "its disk $disk is not new, so it is not installed; remove it first, or choose at its menu" >&2
    exit 1
  fi
  curl -fsS --max-time 600 -o "$images/$name.kernel" http://10.10.0.1/media/el9-dvd/images/pxeboot/vmlinuz
  curl -fsS --max-time 600 -o "$images/$name.initrd" http://10.10.0.1/media/el9-dvd/images/pxeboot/initrd.img
}

install() {
  quiet create "$installer"
  define
  say "its installer runs; the machine stops when it is done, then:   virsh start $name"
}

remove() {
  if ! there && [ ! -e "$disk" ]; then
    say "nothing of it is here"
    return 0
  fi
  printf '%s and everything on its disk will be gone. Its name, to go on: ' "$name"
  read -r answer || answer=
  [ "$answer" = "$name" ] || { say "left as it is"; exit 4; }
  if there; then
    quiet destroy "$name" 2>/dev/null || true
    quiet undefine "$name" --nvram --managed-save
  fi
  rm -f "$disk" "$images/$name.kernel" "$images/$name.initrd" "$images/$name.seed.iso"
  pool=$(pool_name)
  [ -z "$pool" ] || quiet pool-refresh "$pool" 2>/dev/null || true
  say "removed"
}

create() {
  look
  [ "$wrong" = 0 ] || { say "nothing was changed" >&2; exit 1; }
  if there; then
    say "it is there already, and stays as it is"
    tell
    return 0
  fi
  network private network_1_xml
  storage
  if [ "$1" = install ]; then
    fetch
    make_disk
    install
  else
    make_disk
    define
    quiet start "$name"
    say "it starts from the network; where its disk is new, choose to install it at its console"
  fi
  tell
}

mode=start
while [ $# -gt 0 ]; do
  case $1 in
    --check) mode=check ;;
    --remove) mode=remove ;;
    --install) mode=install ;;
    *)
      echo "there is no $1 here; the words are in the first lines of $0" >&2
      exit 64
      ;;
  esac
  shift
done
case $mode in
  check)
    look
    [ "$wrong" = 0 ] || exit 1
    if there; then tell; else say "there is room for it"; fi
    ;;
  remove) remove ;;
  *) create "$mode" ;;
esac
