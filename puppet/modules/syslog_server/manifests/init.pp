# @summary Collects the system logs of all machines, a directory for each
#
# @param service
#   name of rsyslog's service
# @param logrotate
#   name of the package that turns logs over
# @param directory
#   where they are kept
# @param weeks
#   how many weeks they are kept
class syslog_server (
  String[1] $service,
  String[1] $logrotate,
  String[1] $directory = '/var/log/nodes',
  Integer[1, 520] $weeks = 8,
) {
  package { $logrotate:
    ensure => installed,
  }

  file {
    default:
      owner => 'root',
      group => 'root';
    $directory:
      ensure => directory,
      mode   => '0750';
    '/etc/rsyslog.d/40-clusterdef-nodes.conf':
      ensure  => file,
      mode    => '0644',
      content => epp('syslog_server/nodes.conf.epp', { 'directory' => $directory }),
      require => File[$directory],
      notify  => Exec['rsyslog collects as it is told'];
    '/etc/logrotate.d/clusterdef-nodes':
      ensure  => file,
      mode    => '0644',
      content => epp('syslog_server/logrotate.epp', { 'directory' => $directory, 'days' => $weeks * 7, 'service' => $service }),
      require => Package[$logrotate];
  }

  # The service itself is module syslog's.
  exec { 'rsyslog collects as it is told':
    command     => "systemctl try-restart ${service}",
    path        => ['/usr/bin', '/bin'],
    refreshonly => true,
  }
}
