# @summary The way out for machines without a public address
#
# @param package
#   the package of the program that loads the tables
# @param folder
#   where the tables are kept on this machine
# @param unit
#   the unit that loads them when the machine comes up
# @param sysctl
#   file of the kernel's settings
# @param inside
#   networks whose machines may go out through here
# @param masquerade
#   whether their addresses are replaced by this machine's own
class nat (
  String[1] $package,
  String[1] $folder,
  String[1] $unit,
  String[1] $sysctl,
  Array[String[1]] $inside,
  Boolean $masquerade = true,
) {
  $node = split($trusted['certname'], '[.]')[0]
  $file = "${folder}/nat.nft"
  $settings = {
    'net.ipv4.ip_forward'          => $inside.any |$net| { $net !~ /:/ },
    'net.ipv6.conf.all.forwarding' => $inside.any |$net| { $net =~ /:/ },
  }.filter |$_name, $wanted| { $wanted }

  file { $sysctl:
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('nat/sysctl.conf.epp', { 'settings' => $settings }),
  }
  $settings.each |$name, $_wanted| {
    exec { "${name} is on":
      command => "sysctl -q -w ${name}=1",
      unless  => "test \"$(sysctl -n ${name})\" = 1",
      path    => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    }
  }

  # The packet filter and address translation have these in common.
  ensure_resource('package', $package, { 'ensure' => 'installed' })
  if $masquerade {
    ensure_resource('file', $folder, { 'ensure' => 'directory', 'owner' => 'root', 'group' => 'root', 'mode' => '0755' })

    file {
      default:
        ensure => file,
        owner  => 'root',
        group  => 'root',
        notify => Service['clusterdef-nat.service'];
      $file:
        mode         => '0600',
        source       => "puppet:///site/nat/${node}.nft",
        validate_cmd => '/usr/sbin/nft -c -f %',
        require      => Package[$package];
      $unit:
        mode    => '0644',
        content => epp('nat/clusterdef-nat.service.epp', { 'file' => $file });
    }

    # Loaded over what is there, in one step: nothing that is under way is cut.
    service { 'clusterdef-nat.service':
      ensure  => running,
      enable  => true,
      restart => 'systemctl reload clusterdef-nat.service',
    }

    # Somebody may have emptied the kernel's tables. A network of public addresses alone has no table.
    if $inside.any |$net| { $net !~ /:/ or $net =~ /\A[fF][cdCD]/ } {
      exec { 'address translation is loaded':
        command => "nft -f ${file}",
        unless  => 'nft list tables | grep -q " clusterdef_nat$"',
        path    => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
        require => Service['clusterdef-nat.service'],
      }
    }
  } else {
    # When it ends, its tables go.
    service { 'clusterdef-nat.service':
      ensure => stopped,
      enable => false,
    }
    file { [$file, $unit]:
      ensure  => absent,
      require => Service['clusterdef-nat.service'],
    }
  }
}
