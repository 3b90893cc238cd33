# @summary Controller of a Slurm cluster, which also hands the configuration to all others
#
# @param package
#   name of the package
# @param service
#   name of the service
# @param groupless
#   what cgroup.conf says where there are no control groups; releases before 23.02 look for themselves
# @param cluster_name
#   name of the cluster
# @param address
#   name by which all machines reach this one
# @param partitions
#   queues that jobs are submitted to
# @param max_nodes
#   how many workers may make themselves known
# @param memory_per_cpu
#   memory of a job that asks for none, for each processor
# @param confine
#   give each job a control group of its own
# @param state
#   directory of the queue
class slurm_controller (
  String[1] $package,
  String[1] $service,
  String $groupless,
  Pattern[/\A[a-z0-9_-]{1,40}\z/] $cluster_name,
  String[1] $address,
  Array[
    Struct[{
        'name'                   => Pattern[/\A[a-z][a-z0-9_-]*\z/],
        Optional['default']      => Boolean,
        Optional['max_time']     => String[1],
        Optional['default_time'] => String[1],
        Optional['feature']      => Pattern[/\A[a-z][a-z0-9_]*\z/],
    }], 1
  ] $partitions = [{ 'name' => 'main', 'default' => true, 'max_time' => '7-00:00:00' }],
  Integer[1, 65536] $max_nodes = 1024,
  Pattern[/\A[1-9][0-9]*(\.[0-9]+)?[KMGT]\z/] $memory_per_cpu = '2G',
  Boolean $confine = true,
  String[1] $state = '/var/spool/slurmctld',
) {
  package { $package:
    ensure  => installed,
    require => User['slurm'],
  }

  $settings = {
    'cluster_name' => $cluster_name,
    'host'         => $trusted['hostname'],
    'address'      => $address,
    'partitions'   => $partitions,
    'first'        => $partitions.filter |$one| { $one['default'] }.then |$found| { $found[0] }.lest || { $partitions[0] }['name'],
    'max_nodes'    => $max_nodes,
    'memory'       => slurm::mib($memory_per_cpu),
    'confine'      => $confine,
    'state'        => $state,
  }
  file {
    default:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      require => Package[$package],
      notify  => Service[$service];
    $state:
      ensure => directory,
      owner  => 'slurm',
      group  => 'slurm',
      mode   => '0700';
    '/etc/slurm/slurm.conf':
      content => epp('slurm_controller/slurm.conf.epp', $settings);
    '/etc/slurm/cgroup.conf':
      content => epp('slurm_controller/cgroup.conf.epp', { 'confine' => $confine, 'groupless' => $groupless });
    # What each worker has of them, it says itself.
    '/etc/slurm/gres.conf':
      content => "# Managed by Puppet: from each machine itself.\nInclude /etc/slurm/gpus.conf\n";
  }

  # The controller reads that list too, and waits for a minute where there is none.
  exec { 'a list of graphics processors, if an empty one':
    command => 'touch /etc/slurm/gpus.conf',
    path    => ['/usr/bin', '/bin'],
    creates => '/etc/slurm/gpus.conf',
    require => Package[$package],
    before  => Service[$service],
  }

  # It cannot prove who it is before the daemon that does so has its key.
  Service <| title == 'munge' |> -> Service[$service]

  service { $service:
    ensure => running,
    enable => true,
  }

  # Running workers keep what they were once given until they are told.
  exec { 'workers take the new configuration of Slurm':
    command     => 'scontrol reconfigure',
    path        => ['/usr/bin', '/bin'],
    refreshonly => true,
    tries       => 10,
    try_sleep   => 2,
    subscribe   => Service[$service],
  }
}
