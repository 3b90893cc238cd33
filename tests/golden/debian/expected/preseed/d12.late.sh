# What is done in d12 of mixed before its first start. Made by clusterdef; a change made here is lost the next time.
set -eu
umask 022
mkdir -p /root/clusterdef
chmod 0700 /root/clusterdef
certname='d12.mixed.internal'
cluster='mixed'
role='plain'
token=@@cd:secret:d12.mixed.internal:token@@

# --- Administrators come in as root, each with a key of their own.
mkdir -p /root/.ssh
chmod 0700 /root/.ssh
{
  echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOOoJ/qbsq2yPAVbiaeaaVIw/hYlhKfwtyZuZwtxU63O ada@example.org'
} > /root/.ssh/authorized_keys
chmod 0600 /root/.ssh/authorized_keys
restorecon -R /root/.ssh || true

# --- The configuration agent knows its server, its name and the attributes of its certificate before it ever runs.
# It stays disabled: it is started once, after the first start, by who has this machine installed.
server='10.10.0.2'
confdir=/etc/puppet
[ ! -d /etc/puppetlabs ] || confdir=/etc/puppetlabs/puppet
mkdir -p "$confdir"
printf '%s\n' '[main]' "server = $server" "certname = $certname" '[agent]' 'report = true' > "$confdir/puppet.conf"
{
  case $token in
    @@*) ;; # nobody put a token here: its certificate is signed by hand
    *) printf '%s\n' 'custom_attributes:' "  1.2.840.113549.1.9.7: \"$token\"" ;;
  esac
  printf '%s\n' 'extension_requests:' "  pp_cluster: $cluster" "  pp_role: $role"
} > "$confdir/csr_attributes.yaml"
chmod 0600 "$confdir/csr_attributes.yaml"
systemctl disable puppet.service >/dev/null 2>&1 || true

# scripts/banner.sh
{
cat <<'end-7e78acddd468297e'
#!/bin/sh
echo "made by hand: 100%" > /etc/motd
end-7e78acddd468297e
} > /root/clusterdef/post-1
chmod 0700 /root/clusterdef/post-1
echo running scripts/banner.sh
/root/clusterdef/post-1

# The firmware goes on trying first what this machine was started from, the network: its own loader has just put itself there.
if [ -d /sys/firmware/efi ]; then
  [ -e /sys/firmware/efi/efivars/BootOrder-8be4df61-93ca-11d2-aa0d-00e098032b8c ] || mount -t efivarfs efivarfs /sys/firmware/efi/efivars
  now=$(efibootmgr | sed -n 's/^BootCurrent: //p')
  order=$(efibootmgr | sed -n 's/^BootOrder: //p' | tr , '\n' | sed "/^$now\$/d" | tr '\n' ,)
  if [ -n "$now" ]; then efibootmgr --quiet --bootorder "$now,${order%,}"; fi
fi

# --- Its addresses, from the first start on; the installer's own are forgotten.
mkdir -p /etc/netplan
{
cat <<'end-ca729e5d2078dca8'
network:
  version: 2
  ethernets:
    on-inner:
      match:
        name: "e*"
      dhcp4: false
      dhcp6: false
      accept-ra: false
      link-local: []
      addresses:
        - 10.10.1.1/16
      routes:
        - to: 0.0.0.0/0
          via: 10.10.0.1
      mtu: 9000
end-ca729e5d2078dca8
} > /etc/netplan/50-clusterdef.yaml
chmod 0600 /etc/netplan/50-clusterdef.yaml
printf '%s\n' 'auto lo' 'iface lo inet loopback' > /etc/network/interfaces
systemctl enable systemd-networkd.service
