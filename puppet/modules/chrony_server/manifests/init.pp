# @summary Time for the cluster: this machine's chrony also answers others
#
# @param clients
#   networks that may ask for the time
# @param directory
#   where module chrony reads what others add
# @param service
#   name of chrony's service
# @param local_stratum
#   how far from a true clock this one claims to be while it follows nobody
class chrony_server (
  Array[String[1]] $clients,
  String[1] $directory,
  String[1] $service,
  Integer[1, 15] $local_stratum = 10,
) {
  file { "${directory}/clusterdef-server.conf":
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('chrony_server/server.conf.epp', { 'clients' => $clients, 'stratum' => $local_stratum }),
    notify  => Exec['chrony answers as it is told'],
  }

  # The service itself is module chrony's; where that starts it in this run, it has read this already.
  exec { 'chrony answers as it is told':
    command     => "systemctl try-restart ${service}",
    path        => ['/usr/bin', '/bin'],
    refreshonly => true,
  }
}
