# @summary The packet filter of this machine, as clusterdef has written it
#
# @param packages
#   by backend, the package of the program that filters
# @param folder
#   where the rules are kept on this machine
# @param programs
#   where the programs that load them are put
# @param kept
#   the rules that were confirmed last
# @param unit
#   the unit that loads these when the machine comes up
# @param backend
#   the program that filters
# @param log_refused
#   whether refused packets are written to the journal
class firewall (
  Struct[{ nftables => String[1], firewalld => String[1] }] $packages,
  String[1] $folder,
  String[1] $programs,
  String[1] $kept,
  String[1] $unit,
  Enum['nftables', 'firewalld'] $backend = 'nftables',
  Boolean $log_refused = false,
) {
  $machine = split($trusted['certname'], '[.]')[0]
  $reaches = "${programs}/clusterdef-reaches-server"

  # The packet filter and address translation have these in common.
  ensure_resource('package', $packages[$backend], { 'ensure' => 'installed' })
  ensure_resource('file', $folder, { 'ensure' => 'directory', 'owner' => 'root', 'group' => 'root', 'mode' => '0755' })

  file { $reaches:
    ensure => file,
    owner  => 'root',
    group  => 'root',
    mode   => '0755',
    source => 'puppet:///modules/firewall/reaches-server.sh',
  }

  if $backend == 'nftables' {
    class { 'firewall::nftables':
      machine  => $machine,
      folder   => $folder,
      programs => $programs,
      kept     => $kept,
      unit     => $unit,
      reaches  => $reaches,
      require  => Package[$packages[$backend]],
    }
  } else {
    class { 'firewall::firewalld':
      machine  => $machine,
      folder   => $folder,
      programs => $programs,
      unit     => $unit,
      reaches  => $reaches,
      log      => $log_refused,
      require  => Package[$packages[$backend]],
    }
  }
}
