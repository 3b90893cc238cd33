# @summary The packet filter by firewalld: zones and a policy of our own
#
# @param machine
#   this machine's name
# @param folder
#   where its files are kept on this machine
# @param programs
#   where the program that loads them is put
# @param unit
#   the unit of the other backend
# @param reaches
#   the program that tells whether the server is within reach
# @param log
#   whether refused packets are written to the journal
class firewall::firewalld (
  String[1] $machine,
  String[1] $folder,
  String[1] $programs,
  String[1] $unit,
  String[1] $reaches,
  Boolean $log,
) {
  $program = "${programs}/clusterdef-firewalld"
  $files = "${folder}/firewalld"
  $refused = $log ? { true => 'unicast', false => 'off' }

  file {
    default:
      owner => 'root',
      group => 'root';
    $program:
      ensure => file,
      mode   => '0755',
      source => 'puppet:///modules/firewall/clusterdef-firewalld.sh';
    $files:
      ensure  => directory,
      mode    => '0644',
      recurse => true,
      purge   => true,
      force   => true,
      source  => "puppet:///site/firewalld/${machine}";
  }

  # Where the server was out of reach before, it proves nothing that it still is: the rules are kept.
  exec { 'the packet filter is loaded':
    command  => "proof=${reaches}; \$proof || proof=true; ${program} apply -l ${refused} -p \$proof ${files}",
    # In no-op the program may not be there yet.
    unless   => "test -x ${program} && ${program} holds -l ${refused} ${files}",
    path     => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    provider => shell,
    timeout  => 120,
    require  => File[$program, $files, $reaches],
  }

  service { 'firewalld.service':
    ensure  => running,
    enable  => true,
    require => Exec['the packet filter is loaded'],
  }

  # What the other backend left: its table, and the unit that would load it again.
  service { 'clusterdef-firewall.service':
    ensure  => stopped,
    enable  => false,
    require => Exec['the packet filter is loaded'],
    before  => File[$unit],
  }
  file { [$unit, "${folder}/firewall.nft"]:
    ensure => absent,
  }
}
