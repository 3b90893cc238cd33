# @summary Worker of an HTCondor pool
#
# @param service
#   name of the service
# @param package
#   name of the package
# @param gpus
#   graphics processors of the machine; those that HTCondor finds are offered, unless there are none
# @param memory_policy
#   what happens to a job that takes more memory than it asked for
# @param drain_hours
#   hours that a job may go on after the machine was told to drain
class htcondor_execute (
  String[1] $service,
  String[1] $package,
  Integer[0] $gpus,
  Enum['none', 'soft', 'hard'] $memory_policy = 'hard',
  Integer[0, 1000] $drain_hours = 24,
) {
  $settings = { 'memory_policy' => $memory_policy, 'gpus' => $gpus, 'seconds' => $drain_hours * 3600 }
  file { '/etc/condor/config.d/60-clusterdef-execute.conf':
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('htcondor_execute/execute.conf.epp', $settings),
    require => Package[$package],
    notify  => Service[$service],
  }
}
