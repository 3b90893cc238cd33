# @summary Web cache for CVMFS and Frontier
#
# Never squid.conf: of frontier-squid it is made anew from customize.sh at every start, of Debian's squid it is the
# package's and reads conf.d.
#
# @param clients
#   networks that may use the cache
# @param package
#   name of the package
# @param service
#   name of the service
# @param file
#   the one file that is ours
# @param mode
#   its mode: a script is run
# @param template
#   what makes it
# @param store
#   directory of the disk cache
# @param disk_cache
#   size of the disk cache
# @param memory_cache
#   memory for objects in use
# @param monitors
#   networks from which the cache is watched by SNMP
# @param restrict_to
#   domains that may be fetched through the cache; every one when empty
class frontier_squid (
  Array[String[1], 1] $clients,
  String[1] $package,
  String[1] $service,
  String[1] $file,
  String[1] $mode,
  String[1] $template,
  String[1] $store,
  Pattern[/\A[1-9][0-9]*(\.[0-9]+)?[KMGT]\z/] $disk_cache = '40G',
  Pattern[/\A[1-9][0-9]*(\.[0-9]+)?[KMGT]\z/] $memory_cache = '256M',
  Array[String[1]] $monitors = [],
  Array[Pattern[/\A\.?[A-Za-z0-9.-]+\z/]] $restrict_to = [],
) {
  package { $package:
    ensure => installed,
  }

  file { $file:
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => $mode,
    content => epp($template, {
      'clients'      => $clients,
      'monitors'     => $monitors,
      'destinations' => $restrict_to,
      'store'        => $store,
      'disk'         => frontier_squid::megabytes($disk_cache),
      'memory'       => frontier_squid::megabytes($memory_cache),
    }),
    require => Package[$package],
    notify  => Service[$service],
  }

  service { $service:
    ensure => running,
    enable => true,
  }
}
