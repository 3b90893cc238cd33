#!/bin/sh
# Boot loaders of manyboots, for machines that start from the network.
# Made by clusterdef; a change made here is lost the next time.
#   sh loaders.sh            puts them beside links to the published files; says nothing when all is there
#   sh loaders.sh --check    says what is missing, and changes nothing
# Publishing runs it. Run it again after an update of the packages that it names.
set -eu
umask 022
tree='/srv/clusterdef'
root=$tree/tftp
missing=0
check=
case $# in
  0) ;;
  *) [ "$*" = --check ] || { echo "usage: sh loaders.sh [--check]" >&2; exit 64; }; check=yes ;;
esac

# place SOURCE NAME: machines see the old file or the new one, whole.
place() {
  if [ -n "$check" ] || cmp -s "$1" "$root/$2"; then return 0; fi
  cp "$1" "$root/.new-$2"
  chmod 0644 "$root/.new-$2"
  mv -f "$root/.new-$2" "$root/$2"
}

# loader NAME needed|wanted PACKAGES FILE...: the first of the files that is there. Where none is, a file that
# somebody put into the directory will do.
loader() {
  name=$1 need=$2 packages=$3
  shift 3
  for file; do
    if [ -f "$file" ]; then
      place "$file" "$name"
      return 0
    fi
  done
  if [ "$need" = needed ] && [ ! -f "$root/$name" ]; then
    echo "there is no $name here; it comes with $packages" >&2
    missing=1
  fi
}

# What is published stands beside the loaders by links that go through the live tree: its rename switches all of them.
links() {
  for path in pxelinux.cfg grub grub.cfg ipxe "$tree"/current/tftp/*; do
    name=${path##*/}
    [ "$name" != '*' ] || continue
    [ "$(readlink "$root/$name")" != "../current/tftp/$name" ] || continue
    ln -sfn "../current/tftp/$name" "$root/.new-$name"
    mv -fT "$root/.new-$name" "$root/$name"
  done
}

if [ -z "$check" ]; then
  mkdir -p "$root"
  links
fi
loader lpxelinux.0 needed 'syslinux-tftpboot (Enterprise Linux), pxelinux (Debian, Ubuntu)' /tftpboot/lpxelinux.0 /usr/lib/PXELINUX/lpxelinux.0
loader ldlinux.c32 needed 'syslinux-tftpboot (Enterprise Linux), syslinux-common (Debian, Ubuntu)' /tftpboot/ldlinux.c32 /usr/lib/syslinux/modules/bios/ldlinux.c32
loader menu.c32 needed 'syslinux-tftpboot (Enterprise Linux), syslinux-common (Debian, Ubuntu)' /tftpboot/menu.c32 /usr/lib/syslinux/modules/bios/menu.c32
loader libutil.c32 needed 'syslinux-tftpboot (Enterprise Linux), syslinux-common (Debian, Ubuntu)' /tftpboot/libutil.c32 /usr/lib/syslinux/modules/bios/libutil.c32
loader libcom32.c32 needed 'syslinux-tftpboot (Enterprise Linux), syslinux-common (Debian, Ubuntu)' /tftpboot/libcom32.c32 /usr/lib/syslinux/modules/bios/libcom32.c32
loader shimx64.efi needed 'shim-x64 (Enterprise Linux), shim-signed (Debian, Ubuntu)' /boot/efi/EFI/redhat/shimx64.efi /boot/efi/EFI/rocky/shimx64.efi /boot/efi/EFI/almalinux/shimx64.efi /boot/efi/EFI/centos/shimx64.efi /usr/lib/shim/shimx64.efi.signed
loader grubx64.efi needed 'grub2-efi-x64 (Enterprise Linux), grub-efi-amd64-signed (Debian, Ubuntu)' /boot/efi/EFI/redhat/grubx64.efi /boot/efi/EFI/rocky/grubx64.efi /boot/efi/EFI/almalinux/grubx64.efi /boot/efi/EFI/centos/grubx64.efi /usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed
loader mmx64.efi wanted 'shim-x64 (Enterprise Linux), shim-helpers-amd64-signed (Debian, Ubuntu)' /boot/efi/EFI/redhat/mmx64.efi /boot/efi/EFI/rocky/mmx64.efi /boot/efi/EFI/almalinux/mmx64.efi /boot/efi/EFI/centos/mmx64.efi /usr/lib/shim/mmx64.efi.signed
loader undionly.kpxe wanted 'ipxe-bootimgs-x86 (Enterprise Linux), ipxe (Debian, Ubuntu)' /usr/share/ipxe/undionly.kpxe /usr/lib/ipxe/undionly.kpxe
loader snponly.efi wanted 'ipxe-bootimgs-x86 (Enterprise Linux), ipxe (Debian, Ubuntu)' /usr/share/ipxe/ipxe-snponly-x86_64.efi /usr/lib/ipxe/snponly.efi
if [ -z "$check" ] && command -v selinuxenabled >/dev/null && selinuxenabled; then restorecon -RF "$root"; fi
exit "$missing"
