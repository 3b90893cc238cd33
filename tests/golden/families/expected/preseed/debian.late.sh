# What is done in debian of alike before its first start. Made by clusterdef; a change made here is lost the next time.
set -eu
umask 022
mkdir -p /root/clusterdef
chmod 0700 /root/clusterdef
certname='debian.alike.internal'
cluster='alike'
role='plain'

# --- Root's password, as a hash, when somebody has put it here; until then root comes in with a key, and only so.
hash='@@cd:secret:users.root_password:crypt@@'
case $hash in *:*) ;; *) printf '%s\n' "root:$hash" | chpasswd --encrypted ;; esac

# --- Administrators come in as root, each with a key of their own.
mkdir -p /root/.ssh
chmod 0700 /root/.ssh
{
  echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOOoJ/qbsq2yPAVbiaeaaVIw/hYlhKfwtyZuZwtxU63O ada@example.org'
} > /root/.ssh/authorized_keys
chmod 0600 /root/.ssh/authorized_keys
restorecon -R /root/.ssh || true

# --- The configuration agent knows its server, its name and the attributes of its certificate before it ever runs. It
# does not run by itself until a run was good: that is the business of the service that is made here.
server='10.10.0.2'
confdir=/etc/puppet
[ ! -d /etc/puppetlabs ] || confdir=/etc/puppetlabs/puppet
mkdir -p "$confdir"
printf '%s\n' '[main]' "server = $server" "certname = $certname" '[agent]' 'report = true' > "$confdir/puppet.conf"
(umask 077 && printf '%s\n' 'extension_requests:' "  pp_cluster: $cluster" "  pp_role: $role" > "$confdir/csr_attributes.yaml")
systemctl disable puppet.service >/dev/null 2>&1 || true
{
cat <<'end-fec2581e47071543'
#!/bin/sh
# The first run of this machine's configuration agent. It is tried every minute until one is good; then the agent runs
# by itself, and this goes away. Made by clusterdef; journalctl -u clusterdef-first-run tells where it stands.
set -u
umask 077
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/opt/puppetlabs/bin:/opt/puppetlabs/puppet/bin
confdir=$(puppet config print confdir) && hostcert=$(puppet config print hostcert) || exit 1
attributes=$confdir/csr_attributes.yaml

# Without a signed certificate it ends at once, and asks again later.
puppet agent --onetime --no-daemonize --no-splay --no-usecacheonfailure --verbose --detailed-exitcodes --waitforcert 0
status=$?
case $status in
  0 | 2) ;;
  *)
    echo "not good yet (puppet agent: $status); it is tried again"
    exit 75 ;;
esac
rm -f "$attributes" "$attributes.handed"
systemctl enable --now puppet.service
systemctl disable clusterdef-first-run.service
rm -f /etc/systemd/system/clusterdef-first-run.service /usr/local/sbin/clusterdef-first-run
end-fec2581e47071543
} > /usr/local/sbin/clusterdef-first-run
printf '%s\n' '[Unit]' 'Description=First run of the configuration agent' 'Wants=network-online.target' \
  'After=network-online.target' '[Service]' 'ExecStart=/bin/sh /usr/local/sbin/clusterdef-first-run' \
  'Restart=on-failure' 'RestartSec=60' '[Install]' 'WantedBy=multi-user.target' \
  > /etc/systemd/system/clusterdef-first-run.service
systemctl enable clusterdef-first-run.service

# This kernel and no other.
apt-mark hold linux-image-6.12.38+deb13-amd64

# File systems of other machines; a server that is away never stops this one from starting.
mount_at() {
  mkdir -p "$2"
  echo "$1 $2 $3 $4 0 0" >> /etc/fstab
}
mount_at 10.10.0.4:/export/home /home nfs ro,nofail,_netdev

# scripts/group.sh
{
cat <<'end-e12f565814d5129d'
#!/bin/sh
echo "group" >> /root/said
end-e12f565814d5129d
} > /root/clusterdef/post-1
chmod 0700 /root/clusterdef/post-1
echo running scripts/group.sh
/root/clusterdef/post-1

# scripts/own.sh
{
cat <<'end-24c397a74c982021'
#!/bin/sh
echo "own" >> /root/said
end-24c397a74c982021
} > /root/clusterdef/post-2
chmod 0700 /root/clusterdef/post-2
echo running scripts/own.sh
/root/clusterdef/post-2

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
cat <<'end-0e8d738c6769f07a'
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
        - 10.10.1.2/16
      routes:
        - to: 0.0.0.0/0
          via: 10.10.0.1
end-0e8d738c6769f07a
} > /etc/netplan/50-clusterdef.yaml
chmod 0600 /etc/netplan/50-clusterdef.yaml
printf '%s\n' 'auto lo' 'iface lo inet loopback' > /etc/network/interfaces
systemctl enable systemd-networkd.service
