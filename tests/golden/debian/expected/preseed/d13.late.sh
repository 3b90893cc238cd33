# What is done in d13 of mixed before its first start. Made by clusterdef; a change made here is lost the next time.
set -eu
umask 022
mkdir -p /root/clusterdef
chmod 0700 /root/clusterdef
certname='d13.mixed.internal'
cluster='mixed'
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

# The key's packages were there while it was made, and are not later; then they come from the installation server.
sed -i '\|file:///media/clusterdef/|d' /etc/apt/sources.list
echo 'deb [trusted=yes] http://10.10.0.2/repos/openvox8/ ./' > /etc/apt/sources.list.d/openvox8.list

# --- Its addresses, from the first start on; the installer's own are forgotten.
mkdir -p /etc/netplan
{
cat <<'end-90edaf7e503510f1'
network:
  version: 2
  ethernets:
    eno1:
      dhcp4: false
      dhcp6: false
      accept-ra: false
      link-local: []
    eno2:
      dhcp4: false
      dhcp6: false
      accept-ra: false
      link-local: []
  bonds:
    bond0:
      interfaces:
        - eno1
        - eno2
      parameters:
        mode: "802.3ad"
        mii-monitor-interval: 100
      dhcp4: false
      dhcp6: false
      accept-ra: false
      link-local: []
      mtu: 9000
  vlans:
    bond0.20:
      id: 20
      link: bond0
      dhcp4: false
      dhcp6: false
      accept-ra: false
      link-local: []
      mtu: 1500
  bridges:
    br0:
      interfaces:
        - bond0.20
      parameters:
        stp: false
        forward-delay: 0
      dhcp4: false
      dhcp6: false
      accept-ra: false
      link-local:
        - ipv6
      addresses:
        - 10.10.1.2/16
        - "2001:db8:10::12/64"
      routes:
        - to: 0.0.0.0/0
          via: 10.10.0.1
        - to: "::/0"
          via: "2001:db8:10::1"
      mtu: 9000
end-90edaf7e503510f1
} > /etc/netplan/50-clusterdef.yaml
chmod 0600 /etc/netplan/50-clusterdef.yaml
printf '%s\n' 'auto lo' 'iface lo inet loopback' > /etc/network/interfaces
systemctl enable systemd-networkd.service
