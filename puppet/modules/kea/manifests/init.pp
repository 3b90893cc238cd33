# @summary DHCP by Kea, from the published files
#
# @param packages
#   what is installed
# @param services
#   by name of the daemon, its unit
# @param folder
#   where its configuration is
# @param radvd
#   configuration of the daemon that announces gateways of IPv6
# @param tree
#   where the generated files are
# @param confined
#   where AppArmor's profiles are, on systems that confine Kea by them
class kea (
  Array[String[1], 1] $packages,
  Hash[String[1], String[1]] $services,
  String[1] $folder,
  String[1] $radvd,
  String[1] $tree,
  Optional[String[1]] $confined = undef,
) {
  $live = "${tree}/current"

  package { $packages:
    ensure => installed,
  }

  $services.each |$daemon, $unit| {
    file { "${folder}/${daemon}.conf":
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => epp('kea/include.epp', { 'file' => "${live}/kea/${daemon}.json" }),
      require => Package[$packages],
      notify  => Service[$unit],
    }

    # Publishing has it read changed files; it goes on with the former ones when it does not like them.
    service { $unit:
      ensure => running,
      enable => true,
    }

    if $confined {
      kea::profile { $daemon:
        folder  => $confined,
        tree    => $tree,
        require => Package[$packages],
        before  => Service[$unit],
      }
    }
  }

  # Only a gateway of IPv6 has something to announce: without the published file the unit is not started.
  file { $radvd:
    ensure  => link,
    target  => "${live}/radvd/radvd.conf",
    require => Package[$packages],
  }
  service { 'radvd.service':
    enable  => true,
    require => File[$radvd],
  }
  exec { 'gateways of IPv6 are announced':
    command => 'systemctl start radvd.service',
    onlyif  => "test -e ${radvd}",
    unless  => 'systemctl is-active --quiet radvd.service',
    path    => ['/usr/bin', '/bin'],
    require => Service['radvd.service'],
  }
}
