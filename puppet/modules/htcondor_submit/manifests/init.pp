# @summary Job queue of an HTCondor pool, on a machine where users submit
#
# @param service
#   name of the service
# @param package
#   name of the package
# @param max_jobs
#   jobs that may run from this queue at the same time
# @param max_per_owner
#   jobs that one user may have in this queue
class htcondor_submit (
  String[1] $service,
  String[1] $package,
  Integer[1] $max_jobs = 10000,
  Integer[1] $max_per_owner = 100000,
) {
  file { '/etc/condor/config.d/60-clusterdef-submit.conf':
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('htcondor_submit/submit.conf.epp', { 'max_jobs' => $max_jobs, 'max_per_owner' => $max_per_owner }),
    require => Package[$package],
    notify  => Service[$service],
  }
}
