# @summary Clock of the machine
#
# @param package
#   name of the package
# @param service
#   name of the service
# @param file
#   its configuration
# @param directory
#   where others may add to it
# @param keys
#   file of symmetric keys
# @param pool
#   the distribution's own time servers
# @param servers
#   time servers, by name or address; the distribution's own where there are none
class chrony (
  String[1] $package,
  String[1] $service,
  String[1] $file,
  String[1] $directory,
  String[1] $keys,
  String[1] $pool,
  Array[String[1]] $servers = [],
) {
  package { $package:
    ensure => installed,
  }

  file {
    default:
      owner   => 'root',
      group   => 'root',
      require => Package[$package],
      notify  => Service[$service];
    $file:
      ensure  => file,
      mode    => '0644',
      content => epp('chrony/chrony.conf.epp', { 'servers' => $servers, 'pool' => $pool, 'directory' => $directory, 'keys' => $keys });
    $directory:
      ensure => directory,
      mode   => '0755';
  }

  service { $service:
    ensure => running,
    enable => true,
  }
}
