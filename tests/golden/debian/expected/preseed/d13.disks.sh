# Which disk d13 of mixed is installed on. Made by clusterdef; a change made here is lost the next time.
set -eu
machine='d13'
say() { echo "clusterdef: $*" | tee /dev/console 2>/dev/null || true; }

# This installer has no lsblk; here is as much of it as is asked for below, one fact of one disk or the list of all.
# A disk behind USB may name the bus behind its bridge, as if it were inside; its place in the machine tells.
property() { udevadm info --query=property --name="$1" | sed -n "s/^$2=//p"; }
content() { if [ -e "$1" ]; then cat "$1"; fi; }
lsblk() {
  for last; do :; done
  case $* in
    *" SIZE "*) echo $(($(content "/sys/block/${last#/dev/}/size") * 512)) ;;
    *" ROTA "*) content "/sys/block/${last#/dev/}/queue/rotational" ;;
    *" RM "*) content "/sys/block/${last#/dev/}/removable" ;;
    *" RO "*) content "/sys/block/${last#/dev/}/ro" ;;
    *" TYPE "*) if [ -e "/sys/block/${last#/dev/}/device" ]; then echo disk; fi ;;
    *" TRAN "*) case $(property "$last" DEVPATH) in */usb[0-9]*) echo usb ;; *) property "$last" ID_BUS ;; esac ;;
    *" MODEL "*) property "$last" ID_MODEL ;;
    *" SERIAL "*) property "$last" ID_SERIAL_SHORT ;;
    *) ls /sys/block ;;
  esac
}

# scripts/firmware.sh
{
cat <<'end-cf261f908db5e69c'
#!/bin/sh
# Firmware first.
modprobe ipmi_si || true
end-cf261f908db5e69c
} > /tmp/clusterdef-pre-1
say running scripts/firmware.sh
chmod 0700 /tmp/clusterdef-pre-1
/tmp/clusterdef-pre-1

# --- Which disk is it? Exactly 1 must fit; there is no "first disk" here.
fact() { lsblk --nodeps --noheadings --bytes --output "$2" "/dev/$1" | tr ' ' _ | sed 's/^_*//; s/_*$//'; }

kind() {
  case $1 in
    nvme*) echo nvme ;;
    vd*) echo virtio ;;
    *) if [ "$(fact "$1" ROTA)" = 0 ]; then echo ssd; else echo hdd; fi ;;
  esac
}

# Never a key, a card reader, or something that cannot be written.
usable() {
  case $1 in loop* | ram* | zram* | sr* | fd* | md* | dm-*) return 1 ;; esac
  [ "$(fact "$1" TYPE)" = disk ] && [ "$(fact "$1" RM)" = 0 ] && [ "$(fact "$1" RO)" = 0 ] && [ "$(fact "$1" TRAN)" != usb ]
}

at_least() { [ "$(fact "$1" SIZE)" -ge "$2" ]; }
at_most() { [ "$(fact "$1" SIZE)" -le "$2" ]; }
is_kind() { [ "$(kind "$1")" = "$2" ]; }
has_model() { case $(fact "$1" MODEL) in "$2"*) return 0 ;; esac; return 1; }
has_serial() { [ "$(fact "$1" SERIAL)" = "$2" ]; }
is_path() { [ "$(readlink -f "$2")" = "/dev/$1" ]; }

# system: at least 35 GiB
fits() {
  usable "$1" && at_least "$1" 37580963840
}

# Disks for other purposes are set aside.
set_aside() {
  return 1
}

stop() {
  say "$machine is not installed, and no disk was touched: $*"
  say wanted: 'at least 35 GiB'
  lsblk --nodeps --output NAME,SIZE,ROTA,RM,TRAN,MODEL,SERIAL | while read -r line; do say "  $line"; done
  exit 1
}

set --
for name in $(lsblk --nodeps --noheadings --output NAME); do
  if fits "$name" && ! set_aside "$name"; then set -- "$@" "$name"; fi
done
[ $# -ge 1 ] || stop "$# disks fit, 1 needed; correct its \`disks:\` in site.yaml"
[ $# -le 1 ] || stop "$# disks fit ($*), only 1 may; say in site.yaml which is the system disk"
say "the system goes to $*"

# --- What shall be kept (/var) cannot be kept by this installer: it only takes disks that are empty.
property() { udevadm info --query=property --name="$1" | sed -n "s/^$2=//p"; }
is_empty() { [ ! -e "/dev/${1}1" ] && [ ! -e "/dev/${1}p1" ] && [ -z "$(property "/dev/$1" ID_PART_TABLE_TYPE)$(property "/dev/$1" ID_FS_TYPE)" ]; }
for name; do
  if ! is_empty "$name" && ! grep -qw clusterdef.discard /proc/cmdline; then
    stop "$name is not empty, and this installer cannot keep /var; to give up what is there, add clusterdef.discard to the boot line"
  fi
done

# --- Once its base is there, the new system sees the key and the packages on it.
mkdir -p /usr/lib/post-base-installer.d
{
  echo '#!/bin/sh'
cat <<'end-3bd328ba74d870ac'
set -eu
mkdir -p /target/media/clusterdef
mount -o bind /hd-media /target/media/clusterdef
end-3bd328ba74d870ac
} > /usr/lib/post-base-installer.d/70clusterdef
chmod 0755 /usr/lib/post-base-installer.d/70clusterdef

# --- Now it is known, and may be written to.
all=
for name; do all="$all /dev/$name"; done
debconf-set partman-auto/disk "${all# }"
debconf-set grub-installer/bootdev "${all# }"
for question in partman/confirm partman/confirm_nooverwrite partman-lvm/confirm partman-lvm/confirm_nooverwrite \
  partman-md/confirm partman-md/confirm_nooverwrite partman-lvm/device_remove_lvm partman-md/device_remove_md \
  partman-partitioning/confirm_write_new_label; do
  debconf-set "$question" true
done
debconf-set partman/choose_partition finish
