# @summary The names of the cluster by BIND, from the published zones
#
# @param package
#   name of the package
# @param service
#   its unit
# @param config
#   its configuration, which reads the published one
# @param group
#   the group that it works as
# @param tree
#   where the generated files are
# @param profile
#   AppArmor's profile of it, on systems that confine it by one
# @param local
#   what is added to this profile
class bind (
  String[1] $package,
  String[1] $service,
  String[1] $config,
  String[1] $group,
  String[1] $tree,
  Optional[String[1]] $profile = undef,
  Optional[String[1]] $local = undef,
) {
  package { $package:
    ensure => installed,
  }

  file { $config:
    ensure  => file,
    owner   => 'root',
    group   => $group,
    mode    => '0640',
    content => epp('bind/named.conf.epp', { 'file' => "${tree}/current/bind/named.conf" }),
    require => Package[$package],
    notify  => Service[$service],
  }

  if $profile and $local {
    file { $local:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => epp('bind/apparmor.epp', { 'tree' => $tree }),
      require => Package[$package],
    }

    exec { 'AppArmor knows what named may read':
      command     => "apparmor_parser -r ${profile}",
      onlyif      => 'test -e /sys/kernel/security/apparmor/profiles',
      path        => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
      refreshonly => true,
      subscribe   => File[$local],
      before      => Service[$service],
    }
  }

  # Publishing has it read changed zones.
  service { $service:
    ensure => running,
    enable => true,
  }
}
