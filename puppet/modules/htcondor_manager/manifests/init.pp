# @summary Central manager of an HTCondor pool: collector and negotiator
#
# @param service
#   name of the service
# @param package
#   name of the package
# @param half_life
#   seconds in which a user's past use counts half
# @param defrag
#   drain a worker now and then, for jobs that need a whole machine
class htcondor_manager (
  String[1] $service,
  String[1] $package,
  Integer[60] $half_life = 86400,
  Boolean $defrag = true,
) {
  file { '/etc/condor/config.d/60-clusterdef-manager.conf':
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('htcondor_manager/manager.conf.epp', { 'half_life' => $half_life, 'defrag' => $defrag }),
    require => Package[$package],
    notify  => Service[$service],
  }
}
