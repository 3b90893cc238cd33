# @summary The packet filter by nftables: a file of our own, a table of our own
#
# @param machine
#   this machine's name
# @param folder
#   where the rules are kept on this machine
# @param programs
#   where the program that loads them is put
# @param kept
#   the rules that were confirmed last
# @param unit
#   the unit that loads these when the machine comes up
# @param reaches
#   the program that tells whether the server is within reach
class firewall::nftables (
  String[1] $machine,
  String[1] $folder,
  String[1] $programs,
  String[1] $kept,
  String[1] $unit,
  String[1] $reaches,
) {
  $program = "${programs}/clusterdef-firewall"
  $file = "${folder}/firewall.nft"

  file {
    default:
      ensure => file,
      owner  => 'root',
      group  => 'root';
    $program:
      mode   => '0755',
      source => 'puppet:///modules/firewall/clusterdef-firewall.sh';
    $file:
      mode   => '0600',
      source => "puppet:///site/firewall/${machine}.nft";
    $unit:
      mode    => '0644',
      content => epp('firewall/clusterdef-firewall.service.epp', { 'program' => $program, 'kept' => $kept });
  }

  # Where the server was out of reach before, it proves nothing that it still is: the rules are kept.
  exec { 'the packet filter is loaded':
    command  => "proof=${reaches}; \$proof || proof=true; ${program} apply -p \$proof ${file}",
    # In no-op the program may not be there yet.
    unless   => "test -x ${program} && ${program} holds ${file}",
    path     => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    provider => shell,
    timeout  => 120,
    require  => File[$program, $file, $reaches],
  }

  service { 'clusterdef-firewall.service':
    ensure  => running,
    enable  => true,
    require => [Exec['the packet filter is loaded'], File[$unit]],
  }

  # Two filters are one too many: what ours lets in, the other would refuse.
  service { 'firewalld.service':
    ensure  => stopped,
    enable  => false,
    require => Exec['the packet filter is loaded'],
  }
}
