# @summary Sends the system log to the machine that collects it; what cannot be sent waits on disk
#
# @param package
#   name of the package
# @param service
#   name of the service
# @param server
#   machine that collects the logs; on that machine itself, and without one, they stay where they are
# @param spool
#   how much may wait on disk while the server is away
class syslog (
  String[1] $package,
  String[1] $service,
  Optional[String[1]] $server = undef,
  Pattern[/\A[1-9][0-9]*(\.[0-9]+)?[KMGT]\z/] $spool = '256M',
) {
  package { $package:
    ensure => installed,
  }

  # A collector that sent its log to itself would never end.
  $own = [$trusted['hostname'], $trusted['certname'], 'localhost']
  $sends = $server ? {
    undef   => false,
    default => !($server in $own or split($server, '[.]')[0] == $trusted['hostname']),
  }
  $ensure = $sends ? {
    true  => file,
    false => absent,
  }
  file { '/etc/rsyslog.d/60-clusterdef-forward.conf':
    ensure  => $ensure,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('syslog/forward.conf.epp', { 'server' => String($server), 'megabytes' => syslog::megabytes($spool) }),
    require => Package[$package],
    notify  => Service[$service],
  }

  service { $service:
    ensure => running,
    enable => true,
  }
}
