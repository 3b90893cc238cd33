# What is done in d1 of onlysix before its first start. Made by clusterdef; a change made here is lost the next time.
set -eu
umask 022
mkdir -p /root/clusterdef
chmod 0700 /root/clusterdef
certname='d1.onlysix.internal'
cluster='onlysix'
role='plain'
token=@@cd:secret:d1.onlysix.internal:token@@

# --- The configuration agent knows its server, its name and the attributes of its certificate before it ever runs.
# It stays disabled: it is started once, after the first start, by who has this machine installed.
server='2001:db8:6::80'
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
cat <<'end-97ca208d9222a12b'
network:
  version: 2
  ethernets:
    eno1:
      match:
        macaddress: "02:00:5e:66:00:31"
      dhcp4: false
      dhcp6: false
      accept-ra: false
      link-local:
        - ipv6
      addresses:
        - "2001:db8:60::31/64"
      routes:
        - to: "::/0"
          via: "2001:db8:60::1"
      nameservers:
        addresses:
          - "2001:db8:60::1"
        search:
          - onlysix.internal
end-97ca208d9222a12b
} > /etc/netplan/50-clusterdef.yaml
chmod 0600 /etc/netplan/50-clusterdef.yaml
printf '%s\n' 'auto lo' 'iface lo inet loopback' > /etc/network/interfaces
systemctl enable systemd-networkd.service
{
  echo 'search onlysix.internal'
  echo 'nameserver 2001:db8:60::1'
} > /etc/resolv.conf
